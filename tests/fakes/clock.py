"""A clock that passes as fast as it is told to, and a pool that calls at once."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class SimulatedClock:
    """Time passes only when somebody sleeps; `interrupt_at` is when the operator presses Ctrl-C."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
        self.interrupt_at: datetime | None = None

    def now(self) -> datetime:
        return self.time

    def sleep(self, duration: timedelta) -> None:
        assert duration > timedelta(0)
        self.time += duration
        if self.interrupt_at is not None and self.time >= self.interrupt_at:
            self.interrupt_at = None
            raise KeyboardInterrupt


class CallingPool:
    """Calls in the calling thread, so that a test has one order."""

    def submit(self, call: Callable[[], T], /) -> Future[T]:
        promise: Future[T] = Future()
        try:
            promise.set_result(call())
        except Exception as error:  # a pool hands on whatever is raised  # noqa: BLE001 -- a pool hands on whatever is raised
            promise.set_exception(error)
        return promise
