"""Progress on a terminal: one line per stack that is dealt with, and a line for each that ended."""

from __future__ import annotations

from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from rich.live import Live
from rich.markup import escape
from rich.text import Text

from compiler.deploy.outcome import Done, End, Failed
from compiler.report.plain import ending
from compiler.report.running import Running
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from rich.console import Console

    from compiler.deploy.timeline import Schedule
    from compiler.report.plain import Clock


class RichProgress:
    """Shows what is being done with the time that it takes; rich draws in a thread of its own."""

    def __init__(self, console: Console, clock: Clock | None = None) -> None:
        """Print what ended on *console*, and what a *clock* says below what is being done."""
        self._console = console
        self._signs = _signs(console.encoding)
        self._clock = clock
        self._running = Running()
        self._lock = RLock()

    def lines(self, now: datetime) -> list[str]:
        """Return how things stand, as wide as the terminal; called by the drawing thread."""
        with self._lock:
            lines = self._running.lines(now, self._console.width)
        said = self._clock(now) if self._clock is not None else ""
        return [*lines, said] if said else lines

    def planned(self, schedule: Schedule, at: datetime) -> None:
        """Hear what is about to be done."""
        with self._lock:
            self._running.planned(schedule, at)

    def started(self, node: str, at: datetime) -> None:
        """Hear that the job of *node* starts."""
        with self._lock:
            self._running.started(node, at)

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        """Hear what AWS is at."""
        with self._lock:
            self._running.waiting(node, doing, at)

    def ended(self, node: str, end: End, at: datetime) -> None:
        """Hear how *node* ended."""
        with self._lock:
            self._running.ended(node, end, at)
        match end:
            case Done():
                sign, style = self._signs[0], "green"
            case Failed():
                sign, style = self._signs[1], "red"
            case _:
                sign, style = self._signs[2], "yellow"
        self._console.print(
            f"[{style}]{sign}[/] [bold]{escape(node)}[/] {escape(ending(end))}", highlight=False
        )


def _signs(encoding: str) -> str:
    """Return what stands before what is done, failed, or neither, as far as it can be shown."""
    try:
        "✓✗·".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return "+x-"
    return "✓✗·"


@contextmanager
def on_terminal(
    console: Console, now: Callable[[], datetime], clock: Clock | None = None
) -> Iterator[RichProgress]:
    """
    Show progress on *console* until the block ends.

    Args:
        console: Where to draw.
        now: Tells the time, for what is drawn between two events.
        clock: Tells how long something has lasted that must not last long.
    """
    progress = RichProgress(console, clock)

    def drawn() -> Text:
        return Text("\n".join(visible(line) for line in progress.lines(now())))

    with Live(console=console, get_renderable=drawn, transient=True, refresh_per_second=2):
        yield progress
