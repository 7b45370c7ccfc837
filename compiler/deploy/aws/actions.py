"""
What actions ask of the services, by boto3.

Requests are sent again by boto3, and by the engine above it. That does no harm: what has a token or
a caller's reference is begun once; an option that is set a second time stays set; and a reboot is
looked for before it is asked for (`compiler.deploy.actions.sever`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from compiler.deploy.actions.port import Copy, CopyWish, Database, Invalidation, Peering, Role
from compiler.deploy.aws import histories
from compiler.deploy.aws.errors import translated
from compiler.deploy.port import AwsError, Place
from spec.regions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from compiler.deploy.aws.clients import Clients

_RESOLVES = "AllowDnsResolutionFromRemoteVpc"

_SIDES: Mapping[Role, tuple[str, str]] = {
    "requester": ("RequesterVpcInfo", "RequesterPeeringConnectionOptions"),
    "accepter": ("AccepterVpcInfo", "AccepterPeeringConnectionOptions"),
}
"""By side: what an answer calls it, and what a request does."""

_PRIORITY = 10
"""Of a copy among the account's jobs; any other's may be higher."""

_APART = timedelta(minutes=1)
"""How far the clocks of two services may be apart, seconds that CloudFront cuts off included."""


class AwsActions:
    """The port of actions. See `compiler.deploy.actions.port.Actions`."""

    def __init__(self, clients: Clients) -> None:
        """Ask *clients*: in the operator's own account as the operator, elsewhere by the role."""
        self._clients = clients

    def formed(self, place: Place, stack_id: str) -> datetime | None:
        """Return when a stack took its present form."""
        return histories.formed(self._at("cloudformation", place), stack_id)

    def peering(self, place: Place, peering: str) -> Peering | None:
        """Return a peering as *place* sees it."""
        try:
            with translated("DescribeVpcPeeringConnections"):
                found = self._at("ec2", place).describe_vpc_peering_connections(
                    VpcPeeringConnectionIds=[peering]
                )["VpcPeeringConnections"]
        except AwsError as error:
            if error.code == "InvalidVpcPeeringConnectionID.NotFound":
                return None
            raise
        for one in found:
            status = one.get("Status", {})
            return Peering(
                status=status.get("Code", ""),
                message=status.get("Message", ""),
                resolves=frozenset(
                    role
                    for role, (told, _) in _SIDES.items()
                    if one.get(told, {}).get("PeeringOptions", {}).get(_RESOLVES)
                ),
            )
        return None

    def resolve_over(self, place: Place, peering: str, role: Role, *, on: bool) -> None:
        """Turn on or off that names of the side *role* resolve to private addresses."""
        with translated("ModifyVpcPeeringConnectionOptions"):
            self._at("ec2", place).modify_vpc_peering_connection_options(
                VpcPeeringConnectionId=peering, **{_SIDES[role][1]: {_RESOLVES: on}}
            )

    def copies(self, place: Place, beginning: str) -> tuple[Copy, ...]:
        """Return the jobs whose description begins so, newest first."""
        found = (
            one
            for one in histories.batch_jobs(self._at("s3control", place), place.account)
            if one.get("Description", "").startswith(beginning)
        )
        newest = sorted(found, key=lambda one: (one["CreationTime"], one["JobId"]), reverse=True)
        return tuple(_copy(one) for one in newest)

    def copy(self, place: Place, job: str) -> Copy | None:
        """Return how far a job is."""
        try:
            with translated("DescribeJob"):
                found = self._at("s3control", place).describe_job(
                    AccountId=place.account, JobId=job
                )
        except AwsError as error:
            if error.code in {"NoSuchJob", "NotFoundException"}:
                return None
            raise
        return _copy(found["Job"])

    def start_copy(self, place: Place, wish: CopyWish, token: str) -> str:
        """
        Start a job.

        S3 lists what the bucket's replication is about, and keeps that list to itself; there is no
        report, which would need a bucket (S3 control API reference, CreateJob, read 2026-11-24).
        """
        bucket = f"arn:{partition_of(place.region)}:s3:::{wish.bucket}"
        listed: dict[str, object] = {
            "EligibleForReplication": True,
            "ObjectReplicationStatuses": ["NONE", "FAILED"],
        }
        if wish.prefix:
            listed["KeyNameConstraint"] = {"MatchAnyPrefix": [wish.prefix]}
        with translated("CreateJob"):
            made = self._at("s3control", place).create_job(
                AccountId=place.account,
                ConfirmationRequired=False,
                Operation={"S3ReplicateObject": {}},
                Report={"Enabled": False},
                ClientRequestToken=token,
                Description=wish.description,
                Priority=_PRIORITY,
                RoleArn=wish.role_arn,
                ManifestGenerator={
                    "S3JobManifestGenerator": {
                        "ExpectedBucketOwner": place.account,
                        "SourceBucket": bucket,
                        "Filter": listed,
                        "EnableManifestOutput": False,
                    }
                },
            )
        return str(made["JobId"])

    def cancel_copy(self, place: Place, job: str) -> None:
        """Cancel a job."""
        with translated("UpdateJobStatus", fine=frozenset({"JobStatusException"})):
            self._at("s3control", place).update_job_status(
                AccountId=place.account, JobId=job, RequestedJobStatus="Cancelled"
            )

    def database(self, place: Place, name: str) -> Database | None:
        """Return a database instance, if there is one of that name."""
        try:
            with translated("DescribeDBInstances"):
                found = self._at("rds", place).describe_db_instances(DBInstanceIdentifier=name)
        except AwsError as error:
            if error.code.startswith("DBInstanceNotFound"):
                return None
            raise
        for one in found["DBInstances"]:
            follows = [
                info
                for info in one.get("StatusInfos", ())
                if info.get("StatusType") == "read replication"
            ]
            return Database(
                status=one.get("DBInstanceStatus", ""),
                replicas=tuple(sorted(_elsewhere(one.get("ReadReplicaDBInstanceIdentifiers", ())))),
                replication=follows[0].get("Status", "") if follows else "",
                message=follows[0].get("Message", "") if follows else "",
            )
        return None

    def has_restarted(self, place: Place, name: str, since: datetime) -> bool:
        """Tell whether a database instance has restarted *since*."""
        return any(True for _ in histories.restarts(self._at("rds", place), name, since))

    def reboot(self, place: Place, name: str) -> None:
        """Begin to reboot a database instance, without a failover."""
        with translated("RebootDBInstance"):
            self._at("rds", place).reboot_db_instance(
                DBInstanceIdentifier=name, ForceFailover=False
            )

    def invalidation(
        self, place: Place, distribution: str, reference: str, since: datetime | None
    ) -> Invalidation | None:
        """
        Return the invalidation of that *reference*, made *since*.

        A list tells no references, so each that is young enough is asked for; the newest come first
        (CloudFront API reference, ListInvalidations, read 2026-11-24).
        """
        client = self._at("cloudfront", place)
        with translated("ListInvalidations"):
            for page in client.get_paginator("list_invalidations").paginate(
                DistributionId=distribution
            ):
                for one in page["InvalidationList"].get("Items", ()):
                    if since is not None and one["CreateTime"] < since - _APART:
                        return None
                    with translated("GetInvalidation"):
                        made = client.get_invalidation(DistributionId=distribution, Id=one["Id"])
                    if made["Invalidation"]["InvalidationBatch"]["CallerReference"] == reference:
                        return _invalidation(made["Invalidation"])
        return None

    def invalidate(
        self, place: Place, distribution: str, paths: tuple[str, ...], reference: str
    ) -> Invalidation:
        """Ask to forget *paths*."""
        with translated("CreateInvalidation"):
            made = self._at("cloudfront", place).create_invalidation(
                DistributionId=distribution,
                InvalidationBatch={
                    "Paths": {"Quantity": len(paths), "Items": list(paths)},
                    "CallerReference": reference,
                },
            )
        return _invalidation(made["Invalidation"])

    def _at(self, service: str, place: Place) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        with translated("AssumeRole"):
            return self._clients.at(service, place.region, place.account)


def _copy(found: Mapping[str, Any]) -> Copy:
    progress = found.get("ProgressSummary") or {}
    return Copy(
        id=found["JobId"],
        status=found["Status"],
        total=progress.get("TotalNumberOfTasks", 0),
        succeeded=progress.get("NumberOfTasksSucceeded", 0),
        failed=progress.get("NumberOfTasksFailed", 0),
        reason="; ".join(
            one.get("FailureReason") or one.get("FailureCode", "")
            for one in found.get("FailureReasons") or ()
        ),
    )


def _elsewhere(names: tuple[str, ...]) -> Iterator[tuple[Place, str]]:
    """Yield the replicas in other regions: those are named by their ARN, others by their name."""
    for name in names:
        if name.startswith("arn:"):
            _, _, _, region, account, _, own = name.split(":", 6)
            yield Place(account=account, region=region), own


def _invalidation(made: Mapping[str, Any]) -> Invalidation:
    return Invalidation(id=made["Id"], is_complete=made["Status"] == "Completed")
