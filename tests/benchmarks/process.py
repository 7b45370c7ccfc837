"""Whole processes, measured: CPU and wall time, and the peak of memory."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """
    What one run of a command took.

    Attributes:
        cpu: User and system seconds, of its children too.
        wall: Seconds from start to end.
        peak_mib: Largest resident memory of any of its processes.
    """

    cpu: float
    wall: float
    peak_mib: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """
    A command to measure.

    Attributes:
        argv: Program and arguments.
        before: Called before each run, outside the measurement.
    """

    argv: Sequence[str]
    before: Callable[[], None] = lambda: None


class CommandFailedError(Exception):
    """A command that is measured ended with an error: what it took means nothing."""


def run(command: Command) -> Cost:
    """
    Run *command* once, its output thrown away.

    Raises:
        CommandFailedError: It did not exit with 0.
    """
    command.before()
    # As after an installation: with every module's bytecode on disk.
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    started = time.perf_counter()
    sink = os.open(os.devnull, os.O_WRONLY)
    pid = os.posix_spawn(
        command.argv[0],
        list(command.argv),
        environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, sink, 1), (os.POSIX_SPAWN_DUP2, sink, 2)],
    )
    os.close(sink)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) != 0:
        message = f"exit code {os.waitstatus_to_exitcode(status)}: {' '.join(command.argv)}"
        raise CommandFailedError(message)
    return Cost(cpu=usage.ru_utime + usage.ru_stime, wall=wall, peak_mib=usage.ru_maxrss / 1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """
    One command against another, in pairs.

    Attributes:
        cpu: Median of the pairs' CPU ratios.
        wall: Median of the pairs' wall ratios.
        cost: Median cost of the command itself.
        against: Median cost of the other one.
    """

    cpu: float
    wall: float
    cost: Cost
    against: Cost


def compare(command: Command, against: Command, pairs: int) -> Ratio:
    """Run both in turns, *pairs* times after a warm-up: a drifting machine slows both alike."""
    run(command)
    run(against)
    costs = [(run(command), run(against)) for _ in range(pairs)]
    return Ratio(
        cpu=median(ours.cpu / theirs.cpu for ours, theirs in costs),
        wall=median(ours.wall / theirs.wall for ours, theirs in costs),
        cost=_median([ours for ours, _ in costs]),
        against=_median([theirs for _, theirs in costs]),
    )


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        cpu=median(cost.cpu for cost in costs),
        wall=median(cost.wall for cost in costs),
        peak_mib=median(cost.peak_mib for cost in costs),
    )
