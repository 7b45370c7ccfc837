"""Request tokens: shown in the events of one operation, and good for one operation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Shelf


def topic(display: str, **more: str) -> dict[str, Any]:
    return {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": display}, **more}}


def tokens(cloudformation: Client, stack_id: str = "app") -> list[str]:
    """Return the token of each operation, oldest first, with the status that began it."""
    found = cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
    told = [
        f"{event['ResourceStatus']} {event.get('ClientRequestToken', '-')}"
        for event in reversed(found)
        if event.get("ResourceStatusReason") == "User Initiated"
    ]
    for event in found:
        assert f"{event.get('ClientRequestToken', '-')}" in {each.split()[1] for each in told}
    return told


def test_every_event_of_an_operation_carries_its_token(
    deploy: Deploy, cloudformation: Client
) -> None:
    deploy(topic("1"), ClientRequestToken="create")
    deploy(topic("2"), "update", ClientRequestToken="update")
    deploy(topic("3"), "update")
    cloudformation.create_change_set(
        StackName="app", ChangeSetName="c", TemplateBody=json.dumps({"Resources": topic("4")})
    )
    cloudformation.execute_change_set(
        StackName="app", ChangeSetName="c", ClientRequestToken="execute"
    )
    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    cloudformation.delete_stack(StackName="app", ClientRequestToken="delete")

    assert tokens(cloudformation, stack["StackId"]) == [
        "CREATE_IN_PROGRESS create",
        "UPDATE_IN_PROGRESS update",
        "UPDATE_IN_PROGRESS -",
        "UPDATE_IN_PROGRESS execute",
        "DELETE_IN_PROGRESS delete",
    ]


def test_going_on_with_a_way_back_has_a_token_of_its_own(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy(topic("old"))
    shelf.refusals["update A"] = "never"
    deploy(topic("new"), "update", ClientRequestToken="update")

    for _ in range(2):
        cloudformation.continue_update_rollback(
            StackName="app", ResourcesToSkip=["A"], ClientRequestToken="continue"
        )

    assert tokens(cloudformation) == [
        "CREATE_IN_PROGRESS -",
        "UPDATE_IN_PROGRESS update",
        "UPDATE_ROLLBACK_IN_PROGRESS continue",
    ]


def test_the_same_request_again_starts_nothing(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    for _ in range(2):
        deploy(topic("1"), ClientRequestToken="1")
    for _ in range(2):
        deploy(topic("2"), "update", ClientRequestToken="2")
    for _ in range(2):
        cloudformation.delete_stack(StackName="app", ClientRequestToken="3")

    assert shelf.log == ["create A", "update a-1", "delete a-1"]


def test_an_update_that_was_taken_back_is_not_tried_again_by_its_token(
    deploy: Deploy, shelf: Shelf
) -> None:
    deploy(topic("1"))
    broken = {**topic("2"), "B": {"Type": "AWS::SNS::Topic"}}
    shelf.refusals["create B"] = "no"

    found = [deploy(broken, "update", ClientRequestToken="once") for _ in range(2)]

    assert found == ["UPDATE_ROLLBACK_COMPLETE"] * 2
    assert shelf.log.count("create B") == 1


def test_a_change_set_is_executed_once_by_its_token(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy(topic("1"))
    cloudformation.create_change_set(
        StackName="app", ChangeSetName="c", TemplateBody=json.dumps({"Resources": topic("2")})
    )

    for _ in range(2):
        cloudformation.execute_change_set(
            StackName="app", ChangeSetName="c", ClientRequestToken="once"
        )
    with pytest.raises(ClientError, match="InvalidChangeSetStatus"):
        cloudformation.execute_change_set(StackName="app", ChangeSetName="c")

    assert shelf.log == ["create A", "update a-1"]


def test_a_token_stands_for_one_request_only(deploy: Deploy, cloudformation: Client) -> None:
    deploy(topic("1"), ClientRequestToken="same")

    with pytest.raises(ClientError, match="TokenAlreadyExistsException"):
        deploy(topic("2"), ClientRequestToken="same")
    with pytest.raises(ClientError, match="TokenAlreadyExistsException"):
        deploy(topic("2"), "update", ClientRequestToken="same")
    with pytest.raises(ClientError, match="TokenAlreadyExistsException"):
        cloudformation.delete_stack(StackName="app", ClientRequestToken="same")


def test_a_refused_request_spends_no_token(deploy: Deploy, shelf: Shelf) -> None:
    deploy(topic("1"))
    with pytest.raises(ClientError, match=r"No updates are to be performed\."):
        deploy(topic("1"), "update", ClientRequestToken="same")

    assert deploy(topic("2"), "update", ClientRequestToken="same") == "UPDATE_COMPLETE"
    assert shelf.log == ["create A", "update a-1"]


def test_a_deleted_stack_gives_the_token_of_its_creation_away(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    for _ in range(2):
        assert deploy(topic("1"), ClientRequestToken="create") == "CREATE_COMPLETE"
        cloudformation.delete_stack(StackName="app")

    assert shelf.log == ["create A", "delete a-1", "create A", "delete a-2"]
