"""Operations of stack sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.embedded import embedded
from tests.unit.sandbox.engine.sets import (
    EAST,
    HOME,
    OTHER,
    WEST,
    create,
    instance,
    operation,
    results,
    template,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.values import Json
    from compiler.sandbox.handler import Handler
    from tests.unit.sandbox.engine.shelf import Client, Shelf


def test_a_failed_instance_ends_the_operation_and_tells_why(sets: Client, shelf: Shelf) -> None:
    shelf.refusals["create P"] = "no room"

    done = create(sets, EAST, WEST, OperationId="first")

    why = (
        "ResourceLogicalId:P, ResourceType:AWS::SSM::Parameter, ResourceStatusReason:Resource "
        'handler returned message: "no room (Code: NotAllowed)".'
    )
    assert done["Status"] == "FAILED"
    assert done["StatusDetails"] == {"FailedStackInstancesCount": 1}
    assert results(sets, "first") == {
        (HOME, EAST): ("FAILED", why),
        (HOME, WEST): ("CANCELLED", "Cancelled since failure tolerance has exceeded"),
    }
    failed = instance(sets, EAST)
    assert failed["Status"] == "OUTDATED"
    assert failed["StackInstanceStatus"] == {"DetailedStatus": "FAILED"}
    assert failed["StatusReason"] == why
    gone = sets.describe_stacks(StackName=failed["StackId"])["Stacks"][0]["StackStatus"]
    assert gone == "DELETE_COMPLETE"
    assert instance(sets, WEST)["StackInstanceStatus"] == {"DetailedStatus": "CANCELLED"}

    shelf.refusals.clear()
    retried = create(sets, EAST, WEST, OperationId="second")

    assert retried["Status"] == "SUCCEEDED"
    assert instance(sets, EAST)["Status"] == "CURRENT"
    assert "StatusReason" not in instance(sets, EAST)


def test_failures_within_the_tolerance_leave_the_operation_succeeded(
    sets: Client, shelf: Shelf
) -> None:
    shelf.refusals["create P"] = "no room"

    done = create(sets, EAST, WEST, OperationPreferences={"FailureToleranceCount": 1})

    assert done["Status"] == "SUCCEEDED"
    assert done["StatusDetails"] == {"FailedStackInstancesCount": 2}
    assert done["OperationPreferences"]["FailureToleranceCount"] == 1


def test_regions_are_worked_on_in_the_order_that_was_asked_for(sets: Client) -> None:
    done = create(
        sets, EAST, WEST, OperationId="o", OperationPreferences={"RegionOrder": [WEST, EAST]}
    )

    assert list(results(sets, "o")) == [(HOME, WEST), (HOME, EAST)]
    assert done["OperationPreferences"] == {"RegionOrder": [WEST, EAST]}


def test_names_and_operation_ids_are_taken_once(sets: Client) -> None:
    create(sets, EAST, OperationId="same")

    with pytest.raises(ClientError, match="OperationIdAlreadyExistsException"):
        create(sets, EAST, OperationId="same")
    with pytest.raises(ClientError, match="NameAlreadyExistsException"):
        sets.create_stack_set(StackSetName="net", TemplateBody=template())


def test_an_operation_can_take_polls_and_blocks_others_meanwhile(
    handlers: Mapping[str, Handler],
) -> None:
    with embedded(handlers=handlers, instances_per_poll=1) as box:
        sets = box.client("cloudformation", EAST)
        sets.create_stack_set(StackSetName="net", TemplateBody=template())
        made = sets.create_stack_instances(
            StackSetName="net", Accounts=[HOME], Regions=[EAST, WEST]
        )
        with pytest.raises(ClientError, match="OperationInProgressException"):
            create(sets, EAST)

        statuses = [operation(sets, made["OperationId"])["Status"] for _ in range(3)]

    assert statuses == ["RUNNING", "SUCCEEDED", "SUCCEEDED"]


def test_managed_execution_queues_operations(handlers: Mapping[str, Handler]) -> None:
    with embedded(handlers=handlers, instances_per_poll=1) as box:
        sets = box.client("cloudformation", EAST)
        sets.create_stack_set(
            StackSetName="net", TemplateBody=template(), ManagedExecution={"Active": True}
        )
        for region, name in ((EAST, "a"), (WEST, "b")):
            sets.create_stack_instances(
                StackSetName="net", Accounts=[HOME], Regions=[region], OperationId=name
            )
        first = sets.list_stack_set_operations(StackSetName="net")["Summaries"]
        second = sets.list_stack_set_operations(StackSetName="net")["Summaries"]

    assert [(o["OperationId"], o["Status"]) for o in first] == [
        ("b", "QUEUED"),
        ("a", "SUCCEEDED"),
    ]
    assert [(o["OperationId"], o["Status"]) for o in second] == [
        ("b", "SUCCEEDED"),
        ("a", "SUCCEEDED"),
    ]


def test_a_running_operation_can_be_stopped(handlers: Mapping[str, Handler]) -> None:
    with embedded(handlers=handlers, instances_per_poll=1) as box:
        sets = box.client("cloudformation", EAST)
        sets.create_stack_set(StackSetName="net", TemplateBody=template())
        made = sets.create_stack_instances(
            StackSetName="net", Accounts=[HOME], Regions=[EAST, WEST], OperationId="o"
        )
        operation(sets, made["OperationId"])
        sets.stop_stack_set_operation(StackSetName="net", OperationId="o")
        stopped = operation(sets, "o")["Status"]
        found = results(sets, "o")
        with pytest.raises(ClientError, match="InvalidOperationException"):
            sets.stop_stack_set_operation(StackSetName="net", OperationId="o")

    assert stopped == "STOPPED"
    assert found == {
        (HOME, EAST): ("SUCCEEDED", ""),
        (HOME, WEST): ("CANCELLED", "Cancelled since the operation was stopped"),
    }


def test_a_share_of_failures_can_be_tolerated(sets: Client, shelf: Shelf) -> None:
    shelf.refusals["create P"] = "no room"
    half = {"FailureTolerancePercentage": 50}

    one = create(sets, EAST, OperationPreferences=half)
    two = create(sets, EAST, accounts=(HOME, OTHER), OperationPreferences=half)

    assert (one["Status"], two["Status"]) == ("FAILED", "FAILED")
    assert two["StatusDetails"] == {"FailedStackInstancesCount": 2}


def test_results_can_be_filtered(sets: Client, shelf: Shelf) -> None:
    shelf.refusals["create P"] = "no room"
    create(sets, EAST, WEST, OperationId="o")

    found = sets.list_stack_set_operation_results(
        StackSetName="net",
        OperationId="o",
        Filters=[{"Name": "OPERATION_RESULT_STATUS", "Values": "FAILED"}],
    )["Summaries"]

    assert [each["Region"] for each in found] == [EAST]


def test_what_does_not_exist_is_not_found(sets: Client) -> None:
    where = {"StackSetName": "net", "StackInstanceAccount": HOME, "StackInstanceRegion": EAST}
    with pytest.raises(ClientError, match="StackInstanceNotFoundException"):
        sets.describe_stack_instance(**where)
    with pytest.raises(ClientError, match="OperationNotFoundException"):
        operation(sets, "none")
    with pytest.raises(ClientError, match="StackInstanceNotFoundException"):
        sets.update_stack_instances(StackSetName="net", Accounts=[HOME], Regions=[EAST])
    sets.delete_stack_set(StackSetName="none")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Regions": [EAST]}, "Accounts and Regions must both be specified"),
        (
            {"Regions": [EAST], "DeploymentTargets": {"Accounts": [HOME]}},
            "does not offer DeploymentTargets",
        ),
    ],
)
def test_instances_are_named_by_account_and_region(sets: Client, given: Json, message: str) -> None:
    with pytest.raises(ClientError, match=message):
        sets.create_stack_instances(StackSetName="net", **given)
