"""Taking resources that exist into a stack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox.engine.shelf import Thing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.values import Json
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Events, Shelf

TEAM = [{"Key": "Team", "Value": "blue"}]


def group(**more: Json) -> dict[str, Any]:
    properties = {"LogGroupName": more.pop("name", "g"), "RetentionInDays": more.pop("days", 7)}
    return {
        "Type": "AWS::Logs::LogGroup",
        "Properties": properties,
        "DeletionPolicy": "Retain",
        **more,
    }


def topic(**properties: Json) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": properties}


def named(logical_id: str, physical_id: str, **more: Json) -> dict[str, Any]:
    return {
        "ResourceType": "AWS::Logs::LogGroup",
        "LogicalResourceId": logical_id,
        "ResourceIdentifier": {"LogGroupName": physical_id},
        **more,
    }


def propose(
    cloudformation: Client,
    resources: Mapping[str, Any],
    *asked: Mapping[str, Any],
    sections: Mapping[str, Json] | None = None,
) -> dict[str, Any]:
    made = cloudformation.create_change_set(
        StackName="app",
        ChangeSetName="take",
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps({"Resources": resources, **(sections or {})}),
        Tags=TEAM,
        ResourcesToImport=asked,
    )
    found: dict[str, Any] = cloudformation.describe_change_set(ChangeSetName=made["Id"])
    return found


def take(cloudformation: Client, resources: Mapping[str, Any], *asked: Mapping[str, Any]) -> str:
    made = propose(cloudformation, resources, *asked)
    cloudformation.execute_change_set(ChangeSetName=made["ChangeSetId"])
    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    status: str = stack["StackStatus"]
    return status


@pytest.fixture(autouse=True)
def existing(shelf: Shelf) -> None:
    shelf.things["g"] = Thing({"LogGroupName": "g", "RetentionInDays": 30}, {})
    shelf.things["h"] = Thing({"LogGroupName": "h", "RetentionInDays": 7}, {})


def test_a_new_stack_takes_in_what_exists_and_changes_only_tags(
    cloudformation: Client, events: Events, shelf: Shelf
) -> None:
    foreseen = propose(cloudformation, {"A": group()}, named("A", "g"))
    assert [change["ResourceChange"] for change in foreseen["Changes"]] == [
        {
            "Action": "Import",
            "LogicalResourceId": "A",
            "PhysicalResourceId": "g",
            "ResourceType": "AWS::Logs::LogGroup",
            "Scope": [],
            "Details": [],
        }
    ]

    cloudformation.execute_change_set(ChangeSetName=foreseen["ChangeSetId"])

    assert events() == [
        "app REVIEW_IN_PROGRESS: User Initiated",
        "app IMPORT_IN_PROGRESS: User Initiated",
        "A IMPORT_IN_PROGRESS: Resource import started.",
        "A IMPORT_COMPLETE: Resource import completed.",
        "A UPDATE_IN_PROGRESS: Apply stack-level tags to imported resource if applicable.",
        "A UPDATE_COMPLETE",
        "app IMPORT_COMPLETE",
    ]
    assert shelf.log == ["adopt g"]
    assert shelf.things["g"].properties["RetentionInDays"] == 30
    assert shelf.things["g"].tags["Team"] == "blue"
    after = cloudformation.describe_change_set(ChangeSetName=foreseen["ChangeSetId"])
    assert after["ExecutionStatus"] == "EXECUTE_COMPLETE"


def test_what_was_taken_in_is_drift_until_an_update_brings_it_into_line(
    cloudformation: Client, deploy: Deploy, shelf: Shelf
) -> None:
    assert take(cloudformation, {"A": group()}, named("A", "g")) == "IMPORT_COMPLETE"
    cloudformation.detect_stack_drift(StackName="app")
    drifts = cloudformation.describe_stack_resource_drifts(StackName="app")["StackResourceDrifts"]
    assert [each["PropertyPath"] for each in drifts[0]["PropertyDifferences"]] == [
        "/RetentionInDays"
    ]
    shelf.things["g"].properties = {"LogGroupName": "g", "RetentionInDays": 7}

    assert deploy({"A": group(days=14)}, "update") == "UPDATE_COMPLETE"
    assert shelf.things["g"].properties["RetentionInDays"] == 14


def test_a_stack_takes_more_in_beside_what_it_has(
    cloudformation: Client, deploy: Deploy, shelf: Shelf
) -> None:
    deploy({"T": topic(DisplayName="t")}, Tags=TEAM)
    both = {"T": topic(DisplayName="t"), "A": group(), "B": group(name="h", DependsOn="A")}

    assert take(cloudformation, both, named("A", "g"), named("B", "h")) == "IMPORT_COMPLETE"

    found = cloudformation.describe_stack_resources(StackName="app")["StackResources"]
    assert {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in found} == {
        "T": "t-1",
        "A": "g",
        "B": "h",
    }
    cloudformation.delete_stack(StackName="app")
    assert sorted(shelf.things) == ["g", "h"]


def test_a_resource_that_is_not_there_lets_the_others_go(
    cloudformation: Client, deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    deploy({"T": topic()}, Tags=TEAM)
    both = {"T": topic(), "A": group(), "B": group(name="gone", DependsOn="A")}

    status = take(cloudformation, both, named("A", "g"), named("B", "gone"))

    assert status == "IMPORT_ROLLBACK_COMPLETE"
    told = events()
    assert told[told.index("A UPDATE_COMPLETE") + 1 :] == [
        "B IMPORT_IN_PROGRESS: Resource import started.",
        (
            'B IMPORT_FAILED: Resource handler returned message: "Resource of type '
            "'AWS::Logs::LogGroup' with identifier 'gone' was not found.\" (HandlerErrorCode: "
            "NotFound)"
        ),
        ("app IMPORT_ROLLBACK_IN_PROGRESS: The following resource(s) failed to import: [B]. "),
        "A IMPORT_ROLLBACK_COMPLETE",
        "app IMPORT_ROLLBACK_COMPLETE",
    ]
    assert sorted(shelf.things) == ["g", "h", "t-1"]
    assert deploy({"T": topic(DisplayName="t")}, "update") == "UPDATE_COMPLETE"


def test_a_new_stack_whose_import_failed_can_only_be_deleted(
    cloudformation: Client, deploy: Deploy
) -> None:
    status = take(cloudformation, {"B": group(name="gone")}, named("B", "gone"))
    assert status == "IMPORT_ROLLBACK_COMPLETE"

    with pytest.raises(ClientError, match="is in IMPORT_ROLLBACK_COMPLETE state"):
        deploy({"T": topic()}, "update")
    cloudformation.delete_stack(StackName="app")
    with pytest.raises(ClientError, match="Stack with id app does not exist"):
        cloudformation.describe_stacks(StackName="app")


BARE = {key: value for key, value in group().items() if key != "DeletionPolicy"}


@pytest.mark.parametrize(
    ("resources", "asked", "message"),
    [
        ({"A": group(), "B": group(name="h")}, [named("A", "g")], "[B] are missing from"),
        ({"A": BARE}, [named("A", "g")], "[A] to import must have DeletionPolicy attribute"),
        ({"A": group()}, [named("Z", "g")], "[Z] to import do not exist in the template"),
        (
            {"A": group()},
            [named("A", "g", ResourceType="AWS::SNS::Topic")],
            "does not match the template's AWS::Logs::LogGroup",
        ),
        (
            {"A": group()},
            [named("A", "g", ResourceIdentifier={"Name": "g"})],
            "must have the key LogGroupName, found [Name]",
        ),
        (
            {"A": group()},
            [named("A", "h")],
            "LogGroupName of A is g in the template, the resource identifier says h",
        ),
    ],
)
def test_an_import_that_does_not_fit_its_template_is_refused(
    cloudformation: Client, resources: Json, asked: list[Json], message: str
) -> None:
    with pytest.raises(ClientError) as refused:
        propose(cloudformation, resources, *asked)

    assert message in refused.value.response["Error"]["Message"]


def test_nothing_else_changes_in_an_import(cloudformation: Client, deploy: Deploy) -> None:
    deploy({"T": topic(DisplayName="t"), "U": topic()}, Tags=TEAM)
    changed = {"T": topic(DisplayName="new"), "A": group()}
    with pytest.raises(ClientError, match=r"You have modified resources \[T, U\]"):
        propose(cloudformation, changed, named("A", "g"))
    kept = {"T": topic(DisplayName="t"), "U": topic(), "A": group()}
    with pytest.raises(ClientError, match=r"you cannot modify or add \[Outputs\]"):
        propose(
            cloudformation,
            kept,
            named("A", "g"),
            sections={"Outputs": {"O": {"Value": {"Ref": "T"}}}},
        )
    with pytest.raises(ClientError, match=r"\[U\] passed in ResourceToImport are already in"):
        propose(cloudformation, kept, named("A", "g"), named("U", "u-2"))


def test_a_resource_belongs_to_one_stack(cloudformation: Client) -> None:
    take(cloudformation, {"A": group()}, named("A", "g"))

    with pytest.raises(ClientError, match="identifier g already exists in stack arn:aws:cloudf"):
        cloudformation.create_change_set(
            StackName="other",
            ChangeSetName="take",
            ChangeSetType="IMPORT",
            TemplateBody=json.dumps({"Resources": {"A": group()}}),
            ResourcesToImport=[named("A", "g")],
        )


def test_a_type_that_takes_more_than_one_name_to_identify_is_not_offered(
    cloudformation: Client,
) -> None:
    attachment = {
        "Type": "AWS::EC2::VPCGatewayAttachment",
        "Properties": {"VpcId": "vpc-1"},
        "DeletionPolicy": "Retain",
    }
    asked = named(
        "A",
        "x",
        ResourceType="AWS::EC2::VPCGatewayAttachment",
        ResourceIdentifier={"AttachmentType": "IGW", "VpcId": "vpc-1"},
    )

    with pytest.raises(ClientError, match=r"UnsupportedOperation.*the import of resources of type"):
        propose(cloudformation, {"A": attachment}, asked)


def test_resources_to_import_and_the_kind_of_change_set_go_together(
    cloudformation: Client,
) -> None:
    with pytest.raises(ClientError, match="cannot be specified for change sets of type CREATE"):
        cloudformation.create_change_set(
            StackName="app",
            ChangeSetName="take",
            ChangeSetType="CREATE",
            TemplateBody=json.dumps({"Resources": {"A": group()}}),
            ResourcesToImport=[named("A", "g")],
        )


def test_the_summary_of_a_template_says_what_identifies_its_resources(
    cloudformation: Client,
) -> None:
    body = json.dumps({"Resources": {"A": group(), "B": group(name="h")}})

    found = cloudformation.get_template_summary(TemplateBody=body)

    assert found["ResourceIdentifierSummaries"] == [
        {
            "ResourceType": "AWS::Logs::LogGroup",
            "LogicalResourceIds": ["A", "B"],
            "ResourceIdentifiers": ["LogGroupName"],
        }
    ]
