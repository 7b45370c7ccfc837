"""Alarms of databases: short of CPU or storage; and of replicas: behind, or broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.components.addresses import database
from compiler.components.alarm import Watched, dimensions
from compiler.components.sides import with_databases
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from compiler.symbols import Resource
    from spec.model import Alarms, Spec
    from spec.names import Side

GIB = 1024**3


def resources(spec: Spec, phase: Phase, alarms: Alarms) -> Iterator[Resource]:
    """Yield the alarms of each database, on each side where it is."""
    for key in spec.databases:
        for side in with_databases(phase):
            yield from _of_database(spec, phase, side, key, alarms)


def _of_database(
    spec: Spec, phase: Phase, side: Side, key: str, alarms: Alarms
) -> Iterator[Resource]:
    watched = Watched(
        spec=spec,
        phase=phase,
        side=side,
        path=("databases", key),
        # A promotion that fails leaves its replica's alarms as they are.
        first=(database(spec, side, key),) if side == "target" else (),
    )
    where = names.region_of(spec, side)
    shared: dict[str, Any] = {
        "Namespace": "AWS/RDS",
        "Dimensions": dimensions(DBInstanceIdentifier=names.database(spec, side, key)),
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
    if side == "target" and phase.target_databases == "replica":
        yield from _of_replica(watched, key, alarms, shared)


def _of_replica(
    replica: Watched, key: str, alarms: Alarms, shared: dict[str, Any]
) -> Iterator[Resource]:
    # Silence is a broken replica as well. So its alarms come after it: before, all is silence.
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
