"""RDS behaves as its user guide says: replication, reboots, promotions, backups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from moto.rds.models import DBInstance, RDSBackend

from compiler.sandbox.handler import Refused
from tests.unit.sandbox.behaviour_ground import Behaving, behaving
from tests.unit.sandbox.handlers_databases import INSTANCES, described, primary, replica_of
from tests.unit.sandbox.handlers_ground import scope_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Properties

HERE, THERE = scope_in(), scope_in("eu-west-1")


@pytest.fixture(name="rds")
def _rds() -> Iterator[Behaving]:
    with behaving() as found:
        yield found


def replica(**changed: object) -> Properties:
    given = replica_of(primary(HERE), **changed)
    INSTANCES.create(THERE, given)
    return given


def promoted(given: Properties) -> Properties:
    return {name: value for name, value in given.items() if name != "SourceDBInstanceIdentifier"}


def refusal(error: ClientError) -> tuple[str, str]:
    return error.response["Error"]["Code"], error.response["Error"]["Message"]


@pytest.mark.usefixtures("rds")
def test_a_replica_tells_that_it_replicates_and_another_instance_tells_nothing_of_it() -> None:
    replica()

    there, here = described(THERE, "orders-copy"), described(HERE, "orders")

    assert there["StatusInfos"] == [
        {"StatusType": "read replication", "Normal": True, "Status": "replicating"}
    ]
    assert here.get("StatusInfos", []) == []
    assert there["PendingModifiedValues"] == {}
    assert there["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"


def test_a_replica_that_does_not_replicate_says_so(rds: Behaving) -> None:
    replica()
    rds.faults.ask("replica-broken", "orders-copy")

    (told,) = described(THERE, "orders-copy")["StatusInfos"]

    assert told == {
        "StatusType": "read replication",
        "Normal": False,
        "Status": "error",
        "Message": "Replication has stopped.",
    }


def test_the_newest_restorable_time_is_up_to_five_minutes_old(rds: Behaving) -> None:
    primary(HERE)
    began = rds.clock.now()
    at_first = described(HERE, "orders")["LatestRestorableTime"]
    rds.wait(7)

    assert at_first == began
    assert described(HERE, "orders")["LatestRestorableTime"] == began + timedelta(minutes=5)


@pytest.mark.usefixtures("rds")
def test_an_instance_without_backups_can_be_restored_to_no_time() -> None:
    replica(BackupRetentionPeriod=0)

    assert "LatestRestorableTime" not in described(THERE, "orders-copy")


@pytest.mark.parametrize("days", [0, 7])
def test_an_instance_that_is_to_have_backups_is_backed_up_at_once(rds: Behaving, days: int) -> None:
    replica(BackupRetentionPeriod=days)
    rds.wait()

    found = THERE.client("rds").describe_db_snapshots(
        DBInstanceIdentifier="orders-copy", SnapshotType="automated"
    )["DBSnapshots"]

    expected = [
        ("rds:orders-copy-2026-11-24-12-00", "available", datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    ]
    told = [
        (one["DBSnapshotIdentifier"], one["Status"], one["SnapshotCreateTime"]) for one in found
    ]
    assert told == (expected if days else [])


def test_an_instance_restarts_for_as_long_as_a_stack_takes_and_an_event_tells_when() -> None:
    with behaving(pace=90) as rds:
        primary(HERE)
        began = rds.clock.now()
        HERE.client("rds").reboot_db_instance(DBInstanceIdentifier="orders")
        meanwhile = described(HERE, "orders")["DBInstanceStatus"]
        with pytest.raises(ClientError) as refused:
            HERE.client("rds").reboot_db_instance(DBInstanceIdentifier="orders")
        rds.wait(2)
        afterwards = described(HERE, "orders")["DBInstanceStatus"]
        events = HERE.client("rds").describe_events(
            SourceIdentifier="orders", SourceType="db-instance"
        )["Events"]

    assert (meanwhile, afterwards) == ("rebooting", "available")
    assert refusal(refused.value) == (
        "InvalidDBInstanceState",
        "Instance orders is not in available state.",
    )
    restarts = [one["Date"] for one in events if one["Message"] == "DB instance restarted"]
    assert restarts == [began + timedelta(seconds=90)]


def test_a_replica_can_break_when_its_source_is_rebooted(rds: Behaving) -> None:
    replica()
    rds.faults.ask("replica-breaks", "orders-copy")
    before = described(THERE, "orders-copy")["StatusInfos"][0]["Status"]

    HERE.client("rds").reboot_db_instance(DBInstanceIdentifier="orders")

    assert before == "replicating"
    assert described(THERE, "orders-copy")["StatusInfos"][0]["Status"] == "error"


@pytest.mark.usefixtures("rds")
def test_a_promoted_replica_and_its_source_forget_each_other() -> None:
    replica()

    THERE.client("rds").promote_read_replica(
        DBInstanceIdentifier="orders-copy", BackupRetentionPeriod=5
    )

    told = described(THERE, "orders-copy")
    assert told.get("ReadReplicaSourceDBInstanceIdentifier") is None
    assert told.get("StatusInfos", []) == []
    assert told["BackupRetentionPeriod"] == 5
    assert described(HERE, "orders")["ReadReplicaDBInstanceIdentifiers"] == []


def test_a_replica_is_not_promoted_while_it_is_backed_up(rds: Behaving) -> None:
    given = replica()
    before = described(HERE, "orders")["ReadReplicaDBInstanceIdentifiers"]
    rds.faults.ask("backing-up", "orders-copy")

    with pytest.raises(Refused) as refused:
        INSTANCES.update(THERE, "orders-copy", given, promoted(given))

    told = described(THERE, "orders-copy")
    assert refused.value.code == "InvalidDBInstanceState"
    assert told["DBInstanceStatus"] == "backing-up"
    assert told["ReadReplicaSourceDBInstanceIdentifier"] == given["SourceDBInstanceIdentifier"]
    assert described(HERE, "orders")["ReadReplicaDBInstanceIdentifiers"] == before

    rds.faults.end("backing-up", "orders-copy")
    INSTANCES.update(THERE, "orders-copy", given, promoted(given))
    assert described(HERE, "orders")["ReadReplicaDBInstanceIdentifiers"] == []


def test_a_promotion_that_fails_half_way_has_promoted(rds: Behaving) -> None:
    given = replica()
    rds.faults.ask("promotion-fails", "orders-copy")

    with pytest.raises(Refused) as failed:
        INSTANCES.update(THERE, "orders-copy", given, promoted(given))
    with pytest.raises(Refused) as back:
        INSTANCES.update(THERE, "orders-copy", promoted(given), given)

    assert failed.value.code == "InternalFailure"
    assert str(back.value) == "Resource is immutable (Code: NotUpdatable)"
    told = described(THERE, "orders-copy")
    assert told.get("ReadReplicaSourceDBInstanceIdentifier") is None


@pytest.mark.usefixtures("rds")
@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("orders", "InvalidDBInstanceState", "DB Instance is not a read replica."),
        ("missing", "DBInstanceNotFound", "DBInstance missing not found."),
    ],
)
def test_what_is_no_replica_cannot_be_promoted(name: str, code: str, message: str) -> None:
    primary(HERE)

    with pytest.raises(ClientError) as refused:
        HERE.client("rds").promote_read_replica(DBInstanceIdentifier=name)

    assert refusal(refused.value) == (code, message)


def test_moto_is_as_before_afterwards() -> None:
    before = dict(vars(DBInstance)), dict(vars(RDSBackend))

    with behaving() as rds:
        rds.wait()

    assert (dict(vars(DBInstance)), dict(vars(RDSBackend))) == before


@pytest.mark.parametrize(
    ("hour", "maintained", "window"),
    [
        (12, {}, "00:05-00:35"),
        # Not within moto's own maintenance window, nor within one that was asked for.
        (18, {}, "06:05-06:35"),
        (19, {}, "08:05-08:35"),
        (20, {"PreferredMaintenanceWindow": "sun:08:00-sun:09:00"}, "09:05-09:35"),
    ],
)
def test_a_backup_window_that_nobody_asked_for_is_half_a_day_off(
    rds: Behaving, hour: int, maintained: dict[str, str], window: str
) -> None:
    rds.clock.time = rds.clock.time.replace(hour=hour)
    HERE.client("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="ada",
        MasterUserPassword="hunter2hunter2",
        **maintained,
    )

    assert described(HERE, "orders")["PreferredBackupWindow"] == window


@pytest.mark.usefixtures("rds")
def test_a_backup_window_that_was_asked_for_is_kept() -> None:
    primary(HERE, PreferredBackupWindow="03:00-03:30")

    assert described(HERE, "orders")["PreferredBackupWindow"] == "03:00-03:30"
