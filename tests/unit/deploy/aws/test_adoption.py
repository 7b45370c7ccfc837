"""Making a stack of resources that exist, once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from compiler.deploy.aws.change_sets import ChangeSets
from compiler.deploy.aws.proposals import adopt
from compiler.deploy.aws.stacks import Stacks
from compiler.deploy.port import AwsError
from tests.unit.deploy.aws.stubbed import DEFINITION, TEMPLATE, Slept, stubbed

if TYPE_CHECKING:
    from botocore.stub import Stubber

TOKEN = "stackferry-adopt-1"  # noqa: S105 -- a name, no secret
STACK_ID = "arn:aws:cloudformation:eu-central-1:111122223333:stack/shop-media/1"
MOMENT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def adopted(client: Any) -> str:  # noqa: ANN401 -- boto3 makes clients at run time
    return adopt(
        ChangeSets(client, Slept()),
        Stacks(client),
        stack_name="shop-media",
        definition=DEFINITION,
        tags={},
        resources={"Media": {"BucketName": "shop-media-1"}},
        token=TOKEN,
    )


def stands(stub: Stubber, status: str) -> None:
    stack = {"StackName": "shop-media", "StackId": STACK_ID, "StackStatus": status}
    stub.add_response("describe_stacks", {"Stacks": [{**stack, "CreationTime": MOMENT}]})


def missing(stub: Stubber) -> None:
    stub.add_client_error("describe_stacks", "ValidationError", "Stack shop-media does not exist")


def told(stub: Stubber, status: str, execution: str, reason: str = "") -> None:
    stub.add_response(
        "describe_change_set",
        {
            "StackId": STACK_ID,
            "Status": status,
            "ExecutionStatus": execution,
            "StatusReason": reason,
        },
    )


def executed(stub: Stubber) -> None:
    stub.add_response(
        "execute_change_set",
        {},
        {
            "StackName": "shop-media",
            "ChangeSetName": TOKEN,
            "ClientRequestToken": f"{TOKEN}-1",
        },
    )


def test_resources_are_taken_in_by_their_identifiers() -> None:
    with stubbed() as (client, stub):
        missing(stub)
        stub.add_response(
            "create_change_set",
            {"StackId": STACK_ID},
            {
                "StackName": "shop-media",
                "ChangeSetName": TOKEN,
                "ChangeSetType": "IMPORT",
                "TemplateBody": TEMPLATE,
                "Parameters": [
                    {"ParameterKey": "Alarm", "ParameterValue": "arn:aws:sns:::a"},
                    {"ParameterKey": "VpcId", "ParameterValue": "vpc-1"},
                ],
                "Tags": [],
                "Capabilities": ["CAPABILITY_NAMED_IAM"],
                "ResourcesToImport": [
                    {
                        "ResourceType": "AWS::S3::Bucket",
                        "LogicalResourceId": "Media",
                        "ResourceIdentifier": {"BucketName": "shop-media-1"},
                    }
                ],
            },
        )
        told(stub, "CREATE_COMPLETE", "AVAILABLE")
        executed(stub)

        assert adopted(client) == STACK_ID


def test_a_run_that_was_killed_before_the_change_set_was_carried_out_goes_on() -> None:
    with stubbed() as (client, stub):
        stands(stub, "REVIEW_IN_PROGRESS")
        stub.add_client_error("create_change_set", "AlreadyExistsException")
        told(stub, "CREATE_COMPLETE", "AVAILABLE")
        executed(stub)

        assert adopted(client) == STACK_ID


def test_the_same_token_starts_nothing_again() -> None:
    with stubbed() as (client, stub):
        stands(stub, "IMPORT_COMPLETE")
        stub.add_response(
            "describe_stack_events",
            {
                "StackEvents": [
                    {
                        "StackId": STACK_ID,
                        "StackName": "shop-media",
                        "EventId": "1",
                        "Timestamp": MOMENT,
                        "LogicalResourceId": "shop-media",
                        "PhysicalResourceId": STACK_ID,
                        "ResourceType": "AWS::CloudFormation::Stack",
                        "ResourceStatus": "IMPORT_COMPLETE",
                        "ClientRequestToken": f"{TOKEN}-1",
                    }
                ]
            },
            {"StackName": STACK_ID},
        )

        assert adopted(client) == STACK_ID


def test_a_stack_of_somebody_elses_is_left_alone() -> None:
    with stubbed() as (client, stub):
        stands(stub, "CREATE_COMPLETE")
        stub.add_response("describe_stack_events", {"StackEvents": []})

        with pytest.raises(AwsError) as raised:
            adopted(client)

    assert raised.value.code == "AlreadyExistsException"
    assert raised.value.reason == "there is a stack shop-media already, in CREATE_COMPLETE"


def test_what_cannot_be_taken_in_leaves_no_empty_stack() -> None:
    with stubbed() as (client, stub):
        missing(stub)
        stub.add_response("create_change_set", {"StackId": STACK_ID})
        told(stub, "FAILED", "UNAVAILABLE", "Resource [Media] is in another stack.")
        stub.add_response("delete_change_set", {})
        stands(stub, "REVIEW_IN_PROGRESS")
        stub.add_response(
            "delete_stack",
            {},
            {"StackName": STACK_ID, "ClientRequestToken": "stackferry-adopt-1-review"},
        )

        with pytest.raises(AwsError) as raised:
            adopted(client)

    assert (raised.value.code, raised.value.reason) == (
        "ChangeSetFailed",
        "Resource [Media] is in another stack.",
    )
