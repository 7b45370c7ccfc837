"""Operations of stack sets that take their time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.embedded import Sandbox, embedded
from tests.fakes.clock import SimulatedClock
from tests.unit.sandbox.engine.sets import (
    EAST,
    HOME,
    OTHER,
    WEST,
    instance,
    operation,
    overrides,
    results,
    template,
    values,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from compiler.sandbox.engine.values import Json
    from compiler.sandbox.handler import Handler
    from tests.unit.sandbox.engine.shelf import Client, Shelf

EACH = 30


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock()


@pytest.fixture
def slow(handlers: Mapping[str, Handler], clock: SimulatedClock) -> Iterator[Sandbox]:
    with embedded(handlers=handlers, seconds_per_instance=EACH, clock=clock.now) as box:
        yield box


@pytest.fixture
def sets(slow: Sandbox) -> Client:
    made = slow.client("cloudformation", EAST)
    made.create_stack_set(StackSetName="net", TemplateBody=template())
    return made


@pytest.fixture
def queueing(slow: Sandbox) -> Client:
    made = slow.client("cloudformation", EAST)
    made.create_stack_set(
        StackSetName="net", TemplateBody=template(), ManagedExecution={"Active": True}
    )
    return made


def start(
    sets: Client, *regions: str, name: str = "o", accounts: tuple[str, ...] = (HOME,), **more: Json
) -> None:
    sets.create_stack_instances(
        StackSetName="net",
        Accounts=list(accounts),
        Regions=list(regions),
        OperationId=name,
        **more,
    )


def after(clock: SimulatedClock, seconds: float) -> None:
    clock.sleep(timedelta(seconds=seconds))


def states(sets: Client, name: str = "o") -> list[str]:
    return [status for status, _ in results(sets, name).values()]


def statuses(sets: Client) -> dict[str, str]:
    listed = sets.list_stack_set_operations(StackSetName="net")["Summaries"]
    return {each["OperationId"]: each["Status"] for each in reversed(listed)}


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


def test_a_queued_operation_is_stopped_before_it_begins(
    queueing: Client, clock: SimulatedClock
) -> None:
    start(queueing, EAST, name="a")
    start(queueing, WEST, name="b")
    queueing.stop_stack_set_operation(StackSetName="net", OperationId="b")

    assert statuses(queueing) == {"a": "RUNNING", "b": "STOPPED"}
    after(clock, EACH)
    assert statuses(queueing) == {"a": "SUCCEEDED", "b": "STOPPED"}


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
