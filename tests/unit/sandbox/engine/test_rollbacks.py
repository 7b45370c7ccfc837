"""Updates whose way back fails, that are ended half-way, or that stay as they failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox.engine.resources import parameter, topic, vpc

if TYPE_CHECKING:
    from compiler.sandbox.engine.values import Json
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Events, Shelf


def status(cloudformation: Client) -> str:
    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    found: str = stack["StackStatus"]
    return found


def since(events: list[str], start: str) -> list[str]:
    return events[max(i for i, event in enumerate(events) if event.startswith(start)) :]


@pytest.fixture
def stuck(deploy: Deploy, shelf: Shelf) -> None:
    """A changed before B was refused; neither can be changed any more, so no way leads back."""
    deploy({"A": topic("old"), "B": topic("old", DependsOn="A")})
    shelf.refusals["update B"] = "never"
    after = {"A": topic("new"), "B": topic("new", DependsOn="A")}
    assert deploy(after, "update") == "UPDATE_ROLLBACK_FAILED"


@pytest.mark.usefixtures("stuck")
def test_a_way_back_that_failed_is_gone_on_with_when_the_service_agrees_again(
    cloudformation: Client, events: Events, shelf: Shelf
) -> None:
    assert shelf.things["a-1"].properties == {"DisplayName": "new"}
    del shelf.refusals["update B"]
    shelf.things["b-2"].properties = {"DisplayName": "new"}

    cloudformation.continue_update_rollback(StackName="app", ClientRequestToken="again")

    assert since(events(), "app UPDATE_ROLLBACK_IN_PROGRESS") == [
        "app UPDATE_ROLLBACK_IN_PROGRESS: User Initiated",
        "B UPDATE_IN_PROGRESS",
        "B UPDATE_COMPLETE",
        "A UPDATE_IN_PROGRESS",
        "A UPDATE_COMPLETE",
        "app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "app UPDATE_ROLLBACK_COMPLETE",
    ]
    assert [thing.properties for thing in shelf.things.values()] == [{"DisplayName": "old"}] * 2


@pytest.mark.usefixtures("stuck")
def test_a_way_back_can_fail_again(cloudformation: Client, events: Events) -> None:
    cloudformation.continue_update_rollback(StackName="app")

    assert status(cloudformation) == "UPDATE_ROLLBACK_FAILED"
    assert events()[-1] == (
        "app UPDATE_ROLLBACK_FAILED: The following resource(s) failed to update: [B]. "
    )


@pytest.mark.parametrize("ask", [{"ResourcesToSkip": ["B"]}, {"ForceRollback": True}])
@pytest.mark.usefixtures("stuck")
def test_what_cannot_be_put_back_can_be_skipped(
    cloudformation: Client, events: Events, shelf: Shelf, ask: dict[str, Json]
) -> None:
    cloudformation.continue_update_rollback(StackName="app", **ask)

    assert status(cloudformation) == "UPDATE_ROLLBACK_COMPLETE"
    assert "B UPDATE_COMPLETE" in events()
    assert shelf.things["a-1"].properties == {"DisplayName": "old"}
    resources = cloudformation.describe_stack_resources(StackName="app")["StackResources"]
    assert [each["ResourceStatus"] for each in resources] == ["UPDATE_COMPLETE"] * 2


@pytest.mark.usefixtures("stuck")
def test_only_what_failed_on_the_way_back_can_be_skipped(cloudformation: Client) -> None:
    with pytest.raises(ClientError, match=r"\[A, Z\] are not in UPDATE_FAILED state"):
        cloudformation.continue_update_rollback(StackName="app", ResourcesToSkip=["A", "B", "Z"])
    with pytest.raises(ClientError, match="mutually exclusive"):
        cloudformation.continue_update_rollback(
            StackName="app", ResourcesToSkip=["B"], ForceRollback=True
        )


@pytest.mark.usefixtures("stuck")
def test_a_stack_without_a_way_back_can_be_deleted(cloudformation: Client, shelf: Shelf) -> None:
    cloudformation.delete_stack(StackName="app")

    assert shelf.things == {}


def test_only_a_failed_way_back_is_gone_on_with(deploy: Deploy, cloudformation: Client) -> None:
    deploy({"A": topic("old")})

    with pytest.raises(ClientError, match="CREATE_COMPLETE state and can not continue a rollback"):
        cloudformation.continue_update_rollback(StackName="app")
    with pytest.raises(ClientError, match="is in CREATE_COMPLETE state and can not be rolled back"):
        cloudformation.rollback_stack(StackName="app")
    with pytest.raises(ClientError, match="cannot be called from current stack status"):
        cloudformation.cancel_update_stack(StackName="app")


def test_deleting_a_stack_without_a_way_back_leaves_no_replaced_resource_behind(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy({"A": topic("old"), "N": vpc("10.0.0.0/16"), "Z": parameter("x", DependsOn="N")})
    shelf.refusals["update A"] = "never"
    shelf.refusals["update Z"] = "never"
    after = {
        "A": topic("old"),
        "N": vpc("10.1.0.0/16"),
        "Z": parameter("y", DependsOn="N"),
    }
    assert deploy(after, "update") == "UPDATE_ROLLBACK_FAILED"
    assert sorted(shelf.things) == ["a-1", "n-2", "n-4", "z-3"]

    cloudformation.delete_stack(StackName="app")

    assert shelf.things == {}


def test_an_update_without_rollback_stays_as_it_failed_until_it_is_rolled_back(
    deploy: Deploy, cloudformation: Client, events: Events, shelf: Shelf
) -> None:
    deploy({"A": topic("old")})
    broken = parameter({"Fn::GetAtt": ["B", "Nope"]})
    after = {"A": topic("new"), "B": topic("b"), "C": broken}

    assert deploy(after, "update", DisableRollback=True) == "UPDATE_FAILED"
    assert sorted(shelf.things) == ["a-1", "b-2"]
    with pytest.raises(ClientError, match="is in UPDATE_FAILED state and can not be updated"):
        deploy({"A": topic("newer")}, "update")
    answer = cloudformation.rollback_stack(StackName="app")

    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    assert answer["StackId"] == stack["StackId"]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert {name: thing.properties for name, thing in shelf.things.items()} == {
        "a-1": {"DisplayName": "old"}
    }
    assert "app UPDATE_FAILED: The following resource(s) failed to create: [C]. " in events()


def test_a_creation_that_was_left_as_it_failed_can_be_rolled_back(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    shelf.refusals["create B"] = "no"
    resources = {"A": topic("a", DeletionPolicy="Retain"), "B": topic("b", DependsOn="A")}
    assert deploy(resources, OnFailure="DO_NOTHING") == "CREATE_FAILED"

    cloudformation.rollback_stack(StackName="app", RetainExceptOnCreate=True)

    assert status(cloudformation) == "ROLLBACK_COMPLETE"
    assert shelf.things == {}
