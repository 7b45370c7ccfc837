"""
What goes on in the services beside calls, and what is remembered for it.

Nothing runs by itself: whoever looks, at whichever service, has done first what would have gone on
until then, by the clock of the sandbox.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from moto.rds.models import DBInstance

    from compiler.sandbox.behaviour.samples import Metric, Sample
    from compiler.sandbox.engine.world import Place, World
    from compiler.sandbox.faults import Faults


@dataclass(slots=True, kw_only=True)
class Life:
    """
    What an RDS instance goes through that moto does not know.

    Attributes:
        since: When it was first seen.
        open_connections: How many clients are connected.
        busy_until: The end of a reboot; `None` where there was none.
        is_broken: Whether a replica has stopped to replicate for good.
        stalled_since: Since when a replica replays nothing; `None` while it does.
    """

    since: datetime
    open_connections: int = 0
    busy_until: datetime | None = None
    is_broken: bool = False
    stalled_since: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Waiting:
    """
    An object, or a delete marker, that live replication has not got to yet.

    Attributes:
        bucket: Where it was written.
        key: moto's object of it.
        replication: The bucket's configuration when it was written, as moto keeps it.
    """

    bucket: str
    key: Any
    replication: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Course:
    """
    What goes on.

    Requests add to it in threads of their own; what goes on is done by one of them at a time.

    Attributes:
        world: Tells the time, the pace and the faults.
        lives: Of each RDS instance that moto holds.
        samples: What CloudWatch has of a place, by metric, oldest first.
        sampled: The minute up to which there are samples.
        waiting: What live replication has still to copy, in the order of writing.
        failures: What live replication failed at: when, in which bucket, by which rule.
        jobs: S3 Batch Operations jobs of a place, by id, in the order of creation.
        invalidations: When each invalidation that goes on will be complete, by moto's object.
        alarms: Since when each alarm has stood, by its ARN.
    """

    world: World
    lives: WeakKeyDictionary[DBInstance, Life] = field(default_factory=WeakKeyDictionary)
    samples: dict[Place, dict[Metric, list[Sample]]] = field(default_factory=dict)
    sampled: datetime | None = None
    waiting: deque[Waiting] = field(default_factory=deque)
    failures: list[tuple[datetime, str, str]] = field(default_factory=list)
    jobs: dict[Place, dict[str, dict[str, Any]]] = field(default_factory=dict)
    invalidations: deque[tuple[datetime, Any]] = field(default_factory=deque)
    alarms: dict[str, datetime] = field(default_factory=dict)

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self.world.faults

    def now(self) -> datetime:
        """Return the time of the sandbox."""
        return self.world.now()

    def life(self, instance: DBInstance) -> Life:
        """Return what *instance* goes through."""
        found = self.lives.get(instance)
        if found is None:
            found = self.lives[instance] = Life(since=self.now())
        return found

    def pace(self) -> timedelta:
        """Return how long a service takes for what takes time: as long as a stack does."""
        return timedelta(seconds=self.world.seconds_per_stack)


def places_of(backends: Any) -> Iterator[tuple[Place, Any]]:  # noqa: ANN401 -- moto's `BackendDict`
    """Yield account and region, with moto's backend of a service, wherever it was used."""
    # Copied first: stacks of several regions are made at the same time.
    for account, regions in list(backends.items()):
        for region, backend in list(regions.items()):
            yield (account, region), backend
