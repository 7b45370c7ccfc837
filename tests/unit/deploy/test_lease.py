"""The lock: taking it, holding it, losing it, and never having two winners."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from compiler.deploy.lease import (
    LEASE,
    LEEWAY,
    RENEWAL,
    Holder,
    Lease,
    Taker,
    arbiter_name,
    holder_of,
    lock_name,
    unlock,
)
from compiler.deploy.port import AwsError
from tests.fakes.aws import FakeAws
from tests.fakes.clock import SimulatedClock
from tests.fakes.migration import migration

MANIFEST = migration().manifest
LOCK = "/stackferry/shop-prod/lock"


class World:
    """An AWS, a clock, and operators who want the lock."""

    def __init__(self) -> None:
        self.clock = SimulatedClock()
        self.aws = FakeAws(self.clock)

    def lease(self, who: str) -> Lease:
        taker = Taker(owner=f"{who}@desk", run=f"run-of-{who}")
        return Lease(self.aws, MANIFEST, taker, "deploy", self.clock)

    def later(self, duration: timedelta) -> None:
        self.clock.time += duration


@pytest.fixture
def world() -> World:
    return World()


def owner(holder: Holder | None) -> str:
    return holder.owner if holder else "nobody"


def test_a_lock_that_nobody_holds_is_taken_for_two_minutes(world: World) -> None:
    lease = world.lease("ada")

    assert lease.take() is None
    assert lock_name(MANIFEST) == LOCK
    assert world.aws.parameters == {
        LOCK: '{"owner": "ada@desk", "run": "run-of-ada", "since": "2026-11-24T12:00:00+00:00", '
        '"until": "2026-11-24T12:02:00+00:00", "verb": "deploy"}'
    }
    assert (lease.due, lease.until) == (world.clock.time + RENEWAL, world.clock.time + LEASE)


def test_a_lock_that_is_held_tells_who_holds_it(world: World) -> None:
    world.lease("ada").take()

    assert owner(world.lease("bob").take()) == "ada@desk"


def test_a_lock_that_was_given_back_is_free(world: World) -> None:
    lease = world.lease("ada")
    lease.take()

    assert lease.give_back() == ""
    assert world.aws.parameters == {}
    assert world.lease("bob").take() is None


def test_a_renewed_lock_lasts_two_minutes_more(world: World) -> None:
    lease = world.lease("ada")
    lease.take()
    world.later(RENEWAL)

    assert lease.renew() == ""
    world.later(timedelta(seconds=100))
    assert owner(world.lease("bob").take()) == "ada@desk"


def test_a_lock_that_ran_out_is_taken_over_and_nothing_else_is_left(world: World) -> None:
    lease = world.lease("ada")
    lease.take()
    world.later(LEASE + LEEWAY)

    assert world.lease("bob").take() is None
    assert list(world.aws.parameters) == [LOCK]
    assert lease.renew() == "the lock is held by bob@desk now"
    assert lease.give_back() == ""
    assert owner(holder_of(world.aws, MANIFEST)) == "bob@desk"


def test_a_lock_is_not_taken_over_within_the_leeway_for_clocks_that_differ(world: World) -> None:
    world.lease("ada").take()
    world.later(LEASE + LEEWAY - timedelta(seconds=1))

    assert owner(world.lease("bob").take()) == "ada@desk"


def test_a_lock_in_strange_words_never_runs_out(world: World) -> None:
    world.aws.parameters[LOCK] = "hands off"
    world.later(timedelta(days=365))

    assert owner(world.lease("bob").take()) == "somebody unknown"


@pytest.mark.parametrize("fault", ["lost", "busy"])
@pytest.mark.parametrize(
    "method", ["create_parameter", "parameter", "replace_parameter", "delete_parameter"]
)
def test_a_call_without_an_answer_is_made_again_and_the_lock_is_ours(
    world: World, fault: str, method: str
) -> None:
    world.lease("ada").take()
    world.later(LEASE + LEEWAY)
    getattr(world.aws, fault)[method] = 2

    assert world.lease("bob").take() is None
    assert owner(holder_of(world.aws, MANIFEST)) == "bob@desk"


def test_renewals_that_fail_are_tried_again_until_the_lease_runs_out(world: World) -> None:
    lease = world.lease("ada")
    lease.take()
    world.aws.busy = {"parameter": 1000}
    said = []
    while not (lost := lease.renew()):
        said.append(lease.due - world.clock.time)
        world.clock.time = lease.due

    assert set(said) == {timedelta(seconds=5)}
    assert lost == "the lock could not be renewed: Rate exceeded"
    assert world.clock.time == lease.until


def test_a_lock_that_somebody_removed_is_lost(world: World) -> None:
    lease = world.lease("ada")
    lease.take()
    world.aws.parameters.clear()

    assert lease.renew() == "somebody removed the lock with unlock"


def test_a_lock_that_cannot_be_given_back_says_so(world: World) -> None:
    lease = world.lease("ada")
    lease.take()
    world.aws.refuses["delete_parameter"] = AwsError(
        code="AccessDenied", reason="not allowed", call="DeleteParameter"
    )

    assert lease.give_back() == (
        "The lock could not be given back: not allowed. It runs out by itself."
    )


def test_unlock_removes_the_lock_and_what_dead_takers_left(world: World) -> None:
    world.lease("ada").take()
    first = world.aws.parameters[LOCK]
    left = replace(owner_of(world), owner="bob@desk", run="run-of-bob").text()
    world.aws.parameters[arbiter_name(LOCK, first)] = left
    world.aws.parameters[arbiter_name(LOCK, left)] = "crashed as well"
    holder = holder_of(world.aws, MANIFEST)
    assert holder is not None

    assert unlock(world.aws, MANIFEST, holder) is None
    assert world.aws.parameters == {}


def test_unlock_leaves_a_lock_that_changed_hands_meanwhile(world: World) -> None:
    world.lease("ada").take()
    shown = replace(owner_of(world), run="another-run")

    assert owner(unlock(world.aws, MANIFEST, shown)) == "ada@desk"
    assert list(world.aws.parameters) == [LOCK]


def owner_of(world: World) -> Holder:
    holder = holder_of(world.aws, MANIFEST)
    assert holder is not None
    return holder
