"""
What actions ask of the services, in their own words.

One adapter (`compiler.deploy.aws.actions`) answers with boto3; a fake plays slow and failing AWS in
the tests. Buckets are emptied through `compiler.deploy.port.Aws`, as a destroy does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.deploy.port import Place

Role: TypeAlias = Literal["requester", "accepter"]
"""A side of a peering: that which asked for it, or that which accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peering:
    """
    A VPC peering connection, as one side sees it.

    Attributes:
        status: `active`, `pending-acceptance`, … (EC2 API reference,
            VpcPeeringConnectionStateReason, read 2026-11-24).
        message: AWS's sentence about it; empty if there is none.
        resolves: Sides that let names of theirs resolve to private addresses over it.
    """

    status: str
    message: str = ""
    resolves: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyWish:
    """
    What a job of S3 Batch Replication is to copy.

    Attributes:
        bucket: Name of the bucket whose objects are copied.
        destination: Name of the bucket that its replication rule names.
        prefix: What the keys begin with; empty for all.
        role_arn: The role by which S3 does it.
        description: By which the job is found again.
    """

    bucket: str
    destination: str
    prefix: str
    role_arn: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """
    A job of S3 Batch Replication.

    Attributes:
        id: Its id.
        status: `New`, `Preparing`, `Ready`, `Active`, `Completing`, `Complete`, `Failed`, … (S3
            user guide, "Tracking job status and completion reports", read 2026-11-24).
        total: Object versions that it found; 0 until they are listed.
        succeeded: Of these, handed to replication.
        failed: Of these, refused.
        reason: Why the job failed; empty if it did not, and in lists.
    """

    id: str
    status: str
    total: int = 0
    succeeded: int = 0
    failed: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """
    A database instance.

    Attributes:
        status: `available`, `rebooting`, `backing-up`, … (RDS user guide, "Viewing DB instance
            status", read 2026-11-24).
        replicas: Its replicas in other regions: where, and what they are called, sorted.
        replication: Of a replica, how it follows its source: `replicating`, `error`, `terminated`,
            …; empty of one that has no source, and where RDS does not say.
        message: What RDS says of an error in that; empty if there is none.
    """

    status: str
    replicas: tuple[tuple[Place, str], ...] = ()
    replication: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalidation:
    """
    A request to CloudFront to forget what it has cached.

    Attributes:
        id: Its id.
        is_complete: Whether all edge locations have forgotten it.
    """

    id: str
    is_complete: bool


class Actions(Protocol):
    """
    What actions ask of the services, each at the `Place` where it is done.

    Each method may be called from several threads, and raises `compiler.deploy.port.AwsError`.
    """

    def formed(self, place: Place, stack_id: str) -> datetime | None:
        """Return when a stack took its present form; nothing if AWS has forgotten it."""

    def peering(self, place: Place, peering: str) -> Peering | None:
        """Return a peering as *place* sees it; nothing if it is not known there."""

    def resolve_over(self, place: Place, peering: str, role: Role, *, on: bool) -> None:
        """Turn on or off, for the side *role*, that its names resolve to private addresses."""

    def copies(self, place: Place, beginning: str) -> tuple[Copy, ...]:
        """Return jobs whose description begins so, newest first; S3 knows those of 90 days."""

    def copy(self, place: Place, job: str) -> Copy | None:
        """Return how far a job is; nothing if it is not known."""

    def start_copy(self, place: Place, wish: CopyWish, token: str) -> str:
        """Start a job and return its id; the same *token* again starts nothing."""

    def cancel_copy(self, place: Place, job: str) -> None:
        """Cancel a job; nothing happens if it has ended."""

    def database(self, place: Place, name: str) -> Database | None:
        """Return a database instance, if there is one of that name."""

    def has_restarted(self, place: Place, name: str, since: datetime) -> bool:
        """Tell whether a database instance has restarted *since*; RDS knows 14 days."""

    def reboot(self, place: Place, name: str) -> None:
        """Begin to reboot a database instance, without a failover."""

    def invalidation(
        self, place: Place, distribution: str, reference: str, since: datetime | None
    ) -> Invalidation | None:
        """Return the invalidation of that *reference*, made *since*, if there is one."""

    def invalidate(
        self, place: Place, distribution: str, paths: tuple[str, ...], reference: str
    ) -> Invalidation:
        """Ask to forget *paths*; the same *reference* again asks for nothing, and tells of it."""
