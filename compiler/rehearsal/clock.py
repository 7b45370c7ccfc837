"""A clock for who waits for nobody: what is slept is told as passed, and is not waited for."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


class RehearsalClock:
    """
    Time as the sandbox and the deployer are told it: that of the machine, and all that was slept.

    Gates wait for the next minute's sample of a metric; nobody has to wait for them.
    """

    def __init__(self, machine: Callable[[], datetime]) -> None:
        """Begin with the time that *machine* tells, in UTC."""
        self._machine = machine
        self._slept = timedelta()
        self._lock = Lock()

    def now(self) -> datetime:
        """Return the time in UTC."""
        with self._lock:
            return self._machine() + self._slept

    def sleep(self, duration: timedelta) -> None:
        """Have *duration* passed, at once."""
        with self._lock:
            self._slept += max(duration, timedelta())
