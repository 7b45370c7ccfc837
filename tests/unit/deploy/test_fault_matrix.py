"""
Every fault at every point of a run, on both back ends.

After each: nothing that stood is lost, nothing ran that needs what failed, and the next run ends in
the wanted state with nothing created twice.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

import pytest

from tests.fakes.migration import SOURCE, TARGET, TEXTS
from tests.fakes.stacks import Failing
from tests.fakes.watched import BACK_ENDS, EVERY, BackEnd, KilledError, Watched, set_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.deploy.deploying import DeployResult

# Runs again and again what others measure; tracing it takes longer than it does itself.
pytestmark = pytest.mark.no_cover

CHANGED = {
    f"{SOURCE}/network": TEXTS[f"{SOURCE}/network"].replace("vpc-source", "vpc-other"),
    f"{TARGET}/service-web": TEXTS[f"{TARGET}/service-web"].replace(
        '"Parameters"', '"Metadata": {"changed": true},\n "Parameters"'
    ),
}
"""A change that others read, and one that nobody reads."""


def first_deploy(via: BackEnd) -> tuple[Watched, Callable[[], DeployResult]]:
    operator = Watched(via)
    return operator, operator.deploy


def deploy_of_a_change(via: BackEnd) -> tuple[Watched, Callable[[], DeployResult]]:
    operator = Watched(via)
    assert operator.deploy().exit_code == 0
    operator.later()
    operator.aws.calls.clear()
    return operator, lambda: operator.deploy(CHANGED)


RUNS = {"first deploy": first_deploy, "deploy of a change": deploy_of_a_change}

Start: TypeAlias = "Callable[[BackEnd], tuple[Watched, Callable[[], DeployResult]]]"


@pytest.fixture(params=RUNS.values(), ids=list(RUNS))
def start(request: pytest.FixtureRequest) -> Start:
    found: Start = request.param
    return found


@pytest.fixture(params=BACK_ENDS)
def via(request: pytest.FixtureRequest) -> BackEnd:
    found: BackEnd = request.param
    return found


def undisturbed(start: Start, via: BackEnd) -> tuple[Watched, int]:
    operator, run = start(via)
    assert run().exit_code == 0
    return operator, len(operator.aws.calls)


def assert_the_next_run_ends_well(
    operator: Watched, run: Callable[[], DeployResult], before: set[str], wanted: Watched
) -> None:
    assert before <= operator.standing()
    operator.later()
    assert run().exit_code == 0
    assert operator.state() == wanted.state()
    assert len(operator.standing()) == len(TEXTS)
    operator.later()
    written = len(operator.aws.writes)
    assert run().exit_code == 0
    assert len(operator.aws.writes) == written


@EVERY
@pytest.mark.parametrize("fault", ["throttled", "lost"])
def test_a_call_that_is_throttled_or_whose_answer_is_lost(
    start: Start, via: BackEnd, fault: Literal["throttled", "lost"], every: int
) -> None:
    wanted, calls = undisturbed(start, via)

    for number in range(1, calls + 1, every):
        operator, run = start(via)
        before = operator.standing()
        operator.aws.faults = {number: fault}
        result = run()

        assert result.exit_code in {0, 3}
        assert_the_next_run_ends_well(operator, run, before, wanted)


@EVERY
@pytest.mark.parametrize("moment", ["before the call", "after the call"])
def test_a_process_that_is_killed(start: Start, via: BackEnd, moment: str, every: int) -> None:
    wanted, calls = undisturbed(start, via)

    for number in range(1, calls + 1, every):
        operator, run = start(via)
        before = operator.standing()
        operator.aws.kill(KilledError(), number, after=moment == "after the call")
        with pytest.raises(KilledError):
            run()

        assert_the_next_run_ends_well(operator, run, before, wanted)


@EVERY
def test_another_operator_who_deploys_the_same_meanwhile(
    start: Start, via: BackEnd, every: int
) -> None:
    wanted, calls = undisturbed(start, via)

    for number in range(1, calls + 1, every):
        operator, run = start(via)
        before = operator.standing()
        others: list[DeployResult] = []
        operator.aws.at_call[number] = partial(_also, run, others)
        result = run()

        assert {result.exit_code, *(one.exit_code for one in others)} <= {0, 1, 3, 4}
        assert any(one.exit_code == 0 for one in (result, *others))
        assert_the_next_run_ends_well(operator, run, before, wanted)


@pytest.mark.parametrize("method", ["stack_set", "instances", "operation"])
@pytest.mark.parametrize("often", [1, 3])
def test_reads_that_lag_behind(start: Start, via: BackEnd, method: str, often: int) -> None:
    wanted, _ = undisturbed(start, via)
    operator, run = start(via)
    before = operator.standing()
    operator.aws.stale = {method: often}
    result = run()

    # 1: the plan was made of what was told late, so it is another one once the lock is held.
    assert result.exit_code in {0, 1, 3}
    assert_the_next_run_ends_well(operator, run, before, wanted)


@pytest.mark.parametrize("stack", list(TEXTS))
@pytest.mark.parametrize("kind", ["resource", "lie", "no events"])
def test_a_stack_that_fails(
    start: Start, via: BackEnd, stack: str, kind: Literal["resource", "lie", "no events"]
) -> None:
    wanted, _ = undisturbed(start, via)
    operator, run = start(via)
    before = operator.standing()
    operator.aws.failing[set_of(stack)] = Failing(kind=kind)
    result = run()
    is_touched = any(call[1] == set_of(stack) for call in operator.aws.writes)

    assert result.exit_code == (3 if is_touched else 0)
    operator.aws.failing.clear()
    if via == "stacks" and start is first_deploy and kind != "lie":
        # A plain stack whose creation failed stays, and only the operator may have it deleted.
        operator.later()
        refused = run()
        assert [finding.code for finding in refused.findings] == ["SF507"]
        return
    assert_the_next_run_ends_well(operator, run, before, wanted)


@pytest.mark.parametrize("stack", list(TEXTS))
def test_a_stack_that_takes_an_hour(start: Start, via: BackEnd, stack: str) -> None:
    wanted, _ = undisturbed(start, via)
    operator, run = start(via)
    before = operator.standing()
    operator.aws.takes[set_of(stack)] = timedelta(hours=1)
    result = run()

    assert result.exit_code == 0
    assert_the_next_run_ends_well(operator, run, before, wanted)


@pytest.mark.parametrize("seconds", range(1, 120, 17))
def test_an_operator_who_presses_ctrl_c(start: Start, via: BackEnd, seconds: int) -> None:
    wanted, _ = undisturbed(start, via)
    operator, run = start(via)
    before = operator.standing()
    operator.clock.interrupt_at = operator.clock.time + timedelta(seconds=seconds)
    result = run()

    assert result.exit_code in {0, 130}
    operator.clock.interrupt_at = None
    assert_the_next_run_ends_well(operator, run, before, wanted)


def test_somebody_elses_operation_is_not_waited_for(via: BackEnd) -> None:
    operator, run = deploy_of_a_change(via)
    wanted, _ = undisturbed(deploy_of_a_change, via)
    before = operator.standing()
    operator.aws.takes[set_of(f"{SOURCE}/network")] = timedelta(hours=1)
    operator.aws.somebody_elses_operation(set_of(f"{SOURCE}/network"))
    result = run()

    assert result.outcome is not None
    assert [(one.stack, one.reason) for one in result.outcome.failures] == [
        (
            f"{SOURCE}/network",
            (
                "ListStackSetOperations: the operation by-hand is at work on this stack set, and "
                "stackferry did not start it"
            ),
        )
    ]
    operator.clock.time += timedelta(hours=1)
    assert_the_next_run_ends_well(operator, run, before, wanted)


def _also(run: Callable[[], DeployResult], results: list[DeployResult]) -> None:
    results.append(run())
