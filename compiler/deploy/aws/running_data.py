"""The part of the running system that holds data: databases and buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.deploy.aws import histories
from compiler.deploy.aws.errors import translated
from compiler.deploy.gates.system import BatchJob, Database, Rule, Snapshot, StoredObject
from compiler.deploy.port import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from compiler.deploy.aws.clients import Clients
    from compiler.deploy.port import Place

_NO_REPLICATION = frozenset({"NoSuchBucket", "ReplicationConfigurationNotFoundError"})


class DataRunning:
    """Databases and buckets. See `compiler.deploy.gates.port.Running`."""

    def __init__(self, clients: Clients) -> None:
        """Ask *clients*."""
        self._clients = clients

    def at(self, service: str, place: Place) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        """Return the client of *service* at *place*."""
        with translated("AssumeRole"):
            return self._clients.at(service, place.region, place.account)

    def database(self, place: Place, identifier: str) -> Database | None:
        """Return the database instance with that identifier, if there is one."""
        try:
            with translated("DescribeDBInstances"):
                found = self.at("rds", place).describe_db_instances(DBInstanceIdentifier=identifier)
        except AwsError as error:
            if error.code.startswith("DBInstanceNotFound"):
                return None
            raise
        return next((_database(one) for one in found["DBInstances"]), None)

    def restarted(self, place: Place, database: str, since: datetime) -> datetime | None:
        """Return when a database instance first restarted after *since*."""
        return min(histories.restarts(self.at("rds", place), database, since), default=None)

    def snapshots(self, place: Place, database: str) -> tuple[Snapshot, ...]:
        """Return the snapshots of a database instance, sorted by id."""
        pages = self.at("rds", place).get_paginator("describe_db_snapshots")
        try:
            with translated("DescribeDBSnapshots"):
                found = [
                    Snapshot(
                        id=one["DBSnapshotIdentifier"],
                        status=one["Status"],
                        at=one.get("SnapshotCreateTime"),
                        key=one.get("KmsKeyId", ""),
                        is_automatic=one.get("SnapshotType") == "automated",
                    )
                    for page in pages.paginate(DBInstanceIdentifier=database)
                    for one in page["DBSnapshots"]
                ]
        except AwsError as error:
            if error.code.startswith("DBInstanceNotFound"):
                return ()
            raise
        return tuple(sorted(found, key=lambda one: one.id))

    def batch_jobs(self, place: Place, bucket: str) -> tuple[BatchJob, ...]:
        """Return the jobs that replicate what a bucket holds, oldest first."""
        client = self.at("s3control", place)
        found = []
        for listed in histories.batch_jobs(client, place.account):
            if listed.get("Operation") != "S3ReplicateObject":
                continue
            with translated("DescribeJob"):
                job = client.describe_job(AccountId=place.account, JobId=listed["JobId"])["Job"]
            generator = job.get("ManifestGenerator", {}).get("S3JobManifestGenerator", {})
            if generator.get("SourceBucket", "").rpartition(":::")[2] == bucket:
                found.append(_job(job))
        return tuple(sorted(found, key=lambda one: (one.made, one.id)))

    def objects(self, place: Place, bucket: str, prefix: str) -> Iterator[StoredObject]:
        """Yield the present objects whose keys begin with *prefix*, page by page."""
        pages = self.at("s3", place).get_paginator("list_objects_v2")
        with translated("ListObjectsV2"):
            for page in pages.paginate(
                Bucket=bucket, Prefix=prefix, ExpectedBucketOwner=place.account
            ):
                for one in page.get("Contents", ()):
                    yield StoredObject(key=one["Key"], size=one["Size"], at=one["LastModified"])

    def replication_rules(self, place: Place, bucket: str) -> tuple[Rule, ...]:
        """Return the rules by which a bucket replicates, sorted by id."""
        try:
            with translated("GetBucketReplication"):
                found = self.at("s3", place).get_bucket_replication(
                    Bucket=bucket, ExpectedBucketOwner=place.account
                )
        except AwsError as error:
            if error.code in _NO_REPLICATION:
                return ()
            raise
        rules = (
            Rule(
                id=one.get("ID", ""),
                destination=one["Destination"]["Bucket"].rpartition(":::")[2],
                is_enabled=one["Status"] == "Enabled",
                is_measured=one["Destination"].get("Metrics", {}).get("Status") == "Enabled",
            )
            for one in found["ReplicationConfiguration"]["Rules"]
        )
        return tuple(sorted(rules, key=lambda one: one.id))


def _database(one: Mapping[str, Any]) -> Database:
    follows: Mapping[str, Any] = next(
        (
            found
            for found in one.get("StatusInfos", ())
            if found.get("StatusType") == "read replication"
        ),
        {},
    )
    return Database(
        status=one.get("DBInstanceStatus", ""),
        pending=tuple(
            sorted(name for name, value in one.get("PendingModifiedValues", {}).items() if value)
        ),
        parameter_groups={
            group["DBParameterGroupName"]: group.get("ParameterApplyStatus", "")
            for group in one.get("DBParameterGroups", ())
        },
        backup_window=one.get("PreferredBackupWindow", ""),
        replicates=one.get("ReadReplicaSourceDBInstanceIdentifier", ""),
        replication=follows.get("Status", ""),
        replication_message=follows.get("Message", ""),
    )


def _job(one: Mapping[str, Any]) -> BatchJob:
    progress = one.get("ProgressSummary", {})
    return BatchJob(
        id=one["JobId"],
        status=one["Status"],
        made=one["CreationTime"],
        succeeded=progress.get("NumberOfTasksSucceeded", 0),
        failed=progress.get("NumberOfTasksFailed", 0),
        reason="; ".join(found.get("FailureReason", "") for found in one.get("FailureReasons", ())),
    )
