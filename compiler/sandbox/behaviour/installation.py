"""Puts what goes on by itself into a running sandbox, and takes it back."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from compiler.sandbox.behaviour.alarms import see_alarms, with_alarms
from compiler.sandbox.behaviour.batch_calls import with_batch_jobs
from compiler.sandbox.behaviour.batch_jobs import see_jobs
from compiler.sandbox.behaviour.course import Course
from compiler.sandbox.behaviour.databases import see_databases, with_databases
from compiler.sandbox.behaviour.invalidations import see_invalidations, with_invalidations
from compiler.sandbox.behaviour.live_replication import replicate, with_live_replication
from compiler.sandbox.behaviour.peerings import with_peerings
from compiler.sandbox.behaviour.readings import readings
from compiler.sandbox.behaviour.samples import take_samples, with_metrics
from compiler.sandbox.behaviour.targets import with_targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.engine.world import World


@contextmanager
def with_behaviour(world: World) -> Iterator[None]:
    """
    Let the services behave; begin before moto does, which reads its addresses when it starts.

    What goes on is done whenever somebody looks: see `World.beside`.
    """
    course = Course(world=world)
    with ExitStack() as stack:
        for each in (
            with_databases(course),
            with_metrics(course),
            with_alarms(course),
            with_targets(course),
            with_live_replication(course),
            with_batch_jobs(course),
            with_invalidations(course),
            with_peerings(),
        ):
            stack.enter_context(each)
        world.beside.append(lambda: go_on(course))
        yield


def go_on(course: Course) -> None:
    """Do what would have gone on until now."""
    see_databases(course)
    replicate(course)
    see_jobs(course)
    see_invalidations(course)
    if take_samples(course, lambda: readings(course)):
        see_alarms(course)
