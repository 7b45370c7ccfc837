"""
Dataflow: each job starts when the jobs that it needs are done, independent ones side by side.

A job is a generator. Between two of its `yield`s it asks AWS something, in a thread of the pool; at
a `yield` it lets time pass, and no thread is held meanwhile. All deciding, waiting and telling
happens in the calling thread, so that Ctrl-C arrives there, no job sleeps, and what is told comes
in one order.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from compiler.deploy.outcome import Done, End, Failed, NeverStarted, Outcome, StillRunning
from compiler.deploy.patience import Chance, Unanswered, no_chance, pause

if TYPE_CHECKING:
    from compiler.deploy.clock import Clock
    from compiler.deploy.timeline import Schedule

Job: TypeAlias = Generator[str, None, Done | Failed]
"""
Yields what is being done, in two or three words, whenever it wants to be called again later;
`Unanswered` words when AWS was too busy to answer.
"""


class Listener(Protocol):
    """Is told what happens, in the calling thread, in one order."""

    def planned(self, schedule: Schedule, at: datetime) -> None:
        """Hear what is about to be done, once, before anything else."""

    def started(self, node: str, at: datetime) -> None:
        """Hear that the job of *node* starts."""

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        """Hear what AWS is at; the same words come again at each poll."""

    def ended(self, node: str, end: End, at: datetime) -> None:
        """Hear how *node* ended."""


class Keeper(Protocol):
    """
    Keeps the lock while jobs run.

    Attributes:
        due: When it is to be renewed.
        until: When it runs out.
        trouble: What kept it from being renewed the last time; empty if nothing did.
    """

    due: datetime
    until: datetime
    trouble: str

    def renew(self) -> str:
        """Renew it, in a thread of the pool; return in words why it is lost, or nothing."""


T = TypeVar("T")


class Pool(Protocol):
    """Where calls are made: a thread pool, or for tests the calling thread itself."""

    def submit(self, call: Callable[[], T], /) -> Future[T]:
        """Make a call and promise what comes of it."""


def next_poll(elapsed: timedelta, expected: timedelta, chance: Chance = no_chance) -> timedelta:
    """
    Tell how long to wait before AWS is asked again about an operation.

    Args:
        elapsed: Time since the job started.
        expected: How long it is expected to take.
        chance: Keeps many stacks from asking in step.

    Returns:
        An eighth of *elapsed* until half of what is expected has passed, then a sixtieth of what is
        expected: that is when an end is likely, and each wait may lengthen the whole run. At
        least half a second, at most 15 s, since every poll counts against the account's request
        rate. A fifth more or less, by chance.
    """
    even = elapsed / 8
    if elapsed >= expected / 2:
        even = min(even, max(expected / 60, timedelta(seconds=1)), timedelta(seconds=10))
    return min(max(even, timedelta(seconds=0.5)), timedelta(seconds=15)) * (0.8 + 0.4 * chance())


def longest_chain_first(schedule: Schedule) -> list[str]:
    """Return the nodes, those first on which the longest chains of others wait; else as given."""
    chain = schedule.chains()
    return sorted(schedule.nodes, key=lambda node: -chain[node])


@dataclass(slots=True, kw_only=True)
class _Running:
    """
    A started job; `call` is set while a thread works for it.

    `unanswered` counts the calls since AWS last had an answer for it.
    """

    job: Job
    since: datetime
    wake: datetime
    doing: str
    expected: timedelta
    call: Future[str | Done | Failed] | None = None
    unanswered: int = 0


class _Flow:
    def __init__(  # noqa: PLR0913 -- each is a part of the whole
        self,
        *,
        schedule: Schedule,
        start: Callable[[str, Mapping[str, Done]], Job],
        listener: Listener,
        clock: Clock,
        chance: Chance,
        keeper: Keeper | None,
    ) -> None:
        self.schedule = schedule
        self.needs = schedule.needs
        self.idle = longest_chain_first(schedule)
        self.start = start
        self.listener = listener
        self.clock = clock
        self.chance = chance
        self.keeper = keeper
        self.renewal: Future[str] | None = None
        self.running: dict[str, _Running] = {}
        self.started: dict[str, datetime] = {}
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
                    job=self.start(node, given),
                    since=now,
                    wake=now,
                    doing="starting",
                    expected=self.schedule.lasts(node),
                )
                self.started[node] = now
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
        if self.keeper is not None and self.renewal is None and self.keeper.due <= now:
            self.renewal = pool.submit(self.keeper.renew)

    def lock_is_lost(self) -> str:
        """Return why nothing may be started any more; nothing as long as the lock is held."""
        if self.keeper is None:
            return ""
        if self.renewal is not None and self.renewal.done():
            lost, self.renewal = self.renewal.result(), None
            if lost:
                return lost
        if self.clock.now() < self.keeper.until:
            return ""
        why = self.keeper.trouble
        return f"the lock could not be renewed: {why}" if why else "the lock ran out"

    def let_time_pass(self) -> None:
        wakes = [one.wake for one in self.running.values() if one.call is None]
        calls = self._calls()
        if self.keeper is not None and self.running:
            wakes.append(self.keeper.until if self.renewal else self.keeper.due)
        left = min(wakes) - self.clock.now() if wakes else None
        if calls:
            seconds = None if left is None else max(0.0, left.total_seconds())
            wait(calls, timeout=seconds, return_when=FIRST_COMPLETED)
        elif left is not None:
            self.clock.sleep(max(left, timedelta(milliseconds=1)))

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
                running.doing = str(result)
                running.wake = now + self._next_call(running, result, now)
                self.listener.waiting(node, result, now)
            else:
                del self.running[node]
                self.end(node, replace(result, took=now - running.since))

    def _next_call(self, running: _Running, said: str, now: datetime) -> timedelta:
        if isinstance(said, Unanswered):
            running.unanswered += 1
            return pause(running.unanswered, self.chance)
        running.unanswered = 0
        return next_poll(now - running.since, running.expected, self.chance)

    def settle(self) -> None:
        """Wait for the calls that are being made, and for nothing else."""
        wait(self._calls())

    def _calls(self) -> list[Future[Any]]:
        # Any: what a call comes to is of no matter to those who wait for it.
        calls: list[Future[Any]] = [
            one.call for one in self.running.values() if one.call is not None
        ]
        return [*calls, self.renewal] if self.renewal is not None else calls

    def stop(self) -> None:
        """Start nothing new, and say of each node what AWS goes on with."""
        try:
            self.settle()
            self.take_results()
        except KeyboardInterrupt:
            pass
        for node, running in self.running.items():
            self.end(node, StillRunning(doing=running.doing))
        for node in self.idle:
            self.end(node, NeverStarted(because=()))

    def end(self, node: str, end: End) -> None:
        self.ends[node] = end
        self.listener.ended(node, end, self.clock.now())


def run(  # noqa: PLR0913 -- each is a part of the whole
    schedule: Schedule,
    *,
    start: Callable[[str, Mapping[str, Done]], Job],
    listener: Listener,
    clock: Clock,
    pool: Pool,
    parallel: int,
    chance: Chance = no_chance,
    keeper: Keeper | None = None,
) -> Outcome:
    """
    Run the jobs of a *schedule*.

    Args:
        schedule: The nodes, what each needs, and how long it is expected to take.
        start: Makes the job of a node, given how the nodes that it needs ended.
        listener: Is told what happens.
        clock: Tells the time.
        pool: Makes the calls: at least one more at a time than there are jobs, for the lock.
        parallel: How many jobs run at a time.
        chance: Keeps jobs from asking in step, and from coming back together when throttled.
        keeper: Holds the lock meanwhile.

    Returns:
        How each ended, in the order of the schedule. After an interrupt (Ctrl-C), and when the lock
        is lost, nothing new is started, calls that are being made are waited for, and what AWS
        still does is told; a second interrupt does not wait for them either.

    Raises:
        Exception: A job raised: our bug. Nothing new is started after it.
    """
    began = clock.now()
    flow = _Flow(
        schedule=schedule,
        start=start,
        listener=listener,
        clock=clock,
        chance=chance,
        keeper=keeper,
    )
    is_interrupted, stopped = False, ""
    try:
        listener.planned(schedule, began)
        while flow.idle or flow.running:
            flow.stop_what_needs_a_failure()
            flow.start_ready(parallel)
            flow.stand_still_is_our_bug()
            flow.call_due(pool)
            flow.let_time_pass()
            flow.take_results()
            if stopped := flow.lock_is_lost():
                flow.stop()
                break
    except KeyboardInterrupt:
        is_interrupted = True
        flow.stop()
    except BaseException:
        flow.settle()
        raise
    return Outcome(
        ends={node: flow.ends[node] for node in schedule.nodes},
        is_interrupted=is_interrupted,
        stopped=stopped,
        started={node: at - began for node, at in flow.started.items()},
        took=clock.now() - began,
    )


def _advance(job: Job) -> str | Done | Failed:
    try:
        return next(job)
    except StopIteration as stop:
        ended: Done | Failed = stop.value
        return ended
