"""Operations of stack sets: whether they were taken, how they end, and what they say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from compiler.deploy.port import AwsBusyError, AwsError, Operation
from tests.unit.deploy.aws.stubbed import (
    ACCOUNT,
    DEFINITION,
    HERE,
    OTHER,
    REGION,
    THERE,
    stack_sets,
    stubbed,
)

NAME = "shop-media"
ID = "stackferry-create-1"
MOMENT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def test_an_operation_that_came_twice_was_taken_the_first_time() -> None:
    with stubbed() as (client, stub):
        stub.add_client_error("create_stack_instances", "OperationIdAlreadyExistsException")

        stack_sets(client).create_instances(NAME, (HERE,), ID)


def test_an_operation_that_finds_itself_at_work_was_taken() -> None:
    with stubbed() as (client, stub):
        stub.add_client_error("detect_stack_set_drift", "OperationInProgressException")
        stub.add_response(
            "describe_stack_set_operation",
            {"StackSetOperation": {"Status": "RUNNING"}},
            {"StackSetName": NAME, "OperationId": ID},
        )

        stack_sets(client).detect_drift(NAME, ID)


def test_an_operation_of_somebody_elses_keeps_its_word() -> None:
    with stubbed() as (client, stub):
        stub.add_client_error("update_stack_set", "OperationInProgressException", "busy")
        stub.add_client_error("describe_stack_set_operation", "OperationNotFoundException")

        with pytest.raises(AwsError) as raised:
            stack_sets(client).update_stack_set(DEFINITION, ID)

    assert (type(raised.value), raised.value.code, raised.value.reason, raised.value.call) == (
        AwsError,
        "OperationInProgressException",
        "busy",
        "UpdateStackSet",
    )


def test_a_definition_that_moved_on_keeps_its_word() -> None:
    with stubbed() as (client, stub):
        stub.add_client_error("update_stack_set", "StaleRequestException", "moved on")

        with pytest.raises(AwsError) as raised:
            stack_sets(client).update_stack_set(DEFINITION, ID)

    assert (raised.value.code, raised.value.call) == ("StaleRequestException", "UpdateStackSet")


def results(*summaries: dict[str, str]) -> dict[str, Any]:
    return {"Summaries": [{"Account": OTHER, "Region": REGION, **one} for one in summaries]}


def test_what_failed_within_the_tolerance_of_an_operation_that_succeeded_is_told() -> None:
    with stubbed() as (client, stub):
        stub.add_response(
            "describe_stack_set_operation",
            {
                "StackSetOperation": {
                    "Status": "SUCCEEDED",
                    "CreationTimestamp": MOMENT,
                    "StatusDetails": {"FailedStackInstancesCount": 1},
                }
            },
        )
        stub.add_response(
            "list_stack_set_operation_results",
            {
                "Summaries": [
                    {"Account": ACCOUNT, "Region": REGION, "Status": "SUCCEEDED"},
                    {
                        "Account": OTHER,
                        "Region": REGION,
                        "Status": "FAILED",
                        "StatusReason": "No role.",
                    },
                ]
            },
        )

        found = stack_sets(client).operation(NAME, ID)

    assert found == Operation(
        id=ID, status="SUCCEEDED", started=MOMENT, results={THERE: "No role."}
    )


def test_of_an_operation_that_succeeded_everywhere_no_results_are_asked_for() -> None:
    with stubbed() as (client, stub):
        stub.add_response(
            "describe_stack_set_operation",
            {"StackSetOperation": {"Status": "SUCCEEDED", "StatusDetails": {}}},
        )

        found = stack_sets(client).operation(NAME, ID)

    assert found == Operation(id=ID, status="SUCCEEDED")


def test_the_reasons_of_a_failed_operation_come_from_all_pages() -> None:
    with stubbed() as (client, stub):
        stub.add_response(
            "describe_stack_set_operation",
            {"StackSetOperation": {"Status": "FAILED", "StatusReason": "Tolerance exceeded."}},
        )
        stub.add_response(
            "list_stack_set_operation_results",
            {**results({"Status": "FAILED", "StatusReason": "No role."}), "NextToken": "more"},
        )
        stub.add_response(
            "list_stack_set_operation_results",
            {"Summaries": [{"Account": ACCOUNT, "Region": REGION, "Status": "CANCELLED"}]},
        )

        found = stack_sets(client).operation(NAME, ID)

    assert found == Operation(
        id=ID,
        status="FAILED",
        reason="Tolerance exceeded.",
        results={THERE: "No role.", HERE: ""},
    )


def test_an_operation_that_cannot_be_read_yet_says_nothing_about_the_request() -> None:
    with stubbed() as (client, stub):
        stub.add_client_error("describe_stack_set_operation", "OperationNotFoundException")

        with pytest.raises(AwsBusyError):
            stack_sets(client).operation(NAME, ID)


def test_the_newest_operation_may_be_on_any_page() -> None:
    def summary(id_: str, minute: int) -> dict[str, Any]:
        return {
            "OperationId": id_,
            "Status": "SUCCEEDED",
            "CreationTimestamp": MOMENT.replace(minute=minute),
        }

    with stubbed() as (client, stub):
        stub.add_response(
            "list_stack_set_operations",
            {"Summaries": [summary("first", 1), summary("second", 2)], "NextToken": "more"},
        )
        stub.add_response("list_stack_set_operations", {"Summaries": [summary("third", 3)]})

        found = stack_sets(client).last_operation(NAME)

    assert found == Operation(
        id="third", status="SUCCEEDED", started=datetime(2026, 11, 24, 10, 3, tzinfo=UTC)
    )
