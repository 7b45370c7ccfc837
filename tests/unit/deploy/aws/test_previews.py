"""Asking CloudFormation what an update would do, and leaving nothing behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from compiler.deploy.answers import Change, Preview
from compiler.deploy.aws.change_sets import ChangeSets
from compiler.deploy.aws.proposals import preview, request_of
from compiler.deploy.port import AwsBusyError
from tests.unit.deploy.aws.stubbed import DEFINITION, HERE, TEMPLATE, Slept, stubbed

if TYPE_CHECKING:
    from botocore.stub import Stubber

STACK = "arn:aws:cloudformation:eu-central-1:111122223333:stack/StackSet-shop-media-1/2"
NAME = "stackferry-preview-1"
NAMED = {"StackName": STACK, "ChangeSetName": NAME}
NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set."
)


def asked(
    client: Any,  # noqa: ANN401 -- boto3 makes clients at run time
    slept: Slept | None = None,
    assumed: tuple[str, ...] = (),
) -> Preview:
    return preview(
        lambda: ChangeSets(client, slept or Slept()),
        HERE,
        STACK,
        request_of(DEFINITION, DEFINITION.tags, assumed),
        assumed=assumed,
        name=NAME,
    )


def made(stub: Stubber) -> None:
    stub.add_response("create_change_set", {"Id": "arn:change-set", "StackId": STACK})


def told(stub: Stubber, status: str, **more: object) -> None:
    answer = {"StackId": STACK, "Status": status, "ExecutionStatus": "UNAVAILABLE", **more}
    stub.add_response("describe_change_set", answer, NAMED)


def deleted(stub: Stubber) -> None:
    stub.add_response("delete_change_set", {}, NAMED)


def resource_change(logical_id: str, **more: object) -> dict[str, object]:
    return {
        "Type": "Resource",
        "ResourceChange": {
            "Action": "Modify",
            "LogicalResourceId": logical_id,
            "ResourceType": "AWS::RDS::DBInstance",
            **more,
        },
    }


def test_a_change_set_is_made_waited_for_read_to_its_last_page_and_deleted() -> None:
    slept = Slept()
    with stubbed() as (client, stub):
        stub.add_response(
            "create_change_set",
            {"Id": "arn:change-set", "StackId": STACK},
            {
                "StackName": STACK,
                "ChangeSetName": NAME,
                "ChangeSetType": "UPDATE",
                "TemplateBody": TEMPLATE,
                "Parameters": [
                    {"ParameterKey": "Alarm", "ParameterValue": "arn:aws:sns:::a"},
                    {"ParameterKey": "VpcId", "UsePreviousValue": True},
                ],
                "Tags": [
                    {"Key": "Environment", "Value": "prod"},
                    {"Key": "Timestamp", "Value": "2026-11-24T10:00:00Z"},
                ],
                "Capabilities": ["CAPABILITY_NAMED_IAM"],
            },
        )
        told(stub, "CREATE_PENDING")
        told(stub, "CREATE_IN_PROGRESS")
        told(
            stub,
            "CREATE_COMPLETE",
            Changes=[
                resource_change(
                    "Database",
                    Replacement="Conditional",
                    PolicyAction="ReplaceAndSnapshot",
                    PhysicalResourceId="shop-catalog",
                    Details=[
                        {"Target": {"Attribute": "Tags"}},
                        {"Target": {"Attribute": "Properties", "Name": "Port"}},
                        {"Target": {"Attribute": "Properties", "Name": "Engine"}},
                        {"Target": {"Attribute": "Properties", "Name": "Port"}},
                    ],
                ),
                {"Type": "Resource", "HookInvocationCount": 1},
            ],
            NextToken="more",
        )
        stub.add_response(
            "describe_change_set",
            {
                "StackId": STACK,
                "Status": "CREATE_COMPLETE",
                "Changes": [resource_change("Alarm", Action="Remove", PolicyAction="Delete")],
            },
            {**NAMED, "NextToken": "more"},
        )
        deleted(stub)

        found = asked(client, slept, assumed=("VpcId",))

    assert found == Preview(
        place=HERE,
        assumed=("VpcId",),
        changes=(
            Change(
                logical_id="Alarm",
                type="AWS::RDS::DBInstance",
                action="Remove",
                policy_action="Delete",
            ),
            Change(
                logical_id="Database",
                type="AWS::RDS::DBInstance",
                action="Modify",
                replacement="Conditional",
                policy_action="ReplaceAndSnapshot",
                physical_id="shop-catalog",
                properties=("Engine", "Port", "Tags"),
            ),
        ),
    )
    assert slept.seconds == [0.5, 1.0]


def test_an_update_without_changes_is_an_empty_preview() -> None:
    with stubbed() as (client, stub):
        made(stub)
        told(stub, "FAILED", StatusReason=NO_CHANGES)
        deleted(stub)

        assert asked(client) == Preview(place=HERE)


def test_what_cloudformation_cannot_make_out_is_told_in_its_words() -> None:
    with stubbed() as (client, stub):
        made(stub)
        told(stub, "FAILED", StatusReason="Unresolved resource dependencies [Vpc].")
        deleted(stub)

        assert asked(client) == Preview(
            place=HERE, refusal="Unresolved resource dependencies [Vpc]."
        )


def test_to_be_refused_is_no_error_of_a_plan() -> None:
    with stubbed() as (client, stub):
        stub.add_client_error("create_change_set", "AccessDenied", "You may not.")
        deleted(stub)

        assert asked(client) == Preview(
            place=HERE, refusal="CreateChangeSet: AccessDenied: You may not."
        )


def test_a_change_set_that_an_earlier_run_left_makes_room() -> None:
    with stubbed() as (client, stub):
        stub.add_client_error("create_change_set", "AlreadyExistsException")
        deleted(stub)
        made(stub)
        told(stub, "CREATE_COMPLETE")
        deleted(stub)

        assert asked(client) == Preview(place=HERE)


def test_a_busy_aws_is_no_refusal_and_the_change_set_goes_nevertheless() -> None:
    with stubbed() as (client, stub):
        made(stub)
        stub.add_client_error("describe_change_set", "Throttling")
        deleted(stub)

        with pytest.raises(AwsBusyError):
            asked(client)


def test_a_change_set_that_stays_is_named() -> None:
    with stubbed() as (client, stub):
        made(stub)
        told(stub, "CREATE_COMPLETE", Changes=[resource_change("Database")])
        stub.add_client_error("delete_change_set", "AccessDenied", "You may not.")

        found = asked(client)

    assert found == Preview(
        place=HERE,
        changes=(Change(logical_id="Database", type="AWS::RDS::DBInstance", action="Modify"),),
        refusal=(
            "the change set stackferry-preview-1 could not be deleted again: "
            "DeleteChangeSet: AccessDenied: You may not."
        ),
    )


def test_nobody_waits_for_ever() -> None:
    slept = Slept()
    with stubbed() as (client, stub):
        made(stub)
        for _ in range(127):
            told(stub, "CREATE_IN_PROGRESS")
        deleted(stub)

        found = asked(client, slept)

    assert (found.refusal, sum(slept.seconds)) == (
        "DescribeChangeSet: Timeout: the change set stackferry-preview-1 is still not ready",
        609.5,
    )


def test_a_large_template_is_named_by_its_address() -> None:
    url = "https://artifacts.s3.eu-central-1.amazonaws.com/abc.json"

    request = request_of(replace(DEFINITION, template_url=url), {})

    assert (request.get("TemplateURL"), request.get("TemplateBody")) == (url, None)
