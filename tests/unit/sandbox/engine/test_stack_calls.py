"""Calls on stacks: what they list, describe and refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox.engine.resources import parameter

if TYPE_CHECKING:
    from compiler.sandbox.engine.values import Json
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Shelf

TOPIC = {"Type": "AWS::SNS::Topic"}


def test_a_name_can_be_taken_again_only_after_the_stack_is_deleted(
    deploy: Deploy, cloudformation: Client
) -> None:
    deploy({"A": TOPIC})
    old = cloudformation.describe_stacks(StackName="app")["Stacks"][0]["StackId"]
    with pytest.raises(ClientError, match=r"AlreadyExistsException.*Stack \[app\] already exists"):
        deploy({"A": TOPIC})
    cloudformation.delete_stack(StackName="app")
    with pytest.raises(ClientError, match="Stack with id app does not exist"):
        cloudformation.describe_stacks(StackName="app")

    assert deploy({"A": TOPIC}) == "CREATE_COMPLETE"
    assert cloudformation.describe_stacks(StackName=old)["Stacks"][0]["StackStatus"] == (
        "DELETE_COMPLETE"
    )
    summaries = cloudformation.list_stacks()["StackSummaries"]
    assert [s["StackStatus"] for s in summaries] == ["CREATE_COMPLETE", "DELETE_COMPLETE"]
    by_status = cloudformation.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])
    assert [s["StackId"] for s in by_status["StackSummaries"]] == [old]


def test_resources_can_be_listed_and_described(deploy: Deploy, cloudformation: Client) -> None:
    deploy({"A": TOPIC, "B": parameter({"Ref": "A"})})

    listed = cloudformation.list_stack_resources(StackName="app")["StackResourceSummaries"]
    described = cloudformation.describe_stack_resources(StackName="app")["StackResources"]
    by_id = cloudformation.describe_stack_resources(PhysicalResourceId="b-2")["StackResources"]
    one = cloudformation.describe_stack_resource(StackName="app", LogicalResourceId="B")

    assert [(r["LogicalResourceId"], r["PhysicalResourceId"]) for r in listed] == [
        ("A", "a-1"),
        ("B", "b-2"),
    ]
    assert [r["ResourceStatus"] for r in described] == ["CREATE_COMPLETE", "CREATE_COMPLETE"]
    assert [r["LogicalResourceId"] for r in by_id] == ["A", "B"]
    assert one["StackResourceDetail"]["ResourceType"] == "AWS::SSM::Parameter"


def test_an_operation_that_is_not_built_says_so(cloudformation: Client) -> None:
    with pytest.raises(
        ClientError, match=r"UnsupportedOperation.*does not offer the operation GetStackPolicy"
    ):
        cloudformation.get_stack_policy(StackName="app")


@pytest.mark.parametrize(
    "ignored",
    [
        {"StackPolicyBody": "{}"},
        {"ResourceTypes": ["AWS::SNS::Topic"]},
        {"RollbackConfiguration": {"MonitoringTimeInMinutes": 5}},
    ],
)
def test_a_parameter_without_effect_here_is_refused(
    deploy: Deploy, ignored: dict[str, Json]
) -> None:
    (name,) = ignored

    with pytest.raises(ClientError, match=f"does not offer the parameter {name}"):
        deploy({"A": TOPIC}, **ignored)


def test_the_summary_of_a_stack_under_review_is_refused_and_deleting_it_is_not(
    cloudformation: Client,
) -> None:
    cloudformation.create_change_set(
        StackName="app",
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody='{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}',
    )

    with pytest.raises(ClientError, match="cannot be called on REVIEW_IN_PROGRESS stacks"):
        cloudformation.get_template_summary(StackName="app")
    proposed = cloudformation.get_template(StackName="app", ChangeSetName="first")
    assert proposed["TemplateBody"] == {"Resources": {"A": TOPIC}}
    cloudformation.delete_stack(StackName="app")
    assert [s["StackStatus"] for s in cloudformation.list_stacks()["StackSummaries"]] == [
        "DELETE_COMPLETE"
    ]


def test_a_repeated_request_token_creates_nothing_twice(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    for _ in range(2):
        assert deploy({"A": TOPIC}, ClientRequestToken="once") == "CREATE_COMPLETE"

    assert shelf.log == ["create A"]
    events = cloudformation.describe_stack_events(StackName="app")["StackEvents"]
    assert {event["ClientRequestToken"] for event in events} == {"once"}


def test_long_lists_come_in_pages(deploy: Deploy, cloudformation: Client) -> None:
    deploy({f"P{n:03}": parameter("x") for n in range(150)})

    pages = list(cloudformation.get_paginator("list_stack_resources").paginate(StackName="app"))
    assert [len(page["StackResourceSummaries"]) for page in pages] == [100, 50]
    with pytest.raises(ClientError, match="NextToken is invalid"):
        cloudformation.describe_stacks(NextToken="x")


def test_reserved_and_repeated_tags_are_refused(deploy: Deploy) -> None:
    with pytest.raises(ClientError, match="aws: prefixed tag key names"):
        deploy({"A": TOPIC}, Tags=[{"Key": "AWS:x", "Value": "1"}])
    with pytest.raises(ClientError, match="Duplicate tag key x"):
        deploy({"A": TOPIC}, Tags=[{"Key": "x", "Value": "1"}, {"Key": "x", "Value": "2"}])


def test_rollback_is_switched_off_by_one_flag_only(deploy: Deploy) -> None:
    with pytest.raises(ClientError, match="either DisableRollback or OnFailure"):
        deploy({"A": TOPIC}, DisableRollback=True, OnFailure="DELETE")


def test_what_a_description_names_must_exist(deploy: Deploy, cloudformation: Client) -> None:
    deploy({"A": TOPIC})

    with pytest.raises(ClientError, match="Resource Z does not exist for stack app"):
        cloudformation.describe_stack_resource(StackName="app", LogicalResourceId="Z")
    with pytest.raises(ClientError, match="Resource Z does not exist for stack app"):
        cloudformation.describe_stack_resources(StackName="app", LogicalResourceId="Z")
    with pytest.raises(ClientError, match="Stack for z-1 does not exist"):
        cloudformation.describe_stack_resources(PhysicalResourceId="z-1")
    with pytest.raises(ClientError, match="Template URL or Template Body must be specified"):
        cloudformation.validate_template()
