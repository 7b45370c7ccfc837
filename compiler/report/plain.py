"""Progress in plain lines, for logs: when a stack starts, when its work changes, when it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TextIO, TypeAlias

from compiler.deploy.outcome import Done, End, Failed, NeverStarted, StillRunning
from compiler.report.durations import duration
from compiler.report.running import Running
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.deploy.timeline import Schedule

Clock: TypeAlias = "Callable[[datetime], str]"
"""Tells at a time how long something has lasted that must not last long; empty if nothing does."""

HEARTBEAT = timedelta(minutes=1)
"""After how long it is said that a stack is still being dealt with: CI stops what is silent."""


class PlainProgress:
    """Writes each thing once, with the time; of long waits a line each minute."""

    def __init__(self, stream: TextIO, clock: Clock | None = None) -> None:
        """Write to *stream*; with what a *clock* says before each line."""
        self._stream = stream
        self._clock = clock
        self._running = Running()
        self._doing: dict[str, str] = {}
        self._said: dict[str, datetime] = {}

    def planned(self, schedule: Schedule, at: datetime) -> None:
        """Hear what is about to be done."""
        self._running.planned(schedule, at)

    def started(self, node: str, at: datetime) -> None:
        """Hear that the job of *node* starts."""
        self._running.started(node, at)
        self._say(node, at, "started")

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        """Hear what AWS is at."""
        self._running.waiting(node, doing, at)
        if self._doing.get(node) != doing:
            self._doing[node] = doing
            self._say(node, at, doing)
        elif at - self._said[node] >= HEARTBEAT:
            self._say(node, at, f"still {self._running.work(node, at)}")

    def ended(self, node: str, end: End, at: datetime) -> None:
        """Hear how *node* ended."""
        self._running.ended(node, end, at)
        self._say(node, at, ending(end))

    def _say(self, node: str, at: datetime, words: str) -> None:
        self._said[node] = at
        said = self._clock(at) if self._clock is not None else ""
        clock = f" [{said}]" if said else ""
        self._stream.write(f"{at:%H:%M:%S}{clock} {node}: {words}\n")
        self._stream.flush()


def ending(end: End) -> str:
    """Return *end* in a few words."""
    match end:
        case Done(what=what, took=took):
            return f"{what} in {duration(took)}"
        case Failed(failure=failure, took=took):
            what = f"{failure.resource}: " if failure.resource else ""
            return f"FAILED after {duration(took)}: {what}{visible(failure.reason)}"
        case NeverStarted(because=because):
            return f"not started, needs {', '.join(because)}" if because else "not started"
        case StillRunning(doing=doing):
            return f"interrupted, AWS goes on ({doing})"
