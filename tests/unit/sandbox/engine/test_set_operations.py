"""Operations of stack sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

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
    from compiler.sandbox.engine.values import Json
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
            {
                "Regions": [EAST],
                "DeploymentTargets": {"OrganizationalUnitIds": ["ou-abcd-12345678"]},
            },
            "StackSets with SELF_MANAGED permission model can only have accounts as target",
        ),
        (
            {"Regions": [EAST], "Accounts": [HOME], "DeploymentTargets": {"Accounts": [HOME]}},
            "Specify either Accounts or DeploymentTargets, but not both",
        ),
        (
            {"Regions": [EAST], "DeploymentTargets": {"AccountsUrl": "s3://b/k"}},
            "does not offer the parameter AccountsUrl",
        ),
    ],
)
def test_instances_are_named_by_account_and_region(sets: Client, given: Json, message: str) -> None:
    with pytest.raises(ClientError, match=message):
        sets.create_stack_instances(StackSetName="net", **given)


def test_accounts_may_stand_among_the_deployment_targets(sets: Client) -> None:
    sets.create_stack_instances(
        StackSetName="net",
        DeploymentTargets={"Accounts": [HOME, OTHER]},
        Regions=[EAST],
        OperationId="o",
    )

    assert list(results(sets, "o")) == [(HOME, EAST), (OTHER, EAST)]
    assert operation(sets, "o")["DeploymentTargets"]["Accounts"] == [HOME, OTHER]


def test_a_number_and_a_share_of_the_same_thing_are_refused(sets: Client) -> None:
    both = {"FailureToleranceCount": 1, "FailureTolerancePercentage": 1}

    with pytest.raises(ClientError, match="Specify either FailureToleranceCount or Failure"):
        create(sets, EAST, OperationPreferences=both)

    assert sets.list_stack_instances(StackSetName="net")["Summaries"] == []
