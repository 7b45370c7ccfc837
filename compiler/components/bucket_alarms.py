"""Alarms of buckets: replication that is late, or fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.components.alarm import Watched, dimensions
from compiler.components.replication import origin_of
from compiler.components.sides import other
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from compiler.symbols import Resource
    from spec.model import Spec
    from spec.names import Side

REPLICATION_LATENCY_SECONDS = 15 * 60
"""What S3 Replication Time Control promises; without it, still the time after which to look."""


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield the alarms of each bucket that replicates."""
    origin = origin_of(phase)
    for key, bucket in spec.buckets.items():
        if bucket.replication and origin is not None:
            yield from _of_replication(spec, phase, origin, key)


def _of_replication(spec: Spec, phase: Phase, origin: Side, key: str) -> Iterator[Resource]:
    """Yield what watches a bucket's replication; S3 reports it in the region that it comes from."""
    watched = Watched(spec=spec, phase=phase, side=origin, path=("buckets", key))
    shared: dict[str, Any] = {
        "Namespace": "AWS/S3",
        "Dimensions": dimensions(
            SourceBucket=names.bucket(spec, origin, key),
            DestinationBucket=names.bucket(spec, other(origin), key),
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
