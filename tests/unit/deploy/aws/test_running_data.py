"""What gates ask of databases and buckets: the requests, and the answers in the port's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from compiler.deploy.gates.system import (
    BatchJob,
    Database,
    Rule,
    Snapshot,
    StoredObject,
)
from compiler.deploy.port import AwsError
from tests.unit.deploy.aws.asked import asked
from tests.unit.deploy.aws.stubbed import ACCOUNT, HERE

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ORDERS = "shop-prod-orders"


def test_a_database_is_told_with_what_waits_and_how_it_follows() -> None:
    told = {
        "DBInstanceStatus": "available",
        "PendingModifiedValues": {"DBInstanceClass": "db.t3.large", "AllocatedStorage": 100},
        "DBParameterGroups": [
            {"DBParameterGroupName": "shop", "ParameterApplyStatus": "pending-reboot"}
        ],
        "PreferredBackupWindow": "03:00-03:30",
        "ReadReplicaSourceDBInstanceIdentifier": "arn:source",
        "StatusInfos": [
            {
                "StatusType": "read replication",
                "Normal": False,
                "Status": "error",
                "Message": "Duplicate entry",
            }
        ],
    }
    with asked("rds") as (running, stub):
        stub.add_response(
            "describe_db_instances",
            {"DBInstances": [told]},
            {"DBInstanceIdentifier": ORDERS},
        )

        assert running.database(HERE, ORDERS) == Database(
            status="available",
            pending=("AllocatedStorage", "DBInstanceClass"),
            parameter_groups={"shop": "pending-reboot"},
            backup_window="03:00-03:30",
            replicates="arn:source",
            replication="error",
            replication_message="Duplicate entry",
        )


def test_a_database_that_is_not_there_is_nothing_and_a_refusal_is_an_error() -> None:
    with asked("rds") as (running, stub):
        stub.add_client_error("describe_db_instances", "DBInstanceNotFound")
        stub.add_client_error("describe_db_instances", "AccessDenied", "not authorized")

        assert running.database(HERE, ORDERS) is None
        with pytest.raises(AwsError) as raised:
            running.database(HERE, ORDERS)

    assert (raised.value.call, raised.value.code) == ("DescribeDBInstances", "AccessDenied")


def test_a_restart_is_told_by_its_event() -> None:
    events = [
        {"Date": NOON + timedelta(minutes=minute), "Message": message}
        for minute, message in (
            (-1, "DB instance restarted"),
            (1, "DB instance shutdown"),
            (2, "DB instance restarted"),
            (9, "DB instance restarted"),
        )
    ]
    asks = {"SourceIdentifier": ORDERS, "SourceType": "db-instance", "Duration": 20160}
    with asked("rds") as (running, stub):
        stub.add_response("describe_events", {"Events": events}, asks)
        stub.add_response("describe_events", {"Events": events[:2]}, asks)

        assert running.restarted(HERE, ORDERS, NOON) == NOON + timedelta(minutes=2)
        assert running.restarted(HERE, ORDERS, NOON) is None


def test_a_database_that_was_never_there_has_no_snapshots() -> None:
    with asked("rds") as (running, stub):
        stub.add_client_error("describe_db_snapshots", "DBInstanceNotFound")
        stub.add_client_error("describe_db_snapshots", "AccessDenied")

        assert running.snapshots(HERE, ORDERS) == ()
        with pytest.raises(AwsError, match="AccessDenied"):
            running.snapshots(HERE, ORDERS)


def test_snapshots_are_told_with_their_keys_also_unfinished_ones() -> None:
    told = [
        {"DBSnapshotIdentifier": "kept", "Status": "creating", "SnapshotType": "manual"},
        {
            "DBSnapshotIdentifier": "daily",
            "Status": "available",
            "SnapshotType": "automated",
            "SnapshotCreateTime": NOON,
            "KmsKeyId": "arn:key",
        },
    ]
    with asked("rds") as (running, stub):
        stub.add_response(
            "describe_db_snapshots", {"DBSnapshots": told}, {"DBInstanceIdentifier": ORDERS}
        )

        assert running.snapshots(HERE, ORDERS) == (
            Snapshot(id="daily", status="available", at=NOON, key="arn:key", is_automatic=True),
            Snapshot(id="kept", status="creating", at=None, key="", is_automatic=False),
        )


def job(number: int, bucket: str, **more: object) -> dict[str, object]:
    return {
        "JobId": f"job-{number}",
        "Status": "Complete",
        "CreationTime": NOON + timedelta(minutes=number),
        "ProgressSummary": {
            "TotalNumberOfTasks": 7,
            "NumberOfTasksSucceeded": 6,
            "NumberOfTasksFailed": 1,
        },
        "ManifestGenerator": {
            "S3JobManifestGenerator": {
                "SourceBucket": f"arn:aws:s3:::{bucket}",
                "EnableManifestOutput": False,
            }
        },
        **more,
    }


def test_jobs_of_a_bucket_are_those_that_replicate_it_oldest_first() -> None:
    listed = [
        {"JobId": f"job-{number}", "Operation": operation}
        for number, operation in (
            (3, "S3ReplicateObject"),
            (2, "S3PutObjectTagging"),
            (1, "S3ReplicateObject"),
        )
    ]
    failed = job(
        3,
        "shop-media",
        Status="Failed",
        FailureReasons=[{"FailureCode": "404", "FailureReason": "no keys"}],
    )
    page = {"AccountId": ACCOUNT, "MaxResults": 1000}
    with asked("s3control") as (running, stub):
        stub.add_response("list_jobs", {"Jobs": listed, "NextToken": "more"}, page)
        for number, found in ((3, failed), (1, job(1, "shop-media"))):
            stub.add_response(
                "describe_job", {"Job": found}, {"AccountId": ACCOUNT, "JobId": f"job-{number}"}
            )
        stub.add_response(
            "list_jobs",
            {"Jobs": [{"JobId": "job-4", "Operation": "S3ReplicateObject"}]},
            {**page, "NextToken": "more"},
        )
        stub.add_response(
            "describe_job",
            {"Job": job(4, "shop-media-2")},
            {"AccountId": ACCOUNT, "JobId": "job-4"},
        )

        assert running.batch_jobs(HERE, "shop-media") == (
            BatchJob(
                id="job-1",
                status="Complete",
                made=NOON + timedelta(minutes=1),
                succeeded=6,
                failed=1,
            ),
            BatchJob(
                id="job-3",
                status="Failed",
                made=NOON + timedelta(minutes=3),
                succeeded=6,
                failed=1,
                reason="no keys",
            ),
        )


def test_objects_come_page_by_page() -> None:
    listing = {"Bucket": "shop-media", "Prefix": "in/", "ExpectedBucketOwner": ACCOUNT}
    with asked("s3") as (running, stub):
        stub.add_response(
            "list_objects_v2",
            {
                "Contents": [{"Key": "in/a", "Size": 1, "LastModified": NOON}],
                "IsTruncated": True,
                "NextContinuationToken": "more",
            },
            listing,
        )
        found = running.objects(HERE, "shop-media", "in/")
        assert next(found) == StoredObject(key="in/a", size=1, at=NOON)

        stub.add_response(
            "list_objects_v2",
            {"Contents": [{"Key": "in/b", "Size": 2, "LastModified": NOON}], "IsTruncated": False},
            {**listing, "ContinuationToken": "more"},
        )
        assert list(found) == [StoredObject(key="in/b", size=2, at=NOON)]


def test_a_rule_is_told_with_whether_it_is_measured() -> None:
    rules = [
        {
            "ID": "b",
            "Status": "Enabled",
            "Destination": {
                "Bucket": "arn:aws:s3:::shop-target",
                "Metrics": {"Status": "Enabled"},
            },
        },
        {"ID": "a", "Status": "Disabled", "Destination": {"Bucket": "arn:aws:s3:::other"}},
    ]
    with asked("s3") as (running, stub):
        stub.add_response(
            "get_bucket_replication",
            {"ReplicationConfiguration": {"Role": "arn:role", "Rules": rules}},
            {"Bucket": "shop-media", "ExpectedBucketOwner": ACCOUNT},
        )

        assert running.replication_rules(HERE, "shop-media") == (
            Rule(id="a", destination="other", is_enabled=False, is_measured=False),
            Rule(id="b", destination="shop-target", is_enabled=True, is_measured=True),
        )


@pytest.mark.parametrize("code", ["ReplicationConfigurationNotFoundError", "NoSuchBucket"])
def test_a_bucket_that_does_not_replicate_or_is_gone_has_no_rule(code: str) -> None:
    with asked("s3") as (running, stub):
        stub.add_client_error("get_bucket_replication", code)

        assert running.replication_rules(HERE, "shop-media") == ()
