"""
Lets operations take time, by the world's clock.

An operation is a generator that stops between its steps. With `World.seconds_per_stack` at 0 it is
run to its end inside the call that starts it. Otherwise its steps fall due one after the other, and
whoever looks (any call on the API) has those done first that are due: nothing runs by itself.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.engine.world import World

T = TypeVar("T")

Steps = Generator[None, None, T]
"""An operation that stops between its steps, and what it returns at its end."""


@dataclass(slots=True, kw_only=True)
class Underway:
    """
    Something that takes its time.

    Attributes:
        key: What it happens to, such as a stack's id.
        due: When its next step is to be done.
        waits: Does a step and tells how many seconds pass until the next one.
    """

    key: str
    due: datetime
    waits: Iterator[float]


def begin(world: World, key: str, steps: Steps[None], *, size: int) -> None:
    """
    Do the first step of an operation now, and the rest when it falls due.

    Args:
        world: Its `seconds_per_stack` is how long the whole takes.
        key: What the operation happens to; see `abandon`.
        steps: The operation.
        size: How many stops it is expected to make; more take longer, fewer less.
    """
    seconds = world.seconds_per_stack / max(size, 1)
    begin_waiting(world, key, (seconds for _ in steps))


def begin_waiting(world: World, key: str, waits: Iterator[float]) -> None:
    """Do the first step now; each step says how many seconds later the next one is due."""
    if world.seconds_per_stack:
        set_off(world, key, waits)
        return
    for _ in waits:
        pass


def set_off(world: World, key: str, waits: Iterator[float]) -> None:
    """Do the first step now, and leave the rest for when it falls due, also without a pace."""
    each = Underway(key=key, due=world.now(), waits=waits)
    if _does_next(each):
        world.underway.append(each)


def progress(world: World) -> None:
    """Do what has fallen due, in the order in which it did, and what goes on beside."""
    if world.moment is not None:  # a step looks: what is due after it comes after it
        return
    now = world.clock()
    while due := [each for each in world.underway if each.due <= now]:
        # The first of equals is the one that began first: `min` keeps the order of the list.
        each = min(due, key=lambda one: one.due)
        world.moment = each.due
        try:
            _go_on(world)
            is_left = _does_next(each)
        finally:
            world.moment = None
        if not is_left and each in world.underway:
            world.underway.remove(each)
    _go_on(world)


def abandon(world: World, key: str) -> None:
    """Let what happens to *key* go no further."""
    world.underway = [each for each in world.underway if each.key != key]


def _go_on(world: World) -> None:
    for go_on in world.beside:
        go_on()


def _does_next(each: Underway) -> bool:
    seconds = next(each.waits, None)
    if seconds is None:
        return False
    each.due += timedelta(seconds=seconds)
    return True
