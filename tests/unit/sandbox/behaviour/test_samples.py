"""CloudWatch has a sample a minute of what the services measure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.unit.sandbox.behaviour_ground import MINUTE, Behaving, behaving
from tests.unit.sandbox.handlers_databases import INSTANCES, primary, replica_of
from tests.unit.sandbox.handlers_ground import scope_in

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE, THERE = scope_in(), scope_in("eu-west-1")
COPY = {"DBInstanceIdentifier": "orders-copy"}


@pytest.fixture(name="rds")
def _rds() -> Iterator[Behaving]:
    with behaving() as found:
        INSTANCES.create(THERE, replica_of(primary(HERE)))
        yield found


def lag(rds: Behaving, last: int = 6) -> list[float]:
    return rds.samples(THERE, "AWS/RDS ReplicaLag", COPY, last)


def test_a_replica_that_streams_is_a_few_seconds_behind_at_most(rds: Behaving) -> None:
    rds.wait(6)
    told = rds.told(THERE, "AWS/RDS ReplicaLag", COPY, 6)

    assert told["Values"] == [1, 2, 0, 1, 2, 0]
    assert told["Timestamps"] == [rds.clock.now() - MINUTE * back for back in range(5, -1, -1)]


def test_samples_are_of_whole_minutes_and_each_is_taken_once(rds: Behaving) -> None:
    began = rds.clock.now()
    for seconds in (20, 30, 40, 40):
        rds.clock.sleep(timedelta(seconds=seconds))
        THERE.client("rds").describe_db_instances()

    told = rds.told(THERE, "AWS/RDS ReplicaLag", COPY, 6)

    assert told["Timestamps"] == [began + MINUTE, began + 2 * MINUTE]


def test_replication_that_does_not_run_is_a_lag_of_minus_one(rds: Behaving) -> None:
    rds.wait(2)
    before = lag(rds)
    rds.faults.ask("replica-broken", "orders-copy")
    rds.wait(2)

    assert (before, lag(rds)) == ([1, 2], [1, 2, -1, -1])


def test_a_lag_can_be_asked_for(rds: Behaving) -> None:
    rds.faults.ask("lag", "orders-copy", 90)
    rds.wait(3)

    assert lag(rds) == [91, 92, 90]


def test_a_replica_that_replays_nothing_falls_behind_by_the_clock(rds: Behaving) -> None:
    rds.faults.ask("lag-grows", "orders-copy")
    rds.wait()
    before = lag(rds)
    rds.wait(2)
    growing = lag(rds)
    rds.faults.end("lag-grows", "orders-copy")
    rds.wait()

    assert (before, growing) == ([1], [1, 62, 120])
    assert lag(rds)[-1] == 1


def test_an_idle_postgresql_source_is_a_saw_tooth_of_up_to_five_minutes(rds: Behaving) -> None:
    rds.faults.ask("idle", "orders-copy")
    rds.wait(6)

    assert lag(rds) == [61, 122, 180, 241, 2, 60]


def test_an_instance_that_is_no_replica_has_no_lag(rds: Behaving) -> None:
    rds.wait()
    THERE.client("rds").promote_read_replica(DBInstanceIdentifier="orders-copy")
    rds.wait(2)

    assert rds.samples(HERE, "AWS/RDS ReplicaLag", {"DBInstanceIdentifier": "orders"}) == []
    assert lag(rds) == [1]


def test_a_replica_whose_source_went_does_not_replicate(rds: Behaving) -> None:
    INSTANCES.delete(HERE, "orders", {})
    rds.wait()

    assert lag(rds) == [-1]


def test_statistics_are_told_of_the_same_samples(rds: Behaving) -> None:
    rds.wait(3)
    found = HERE.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/RDS",
        MetricName="FreeStorageSpace",
        Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "orders"}],
        StartTime=rds.clock.now() - timedelta(minutes=1, seconds=-20),
        EndTime=rds.clock.now() + MINUTE,
        Period=60,
        Statistics=["Minimum"],
    )["Datapoints"]

    assert [(one["Timestamp"], one["Minimum"], one["Unit"]) for one in found] == [
        (rds.clock.now() - MINUTE, 60 * 1024**3, "Bytes"),
        (rds.clock.now(), 60 * 1024**3, "Bytes"),
    ]


def test_samples_are_kept_for_three_hours(rds: Behaving) -> None:
    rds.wait(300)

    assert len(lag(rds, last=400)) == 180


def test_what_was_put_there_by_somebody_else_is_told_beside(rds: Behaving) -> None:
    THERE.client("cloudwatch").put_metric_data(
        Namespace="Own",
        MetricData=[{"MetricName": "Orders", "Value": 7, "Timestamp": rds.clock.now()}],
    )
    rds.wait()

    assert rds.samples(THERE, "Own Orders", {}) == [7]
    assert lag(rds) == [1]
