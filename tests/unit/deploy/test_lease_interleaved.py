"""
Two who want the lock at once, in every order of their calls: never do both win.

Each runs in a thread of its own and stops before each call; a schedule says whose call is next.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.lease import LEASE, LEEWAY, Lease, Taker, holder_of
from tests.fakes.aws import FakeAws
from tests.fakes.clock import SimulatedClock
from tests.fakes.migration import migration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.deploy.lease import Holder

MANIFEST = migration().manifest


class DiedError(BaseException):
    """The process is gone."""


class Turns:
    """Lets one of several threads make one call at a time."""

    def __init__(self) -> None:
        self.ready: dict[str, threading.Semaphore] = {}
        self.arrived = threading.Semaphore(0)
        self.over: set[str] = set()

    def step(self, who: str) -> None:
        """Let *who* make the call before which it waits, and wait until it is at the next one."""
        self.ready[who].release()
        self.arrived.acquire()


class InTurns(FakeAws):
    """Waits before each call for the turn of the thread that makes it."""

    def __init__(self, clock: SimulatedClock) -> None:
        super().__init__(clock)
        self.passing = clock
        self.turns: Turns | None = None

    def wait(self) -> None:
        who = threading.current_thread().name
        if self.turns is not None and who in self.turns.ready:
            self.turns.arrived.release()
            self.turns.ready[who].acquire()

    def parameter(self, name: str) -> str | None:
        self.wait()
        return super().parameter(name)

    def create_parameter(self, name: str, value: str) -> bool:
        self.wait()
        return super().create_parameter(name, value)

    def replace_parameter(self, name: str, value: str) -> None:
        self.wait()
        super().replace_parameter(name, value)

    def delete_parameter(self, name: str) -> None:
        self.wait()
        super().delete_parameter(name)


def lease(aws: FakeAws, clock: SimulatedClock, who: str) -> Lease:
    taker = Taker(owner=who, run=f"run-of-{who}")
    return Lease(aws, MANIFEST, taker, "deploy", clock)


def free(aws: InTurns, clock: SimulatedClock) -> None:
    """Nobody has the lock."""


def ran_out(aws: InTurns, clock: SimulatedClock) -> None:
    """Somebody who died has it."""
    lease(aws, clock, "dead").take()
    clock.time += LEASE + LEEWAY


def taker_died(aws: InTurns, clock: SimulatedClock) -> None:
    """Somebody died who had it, and somebody else while taking it over, before the write."""
    ran_out(aws, clock)
    aws.kill(DiedError(), len(aws.calls) + 5, after=False)
    with pytest.raises(DiedError):
        lease(aws, clock, "dead too").take()
    assert len(aws.parameters) == 2
    clock.time += LEASE + LEEWAY


def outcomes(
    prepare: Callable[[InTurns, SimulatedClock], None], schedule: str
) -> tuple[dict[str, Holder | None], list[str], InTurns]:
    """Run "a" and "b" by *schedule*; return what each was told, and whose turn was of use."""
    clock = SimulatedClock()
    aws = InTurns(clock)
    prepare(aws, clock)
    turns = Turns()
    told: dict[str, Holder | None] = {}
    leases = {who: lease(aws, clock, who) for who in "ab"}

    def take(who: str) -> None:
        told[who] = leases[who].take()
        turns.over.add(who)
        turns.arrived.release()

    threads = [threading.Thread(target=take, args=(who,), name=who) for who in "ab"]
    turns.ready = {who: threading.Semaphore(0) for who in "ab"}
    aws.turns = turns
    for thread in threads:
        thread.start()
        turns.arrived.acquire()
    made = []
    # What the schedule leaves over is made one after the other.
    for who in [*schedule, *("a" * 40), *("b" * 40)]:
        if who not in turns.over:
            turns.step(who)
            made.append(who)
    for thread in threads:
        thread.join(10)
    return told, made, aws


def every_order(
    prepare: Callable[[InTurns, SimulatedClock], None],
) -> Iterator[tuple[str, dict[str, Holder | None], InTurns]]:
    """
    Yield every order of calls, each once, with what both were told, and the AWS after it.

    After a run by a beginning of an order it is known which calls there were; the next order
    differs from it as late as possible.
    """
    schedule = ""
    while True:
        told, made, aws = outcomes(prepare, schedule)
        order = "".join(made)
        yield order, told, aws
        # The last turn of a's that b could have had instead, since b made a call after it.
        last = order.rfind("a", 0, order.rfind("b"))
        if last < 0:
            return
        schedule = order[:last] + "b"


@pytest.mark.parametrize(
    "prepare", [free, ran_out, pytest.param(taker_died, marks=pytest.mark.slow)]
)
def test_of_two_who_take_the_lock_at_once_one_wins_in_every_order_of_their_calls(
    prepare: Callable[[InTurns, SimulatedClock], None],
) -> None:
    orders = []
    for order, told, aws in every_order(prepare):
        orders.append(order)
        aws.turns = None
        winners = [who for who, rival in told.items() if rival is None]
        holder = holder_of(aws, MANIFEST)

        assert len(winners) <= 1, order
        if winners:
            assert holder is not None, order
            assert holder.owner == winners[0], order
            assert len(aws.parameters) == 1, order
        # Whoever comes later is told of the winner, or wins where both gave way.
        assert (lease(aws, aws.passing, "c").take() is None) == (not winners), order
    assert len(orders) == len(set(orders))
    assert len(orders) >= 2
