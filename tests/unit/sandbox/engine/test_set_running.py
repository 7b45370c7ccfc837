"""Operations of stack sets that take their time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.embedded import Sandbox, embedded
from tests.unit.sandbox.engine.sets import (
    EAST,
    HOME,
    OTHER,
    WEST,
    instance,
    operation,
    results,
    template,
    values,
)
from tests.unit.sandbox.engine.slow_sets import EACH, after, start, states, statuses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compiler.sandbox.engine.values import Json
    from compiler.sandbox.handler import Handler
    from tests.fakes.clock import SimulatedClock
    from tests.unit.sandbox.engine.shelf import Client, Shelf


@pytest.fixture
def sets(slow: Sandbox) -> Client:
    made = slow.client("cloudformation", EAST)
    made.create_stack_set(StackSetName="net", TemplateBody=template())
    return made


def test_each_instance_takes_its_time_and_the_operation_goes_on_by_itself(
    sets: Client, clock: SimulatedClock, shelf: Shelf
) -> None:
    start(sets, EAST, WEST)
    seen = []
    for _ in range(4):
        pair = [instance(sets, region) for region in (EAST, WEST)]
        details = [each["StackInstanceStatus"]["DetailedStatus"] for each in pair]
        seen.append((operation(sets, "o")["Status"], states(sets), details, values(shelf)))
        after(clock, EACH / 2)
    last = operation(sets, "o")

    first_runs: Json = ("RUNNING", ["RUNNING", "PENDING"], ["RUNNING", "PENDING"], [])
    second_runs = ("RUNNING", ["SUCCEEDED", "RUNNING"], ["SUCCEEDED", "RUNNING"], ["small"])
    assert seen == [first_runs, first_runs, second_runs, second_runs]
    assert last["Status"] == "SUCCEEDED"
    assert last["EndTimestamp"] - last["CreationTimestamp"] == timedelta(seconds=2 * EACH)
    assert values(shelf) == ["small", "small"]


def test_what_nobody_looked_at_happened_when_it_was_due(
    sets: Client, slow: Sandbox, clock: SimulatedClock
) -> None:
    start(sets, EAST, WEST)
    began = clock.now()
    after(clock, 100 * EACH)

    done = operation(sets, "o")
    there = slow.client("cloudformation", WEST)
    (stack,) = there.describe_stacks()["Stacks"]

    assert done["Status"] == "SUCCEEDED"
    assert done["EndTimestamp"] == began + timedelta(seconds=2 * EACH)
    assert stack["CreationTime"] == began + timedelta(seconds=EACH)


def test_whoever_looks_at_the_target_account_sees_its_stack_come(
    sets: Client, slow: Sandbox, clock: SimulatedClock
) -> None:
    start(sets, WEST, accounts=(OTHER,))
    there = slow.client("cloudformation", WEST, OTHER)
    seen = []
    for seconds in (0, EACH):
        after(clock, seconds or 1)
        seen += [stack["StackStatus"] for stack in there.describe_stacks()["Stacks"]]

    assert seen == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


def test_another_operation_is_refused_while_one_runs(sets: Client, clock: SimulatedClock) -> None:
    start(sets, EAST)
    where = {"StackSetName": "net", "Accounts": [HOME], "Regions": [EAST]}
    calls: list[Callable[[], Json]] = [
        lambda: start(sets, WEST, name="other"),
        lambda: sets.update_stack_instances(**where),
        lambda: sets.delete_stack_instances(**where, RetainStacks=False),
        lambda: sets.update_stack_set(StackSetName="net", TemplateBody=template("new")),
        lambda: sets.detect_stack_set_drift(StackSetName="net"),
    ]

    for call in calls:
        with pytest.raises(ClientError) as refused:
            call()
        assert refused.value.response["Error"]["Code"] == "OperationInProgressException"
        assert refused.value.response["Error"]["Message"].endswith("is in progress")
    assert sets.describe_stack_set(StackSetName="net")["StackSet"]["TemplateBody"] == template()

    after(clock, EACH)
    start(sets, WEST, name="other")
    assert statuses(sets) == {"o": "SUCCEEDED", "other": "RUNNING"}


def test_an_operation_id_is_taken_while_its_operation_runs_and_afterwards(
    sets: Client, clock: SimulatedClock
) -> None:
    start(sets, EAST)
    with pytest.raises(ClientError, match="OperationIdAlreadyExistsException"):
        start(sets, EAST)
    after(clock, EACH)
    with pytest.raises(ClientError, match="OperationIdAlreadyExistsException"):
        sets.update_stack_set(StackSetName="net", UsePreviousTemplate=True, OperationId="o")

    assert statuses(sets) == {"o": "SUCCEEDED"}


def test_a_stopped_operation_finishes_what_it_began_and_cancels_the_rest(
    sets: Client, clock: SimulatedClock, shelf: Shelf
) -> None:
    start(sets, EAST, WEST)
    after(clock, EACH / 2)
    sets.stop_stack_set_operation(StackSetName="net", OperationId="o")
    at_once = (operation(sets, "o")["Status"], states(sets))
    with pytest.raises(ClientError, match="InvalidOperationException"):
        sets.stop_stack_set_operation(StackSetName="net", OperationId="o")
    after(clock, EACH / 2)

    assert at_once == ("STOPPING", ["RUNNING", "CANCELLED"])
    assert operation(sets, "o")["Status"] == "STOPPED"
    assert results(sets, "o") == {
        (HOME, EAST): ("SUCCEEDED", ""),
        (HOME, WEST): ("CANCELLED", "Cancelled since the operation was stopped"),
    }
    assert values(shelf) == ["small"]
    left = instance(sets, WEST)
    assert (left["Status"], left["StackInstanceStatus"]["DetailedStatus"]) == (
        "OUTDATED",
        "CANCELLED",
    )
    with pytest.raises(ClientError, match="InvalidOperationException"):
        sets.stop_stack_set_operation(StackSetName="net", OperationId="o")


def test_an_update_takes_its_time_too_and_marks_what_it_has_not_reached(
    sets: Client, clock: SimulatedClock, shelf: Shelf
) -> None:
    start(sets, EAST, WEST)
    after(clock, 2 * EACH)
    assert instance(sets)["Status"] == "CURRENT"
    sets.update_stack_set(StackSetName="net", TemplateBody=template("new"), OperationId="u")
    after(clock, EACH)
    seen = [instance(sets, region)["Status"] for region in (EAST, WEST)]

    assert seen == ["CURRENT", "OUTDATED"]
    assert values(shelf) == ["new", "small"]
    after(clock, EACH)
    assert (operation(sets, "u")["Status"], values(shelf)) == ("SUCCEEDED", ["new", "new"])


def test_a_stack_set_that_is_busy_is_not_deleted(sets: Client, clock: SimulatedClock) -> None:
    start(sets, EAST)
    after(clock, EACH)
    sets.delete_stack_instances(
        StackSetName="net", Accounts=[HOME], Regions=[EAST], RetainStacks=False
    )
    with pytest.raises(ClientError, match="StackSetNotEmptyException"):
        sets.delete_stack_set(StackSetName="net")
    after(clock, EACH)

    sets.delete_stack_set(StackSetName="net")


def test_an_instance_waits_for_a_stack_that_takes_longer(
    handlers: Mapping[str, Handler], clock: SimulatedClock
) -> None:
    with embedded(handlers=handlers, seconds_per_stack=EACH, clock=clock.now) as box:
        sets = box.client("cloudformation", EAST)
        sets.create_stack_set(StackSetName="net", TemplateBody=template())
        start(sets, EAST)
        seen = []
        for _ in range(2):
            after(clock, EACH / 2)
            seen.append(operation(sets, "o")["Status"])

    assert seen == ["RUNNING", "SUCCEEDED"]
