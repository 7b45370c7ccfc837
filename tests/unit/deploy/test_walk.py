"""From a failed operation to the event, the account, the resource and the property."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from compiler.deploy.port import AwsError, Event, Instance, Operation, Place
from compiler.deploy.properties import named_property
from compiler.deploy.walk import (
    failed_operation,
    failed_rollback,
    first_failure,
    last_round,
)
from tests.fakes.aws import FakeAws
from tests.fakes.clock import SimulatedClock
from tests.fakes.migration import TARGET, migration

STACK_TYPE = "AWS::CloudFormation::Stack"
BEGAN = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def history(*lines: tuple[str, str, str]) -> tuple[Event, ...]:
    """Events a second apart: logical id, status, reason; `S` is the stack itself."""
    return tuple(
        Event(
            at=BEGAN + timedelta(seconds=number),
            logical_id=name,
            type=STACK_TYPE if name == "S" or "Embedded" in reason else "AWS::EC2::VPC",
            status=status,
            reason=reason,
        )
        for number, (name, status, reason) in enumerate(lines)
    )


CREATED = (
    ("S", "CREATE_IN_PROGRESS", "User Initiated"),
    ("Vpc", "CREATE_FAILED", "an old story"),
    ("S", "CREATE_COMPLETE", ""),
)

GONE_BACK = (
    *CREATED,
    ("S", "UPDATE_IN_PROGRESS", "User Initiated"),
    ("Other", "UPDATE_FAILED", "Resource update cancelled"),
    ("Subnet", "UPDATE_FAILED", "no room"),
    ("S", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Subnet]."),
    ("Vpc", "UPDATE_FAILED", "it is gone"),
    ("S", "UPDATE_ROLLBACK_FAILED", "The following resource(s) failed to update: [Vpc]."),
)


def test_an_update_that_was_rolled_back_is_walked_to_what_failed_first() -> None:
    first = first_failure(history(*GONE_BACK), None)

    assert first is not None
    assert (first.logical_id, first.reason) == ("Subnet", "no room")


def test_what_kept_the_rollback_from_its_end_is_told_apart() -> None:
    assert [(one.logical_id, one.reason) for one in failed_rollback(history(*GONE_BACK))] == [
        ("Vpc", "it is gone")
    ]


def test_where_nothing_was_rolled_back_nothing_kept_it_from_its_end() -> None:
    assert failed_rollback(history(*CREATED)) == ()


def test_an_operation_is_looked_at_from_its_own_beginning() -> None:
    first = first_failure(history(*GONE_BACK), BEGAN + timedelta(seconds=6))

    assert first is not None
    assert first.logical_id == "Vpc"


def test_the_last_round_has_its_rollback_in_it() -> None:
    assert len(last_round(history(*GONE_BACK))) == 6
    assert last_round(()) == ()


def test_where_only_echoes_are_told_the_stacks_own_word_serves() -> None:
    first = first_failure(
        history(
            ("S", "UPDATE_IN_PROGRESS", ""),
            ("Other", "UPDATE_FAILED", "Resource update cancelled"),
            ("S", "UPDATE_FAILED", "The following resource(s) failed to update: [Other]."),
        ),
        None,
    )

    assert first is not None
    assert first.reason == "The following resource(s) failed to update: [Other]."


def test_a_stack_that_is_well_failed_at_nothing() -> None:
    assert first_failure(history(CREATED[0], CREATED[2]), None) is None


NETWORK = next(one for one in migration().manifest.stacks if one.id == f"{TARGET}/network")
HERE = Place(account="111122223333", region=TARGET)
THERE = Place(account="444455556666", region=TARGET)
ID = f"arn:aws:cloudformation:{TARGET}:111122223333:stack/StackSet-network/1"


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws(SimulatedClock())


def test_a_nested_stack_is_walked_into(aws: FakeAws) -> None:
    inner = f"arn:aws:cloudformation:{TARGET}:111122223333:stack/inner/2"
    aws.histories[ID] = list(
        history(
            ("S", "UPDATE_IN_PROGRESS", ""),
            ("Inner", "UPDATE_FAILED", f"Embedded stack {inner} was not successfully updated: x"),
            ("S", "UPDATE_ROLLBACK_IN_PROGRESS", ""),
        )
    )
    aws.histories[inner] = list(
        history(("S", "UPDATE_IN_PROGRESS", ""), ("Deep", "UPDATE_FAILED", "the real reason"))
    )

    failure = failed_operation(
        aws,
        NETWORK,
        Operation(id="o", status="FAILED"),
        Instance(place=HERE, status="OUTDATED", stack_id=ID),
    ).failure

    assert (failure.resource, failure.reason) == ("Deep", "the real reason")


def test_a_cancelled_account_is_not_the_one_that_failed(aws: FakeAws) -> None:
    operation = Operation(
        id="o",
        status="FAILED",
        results={
            HERE: "Cancelled since failure tolerance has exceeded",
            THERE: "ResourceLogicalId:Vpc, ResourceType:AWS::EC2::VPC, "
            "ResourceStatusReason:The maximum number of VPCs has been reached..",
        },
    )

    failure = failed_operation(
        aws, NETWORK, operation, Instance(place=HERE, status="OUTDATED", detailed="CANCELLED")
    ).failure

    assert (failure.place, failure.resource, failure.code) == (THERE, "Vpc", "SF524")


def test_events_that_cannot_be_read_leave_the_stack_sets_word(aws: FakeAws) -> None:
    aws.refuses["events"] = AwsError(code="AccessDenied", reason="no", call="DescribeStackEvents")

    failure = failed_operation(
        aws,
        NETWORK,
        Operation(id="o", status="FAILED", results={HERE: "something"}),
        Instance(place=HERE, status="OUTDATED", stack_id=ID),
    ).failure

    assert failure.reason == "something"


def test_a_failed_rollback_is_told_beside_its_cause_and_leads_to_recover(aws: FakeAws) -> None:
    aws.histories[ID] = list(history(*GONE_BACK))

    failure = failed_operation(
        aws,
        NETWORK,
        Operation(id="o", status="FAILED"),
        Instance(place=HERE, status="OUTDATED", stack_id=ID),
    ).failure

    assert (failure.reason, failure.then, failure.next_command) == (
        "no room",
        "Vpc: it is gone",
        f"stackferry recover FOLDER --stack {TARGET}/network",
    )


DATABASE = replace(
    NETWORK,
    origins={
        "Resources.Database": ("databases", "catalog"),
        "Resources.Database.Properties.Port": ("databases", "catalog", "port"),
        "Resources.Database.Properties.AllocatedStorage": ("databases", "catalog", "storage"),
        "Resources.Database.Properties.Tags": ("tags",),
    },
)


@pytest.mark.parametrize(
    ("reason", "place"),
    [
        ("Properties validation failed: [#/Port: expected type: Integer]", ("Properties", "Port")),
        ("#/Tags/2/Value: expected type: String", ("Properties", "Tags", 2, "Value")),
        (
            "Cannot specify both replicateSourceDb and allocatedStorage",
            ("Properties", "AllocatedStorage"),
        ),
        ("Value for property Port must be above 1150", ("Properties", "Port")),
        ('The parameter "Port" is not valid', ("Properties", "Port")),
        ("Invalid storage size: AllocatedStorage", ("Properties", "AllocatedStorage")),
        ("DBName cannot be specified with AllocatedStorage", ()),
        # Plain words and members of the service's own API are no properties.
        ("the port is in use, see its tags", ()),
        ("StorageThroughput is not valid", ()),
        ("refused", ()),
    ],
)
def test_the_property_that_a_reason_mentions_is_found(
    reason: str, place: tuple[str | int, ...]
) -> None:
    assert named_property(DATABASE, "Database", reason) == place


def test_a_failure_is_placed_at_the_property(aws: FakeAws) -> None:
    operation = Operation(
        id="o",
        status="FAILED",
        results={
            HERE: "ResourceLogicalId:Database, ResourceType:AWS::RDS::DBInstance, "
            "ResourceStatusReason:Invalid storage size: AllocatedStorage."
        },
    )

    assert failed_operation(aws, DATABASE, operation, None).failure.path == (
        "databases",
        "catalog",
        "storage",
    )
