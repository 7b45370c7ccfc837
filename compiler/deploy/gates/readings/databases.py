"""What is read about databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.gates import connections, promotion, replicas
from compiler.deploy.gates.system import Metric

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.deploy.gates.answer import Judgement
    from compiler.deploy.gates.port import Running
    from compiler.deploy.gates.readings.context import Context
    from compiler.deploy.port import Place


def streams(context: Context) -> Judgement:
    """Ask whether a replica follows its source."""
    return replicas.streams(_replica(context), float(context.facts["max_lag_seconds"]))


def drained(context: Context) -> Judgement:
    """Ask whether a replica has everything that was written before the fence."""
    return replicas.drained(_replica(context), context.fence.severed)


def promotable(context: Context) -> Judgement:
    """Ask whether a replica can be promoted now."""
    return promotion.promotable(_promotion(context), context.facts.get("parameter_group", ""))


def writable(context: Context) -> Judgement:
    """Ask whether a promoted database takes writes."""
    return promotion.writable(_promotion(context))


def connections_gone(context: Context) -> Judgement:
    """Ask whether nobody is connected any more."""
    return connections.gone(
        connections_of(
            context.running,
            context.place,
            context.facts["database"],
            context.fence.closed,
            context.now,
        )
    )


def connections_of(
    running: Running, place: Place, database: str, closed: datetime | None, now: datetime
) -> connections.ConnectionsReading:
    """
    Read who was connected to a database since its access was *closed*.

    Raises:
        AwsError: AWS refused to tell.
    """
    since = closed or now - connections.LOOK_BACK
    return connections.ConnectionsReading(
        name=database,
        samples=running.samples(place, _metric("DatabaseConnections", database), since, now),
        closed=closed,
        restarted=running.restarted(place, database, closed) if closed else None,
        now=now,
    )


def _replica(context: Context) -> replicas.ReplicaReading:
    name = context.facts["database"]
    return replicas.ReplicaReading(
        name=name,
        engine=context.facts["engine"],
        database=context.running.database(context.place, name),
        lags=context.running.samples(
            context.place,
            _metric("ReplicaLag", name),
            context.now - replicas.LOOK_BACK,
            context.now,
        ),
        now=context.now,
    )


def _promotion(context: Context) -> promotion.PromotionReading:
    name = context.facts["database"]
    return promotion.PromotionReading(
        name=name,
        database=context.running.database(context.place, name),
        snapshots=context.running.snapshots(context.place, name),
        now=context.now,
    )


def _metric(name: str, database: str) -> Metric:
    return Metric(namespace="AWS/RDS", name=name, dimensions=(("DBInstanceIdentifier", database),))
