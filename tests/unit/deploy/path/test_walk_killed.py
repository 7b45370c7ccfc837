"""A walk whose process dies at any call, on both back ends: the next one ends it."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Literal, TypeAlias

import pytest

from compiler.deploy.path.standing import Standing
from tests.fakes.walker import Walker
from tests.fakes.watched import BACK_ENDS, NEXT_TRY, BackEnd, KilledError

if TYPE_CHECKING:
    from compiler.phases import PhaseName

Walk: TypeAlias = "tuple[PhaseName, PhaseName, Literal['on', 'back']]"

WALKS: tuple[Walk, ...] = (
    ("prepare", "replicate", "on"),
    ("warm", "promote", "on"),
    ("unprotect", "retire", "on"),
    ("fence", "prepare", "back"),
)
"""From where, to where, in which direction."""

EVERY = pytest.mark.parametrize("every", [37, pytest.param(5, marks=pytest.mark.slow)])
"""At how many of the calls: one of thirty-seven in CI, of five in the slow suite."""


@pytest.fixture(params=WALKS, ids=["-".join(walk) for walk in WALKS])
def walk(request: pytest.FixtureRequest) -> Walk:
    found: Walk = request.param
    return found


@pytest.fixture(params=BACK_ENDS)
def begun(request: pytest.FixtureRequest, walk: Walk) -> Walker:
    via: BackEnd = request.param
    walker = Walker(via=via)
    walker.to(walk[0])
    walker.aws.calls.clear()
    return walker


def go(walker: Walker, walk: Walk) -> None:
    """Walk to the end, unless it is reached."""
    _, goal, direction = walk
    if walker.stands() == Standing(phase=goal):
        return
    walked = walker.to(goal) if direction == "on" else walker.back(goal)
    assert [one.is_done for one in walked] == [True] * len(walked), walked


def state(walker: Walker) -> dict[str, tuple[str, str, list[bool]]]:
    return {
        name: (
            found.definition.template,
            found.definition.tags["MigrationPhase"],
            [one.is_current for one in found.instances.values()],
        )
        for name, found in sorted(walker.aws.stack_sets.items())
    }


@EVERY
@pytest.mark.parametrize("moment", ["before the call", "after the call"])
def test_a_process_that_is_killed(begun: Walker, walk: Walk, moment: str, every: int) -> None:
    wanted = deepcopy(begun)
    go(wanted, walk)
    between = {walk[0], walk[1], "warm", "replicate", "fence"}

    for number in range(1, len(wanted.aws.calls) + 1, every):
        walker = deepcopy(begun)
        walker.aws.kill(KilledError(), number, after=moment == "after the call")
        with pytest.raises(KilledError):
            go(walker, walk)
        walker.clock.time += NEXT_TRY

        assert walker.stands().phase in between
        go(walker, walk)

        assert walker.stands() == Standing(phase=walk[1])
        assert state(walker) == state(wanted)
