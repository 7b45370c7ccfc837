"""
Each side's alarms, and the encrypted topic that they go to.

All alarms of a side stand in one stack; each belongs to the database, service or bucket that it
watches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from troposphere import cloudwatch, sns

from compiler.components import arns
from compiler.components.addresses import (
    database,
    key_arn,
    load_balancer,
    target_group,
    topic,
)
from compiler.components.bucket_policies import document
from compiler.components.sides import SIDES
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Address, Resource, Symbol, logical
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Alarms, Spec
    from spec.names import Side

GIB = 1024**3

REPLICATION_LATENCY_SECONDS = 15 * 60
"""What S3 Replication Time Control promises; without it, still the time after which to look."""


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield the topic of each side, who may publish and who is told, and the alarms."""
    if spec.alarms is None:
        return
    for side in SIDES:
        yield from _topic(spec, phase, side, spec.alarms)
        for key in spec.databases:
            yield from _of_database(spec, phase, side, key, spec.alarms)
        for key in spec.services:
            yield _of_service(spec, phase, side, key)
    for key, bucket in spec.buckets.items():
        if bucket.replication:
            yield from _of_replication(spec, phase, key)


def _topic(spec: Spec, phase: Phase, side: Side, alarms: Alarms) -> Iterator[Resource]:
    address = topic(side)
    component: Path = ("alarms",)
    yield Resource(
        stack=address.stack,
        body=sns.Topic(
            address.logical_id,
            TopicName=names.topic(spec),
            KmsMasterKeyId=key_arn(side, "alarms"),
            Tags=tag_list(spec, phase),
        ),
        component=component,
        origins=tag_origins(spec, phase),
    )
    account = names.account_of(spec, side)
    region = names.region_of(spec, side)
    yield Resource(
        stack=address.stack,
        body=sns.TopicPolicy(
            logical("topic", "policy"),
            Topics=[Symbol(address)],
            PolicyDocument=document(
                {
                    "Sid": "PublishAlarms",
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudwatch.amazonaws.com"},
                    "Action": "sns:Publish",
                    "Resource": Symbol(address),
                    "Condition": {
                        "ArnLike": {
                            "aws:SourceArn": f"arn:{arns.partition(spec)}:cloudwatch:{region}"
                            f":{account}:alarm:*"
                        },
                        "StringEquals": {"aws:SourceAccount": account},
                    },
                }
            ),
        ),
        component=component,
        origins={"Properties.PolicyDocument.Statement.0.Condition": ("accounts", side)},
    )
    yield Resource(
        stack=address.stack,
        body=sns.SubscriptionResource(
            logical("subscription"),
            TopicArn=Symbol(address),
            Protocol="email",
            Endpoint=alarms.email,
        ),
        component=component,
        origins={"Properties.Endpoint": ("alarms", "email")},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """
    What an alarm watches.

    Attributes:
        spec: The migration.
        phase: The state that is compiled.
        side: Where it stands.
        path: Its spec path, whose last part is its key.
        first: What must exist before an alarm on it.
    """

    spec: Spec
    phase: Phase
    side: Side
    path: Path
    first: tuple[Address, ...] = ()

    def alarm(
        self,
        *words: str,
        threshold: Path | None = None,
        **settings: Any,  # noqa: ANN401 - properties of AWS::CloudWatch::Alarm
    ) -> Resource:
        """
        Return an alarm that tells the side's topic when it rings and when it is over.

        Args:
            words: What it is about; with the key, its name.
            threshold: Spec path of its threshold, if the spec says it.
            settings: Its other properties.
        """
        address = topic(self.side)
        key = str(self.path[-1])
        origins = tag_origins(self.spec, self.phase)
        if threshold is not None:
            origins["Properties.Threshold"] = threshold
        return Resource(
            stack=address.stack,
            body=cloudwatch.Alarm(
                logical(*words, key),
                AlarmName="-".join((names.prefix(self.spec), key, *words)),
                AlarmActions=[Symbol(address)],
                OKActions=[Symbol(address)],
                Tags=tag_list(self.spec, self.phase),
                **settings,
            ),
            component=self.path,
            origins=origins,
            after=self.first,
            part=key,
        )


def _dimensions(**values: str | Symbol) -> list[cloudwatch.MetricDimension]:
    return [cloudwatch.MetricDimension(Name=name, Value=value) for name, value in values.items()]


def _of_database(
    spec: Spec, phase: Phase, side: Side, key: str, alarms: Alarms
) -> Iterator[Resource]:
    watched = _Watched(spec=spec, phase=phase, side=side, path=("databases", key))
    where = names.region_of(spec, side)
    shared: dict[str, Any] = {
        "Namespace": "AWS/RDS",
        "Dimensions": _dimensions(DBInstanceIdentifier=names.database(spec, key)),
    }
    yield watched.alarm(
        "database",
        "cpu",
        threshold=("alarms", "database_cpu_percent"),
        AlarmDescription=f"The database {key} in {where} is short of CPU.",
        MetricName="CPUUtilization",
        Statistic="Average",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=alarms.database_cpu_percent,
        Period=300,
        EvaluationPeriods=3,
        TreatMissingData="missing",
        **shared,
    )
    yield watched.alarm(
        "database",
        "storage",
        threshold=("alarms", "free_storage_percent"),
        AlarmDescription=f"The database {key} in {where} is short of storage.",
        MetricName="FreeStorageSpace",
        Statistic="Minimum",
        ComparisonOperator="LessThanThreshold",
        Threshold=spec.databases[key].storage_gib * GIB * alarms.free_storage_percent // 100,
        Period=300,
        EvaluationPeriods=1,
        TreatMissingData="missing",
        **shared,
    )
    if side == "target":
        # Silence is a broken replica as well. So its alarms come after it: before, all is silence.
        replica = replace(watched, first=(database(side, key),))
        yield from _of_replica(replica, key, alarms, shared)


def _of_replica(
    replica: _Watched, key: str, alarms: Alarms, shared: dict[str, Any]
) -> Iterator[Resource]:
    shared = {**shared, "TreatMissingData": "breaching", "MetricName": "ReplicaLag", "Period": 60}
    yield replica.alarm(
        "replica",
        "lag",
        threshold=("alarms", "replica_lag_minutes"),
        AlarmDescription=f"The replica of {key} is too far behind its source.",
        Statistic="Maximum",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=alarms.replica_lag_minutes * 60,
        EvaluationPeriods=5,
        **shared,
    )
    yield replica.alarm(
        "replica",
        "broken",
        # RDS reports -1 where replication does not run (RDS user guide, "Monitoring read
        # replication", 2026-11): broken, not small.
        AlarmDescription=f"The replica of {key} does not replicate (lag -1, or no report).",
        Statistic="Minimum",
        ComparisonOperator="LessThanThreshold",
        Threshold=0,
        EvaluationPeriods=10,
        **shared,
    )


def _of_service(spec: Spec, phase: Phase, side: Side, key: str) -> Resource:
    where = names.region_of(spec, side)
    return _Watched(spec=spec, phase=phase, side=side, path=("services", key)).alarm(
        "unhealthy",
        "hosts",
        AlarmDescription=f"Instances of {key} in {where} fail their health check.",
        Namespace="AWS/ApplicationELB",
        MetricName="UnHealthyHostCount",
        Dimensions=_dimensions(
            LoadBalancer=Symbol(load_balancer(side), "LoadBalancerFullName"),
            TargetGroup=Symbol(target_group(side, key), "TargetGroupFullName"),
        ),
        Statistic="Maximum",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=0,
        Period=60,
        EvaluationPeriods=5,
        # A group without instances reports nothing, and is no fault.
        TreatMissingData="notBreaching",
    )


def _of_replication(spec: Spec, phase: Phase, key: str) -> Iterator[Resource]:
    """Yield what watches a bucket's replication; S3 reports it in the source's region."""
    watched = _Watched(spec=spec, phase=phase, side="source", path=("buckets", key))
    shared: dict[str, Any] = {
        "Namespace": "AWS/S3",
        "Dimensions": _dimensions(
            SourceBucket=names.bucket(spec, "source", key),
            DestinationBucket=names.bucket(spec, "target", key),
            RuleId=key,
        ),
        "ComparisonOperator": "GreaterThanThreshold",
        "Period": 300,
        "EvaluationPeriods": 1,
        # Nothing to replicate is nothing to report.
        "TreatMissingData": "notBreaching",
    }
    yield watched.alarm(
        "replication",
        "latency",
        AlarmDescription=f"The replication of the bucket {key} is more than 15 minutes behind.",
        MetricName="ReplicationLatency",
        Statistic="Maximum",
        Threshold=REPLICATION_LATENCY_SECONDS,
        **shared,
    )
    yield watched.alarm(
        "replication",
        "failures",
        AlarmDescription=f"Objects of the bucket {key} failed to replicate.",
        MetricName="OperationsFailedReplication",
        Statistic="Sum",
        Threshold=0,
        **shared,
    )
