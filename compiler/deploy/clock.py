"""Time, as the deployer needs it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time and lets it pass."""

    def now(self) -> datetime:
        """Return the time, with its zone."""

    def sleep(self, duration: timedelta) -> None:
        """Come back after *duration*."""


class WallClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC)

    def sleep(self, duration: timedelta) -> None:
        """Come back after *duration*."""
        time.sleep(max(0.0, duration.total_seconds()))
