"""Change sets: what they foresee, and what executing them does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.values import Json
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Shelf


def propose(
    cloudformation: Client, resources: Mapping[str, Any], kind: str, **more: Json
) -> dict[str, Any]:
    made = cloudformation.create_change_set(
        StackName="app",
        ChangeSetName="next",
        ChangeSetType=kind,
        TemplateBody=json.dumps({"Resources": resources}),
        **more,
    )
    found: dict[str, Any] = cloudformation.describe_change_set(ChangeSetName=made["Id"])
    return found


def vpc(cidr: str, **more: Json) -> dict[str, Any]:
    return {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": cidr, **more}}


def attachment(target: Json) -> dict[str, Any]:
    properties = {"VpcId": target, "InternetGatewayId": "igw-1"}
    return {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": properties}


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


def test_a_change_set_says_what_is_replaced_and_what_follows_from_it(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy(
        {
            "A": vpc("10.0.0.0/16"),
            "B": attachment({"Ref": "A"}),
            "C": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "old"}},
            "D": {"Type": "AWS::SNS::Topic"},
        }
    )

    foreseen = propose(
        cloudformation,
        {
            "A": vpc("10.1.0.0/16"),
            "B": attachment({"Ref": "A"}),
            "C": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "new"}},
            "E": {"Type": "AWS::SNS::Topic"},
        },
        "UPDATE",
    )

    changes = {
        c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"] for c in foreseen["Changes"]
    }
    told = {name: (c["Action"], c.get("Replacement")) for name, c in changes.items()}
    assert told == {
        "A": ("Modify", "True"),
        "B": ("Modify", "Conditional"),
        "C": ("Modify", "False"),
        "D": ("Remove", None),
        "E": ("Add", None),
    }
    assert changes["A"] == {
        "PolicyAction": "ReplaceAndDelete",
        "Action": "Modify",
        "LogicalResourceId": "A",
        "PhysicalResourceId": "a-1",
        "ResourceType": "AWS::EC2::VPC",
        "Replacement": "True",
        "Scope": ["Properties"],
        "Details": [
            {
                "Target": {
                    "Attribute": "Properties",
                    "Name": "CidrBlock",
                    "RequiresRecreation": "Always",
                },
                "Evaluation": "Static",
                "ChangeSource": "DirectModification",
            }
        ],
    }
    assert changes["B"]["Details"][0]["Evaluation"] == "Dynamic"
    assert changes["D"]["PolicyAction"] == "Delete"
    assert shelf.things["a-1"].properties == {"CidrBlock": "10.0.0.0/16"}

    cloudformation.execute_change_set(ChangeSetName="next", StackName="app")

    assert sorted(name[0] for name in shelf.things) == ["a", "b", "c", "e"]


def test_a_change_set_without_changes_fails_with_the_words_that_the_cli_knows(
    deploy: Deploy, cloudformation: Client
) -> None:
    deploy({"A": vpc("10.0.0.0/16")})

    foreseen = propose(cloudformation, {"A": vpc("10.0.0.0/16")}, "UPDATE")

    assert foreseen["Status"] == "FAILED"
    assert foreseen["ExecutionStatus"] == "UNAVAILABLE"
    assert foreseen["StatusReason"].startswith("The submitted information didn't contain changes.")


def test_new_tags_alone_are_a_change_of_tags(deploy: Deploy, cloudformation: Client) -> None:
    deploy({"A": vpc("10.0.0.0/16")})

    foreseen = propose(
        cloudformation,
        {"A": vpc("10.0.0.0/16")},
        "UPDATE",
        Tags=[{"Key": "Team", "Value": "red"}],
    )

    (change,) = foreseen["Changes"]
    assert change["ResourceChange"]["Scope"] == ["Tags"]
    assert change["ResourceChange"]["Replacement"] == "False"


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
        ("IMPORT", "does not offer change sets of type IMPORT"),
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
