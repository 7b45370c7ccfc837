"""A promotion that fails half-way wedges its stack, and there is a way out that keeps the data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.embedded import Sandbox, embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE, TARGET = "us-east-1", "eu-central-1"
PRIMARY = {
    "DBInstanceIdentifier": "orders",
    "DBInstanceClass": "db.m6g.large",
    "Engine": "postgres",
    "AllocatedStorage": "100",
    "MasterUsername": "shop",
    "MasterUserPassword": "long-enough",
    "BackupRetentionPeriod": 7,
}
COPY = {
    "DBInstanceIdentifier": "orders-copy",
    "DBInstanceClass": "db.m6g.large",
    "SourceRegion": SOURCE,
    "BackupRetentionPeriod": 7,
}
REPLICA = {**COPY, "SourceDBInstanceIdentifier": f"arn:aws:rds:{SOURCE}:111122223333:db:orders"}


def template(properties: dict[str, Any], policy: str = "Delete") -> str:
    resource = {
        "Type": "AWS::RDS::DBInstance",
        "DeletionPolicy": policy,
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }
    return json.dumps({"Resources": {"Database": resource}})


@pytest.fixture(name="box")
def _box() -> Iterator[Sandbox]:
    with embedded() as box:
        for region, name, properties in ((SOURCE, "source", PRIMARY), (TARGET, "target", REPLICA)):
            box.client("cloudformation", region).create_stack(
                StackName=name, TemplateBody=template(properties)
            )
            assert status(box, name, region) == "CREATE_COMPLETE"
        yield box


def status(box: Sandbox, name: str = "target", region: str = TARGET) -> str:
    (found,) = box.client("cloudformation", region).describe_stacks(StackName=name)["Stacks"]
    return str(found["StackStatus"])


def update(box: Sandbox, body: str) -> str:
    box.client("cloudformation", TARGET).update_stack(StackName="target", TemplateBody=body)
    return status(box)


def copied(box: Sandbox) -> dict[str, Any]:
    rds = box.client("rds", TARGET)
    (found,) = rds.describe_db_instances(DBInstanceIdentifier="orders-copy")["DBInstances"]
    return dict(found)


def failures(box: Sandbox) -> list[str]:
    """Return why the database failed, oldest first."""
    events = box.client("cloudformation", TARGET).describe_stack_events(StackName="target")
    return [
        str(event["ResourceStatusReason"])
        for event in reversed(events["StackEvents"])
        if event["LogicalResourceId"] == "Database" and event["ResourceStatus"] == "UPDATE_FAILED"
    ]


def test_a_promotion_keeps_identifier_endpoint_and_data(box: Sandbox) -> None:
    before = copied(box)

    assert update(box, template(COPY)) == "UPDATE_COMPLETE"

    after = copied(box)
    kept = (
        "DBInstanceIdentifier",
        "DbiResourceId",
        "Endpoint",
        "DBInstanceArn",
        "StorageEncrypted",
    )
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert "ReadReplicaSourceDBInstanceIdentifier" not in after
    (source,) = box.client("rds", SOURCE).describe_db_instances()["DBInstances"]
    assert source["ReadReplicaDBInstanceIdentifiers"] == []


@pytest.mark.parametrize(
    "changed",
    [
        {"SourceRegion": None},
        {"KmsKeyId": "alias/other"},
        {"StorageEncrypted": True},
        {"MasterUsername": "shop"},
        {"DBName": "orders"},
        {"Engine": "postgres"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_anything_frozen_beside_a_promotion_would_replace_the_database(
    box: Sandbox, changed: dict[str, Any]
) -> None:
    wanted = {name: value for name, value in {**COPY, **changed}.items() if value is not None}

    assert update(box, template(wanted)) == "UPDATE_ROLLBACK_COMPLETE"

    (why,) = failures(box)
    assert why.startswith("CloudFormation cannot update a stack when a custom-named resource")
    assert (
        copied(box)["ReadReplicaSourceDBInstanceIdentifier"]
        == (REPLICA["SourceDBInstanceIdentifier"])
    )


def test_a_promoted_database_cannot_become_a_replica_again(box: Sandbox) -> None:
    update(box, template(COPY))

    assert update(box, template(REPLICA)) == "UPDATE_ROLLBACK_COMPLETE"

    (why,) = failures(box)
    assert why.startswith("CloudFormation cannot update a stack when a custom-named resource")


def test_a_promotion_that_fails_half_way_has_a_way_out_that_keeps_the_database(
    box: Sandbox,
) -> None:
    cloudformation = box.client("cloudformation", TARGET)
    before = copied(box)["DbiResourceId"]
    box.faults.ask("promotion-fails", "orders-copy")
    wedged = [update(box, template(COPY))]
    cloudformation.continue_update_rollback(StackName="target")
    wedged.append(status(box))
    promoted = copied(box)

    cloudformation.continue_update_rollback(StackName="target", ResourcesToSkip=["Database"])
    skipped = status(box)
    kept = update(box, template(REPLICA, policy="Retain"))
    cloudformation.delete_stack(StackName="target")
    cloudformation.create_change_set(
        StackName="target",
        ChangeSetName="in",
        ChangeSetType="IMPORT",
        TemplateBody=template(COPY, policy="Retain"),
        ResourcesToImport=[
            {
                "ResourceType": "AWS::RDS::DBInstance",
                "LogicalResourceId": "Database",
                "ResourceIdentifier": {"DBInstanceIdentifier": "orders-copy"},
            }
        ],
    )
    cloudformation.execute_change_set(StackName="target", ChangeSetName="in")
    imported = status(box)
    later = update(box, template({**COPY, "BackupRetentionPeriod": 14}, policy="Retain"))

    assert wedged == ["UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED"]
    assert "ReadReplicaSourceDBInstanceIdentifier" not in promoted
    assert (skipped, kept, imported, later) == (
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_COMPLETE",
        "IMPORT_COMPLETE",
        "UPDATE_COMPLETE",
    )
    now = copied(box)
    assert (now["DbiResourceId"], now["BackupRetentionPeriod"]) == (before, 14)


def test_a_wedged_stack_says_what_failed_and_why_there_is_no_way_back(box: Sandbox) -> None:
    box.faults.ask("promotion-fails", "orders-copy")

    update(box, template(COPY))

    message = 'Resource handler returned message: "{}"'
    assert failures(box) == [
        message.format(
            "The request processing has failed because of an unknown error. (Code: InternalFailure)"
        ),
        message.format("Resource is immutable (Code: NotUpdatable)"),
    ]


def test_a_promotion_that_is_refused_wedges_as_well_and_nothing_was_promoted(box: Sandbox) -> None:
    # The handler does not look whether an update is being taken back.
    box.faults.ask("backing-up", "orders-copy")

    assert update(box, template(COPY)) == "UPDATE_ROLLBACK_FAILED"

    assert "ReadReplicaSourceDBInstanceIdentifier" in copied(box)
    box.faults.end("backing-up", "orders-copy")
    cloudformation = box.client("cloudformation", TARGET)
    cloudformation.continue_update_rollback(StackName="target", ResourcesToSkip=["Database"])
    assert update(box, template(COPY)) == "UPDATE_COMPLETE"
    assert "ReadReplicaSourceDBInstanceIdentifier" not in copied(box)


@pytest.mark.parametrize(("is_protected", "snapshots"), [(True, 0), (False, 1)])
def test_a_final_snapshot_is_taken_of_what_is_no_replica_and_not_protected(
    box: Sandbox, *, is_protected: bool, snapshots: int
) -> None:
    box.faults.ask("promotion-fails", "orders-copy")
    update(box, template(COPY))
    cloudformation = box.client("cloudformation", TARGET)
    cloudformation.continue_update_rollback(StackName="target", ResourcesToSkip=["Database"])
    update(box, template({**REPLICA, "DeletionProtection": is_protected}, policy="Snapshot"))

    cloudformation.delete_stack(StackName="target")

    rds = box.client("rds", TARGET)
    taken = rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    left = rds.describe_db_instances()["DBInstances"]
    assert (len(taken), len(left)) == (snapshots, 1 - snapshots)
