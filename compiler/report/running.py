"""What is going on, as lines: one for each stack that is dealt with, and one for the whole."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.timeline import Schedule
from compiler.report.durations import about, duration

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.deploy.outcome import End


class Running:
    """Hears what happens, and tells at any time how things stand."""

    def __init__(self) -> None:
        """Begin with nothing planned."""
        self._schedule = Schedule(nodes=(), needs={})
        self._since: dict[str, datetime] = {}
        self._doing: dict[str, str] = {}
        self._ended: set[str] = set()

    def planned(self, schedule: Schedule, at: datetime) -> None:
        """Hear what is about to be done."""
        del at
        self._schedule = schedule

    def started(self, node: str, at: datetime) -> None:
        """Hear that the job of *node* starts."""
        self._since[node] = at
        self._doing[node] = "starting"

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        """Hear what AWS is at."""
        del at
        self._doing[node] = doing

    def ended(self, node: str, end: End, at: datetime) -> None:
        """Hear how *node* ended."""
        del end, at
        self._doing.pop(node, None)
        self._ended.add(node)

    def work(self, node: str, now: datetime) -> str:
        """Return what is done about *node*: `creating  3 m 10 s of about 5 m`."""
        elapsed = now - self._since[node]
        said = f"{self._doing[node]}  {duration(elapsed)}"
        expected = self._schedule.lasts(node)
        if node not in self._schedule.expected or elapsed > expected * 1.5:
            # What is late by half is not described by what was expected.
            return said
        return f"{said} of about {about(expected)}"

    def lines(self, now: datetime, columns: int) -> list[str]:
        """
        Return how things stand, each line at most *columns* wide.

        Args:
            now: The time.
            columns: How wide the terminal is.
        """
        works = {node: self.work(node, now) for node in self._doing}
        room = max((columns - len(work) - 2 for work in works.values()), default=0)
        wide = min(max((len(node) for node in works), default=0), max(room, 10))
        found = [f"{node[:wide]:{wide}}  {work}"[:columns] for node, work in works.items()]
        return [*found, self.summary(now)[:columns]]

    def summary(self, now: datetime) -> str:
        """Return counts and what is left of the critical path."""
        waiting = len(self._schedule.nodes) - len(self._doing) - len(self._ended)
        counts = f"{len(self._ended)} done, {len(self._doing)} running, {waiting} waiting"
        rest = self._schedule.rest(self._since, frozenset(self._ended), now)
        if rest <= timedelta():
            return counts
        return f"{counts}; about {about(rest)} to go"
