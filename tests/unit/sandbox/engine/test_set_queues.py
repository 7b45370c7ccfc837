"""Operations of stack sets that wait in a queue: managed execution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox.engine.sets import (
    EAST,
    HOME,
    WEST,
    instance,
    operation,
    overrides,
    results,
    template,
    values,
)
from tests.unit.sandbox.engine.slow_sets import EACH, after, start, statuses

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox
    from tests.fakes.clock import SimulatedClock
    from tests.unit.sandbox.engine.shelf import Client, Shelf


@pytest.fixture
def queueing(slow: Sandbox) -> Client:
    made = slow.client("cloudformation", EAST)
    made.create_stack_set(
        StackSetName="net", TemplateBody=template(), ManagedExecution={"Active": True}
    )
    return made


def test_managed_execution_queues_operations_in_the_order_of_their_calls(
    queueing: Client, clock: SimulatedClock
) -> None:
    for region, name in ((EAST, "a"), (WEST, "b")):
        start(queueing, region, name=name)
    seen = []
    for _ in range(3):
        seen.append(statuses(queueing))
        after(clock, EACH)

    assert seen == [
        {"a": "RUNNING", "b": "QUEUED"},
        {"a": "SUCCEEDED", "b": "RUNNING"},
        {"a": "SUCCEEDED", "b": "SUCCEEDED"},
    ]


def test_a_queued_change_leaves_what_runs_as_it_was(
    queueing: Client, clock: SimulatedClock, shelf: Shelf
) -> None:
    start(queueing, EAST, name="a")
    queueing.update_stack_set(StackSetName="net", TemplateBody=template("new"), OperationId="b")
    after(clock, EACH)
    between = (instance(queueing)["Status"], values(shelf))
    after(clock, EACH)

    assert between == ("OUTDATED", ["small"])
    assert (instance(queueing)["Status"], values(shelf)) == ("CURRENT", ["new"])


def test_queued_overrides_wait_for_their_turn(
    queueing: Client, clock: SimulatedClock, shelf: Shelf
) -> None:
    start(queueing, EAST, name="a")
    queueing.update_stack_instances(
        StackSetName="net",
        Accounts=[HOME],
        Regions=[EAST],
        ParameterOverrides=overrides(Size="large"),
        OperationId="b",
    )
    before = instance(queueing)["ParameterOverrides"]
    after(clock, EACH)
    between = (instance(queueing)["ParameterOverrides"], values(shelf))
    after(clock, EACH)

    assert before == []
    assert between == (overrides(Size="large"), ["small"])
    assert (operation(queueing, "b")["Status"], values(shelf)) == ("SUCCEEDED", ["large"])


def test_a_queued_creation_makes_again_what_is_deleted_before_its_turn(
    queueing: Client, clock: SimulatedClock, shelf: Shelf
) -> None:
    start(queueing, EAST, name="a")
    after(clock, EACH)
    where = {"StackSetName": "net", "Accounts": [HOME], "Regions": [EAST]}
    queueing.delete_stack_instances(**where, RetainStacks=False, OperationId="b")
    start(queueing, EAST, name="c")
    queueing.delete_stack_instances(**where, RetainStacks=False, OperationId="d")
    queueing.update_stack_instances(**where, OperationId="e")
    after(clock, 2 * EACH)
    made = (statuses(queueing)["d"], values(shelf))
    after(clock, EACH)

    assert made == ("RUNNING", ["small"])
    assert statuses(queueing) == dict.fromkeys("abcde", "SUCCEEDED")
    assert results(queueing, "e") == {}
    assert queueing.list_stack_instances(StackSetName="net")["Summaries"] == []


def test_the_mode_of_execution_stays_while_operations_are_under_way(
    queueing: Client, clock: SimulatedClock
) -> None:
    start(queueing, EAST)
    asked = {"StackSetName": "net", "UsePreviousTemplate": True}

    with pytest.raises(ClientError, match="InvalidOperationException"):
        queueing.update_stack_set(**asked, ManagedExecution={"Active": False})

    after(clock, EACH)
    queueing.update_stack_set(**asked, ManagedExecution={"Active": False})
    described = queueing.describe_stack_set(StackSetName="net")["StackSet"]
    assert described["ManagedExecution"] == {"Active": False}


def test_a_queued_operation_is_stopped_before_it_begins(
    queueing: Client, clock: SimulatedClock
) -> None:
    start(queueing, EAST, name="a")
    start(queueing, WEST, name="b")
    queueing.stop_stack_set_operation(StackSetName="net", OperationId="b")

    assert statuses(queueing) == {"a": "RUNNING", "b": "STOPPED"}
    after(clock, EACH)
    assert statuses(queueing) == {"a": "SUCCEEDED", "b": "STOPPED"}
