"""What a change set says of each resource: replaced or not, by which cause, and what is left."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.sandbox.engine.proposals import change_of, described, propose
from tests.unit.sandbox.engine.resources import attachment, parameter, vpc

if TYPE_CHECKING:
    from compiler.sandbox.engine.values import Json
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Shelf


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


def test_a_change_names_the_parameter_or_the_resource_that_causes_it(
    deploy: Deploy, cloudformation: Client
) -> None:
    def resources(cidr: Json) -> dict[str, Any]:
        return {
            "A": vpc(cidr),
            "B": attachment({"Ref": "A"}),
            "C": parameter({"Fn::GetAtt": ["A", "Arn"]}),
            "D": parameter({"Fn::Sub": "${A} ${A.Arn} ${Size}"}),
            "E": parameter({"Fn::Sub": ["${A} ${A.Arn}", {"A": "a name of its own"}]}),
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
        for name in "ABCDE"
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
        "E": [("ResourceAttribute", "A.Arn", "Dynamic")],
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


def tenant(tenancy: str) -> dict[str, Any]:
    properties = {"CidrBlock": "10.0.0.0/16", "InstanceTenancy": tenancy}
    return {"Type": "AWS::EC2::VPC", "Properties": properties}


def test_a_property_that_may_replace_is_conditional_even_where_it_will_not(
    deploy: Deploy, cloudformation: Client
) -> None:
    deploy({"A": tenant("dedicated")})

    foreseen = propose(cloudformation, {"A": tenant("default")}, "UPDATE")

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
