"""
Dataflow: each job starts when the jobs that it needs are done, independent ones side by side.

A job is a generator. Between two of its `yield`s it asks AWS something, in a thread of the pool; at
a `yield` it lets time pass, and no thread is held meanwhile. All deciding, waiting and telling
happens in the calling thread, so that Ctrl-C arrives there, no job sleeps, and what is told comes
in one order.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from compiler.deploy.outcome import Done, End, Failed, NeverStarted, Outcome, StillRunning

if TYPE_CHECKING:
    from compiler.deploy.clock import Clock

Job: TypeAlias = Generator[str, None, Done | Failed]
"""Yields what is being done, in two or three words, whenever it wants to be called again later."""


class Listener(Protocol):
    """Is told what happens, in the calling thread, in one order."""

    def started(self, node: str, at: datetime) -> None:
        """Hear that the job of *node* starts."""

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        """Hear what AWS is at; the same words come again at each poll."""

    def ended(self, node: str, end: End, at: datetime) -> None:
        """Hear how *node* ended."""


T = TypeVar("T")


class Pool(Protocol):
    """Where calls are made: a thread pool, or for tests the calling thread itself."""

    def submit(self, call: Callable[[], T], /) -> Future[T]:
        """Make a call and promise what comes of it."""


def next_poll(elapsed: timedelta) -> timedelta:
    """
    Tell how long to wait before AWS is asked again about an operation.

    Args:
        elapsed: Time since the job started.

    Returns:
        An eighth of *elapsed*, so that no wait is much longer than what it waits for: at least half
        a second, at most 15 s, since every poll counts against the account's request rate.
    """
    return min(max(elapsed / 8, timedelta(seconds=0.5)), timedelta(seconds=15))


def longest_chain_first(nodes: Sequence[str], needs: Mapping[str, frozenset[str]]) -> list[str]:
    """Return *nodes*, those first on which the longest chains of others wait; else as given."""
    chain = dict.fromkeys(nodes, 0)
    for node in reversed(nodes):
        for needed in needs[node]:
            chain[needed] = max(chain[needed], chain[node] + 1)
    return sorted(nodes, key=lambda node: -chain[node])


@dataclass(slots=True, kw_only=True)
class _Running:
    """A started job; `call` is set while a thread works for it."""

    job: Job
    since: datetime
    wake: datetime
    doing: str
    call: Future[str | Done | Failed] | None = None


class _Flow:
    def __init__(
        self,
        needs: Mapping[str, frozenset[str]],
        order: Sequence[str],
        start: Callable[[str, Mapping[str, Done]], Job],
        listener: Listener,
        clock: Clock,
    ) -> None:
        self.needs = needs
        self.idle = list(order)
        self.start = start
        self.listener = listener
        self.clock = clock
        self.running: dict[str, _Running] = {}
        self.ends: dict[str, End] = {}

    def stop_what_needs_a_failure(self) -> None:
        """End the jobs that can never start, since what they need failed."""
        while doomed := [node for node in self.idle if self._failed_needs(node)]:
            for node in doomed:
                self.idle.remove(node)
                self.end(node, NeverStarted(because=self._failed_needs(node)))

    def _failed_needs(self, node: str) -> tuple[str, ...]:
        roots: set[str] = set()
        for needed in self.needs[node]:
            match self.ends.get(needed):
                case Failed():
                    roots.add(needed)
                case NeverStarted(because=because):
                    roots.update(because)
                case _:
                    pass
        return tuple(sorted(roots))

    def start_ready(self, parallel: int) -> None:
        for node in list(self.idle):
            if len(self.running) >= parallel:
                return
            done = {needed: self.ends.get(needed) for needed in self.needs[node]}
            given = {needed: end for needed, end in done.items() if isinstance(end, Done)}
            if len(given) == len(done):
                now = self.clock.now()
                self.idle.remove(node)
                self.running[node] = _Running(
                    job=self.start(node, given), since=now, wake=now, doing="starting"
                )
                self.listener.started(node, now)

    def stand_still_is_our_bug(self) -> None:
        if self.idle and not self.running:
            message = (
                f"None of {self.idle} can ever start: they need each other, or what is no node."
            )
            raise RuntimeError(message)

    def call_due(self, pool: Pool) -> None:
        now = self.clock.now()
        for running in self.running.values():
            if running.call is None and running.wake <= now:
                running.call = pool.submit(partial(_advance, running.job))

    def let_time_pass(self) -> None:
        wakes = [one.wake for one in self.running.values() if one.call is None]
        calls = [one.call for one in self.running.values() if one.call is not None]
        left = min(wakes) - self.clock.now() if wakes else None
        if calls:
            seconds = None if left is None else max(0.0, left.total_seconds())
            wait(calls, timeout=seconds, return_when=FIRST_COMPLETED)
        elif left is not None:
            self.clock.sleep(left)

    def take_results(self) -> None:
        """
        Hear what came of the calls.

        Raises:
            Exception: A job raised what it should have turned into a failure: our bug.
        """
        for node, running in list(self.running.items()):
            if running.call is None or not running.call.done():
                continue
            error = running.call.exception()
            if error is not None:
                error.add_note(f'While the stack "{node}" was dealt with ({running.doing}).')
                raise error
            result = running.call.result()
            running.call = None
            now = self.clock.now()
            if isinstance(result, str):
                running.doing = result
                running.wake = now + next_poll(now - running.since)
                self.listener.waiting(node, result, now)
            else:
                del self.running[node]
                self.end(node, replace(result, took=now - running.since))

    def settle(self) -> None:
        """Wait for the calls that are being made, and for nothing else."""
        wait([one.call for one in self.running.values() if one.call is not None])

    def end(self, node: str, end: End) -> None:
        self.ends[node] = end
        self.listener.ended(node, end, self.clock.now())


def run(  # each is a part of the machine  # noqa: PLR0913 -- each is a part of the whole
    nodes: Sequence[str],
    *,
    needs: Mapping[str, frozenset[str]],
    start: Callable[[str, Mapping[str, Done]], Job],
    listener: Listener,
    clock: Clock,
    pool: Pool,
    parallel: int,
) -> Outcome:
    """
    Run the jobs of *nodes*.

    Args:
        nodes: In an order in which they could run one by one.
        needs: For each node, the nodes that must be done first.
        start: Makes the job of a node, given how the nodes that it needs ended.
        listener: Is told what happens.
        clock: Tells the time.
        pool: Makes the calls.
        parallel: How many jobs run at a time.

    Returns:
        How each ended, in the order of *nodes*. After an interrupt (Ctrl-C) nothing new is started,
        calls that are being made are waited for, and what AWS still does is told; a second
        interrupt does not wait for them either.

    Raises:
        Exception: A job raised: our bug. Nothing new is started after it.
    """
    began = clock.now()
    flow = _Flow(needs, longest_chain_first(nodes, needs), start, listener, clock)
    interrupted = False
    try:
        while flow.idle or flow.running:
            flow.stop_what_needs_a_failure()
            flow.start_ready(parallel)
            flow.stand_still_is_our_bug()
            flow.call_due(pool)
            flow.let_time_pass()
            flow.take_results()
    except KeyboardInterrupt:
        interrupted = True
        try:
            flow.settle()
            flow.take_results()
        except KeyboardInterrupt:
            pass
        for node, running in flow.running.items():
            flow.end(node, StillRunning(doing=running.doing))
        for node in flow.idle:
            flow.end(node, NeverStarted(because=()))
    except BaseException:
        flow.settle()
        raise
    return Outcome(
        ends={node: flow.ends[node] for node in nodes},
        is_interrupted=interrupted,
        took=clock.now() - began,
    )


def _advance(job: Job) -> str | Done | Failed:
    try:
        return next(job)
    except StopIteration as stop:
        ended: Done | Failed = stop.value
        return ended
