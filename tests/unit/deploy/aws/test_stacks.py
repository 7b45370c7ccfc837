"""What is asked about single stacks, word for word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from compiler.deploy.aws.stacks import Stacks
from compiler.deploy.port import AwsError, Event
from tests.unit.deploy.aws.stubbed import stubbed

STACK_ID = "arn:aws:cloudformation:eu-central-1:111122223333:stack/shop-media/1"
MOMENT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def test_a_failed_rollback_goes_on_without_what_is_skipped() -> None:
    with stubbed() as (client, stub):
        stub.add_response(
            "continue_update_rollback",
            {},
            {
                "StackName": STACK_ID,
                "ResourcesToSkip": ["Route"],
                "ClientRequestToken": "stackferry-continue-1",
            },
        )
        stub.add_client_error("continue_update_rollback", "TokenAlreadyExistsException")

        Stacks(client).continue_rollback(STACK_ID, ("Route",), "stackferry-continue-1")
        Stacks(client).continue_rollback(STACK_ID, ("Route",), "stackferry-continue-1")


def test_resources_are_kept_only_if_some_are_named() -> None:
    with stubbed() as (client, stub):
        stub.add_response(
            "delete_stack", {}, {"StackName": STACK_ID, "ClientRequestToken": "stackferry-delete-1"}
        )
        stub.add_response(
            "delete_stack",
            {},
            {
                "StackName": STACK_ID,
                "RetainResources": ["Media"],
                "ClientRequestToken": "stackferry-delete-2",
            },
        )

        Stacks(client).delete(STACK_ID, (), "stackferry-delete-1")
        Stacks(client).delete(STACK_ID, ("Media",), "stackferry-delete-2")


def test_events_come_oldest_first() -> None:
    def event(number: int) -> dict[str, object]:
        return {
            "StackId": STACK_ID,
            "StackName": "shop-media",
            "EventId": str(number),
            "Timestamp": MOMENT,
            "LogicalResourceId": f"R{number}",
            "ResourceType": "AWS::EC2::Route",
            "ResourceStatus": "CREATE_COMPLETE",
        }

    with stubbed() as (client, stub):
        stub.add_response(
            "describe_stack_events", {"StackEvents": [event(3), event(2)], "NextToken": "more"}
        )
        stub.add_response("describe_stack_events", {"StackEvents": [event(1)]})

        found = Stacks(client).events(STACK_ID)

    assert found == tuple(
        Event(at=MOMENT, logical_id=f"R{n}", type="AWS::EC2::Route", status="CREATE_COMPLETE")
        for n in (1, 2, 3)
    )


def test_a_stack_that_aws_has_forgotten_has_no_status_resources_or_history() -> None:
    with stubbed() as (client, stub):
        words = f"Stack with id {STACK_ID} does not exist"
        stub.add_client_error("describe_stacks", "ValidationError", words)
        stub.add_client_error("list_stack_resources", "ValidationError", words)
        stub.add_client_error("describe_stack_events", "ValidationError", words)

        assert Stacks(client).status(STACK_ID) == ""
        assert Stacks(client).resources(STACK_ID) == ()
        assert list(Stacks(client).rounds(STACK_ID)) == []


def test_any_other_refusal_is_an_error() -> None:
    with stubbed() as (client, stub):
        for call in ("describe_stacks", "list_stack_resources", "describe_stack_events"):
            stub.add_client_error(call, "AccessDenied", "You may not.")

        with pytest.raises(AwsError, match="AccessDenied"):
            Stacks(client).status(STACK_ID)
        with pytest.raises(AwsError, match="AccessDenied"):
            Stacks(client).resources(STACK_ID)
        with pytest.raises(AwsError, match="AccessDenied"):
            list(Stacks(client).rounds(STACK_ID))
