"""Deleting stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Events, Shelf

CHAIN = {
    "A": {"Type": "AWS::SNS::Topic"},
    "B": {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Type": "String", "Value": {"Ref": "A"}},
    },
    "C": {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Type": "String", "Value": {"Ref": "B"}},
        "DeletionPolicy": "Retain",
    },
}


def test_users_go_before_what_they_use_and_retained_ones_stay(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy(CHAIN)
    stack_id = cloudformation.describe_stacks(StackName="app")["Stacks"][0]["StackId"]
    shelf.log.clear()

    cloudformation.delete_stack(StackName="app")

    assert shelf.log == ["delete b-2", "delete a-1"]
    assert list(shelf.things) == ["c-3"]
    events = cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
    assert [(e["LogicalResourceId"], e["ResourceStatus"]) for e in events[:7]] == [
        ("app", "DELETE_COMPLETE"),
        ("A", "DELETE_COMPLETE"),
        ("A", "DELETE_IN_PROGRESS"),
        ("B", "DELETE_COMPLETE"),
        ("B", "DELETE_IN_PROGRESS"),
        ("C", "DELETE_SKIPPED"),
        ("app", "DELETE_IN_PROGRESS"),
    ]


def test_a_failed_deletion_leaves_what_the_failed_resource_uses(
    deploy: Deploy, cloudformation: Client, shelf: Shelf, events: Events
) -> None:
    deploy(CHAIN)
    shelf.refusals["delete B"] = "in use"

    cloudformation.delete_stack(StackName="app")

    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert stack["StackStatusReason"] == "The following resource(s) failed to delete: [B]. "
    assert list(shelf.things) == ["a-1", "b-2", "c-3"]
    assert (
        'B DELETE_FAILED: Resource handler returned message: "in use (Code: NotAllowed)"'
        in events()
    )

    cloudformation.delete_stack(StackName="app", RetainResources=["B"])

    assert list(shelf.things) == ["b-2", "c-3"]


def test_resources_can_be_retained_only_after_a_failure(
    deploy: Deploy, cloudformation: Client
) -> None:
    deploy(CHAIN)

    with pytest.raises(ClientError, match="RetainResources is only valid"):
        cloudformation.delete_stack(StackName="app", RetainResources=["B"])


def test_a_protected_stack_is_not_deleted(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy(CHAIN, EnableTerminationProtection=True)

    with pytest.raises(ClientError, match="while TerminationProtection is enabled"):
        cloudformation.delete_stack(StackName="app")
    cloudformation.update_termination_protection(StackName="app", EnableTerminationProtection=False)
    cloudformation.delete_stack(StackName="app")

    assert list(shelf.things) == ["c-3"]


def test_deleting_what_does_not_exist_is_no_error(cloudformation: Client, shelf: Shelf) -> None:
    cloudformation.delete_stack(StackName="nothing")

    assert cloudformation.list_stacks()["StackSummaries"] == []
    assert shelf.log == []


def test_what_cannot_be_deleted_is_left_alone_by_force(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy(CHAIN)
    shelf.refusals["delete B"] = "in use"
    stack_id = cloudformation.describe_stacks(StackName="app")["Stacks"][0]["StackId"]
    with pytest.raises(ClientError, match="FORCE_DELETE_STACK is only valid for a stack in"):
        cloudformation.delete_stack(StackName="app", DeletionMode="FORCE_DELETE_STACK")
    cloudformation.delete_stack(StackName="app")

    cloudformation.delete_stack(StackName="app", DeletionMode="FORCE_DELETE_STACK")

    (stack,) = cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
    assert stack["StackStatus"] == "DELETE_COMPLETE"
    assert list(shelf.things) == ["b-2", "c-3"]


def test_only_what_the_stack_has_can_be_retained(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy(CHAIN)
    shelf.refusals["delete B"] = "in use"
    cloudformation.delete_stack(StackName="app")

    with pytest.raises(ClientError, match=r"Resources \[Z\] to retain do not exist"):
        cloudformation.delete_stack(StackName="app", RetainResources=["B", "Z"])
