"""A listener that remembers what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.deploy.outcome import End
    from compiler.deploy.timeline import Schedule
    from tests.fakes.aws import FakeAws


class Heard:
    """Remembers what it is told; the same words of a wait are remembered once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.schedules: list[Schedule] = []

    def planned(self, schedule: Schedule, at: datetime) -> None:
        del at
        self.schedules.append(schedule)

    def started(self, node: str, at: datetime) -> None:
        del at
        self.lines.append(f"{node} started")

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        del at
        if (line := f"{node} {doing}") not in self.lines:
            self.lines.append(line)

    def ended(self, node: str, end: End, at: datetime) -> None:
        del at
        self.lines.append(f"{node} {type(end).__name__}")


class Throttling(Heard):
    """Lets AWS be too busy for a method once the run has begun."""

    def __init__(self, aws: FakeAws, busy: dict[str, int]) -> None:
        super().__init__()
        self.aws = aws
        self.busy = busy

    def planned(self, schedule: Schedule, at: datetime) -> None:
        super().planned(schedule, at)
        self.aws.busy = self.busy
