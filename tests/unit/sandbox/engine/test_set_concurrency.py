"""How many accounts and regions an operation works on at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.sandbox.engine.sets import EAST, HOME, OTHER, WEST, instance, operation, template
from tests.unit.sandbox.engine.slow_sets import EACH, after, start, states

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox
    from compiler.sandbox.engine.values import Json
    from tests.fakes.clock import SimulatedClock
    from tests.unit.sandbox.engine.shelf import Client, Shelf


@pytest.fixture
def sets(slow: Sandbox) -> Client:
    made = slow.client("cloudformation", EAST)
    made.create_stack_set(StackSetName="net", TemplateBody=template())
    return made


def test_accounts_and_regions_are_worked_on_at_the_same_time_on_request(
    sets: Client, clock: SimulatedClock
) -> None:
    accounts = (HOME, OTHER, "777788889999")
    start(
        sets,
        EAST,
        WEST,
        accounts=accounts,
        OperationPreferences={
            "RegionConcurrencyType": "PARALLEL",
            "MaxConcurrentCount": 2,
            "FailureToleranceCount": 1,
        },
    )

    assert states(sets) == ["RUNNING", "RUNNING", "PENDING"] * 2
    after(clock, EACH)
    assert states(sets) == ["SUCCEEDED", "SUCCEEDED", "RUNNING"] * 2
    after(clock, EACH)
    assert operation(sets, "o")["Status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("preferences", "running"),
    [
        ({"MaxConcurrentCount": 3}, 1),
        ({"MaxConcurrentCount": 3, "FailureToleranceCount": 1}, 2),
        ({"MaxConcurrentCount": 3, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}, 3),
        ({"MaxConcurrentPercentage": 70, "FailureTolerancePercentage": 100}, 2),
        ({"MaxConcurrentPercentage": 1}, 1),
    ],
)
def test_strict_operations_risk_no_more_than_one_above_their_tolerance(
    sets: Client, preferences: Json, running: int
) -> None:
    accounts = (HOME, OTHER, "777788889999")

    start(sets, EAST, accounts=accounts, OperationPreferences=preferences)

    assert states(sets).count("RUNNING") == running


def test_a_failure_cancels_what_waits_and_lets_what_runs_finish(
    sets: Client, clock: SimulatedClock, shelf: Shelf
) -> None:
    shelf.refusals["create P"] = "no room"
    accounts = (HOME, OTHER, "777788889999")
    soft = {"MaxConcurrentCount": 2, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}
    start(sets, EAST, accounts=accounts, OperationPreferences=soft)
    after(clock, EACH / 2)
    before = states(sets)
    after(clock, EACH / 2)
    done = operation(sets, "o")

    assert before == ["RUNNING", "RUNNING", "PENDING"]
    assert states(sets) == ["FAILED", "FAILED", "CANCELLED"]
    assert done["Status"] == "FAILED"
    assert done["StatusDetails"] == {"FailedStackInstancesCount": 2}
    assert instance(sets)["StackInstanceStatus"]["DetailedStatus"] == "FAILED"
