"""Change sets: what they foresee, and what executing them does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox.engine.sets import EAST, create, instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.values import Json
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Events, Shelf


def propose(
    cloudformation: Client,
    resources: Mapping[str, Any],
    kind: str,
    *,
    sections: Mapping[str, Json] | None = None,
    **more: Json,
) -> dict[str, Any]:
    made = cloudformation.create_change_set(
        StackName="app",
        ChangeSetName="next",
        ChangeSetType=kind,
        TemplateBody=json.dumps({"Resources": resources, **(sections or {})}),
        **more,
    )
    found: dict[str, Any] = cloudformation.describe_change_set(ChangeSetName=made["Id"])
    return found


def vpc(cidr: str, **more: Json) -> dict[str, Any]:
    return {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": cidr, **more}}


def parameter(value: Json) -> dict[str, Any]:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}


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


def change_of(foreseen: Mapping[str, Any], logical_id: str) -> dict[str, Any]:
    (found,) = (
        change["ResourceChange"]
        for change in foreseen["Changes"]
        if change["ResourceChange"]["LogicalResourceId"] == logical_id
    )
    return dict(found)


def described(cloudformation: Client, **more: Json) -> dict[str, Any]:
    found: dict[str, Any] = cloudformation.describe_change_set(
        StackName="app", ChangeSetName="next", **more
    )
    return found


def test_a_change_names_the_parameter_or_the_resource_that_causes_it(
    deploy: Deploy, cloudformation: Client
) -> None:
    def resources(cidr: Json) -> dict[str, Any]:
        return {
            "A": vpc(cidr),
            "B": attachment({"Ref": "A"}),
            "C": parameter({"Fn::GetAtt": ["A", "Arn"]}),
            "D": parameter({"Fn::Sub": "${A} ${A.Arn} ${Size}"}),
        }

    sizes = {"Size": {"Type": "String"}, "Cidr": {"Type": "String"}}
    old = {"Size": "1", "Cidr": "10.0.0.0/16"}
    deploy(resources({"Ref": "Cidr"}), Parameters=sizes, values=old)
    foreseen = propose(
        cloudformation,
        resources({"Ref": "Cidr"}),
        "UPDATE",
        sections={"Parameters": sizes},
        Parameters=[
            {"ParameterKey": "Size", "ParameterValue": "2"},
            {"ParameterKey": "Cidr", "ParameterValue": "10.1.0.0/16"},
        ],
    )

    causes = {
        name: [
            (each["ChangeSource"], each.get("CausingEntity"), each["Evaluation"])
            for each in change_of(foreseen, name)["Details"]
        ]
        for name in "ABCD"
    }
    assert causes == {
        "A": [("ParameterReference", "Cidr", "Static")],
        "B": [("ResourceReference", "A", "Dynamic")],
        "C": [("ResourceAttribute", "A.Arn", "Dynamic")],
        "D": [
            ("ResourceAttribute", "A.Arn", "Dynamic"),
            ("ResourceReference", "A", "Dynamic"),
            ("ParameterReference", "Size", "Dynamic"),
        ],
    }


def test_previous_values_and_the_previous_template_can_be_proposed(
    deploy: Deploy, cloudformation: Client
) -> None:
    declared = {"One": {"Type": "String"}, "Two": {"Type": "String"}}
    deploy(
        {"A": parameter({"Fn::Sub": "${One}-${Two}"})},
        Parameters=declared,
        values={"One": "1", "Two": "2"},
    )
    cloudformation.create_change_set(
        StackName="app",
        ChangeSetName="next",
        UsePreviousTemplate=True,
        Parameters=[
            {"ParameterKey": "One", "UsePreviousValue": True},
            {"ParameterKey": "Two", "ParameterValue": "3"},
        ],
    )

    change = change_of(described(cloudformation, IncludePropertyValues=True), "A")

    assert change["Details"][0]["Target"] == {
        "Attribute": "Properties",
        "Name": "Value",
        "RequiresRecreation": "Never",
        "Path": "/Properties/Value",
        "AttributeChangeType": "Modify",
        "BeforeValue": "1-2",
        "AfterValue": "1-3",
    }


def test_values_are_shown_without_secrets_and_what_is_not_known_yet_is_said_so(
    deploy: Deploy, cloudformation: Client
) -> None:
    hidden = {"Word": {"Type": "String", "NoEcho": True}}
    deploy({"B": parameter({"Ref": "Word"})}, Parameters=hidden, values={"Word": "secret-1"})
    propose(
        cloudformation,
        {
            "A": vpc("10.0.0.0/16"),
            "B": parameter({"Fn::Sub": "${Word} ${A}"}),
            "C": attachment("x"),
        },
        "UPDATE",
        sections={"Parameters": hidden},
        Parameters=[{"ParameterKey": "Word", "ParameterValue": "secret-2"}],
    )

    foreseen = described(cloudformation, IncludePropertyValues=True)

    assert "secret" not in json.dumps(foreseen, default=str)
    target = change_of(foreseen, "B")["Details"][0]["Target"]
    assert (target["BeforeValue"], target["AfterValue"]) == (
        "****",
        "{{changeSet:KNOWN_AFTER_APPLY}}",
    )
    assert json.loads(change_of(foreseen, "C")["AfterContext"]) == {
        "Properties": {"VpcId": "x", "InternetGatewayId": "igw-1"}
    }


@pytest.mark.parametrize(
    ("policies", "removed", "replaced"),
    [
        ({}, "Delete", "ReplaceAndDelete"),
        ({"DeletionPolicy": "Retain"}, "Retain", "ReplaceAndDelete"),
        ({"DeletionPolicy": "RetainExceptOnCreate"}, "Retain", "ReplaceAndDelete"),
        ({"UpdateReplacePolicy": "Retain"}, "Delete", "ReplaceAndRetain"),
        ({"DeletionPolicy": "Snapshot"}, "Snapshot", "ReplaceAndDelete"),
        ({"UpdateReplacePolicy": "Snapshot"}, "Delete", "ReplaceAndSnapshot"),
    ],
)
def test_a_change_says_what_becomes_of_the_old_resource(
    deploy: Deploy,
    cloudformation: Client,
    policies: dict[str, str],
    removed: str,
    replaced: str,
) -> None:
    resources = {name: {**vpc("10.0.0.0/16"), **policies} for name in ("A", "B")}
    deploy(resources)

    foreseen = propose(cloudformation, {"B": {**vpc("10.1.0.0/16"), **policies}}, "UPDATE")

    assert [change_of(foreseen, name)["PolicyAction"] for name in ("A", "B")] == [
        removed,
        replaced,
    ]


def test_a_property_that_may_replace_is_conditional_even_where_it_will_not(
    deploy: Deploy, cloudformation: Client
) -> None:
    deploy({"A": vpc("10.0.0.0/16", InstanceTenancy="dedicated")})

    foreseen = propose(
        cloudformation, {"A": vpc("10.0.0.0/16", InstanceTenancy="default")}, "UPDATE"
    )

    change = change_of(foreseen, "A")
    assert (change["Replacement"], change["PolicyAction"]) == ("Conditional", "ReplaceAndDelete")
    assert change["Details"][0]["Target"]["RequiresRecreation"] == "Conditionally"
    cloudformation.execute_change_set(StackName="app", ChangeSetName="next")
    (found,) = cloudformation.describe_stack_resources(StackName="app")["StackResources"]
    assert found["PhysicalResourceId"] == "a-1"


def test_a_changed_policy_alone_is_a_change_without_replacement(
    deploy: Deploy, cloudformation: Client
) -> None:
    deploy({"A": vpc("10.0.0.0/16")})

    foreseen = propose(
        cloudformation, {"A": {**vpc("10.0.0.0/16"), "DeletionPolicy": "Retain"}}, "UPDATE"
    )

    change = change_of(foreseen, "A")
    assert (change["Scope"], change["Replacement"]) == (["DeletionPolicy"], "False")


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
