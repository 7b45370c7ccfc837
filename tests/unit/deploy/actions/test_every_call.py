"""Every fault at every call of every action: the next run finishes, and nothing is done twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

import pytest

from compiler.deploy.outcome import Done, Failed
from tests.fakes.performer import (
    ACCEPTED,
    ASKED_FOR,
    COPY,
    EMPTY,
    HERE,
    INVALIDATE,
    SEVER,
    THERE,
    Performer,
    in_phase,
)
from tests.fakes.watched import KilledError

if TYPE_CHECKING:
    from compiler.manifest import Action

ALL = (ASKED_FOR, ACCEPTED, COPY, SEVER, INVALIDATE, EMPTY)

Whom: TypeAlias = Literal["port", "aws"]


def performer() -> Performer:
    made = in_phase(Performer(), "retire")
    made.port.add_peering("pcx-1", active_in=timedelta(seconds=20))
    made.port.add_database(HERE, "shop-prod-catalog", (THERE, "shop-prod-catalog-replica"))
    made.port.add_database(THERE, "shop-prod-catalog-replica", replication="replicating")
    made.aws.filled.add("shop-media")
    return made


def done_by(made: Performer) -> tuple[int, ...]:
    """How often AWS really did something, kind by kind."""
    return (
        sum(len(one.resolves) for one in made.port.peerings.values()),
        len(made.port.jobs),
        sum(len(one.reboots) for one in made.port.databases.values()),
        len(made.port.invalidations),
        len(made.aws.filled),
    )


def undisturbed(one: Action, whom: Whom) -> tuple[tuple[int, ...], int]:
    made = performer()
    assert isinstance(made.do(one), Done)
    return done_by(made), len(getattr(made, whom).calls)


@pytest.fixture(params=ALL, ids=[f"{one.kind} in {one.region}" for one in ALL])
def one(request: pytest.FixtureRequest) -> Action:
    found: Action = request.param
    return found


@pytest.mark.parametrize("whom", ["port", "aws"])
@pytest.mark.parametrize("moment", ["before the call", "after the call"])
def test_a_process_that_is_killed(one: Action, whom: Whom, moment: str) -> None:
    wanted, calls = undisturbed(one, whom)

    for number in range(1, calls + 1):
        made = performer()
        getattr(made, whom).kill(KilledError(), number, after=moment == "after the call")
        with pytest.raises(KilledError):
            made.do(one)
        made.later(minutes=number % 3)
        end = made.do(one)

        assert isinstance(end, Done), end
        assert done_by(made) == wanted
        made.later(minutes=30)
        assert made.do(one) == Done(what="unchanged")


@pytest.mark.parametrize("whom", ["port", "aws"])
@pytest.mark.parametrize("fault", ["throttled", "lost"])
def test_a_call_that_is_throttled_or_whose_answer_is_lost(
    one: Action, whom: Whom, fault: Literal["throttled", "lost"]
) -> None:
    wanted, calls = undisturbed(one, whom)

    for number in range(1, calls + 1):
        made = performer()
        getattr(made, whom).faults = {number: fault}
        end = made.do(one)

        assert isinstance(end, Done), end
        assert done_by(made) == wanted


def test_an_operator_who_presses_ctrl_c_goes_on_later(one: Action) -> None:
    wanted, _ = undisturbed(one, "port")
    made = performer()
    made.clock.interrupt_at = made.clock.now() + timedelta(seconds=1)

    made.do(one)
    made.clock.interrupt_at = None
    end = made.do(one)

    assert not isinstance(end, Failed)
    assert done_by(made) == wanted
