"""Every fault at every point of a destroy, on both back ends: the next one ends it."""

from __future__ import annotations

from functools import partial
from typing import Literal

import pytest

from tests.fakes.migration import SOURCE, TEXTS
from tests.fakes.stacks import Failing
from tests.fakes.watched import BACK_ENDS, EVERY, BackEnd, KilledError, Watched, set_of

# Runs again and again what others measure; tracing it takes longer than it does itself.
pytestmark = pytest.mark.no_cover


@pytest.fixture(params=BACK_ENDS)
def via(request: pytest.FixtureRequest) -> BackEnd:
    found: BackEnd = request.param
    return found


def deployed(via: BackEnd) -> Watched:
    operator = Watched(via)
    assert operator.deploy().exit_code == 0
    operator.later()
    operator.aws.calls.clear()
    return operator


def calls_of_a_destroy(via: BackEnd) -> int:
    operator = deployed(via)
    assert operator.destroy().exit_code == 0
    return len(operator.aws.calls)


def assert_the_next_one_ends_it(operator: Watched) -> None:
    operator.later()
    result = operator.destroy()
    assert (result.exit_code, result.left) == (0, ())
    assert operator.aws.stack_sets == {}
    assert operator.standing() == set()


@EVERY
@pytest.mark.parametrize("fault", ["throttled", "lost"])
def test_a_call_that_is_throttled_or_whose_answer_is_lost(
    via: BackEnd, fault: Literal["throttled", "lost"], every: int
) -> None:
    for number in range(1, calls_of_a_destroy(via) + 1, every):
        operator = deployed(via)
        operator.aws.faults = {number: fault}

        assert operator.destroy().exit_code in {0, 3}
        assert_the_next_one_ends_it(operator)


@EVERY
@pytest.mark.parametrize("moment", ["before the call", "after the call"])
def test_a_process_that_is_killed(via: BackEnd, moment: str, every: int) -> None:
    for number in range(1, calls_of_a_destroy(via) + 1, every):
        operator = deployed(via)
        operator.aws.kill(KilledError(), number, after=moment == "after the call")
        with pytest.raises(KilledError):
            operator.destroy()

        assert_the_next_one_ends_it(operator)


@pytest.mark.parametrize("stack", list(TEXTS))
def test_a_stack_that_cannot_be_deleted_keeps_what_it_needs(via: BackEnd, stack: str) -> None:
    operator = deployed(via)
    operator.aws.failing[set_of(stack)] = Failing(reason="has a dependent object")

    result = operator.destroy()

    assert result.exit_code == 3
    assert result.outcome is not None
    assert [one.stack for one in result.outcome.failures] == [stack]
    network = set_of(f"{SOURCE}/network")
    if stack != f"{SOURCE}/network" and SOURCE in stack:
        assert network in operator.aws.stack_sets
    found = operator.aws.stack_sets[set_of(stack)]
    assert [one.status for one in found.instances.values()] == ["INOPERABLE"]


@EVERY
def test_another_operator_who_destroys_the_same_meanwhile(via: BackEnd, every: int) -> None:
    for number in range(1, calls_of_a_destroy(via) + 1, every):
        operator = deployed(via)
        codes: list[int] = []
        operator.aws.at_call[number] = partial(_also_destroy, operator, codes)
        codes.append(operator.destroy().exit_code)

        assert set(codes) <= {0, 1, 3, 4}
        assert_the_next_one_ends_it(operator)


def _also_destroy(operator: Watched, codes: list[int]) -> None:
    codes.append(operator.destroy().exit_code)
