"""Progress on a terminal: one line per stack that is dealt with, and a line for each that ended."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from compiler.deploy.outcome import Done, End, Failed
from compiler.report.plain import ending

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rich.console import Console

    from compiler.deploy.timeline import Schedule


class RichProgress:
    """Shows what is being done with the time that it takes; rich draws in a thread of its own."""

    def __init__(self, progress: Progress) -> None:
        """Draw on *progress*."""
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def planned(self, schedule: Schedule, at: datetime) -> None:
        """Hear what is about to be done."""
        del schedule, at

    def started(self, node: str, at: datetime) -> None:
        """Hear that the job of *node* starts."""
        del at
        self._tasks[node] = self._progress.add_task(escape(node), doing="starting", total=None)

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        """Hear what AWS is at."""
        del at
        self._progress.update(self._tasks[node], doing=doing)

    def ended(self, node: str, end: End, at: datetime) -> None:
        """Hear how *node* ended."""
        del at
        if node in self._tasks:
            self._progress.remove_task(self._tasks.pop(node))
        match end:
            case Done():
                sign, style = "✓", "green"
            case Failed():
                sign, style = "✗", "red"
            case _:
                sign, style = "·", "yellow"
        self._progress.console.print(
            f"[{style}]{sign}[/] [bold]{escape(node)}[/] {escape(ending(end))}", highlight=False
        )


@contextmanager
def on_terminal(console: Console) -> Iterator[RichProgress]:
    """Show progress on *console* until the block ends."""
    progress = Progress(
        SpinnerColumn(),
        TextColumn("[bold]{task.description}[/]"),
        TextColumn("{task.fields[doing]}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    with progress:
        yield RichProgress(progress)
