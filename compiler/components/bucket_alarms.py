"""Alarms of buckets: replication that is late, or fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.components.alarm import Watched, dimensions
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from compiler.symbols import Resource
    from spec.model import Spec

REPLICATION_LATENCY_SECONDS = 15 * 60
"""What S3 Replication Time Control promises; without it, still the time after which to look."""


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield the alarms of each bucket that replicates."""
    for key, bucket in spec.buckets.items():
        if bucket.replication:
            yield from _of_replication(spec, phase, key)


def _of_replication(spec: Spec, phase: Phase, key: str) -> Iterator[Resource]:
    """Yield what watches a bucket's replication; S3 reports it in the source's region."""
    watched = Watched(spec=spec, phase=phase, side="source", path=("buckets", key))
    shared: dict[str, Any] = {
        "Namespace": "AWS/S3",
        "Dimensions": dimensions(
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
