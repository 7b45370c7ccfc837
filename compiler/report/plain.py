"""Progress in plain lines, for logs: when a stack starts, when its work changes, when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from compiler.deploy.outcome import Done, End, Failed, NeverStarted, StillRunning
from compiler.report.outcome import duration
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.deploy.timeline import Schedule


class PlainProgress:
    """Writes each thing once, with the time; what is only polled again is not written."""

    def __init__(self, stream: TextIO) -> None:
        """Write to *stream*."""
        self._stream = stream
        self._doing: dict[str, str] = {}

    def planned(self, schedule: Schedule, at: datetime) -> None:
        """Hear what is about to be done."""
        del schedule, at

    def started(self, node: str, at: datetime) -> None:
        """Hear that the job of *node* starts."""
        self._say(at, f"{node}: started")

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        """Hear what AWS is at."""
        if self._doing.get(node) != doing:
            self._doing[node] = doing
            self._say(at, f"{node}: {doing}")

    def ended(self, node: str, end: End, at: datetime) -> None:
        """Hear how *node* ended."""
        self._say(at, f"{node}: {ending(end)}")

    def _say(self, at: datetime, line: str) -> None:
        self._stream.write(f"{at:%H:%M:%S} {line}\n")
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
