"""The dataflow with real threads, and its order."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.clock import WallClock
from compiler.deploy.flow import longest_chain_first, next_poll, run
from compiler.deploy.outcome import Done, Outcome, StillRunning
from compiler.deploy.timeline import Schedule
from tests.fakes.listener import Heard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.flow import Job

SECOND = timedelta(seconds=1)


def go(jobs: Mapping[str, Job], *, parallel: int = 8) -> Outcome:
    threads = ThreadPoolExecutor(max_workers=parallel)
    try:
        return run(
            Schedule(nodes=tuple(jobs), needs=dict.fromkeys(jobs, frozenset[str]())),
            start=lambda node, _: jobs[node],
            listener=Heard(),
            clock=WallClock(),
            pool=threads,
            parallel=parallel,
        )
    finally:
        threads.shutdown()


def test_calls_of_independent_jobs_are_made_at_the_same_time() -> None:
    # Each waits for the other: one after the other they would never end.
    meeting = threading.Barrier(2, timeout=10)

    def job() -> Job:
        meeting.wait()
        yield "creating"
        return Done(what="created")

    outcome = go({"a": job(), "b": job()})

    assert [type(end) for end in outcome.ends.values()] == [Done, Done]


def test_ctrl_c_waits_for_the_calls_that_are_being_made_and_tells_what_goes_on() -> None:
    answered = threading.Event()

    def slow() -> Job:
        yield "creating"
        # The interrupt comes while this call is on its way to AWS.
        threading.Timer(0.2, answered.set).start()
        main_thread_is_interrupted()
        answered.wait(10)
        yield "creating, taken"
        return Done(what="never")

    outcome = go({"slow": slow()})

    assert outcome.is_interrupted
    assert answered.is_set()
    assert outcome.ends == {"slow": StillRunning(doing="creating, taken")}


def main_thread_is_interrupted() -> None:
    import _thread  # noqa: PLC0415 -- only here

    _thread.interrupt_main()


def test_a_thread_that_breaks_surfaces_and_nothing_hangs() -> None:
    def broken() -> Job:
        yield "creating"
        message = "our bug"
        raise LookupError(message)

    def patient() -> Job:
        while True:
            yield "creating"

    with pytest.raises(LookupError, match="our bug"):
        go({"broken": broken(), "patient": patient()})


def test_stacks_on_which_the_longest_chains_wait_come_first() -> None:
    needs = {
        "alone": frozenset[str](),
        "network": frozenset[str](),
        "database": frozenset({"network"}),
        "replica": frozenset({"database"}),
    }

    assert longest_chain_first(Schedule(nodes=tuple(needs), needs=needs)) == [
        "network",
        "database",
        "alone",
        "replica",
    ]


def test_polls_come_rarer_the_longer_a_wait_lasts_and_often_when_the_end_is_likely() -> None:
    polls = [next_poll(SECOND * passed, SECOND * 300) for passed in (0, 4, 40, 140, 150, 300, 3600)]

    assert [poll.total_seconds() for poll in polls] == [0.5, 0.5, 5, 15, 5, 5, 5]
    assert next_poll(SECOND * 3600, SECOND * 3600) == SECOND * 10
    assert next_poll(SECOND * 60, SECOND * 60, lambda: 0.0) == SECOND * 0.8


def test_chains_are_weighed_by_what_each_stack_is_expected_to_take() -> None:
    needs = {
        "many": frozenset[str](),
        "next": frozenset({"many"}),
        "slow": frozenset[str](),
    }
    expected = {"many": SECOND, "next": SECOND, "slow": SECOND * 10}

    assert longest_chain_first(Schedule(nodes=tuple(needs), needs=needs, expected=expected)) == [
        "slow",
        "many",
        "next",
    ]
