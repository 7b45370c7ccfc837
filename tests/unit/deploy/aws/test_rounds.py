"""A stack's history, taken apart into what was done to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from compiler.deploy.aws.rounds import rounds
from compiler.deploy.port import Operation
from tests.unit.deploy.aws.stubbed import HERE

if TYPE_CHECKING:
    from collections.abc import Iterator

STACK_ID = "arn:aws:cloudformation:eu-central-1:111122223333:stack/shop-media/1"
STACK = "AWS::CloudFormation::Stack"


def history(*lines: str) -> list[dict[str, Any]]:
    """Events newest first, of lines `token resource status reason…` oldest first; `-` is none."""
    found = []
    for minute, line in enumerate(lines):
        first, resource, status, *reason = line.split(" ", 3)
        is_own = resource == "shop-media"
        event = {
            "EventId": f"event-{minute}",
            "StackId": STACK_ID,
            "LogicalResourceId": resource,
            "PhysicalResourceId": STACK_ID if is_own else f"shop-{resource}",
            "ResourceType": STACK if is_own or resource == "Nested" else "AWS::EC2::Route",
            "ResourceStatus": status,
            "Timestamp": datetime(2026, 11, 24, 10, minute, tzinfo=UTC),
        }
        if first != "-":
            event["ClientRequestToken"] = first
        if reason:
            event["ResourceStatusReason"] = reason[0]
        found.append(event)
    return found[::-1]


def test_each_request_is_a_round_with_the_newest_first() -> None:
    found = rounds(
        history(
            "- shop-media REVIEW_IN_PROGRESS",
            "one shop-media CREATE_IN_PROGRESS",
            "one Route CREATE_IN_PROGRESS",
            "one Route CREATE_COMPLETE",
            "one shop-media CREATE_COMPLETE",
            "- shop-media UPDATE_IN_PROGRESS By hand",
            "- shop-media UPDATE_COMPLETE",
            "- shop-media UPDATE_IN_PROGRESS By hand, again",
        )
    )

    assert [(one.id, one.token, one.status, one.is_review) for one in found] == [
        ("event-7", "", "RUNNING", False),
        ("event-5", "", "SUCCEEDED", False),
        ("one", "one", "SUCCEEDED", False),
        ("event-0", "", "RUNNING", True),
    ]


def test_a_rollback_belongs_to_its_update_and_tells_the_first_failure() -> None:
    (last, _) = rounds(
        history(
            "one shop-media CREATE_IN_PROGRESS",
            "two shop-media UPDATE_IN_PROGRESS",
            "two Other UPDATE_FAILED Resource update cancelled",
            "two Nested UPDATE_COMPLETE",
            "two Route UPDATE_FAILED It is taken.",
            "two Later UPDATE_FAILED Something else.",
            "two shop-media UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed: [Route]",
            "two Route UPDATE_COMPLETE",
            "two shop-media UPDATE_ROLLBACK_COMPLETE",
        )
    )

    assert last.as_operation(HERE) == Operation(
        id="two",
        status="FAILED",
        started=datetime(2026, 11, 24, 10, 1, tzinfo=UTC),
        results={
            HERE: (
                "ResourceLogicalId:Route, ResourceType:AWS::EC2::Route, "
                "ResourceStatusReason:It is taken."
            )
        },
    )


def test_to_go_on_with_a_rollback_is_a_request_of_its_own_that_may_succeed() -> None:
    found = list(
        rounds(
            history(
                "two shop-media UPDATE_IN_PROGRESS",
                "two shop-media UPDATE_ROLLBACK_IN_PROGRESS",
                "two shop-media UPDATE_ROLLBACK_FAILED No way back.",
                "three shop-media UPDATE_ROLLBACK_IN_PROGRESS",
                "three shop-media UPDATE_ROLLBACK_COMPLETE",
            )
        )
    )

    assert [(one.id, one.status) for one in found] == [("three", "SUCCEEDED"), ("two", "FAILED")]
    assert found[1].as_operation(HERE).reason == "No way back."


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("CREATE_COMPLETE", "SUCCEEDED"),
        ("IMPORT_COMPLETE", "SUCCEEDED"),
        ("DELETE_COMPLETE", "SUCCEEDED"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "RUNNING"),
        ("UPDATE_ROLLBACK_COMPLETE", "FAILED"),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "RUNNING"),
        ("ROLLBACK_COMPLETE", "FAILED"),
        ("ROLLBACK_FAILED", "FAILED"),
        ("IMPORT_ROLLBACK_COMPLETE", "FAILED"),
        ("CREATE_FAILED", "FAILED"),
        ("DELETE_FAILED", "FAILED"),
        ("UPDATE_FAILED", "FAILED"),
    ],
)
def test_the_stacks_own_word_says_how_far_an_operation_is(word: str, status: str) -> None:
    (found,) = rounds(history("one shop-media UPDATE_IN_PROGRESS", f"one shop-media {word}"))

    assert found.status == status


def test_no_more_of_a_history_is_read_than_is_needed() -> None:
    taken = []

    def newest_first() -> Iterator[dict[str, Any]]:
        for event in history(
            "one shop-media CREATE_IN_PROGRESS",
            "one shop-media CREATE_COMPLETE",
            "two shop-media UPDATE_IN_PROGRESS",
            "two shop-media UPDATE_COMPLETE",
        ):
            taken.append(event["EventId"])
            yield event

    next(rounds(newest_first()))

    assert taken == ["event-3", "event-2"]
