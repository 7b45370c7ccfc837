"""What may happen to any call: it is remembered, throttled, lost, refused, or the caller dies."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from compiler.deploy.port import AwsBusyError, AwsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.deploy.clock import Clock

WRITES = frozenset(
    {
        "adopt",
        "continue_rollback",
        "create_instances",
        "create_stack_set",
        "delete_instances",
        "delete_stack",
        "delete_stack_set",
        "detect_drift",
        "empty",
        "import_stack",
        "update_stack_set",
        "upload",
    }
)
"""Calls that change what is deployed; the lock's parameter is not part of that."""


class Calls:
    """
    The calls of one process after another, with what is to go wrong in them.

    `busy` and `lost` count down by method: throttled before the request is taken, or the connection
    lost after it; `faults` does the same to the call of a number. `refuses` and `breaks` last.
    `stale` counts reads that answer as things were before the last write. `at_call` lets somebody
    else act before the call of that number. `watch` sees every write before it is taken.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.calls: list[tuple[str, ...]] = []
        self.busy: dict[str, int] = {}
        self.lost: dict[str, int] = {}
        self.stale: dict[str, int] = {}
        self.refuses: dict[str, AwsError] = {}
        self.breaks: dict[str, Exception] = {}
        self.faults: dict[int, Literal["throttled", "lost"]] = {}
        self.at_call: dict[int, Callable[[], None]] = {}
        self.watch: Callable[[tuple[str, ...]], None] = lambda _: None
        self._kill: tuple[BaseException, int, bool] | None = None
        self._lock = threading.RLock()

    @property
    def writes(self) -> list[tuple[str, ...]]:
        return [call for call in self.calls if call[0] in WRITES]

    def kill(self, error: BaseException, number: int, *, after: bool) -> None:
        """Let the process die in its call *number*: before AWS takes it, or after."""
        self._kill = (error, number, after)

    def __getstate__(self) -> dict[str, object]:
        """Return what another process may know of it: nothing that this one only watches with."""
        mine = {"_lock", "watch", "at_call", "_kill"}
        return {name: value for name, value in vars(self).items() if name not in mine}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        self._lock = threading.RLock()
        self.watch = lambda _: None
        self.at_call = {}
        self._kill = None
        self.forget_the_process()

    def forget_the_process(self) -> None:
        """Lose what only a process that died knew."""

    def let_time_tell(self) -> None:
        """Let what was started come to its end if it is time."""

    def _killed(self, *, after: bool, number: int | None = None) -> None:
        reached = len(self.calls) if number is None else number
        if self._kill is not None and self._kill[1:] == (reached, after):
            error, self._kill = self._kill[0], None
            self.forget_the_process()
            raise error

    @contextmanager
    def called(self, method: str, *arguments: str) -> Iterator[None]:
        with self._lock:
            self.calls.append((method, *arguments))
            if act := self.at_call.pop(len(self.calls), None):
                act()
            number = len(self.calls)
            self._killed(after=False)
            if self.faults.get(number) == "throttled":
                raise AwsBusyError(code="Throttling", reason="Rate exceeded", call=method)
            if self.busy.get(method, 0):
                self.busy[method] -= 1
                raise AwsBusyError(code="Throttling", reason="Rate exceeded", call=method)
            if method in self.refuses:
                raise self.refuses[method]
            if method in self.breaks:
                raise self.breaks[method]
            self.let_time_tell()
            if method in WRITES:
                self.watch((method, *arguments))
            yield
            self._killed(after=True, number=number)
            if self.faults.get(number) == "lost":
                raise AwsBusyError(code="Unreachable", reason="connection closed", call=method)
            if self.lost.get(method, 0):
                self.lost[method] -= 1
                raise AwsBusyError(code="Unreachable", reason="connection closed", call=method)
