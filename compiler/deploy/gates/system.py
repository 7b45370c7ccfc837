"""
What there is in the running system, as gates see it. No boto3 type is among it.

A value that AWS has words for is in those words: they are told to people who look it up there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """
    A metric of CloudWatch.

    Attributes:
        namespace: `AWS/RDS`.
        name: `ReplicaLag`.
        dimensions: Names and values, sorted by name.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """
    What a metric said within one period.

    Attributes:
        at: When the period begins: what was measured, was measured then or later in it.
        lasts: How long the period lasts.
        lowest: The smallest value.
        highest: The largest value.
        total: The sum of all values.
    """

    at: datetime
    lasts: timedelta
    lowest: float
    highest: float
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """
    A database instance.

    Attributes:
        status: `available`, `backing-up`, `modifying`, …
        pending: Names of the settings that wait to be applied, sorted.
        parameter_groups: Its parameter groups, each with how far it is applied: `in-sync`,
            `pending-reboot`, …
        backup_window: `03:00-03:30`, in UTC.
        replicates: The identifier or ARN of the instance that it is a replica of; empty if of none.
        replication: How the replication into it goes: `replicating`, `replication degraded`,
            `error`, …; empty where AWS does not say.
        replication_message: What AWS says to it; empty if nothing.
    """

    status: str
    pending: tuple[str, ...]
    parameter_groups: Mapping[str, str]
    backup_window: str
    replicates: str = ""
    replication: str = ""
    replication_message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """
    A snapshot of a database.

    Attributes:
        id: Its identifier.
        status: `available` as soon as it is whole.
        at: When it was taken; `None` as long as it is not.
        key: ARN of the key that decrypts it; empty if it is not encrypted.
        is_automatic: Whether it goes with the database.
    """

    id: str
    status: str
    at: datetime | None
    key: str
    is_automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchJob:
    """
    A job of S3 Batch Operations that replicates what was in a bucket before.

    Attributes:
        id: Its id.
        status: `New`, `Preparing`, `Ready`, `Active`, `Complete`, `Failed`, …
        made: When it was made.
        succeeded: How many objects it replicated.
        failed: How many it could not replicate.
        reason: Why the job failed; empty if it did not.
    """

    id: str
    status: str
    made: datetime
    succeeded: int
    failed: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """
    The present version of an object.

    Attributes:
        key: Its key.
        size: In bytes.
        at: When it was written.
    """

    key: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    A rule by which a bucket replicates.

    Attributes:
        id: Its id.
        destination: Name of the bucket that it replicates to.
        is_enabled: Whether it is in force.
        is_measured: Whether S3 publishes metrics about it.
    """

    id: str
    destination: str
    is_enabled: bool
    is_measured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    What a load balancer sends requests to.

    Attributes:
        id: An instance's id, or an address.
        state: `healthy`, `unhealthy`, `initial`, `draining`, …
        reason: AWS's sentence; empty if there is none.
    """

    id: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """
    An alarm of CloudWatch.

    Attributes:
        name: Its name.
        state: `OK`, `ALARM` or `INSUFFICIENT_DATA`.
        reason: Why it is in that state, in AWS's words; empty if AWS does not say.
        since: When it came into it; `None` where AWS does not say.
    """

    name: str
    state: str
    reason: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """
    A secret, without its value.

    Attributes:
        is_leaving: Whether it is marked to be deleted.
        has_value: Whether it has a current version.
        home: The region that it is replicated from; empty where it is at home.
        replicas: Regions that it is replicated to, sorted.
    """

    is_leaving: bool
    has_value: bool
    home: str = ""
    replicas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """
    A certificate of ACM.

    Attributes:
        status: `ISSUED`, `PENDING_VALIDATION`, `EXPIRED`, …
        ends: When it expires; `None` as long as it is not issued.
    """

    status: str
    ends: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """
    A record set of a hosted zone.

    Attributes:
        name: Without the dot at its end.
        type: `A`, `CNAME`, …
        values: What it says; of an alias the name that it stands for.
        weight: Its share; `None` if it is not weighted.
    """

    name: str
    type: str
    values: tuple[str, ...]
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """
    A route of a VPC.

    Attributes:
        table: Id of its route table.
        destination: The CIDR, or id of the prefix list, that it is for.
        via: Id of what it leads to: `pcx-…`, `tgw-…`, `local`.
    """

    table: str
    destination: str
    via: str
