"""Change sets: proposed, listed, refused, and what executing them does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox.engine.proposals import change_of, propose
from tests.unit.sandbox.engine.resources import vpc
from tests.unit.sandbox.engine.sets import EAST, create, instance

if TYPE_CHECKING:
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Events, Shelf


def test_a_stack_is_created_by_executing_a_change_set(cloudformation: Client, shelf: Shelf) -> None:
    foreseen = propose(cloudformation, {"A": vpc("10.0.0.0/16")}, "CREATE")

    assert foreseen["Status"] == "CREATE_COMPLETE"
    assert foreseen["ExecutionStatus"] == "AVAILABLE"
    assert foreseen["Changes"] == [
        {
            "Type": "Resource",
            "ResourceChange": {
                "Action": "Add",
                "LogicalResourceId": "A",
                "ResourceType": "AWS::EC2::VPC",
                "Scope": [],
                "Details": [],
            },
        }
    ]
    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    assert stack["StackStatus"] == "REVIEW_IN_PROGRESS"
    assert shelf.things == {}

    cloudformation.execute_change_set(ChangeSetName="next", StackName="app")

    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert list(shelf.things) == ["a-1"]
    with pytest.raises(ClientError, match="InvalidChangeSetStatus"):
        cloudformation.execute_change_set(ChangeSetName="next", StackName="app")


def test_a_change_set_without_changes_fails_with_the_words_that_the_cli_knows(
    deploy: Deploy, cloudformation: Client
) -> None:
    deploy({"A": vpc("10.0.0.0/16")})

    foreseen = propose(cloudformation, {"A": vpc("10.0.0.0/16")}, "UPDATE")

    assert foreseen["Status"] == "FAILED"
    assert foreseen["ExecutionStatus"] == "UNAVAILABLE"
    assert foreseen["StatusReason"].startswith("The submitted information didn't contain changes.")


def test_change_sets_are_listed_and_deleted(deploy: Deploy, cloudformation: Client) -> None:
    deploy({"A": vpc("10.0.0.0/16")})
    propose(cloudformation, {"A": vpc("10.1.0.0/16")}, "UPDATE")

    with pytest.raises(ClientError, match="AlreadyExistsException"):
        propose(cloudformation, {"A": vpc("10.1.0.0/16")}, "UPDATE")
    (listed,) = cloudformation.list_change_sets(StackName="app")["Summaries"]
    assert listed["ChangeSetName"] == "next"
    cloudformation.delete_change_set(ChangeSetName="next", StackName="app")
    assert cloudformation.list_change_sets(StackName="app")["Summaries"] == []
    with pytest.raises(ClientError, match="ChangeSetNotFound"):
        cloudformation.describe_change_set(ChangeSetName="next", StackName="app")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("CREATE", "already exists and cannot be created again"),
        ("IMPORT", "ResourcesToImport must be specified for change sets of type IMPORT"),
        ("REFACTOR", "does not offer change sets of type REFACTOR"),
    ],
)
def test_a_change_set_of_the_wrong_kind_is_refused(
    deploy: Deploy, cloudformation: Client, kind: str, message: str
) -> None:
    deploy({"A": vpc("10.0.0.0/16")})

    with pytest.raises(ClientError, match=message):
        propose(cloudformation, {"A": vpc("10.1.0.0/16")}, kind)


def test_an_update_of_a_stack_that_does_not_exist_is_refused(cloudformation: Client) -> None:
    with pytest.raises(ClientError, match=r"Stack \[app\] does not exist"):
        propose(cloudformation, {"A": vpc("10.1.0.0/16")}, "UPDATE")


@pytest.mark.parametrize(
    ("on_failure", "status", "left"),
    [
        ("DELETE", "DELETE_COMPLETE", []),
        ("DO_NOTHING", "CREATE_FAILED", ["a-1"]),
        ("ROLLBACK", "ROLLBACK_COMPLETE", []),
    ],
)
def test_a_creation_that_fails_ends_as_its_change_set_says(
    cloudformation: Client, shelf: Shelf, on_failure: str, status: str, left: list[str]
) -> None:
    shelf.refusals["create B"] = "no"
    resources = {"A": vpc("10.0.0.0/16"), "B": {**vpc("10.1.0.0/16"), "DependsOn": "A"}}
    made = propose(cloudformation, resources, "CREATE", OnStackFailure=on_failure)
    with pytest.raises(ClientError, match="DisableRollback cannot be specified"):
        cloudformation.execute_change_set(ChangeSetName=made["ChangeSetId"], DisableRollback=True)

    cloudformation.execute_change_set(ChangeSetName=made["ChangeSetId"])

    (stack,) = cloudformation.describe_stacks(StackName=made["StackId"])["Stacks"]
    assert stack["StackStatus"] == status
    assert list(shelf.things) == left
    after = cloudformation.describe_change_set(ChangeSetName=made["ChangeSetId"])
    assert after["ExecutionStatus"] == "EXECUTE_FAILED"


def test_an_update_that_fails_stays_as_it_is_where_its_change_set_says_so(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy({"A": vpc("10.0.0.0/16")})
    shelf.refusals["create B"] = "no"
    after = {"A": vpc("10.0.0.0/16"), "B": vpc("10.1.0.0/16")}
    with pytest.raises(ClientError, match="DELETE is only valid when ChangeSetType is CREATE"):
        propose(cloudformation, after, "UPDATE", OnStackFailure="DELETE")
    propose(cloudformation, after, "UPDATE", OnStackFailure="DO_NOTHING")

    cloudformation.execute_change_set(StackName="app", ChangeSetName="next")

    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    assert stack["StackStatus"] == "UPDATE_FAILED"


def test_the_stack_of_a_stack_set_can_be_asked_too(cloudformation: Client, sets: Client) -> None:
    create(sets, EAST)
    stack_id = instance(sets)["StackId"]
    made = cloudformation.create_change_set(
        StackName=stack_id,
        ChangeSetName="look",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Size", "ParameterValue": "big"}],
    )

    foreseen = cloudformation.describe_change_set(ChangeSetName=made["Id"])
    cloudformation.delete_change_set(ChangeSetName=made["Id"])

    assert change_of(foreseen, "P")["Replacement"] == "False"
    assert cloudformation.list_change_sets(StackName=stack_id)["Summaries"] == []
    assert instance(sets)["Status"] == "CURRENT"


def test_a_change_set_proposed_again_with_its_token_is_the_same(
    deploy: Deploy, cloudformation: Client
) -> None:
    deploy({"A": vpc("10.0.0.0/16")})

    made = [
        propose(cloudformation, {"A": vpc("10.1.0.0/16")}, "UPDATE", ClientToken="once")
        for _ in range(2)
    ]

    assert made[0]["ChangeSetId"] == made[1]["ChangeSetId"]
    assert len(cloudformation.list_change_sets(StackName="app")["Summaries"]) == 1


def test_a_stack_under_review_says_so_in_its_events_and_can_be_deleted(
    cloudformation: Client, events: Events
) -> None:
    made = propose(cloudformation, {"A": vpc("10.0.0.0/16")}, "CREATE")

    assert events() == ["app REVIEW_IN_PROGRESS: User Initiated"]
    cloudformation.delete_stack(StackName="app")
    (stack,) = cloudformation.describe_stacks(StackName=made["StackId"])["Stacks"]
    assert stack["StackStatus"] == "DELETE_COMPLETE"
