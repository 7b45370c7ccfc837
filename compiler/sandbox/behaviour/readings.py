"""
What the services' own metrics read just now.

RDS: `ReplicaLag` is 0 to 2 seconds while a replica streams, -1 where it does not replicate, and
absent for an instance that is no replica; a PostgreSQL replica whose source is idle reports up to
five minutes. Source: RDS user guide, "Monitoring read replication" and "CloudWatch metrics",
2026-11. S3: in the region of the source bucket, for rules with metrics. Source: S3 user guide,
"Using S3 Replication metrics", 2026-11. Elastic Load Balancing: nothing of a group without targets.
Source: "CloudWatch metrics for your Application Load Balancer", 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.elbv2.models import elbv2_backends
from moto.s3.models import s3_backends

from compiler.sandbox.behaviour.course import places_of
from compiler.sandbox.behaviour.databases import has_infos, instances, is_broken, named
from compiler.sandbox.behaviour.samples import MINUTE, metric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from moto.rds.models import DBInstance

    from compiler.sandbox.behaviour.course import Course
    from compiler.sandbox.behaviour.samples import Reading

_CPU_PERCENT = 7.0
_FREE = 0.6
"""Which part of its storage an instance has free."""

_GIB = 1024**3
_NOT_REPLICATING = -1.0
_IDLE_MINUTES = 5
"""PostgreSQL on RDS starts a new WAL segment every five minutes, also when nothing is written."""


def readings(course: Course) -> Iterator[Reading]:
    """Yield what can be read of RDS, S3 and load balancing, in every account and region."""
    yield from _of_databases(course)
    yield from _of_buckets(course)
    yield from _of_target_groups()


def _of_databases(course: Course) -> Iterator[Reading]:
    for place, instance in instances():
        name = instance.db_instance_identifier
        own = {"DBInstanceIdentifier": name}
        free = instance.allocated_storage * _GIB * _FREE
        clients = float(course.life(instance).open_connections)
        for what, value in (
            (metric("AWS/RDS", "CPUUtilization", "Percent", **own), _CPU_PERCENT),
            (metric("AWS/RDS", "FreeStorageSpace", "Bytes", **own), free),
            (metric("AWS/RDS", "DatabaseConnections", "Count", **own), clients),
        ):
            yield place, what, _constant(value)
        if instance.is_replica or has_infos(instance):
            lag = metric("AWS/RDS", "ReplicaLag", "Seconds", **own)
            yield place, lag, _lag(course, instance)


def _lag(course: Course, replica: DBInstance) -> Callable[[datetime], float]:
    names, life = named(replica), course.life(replica)
    if not replica.is_replica or is_broken(course, replica):
        return _constant(_NOT_REPLICATING)
    behind = course.faults.seconds("lag", *names)
    is_idle = replica.engine == "postgres" and course.faults.holds("idle", *names)
    stalled = life.stalled_since

    def at(moment: datetime) -> float:
        minute = int(moment.timestamp()) // 60
        seconds = minute % 3 + behind
        if is_idle:
            seconds += minute % _IDLE_MINUTES * 60
        if stalled is not None and moment > stalled:
            seconds += (moment - stalled).total_seconds()
        return float(seconds)

    return at


def _of_buckets(course: Course) -> Iterator[Reading]:
    for (account, _), backend in places_of(s3_backends):
        for bucket in list(backend.buckets.values()):
            for rule in (getattr(bucket, "replication", None) or {}).get("Rule", ()):
                destination = rule["Destination"]
                if (destination.get("Metrics") or {}).get("Status") != "Enabled":
                    continue
                yield from _of_rule(course, account, bucket, rule)


def _of_rule(
    course: Course,
    account: str,
    bucket: Any,  # noqa: ANN401 -- moto's `FakeBucket`
    rule: dict[str, Any],
) -> Iterator[Reading]:
    rule_id = str(rule.get("ID", ""))
    own = {
        "SourceBucket": bucket.name,
        "DestinationBucket": rule["Destination"]["Bucket"].rpartition(":")[2],
        "RuleId": rule_id,
    }
    waiting = [one.key for one in list(course.waiting) if one.bucket == bucket.name]
    size = sum(getattr(key, "contentsize", 0) for key in waiting)
    for name, unit, value in (
        ("BytesPendingReplication", "Bytes", size),
        ("OperationsPendingReplication", "Count", len(waiting)),
        ("ReplicationLatency", "Seconds", 1 if waiting else 0),
    ):
        yield (
            (account, bucket.region_name),
            metric("AWS/S3", name, unit, **own),
            _constant(float(value)),
        )
    yield (
        (account, bucket.region_name),
        metric("AWS/S3", "OperationsFailedReplication", "Count", **own),
        lambda at: float(
            sum(
                at - MINUTE < when <= at and (name, one) == (bucket.name, rule_id)
                for when, name, one in course.failures
            )
        ),
    )


def _of_target_groups() -> Iterator[Reading]:
    for place, backend in places_of(elbv2_backends):
        for group in list(backend.target_groups.values()):
            if not group.targets:
                continue
            told = backend.describe_target_health(group.arn, [])
            healthy = sum(one.status == "healthy" for one in told)
            for balancer in group.load_balancer_arns:
                own = {
                    "TargetGroup": group.arn.rpartition(":")[2],
                    "LoadBalancer": balancer.partition(":loadbalancer/")[2],
                }
                for name, value in (
                    ("HealthyHostCount", healthy),
                    ("UnHealthyHostCount", len(told) - healthy),
                ):
                    what = metric("AWS/ApplicationELB", name, "Count", **own)
                    yield place, what, _constant(float(value))


def _constant(value: float) -> Callable[[datetime], float]:
    return lambda _: value
