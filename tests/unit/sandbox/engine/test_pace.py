"""Stacks that take their time, by a clock that the test moves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.embedded import embedded
from tests.fakes.clock import SimulatedClock
from tests.unit.sandbox.engine.resources import topic
from tests.unit.sandbox.engine.slow_sets import after

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.handler import Handler
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Events, Shelf

START = SimulatedClock().now()


@pytest.fixture
def cloudformation(clock: SimulatedClock, handlers: Mapping[str, Handler]) -> Iterator[Client]:
    """CloudFormation with a hundred seconds for each stack."""
    with embedded(handlers=handlers, seconds_per_stack=100, clock=clock.now) as sandbox:
        yield sandbox.client("cloudformation", "eu-central-1")


TWO = {"A": topic(), "B": topic(DependsOn="A")}


def status(cloudformation: Client) -> str:
    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    found: str = stack["StackStatus"]
    return found


def seconds_of(cloudformation: Client) -> list[tuple[float, str, str]]:
    """Return the events, oldest first, with the seconds since the start."""
    found = cloudformation.describe_stack_events(StackName="app")["StackEvents"]
    return [
        (
            (event["Timestamp"] - START).total_seconds(),
            event["LogicalResourceId"],
            event["ResourceStatus"],
        )
        for event in reversed(found)
    ]


def test_a_creation_goes_on_as_the_clock_passes(
    deploy: Deploy, cloudformation: Client, clock: SimulatedClock, shelf: Shelf
) -> None:
    assert deploy(TWO) == "CREATE_IN_PROGRESS"
    assert shelf.things == {}
    after(clock, 60)
    assert status(cloudformation) == "CREATE_IN_PROGRESS"
    assert list(shelf.things) == ["a-1"]
    resources = cloudformation.describe_stack_resources(StackName="app")["StackResources"]
    assert [(r["LogicalResourceId"], r["ResourceStatus"]) for r in resources] == [
        ("A", "CREATE_COMPLETE"),
        ("B", "CREATE_IN_PROGRESS"),
    ]
    after(clock, 1000)
    assert status(cloudformation) == "CREATE_COMPLETE"


def test_what_nobody_saw_happened_when_it_was_due(
    deploy: Deploy, cloudformation: Client, clock: SimulatedClock
) -> None:
    deploy(TWO)
    after(clock, 1000)

    assert seconds_of(cloudformation) == [
        (0, "app", "CREATE_IN_PROGRESS"),
        (0, "A", "CREATE_IN_PROGRESS"),
        (50, "A", "CREATE_IN_PROGRESS"),
        (50, "A", "CREATE_COMPLETE"),
        (50, "B", "CREATE_IN_PROGRESS"),
        (100, "B", "CREATE_IN_PROGRESS"),
        (100, "B", "CREATE_COMPLETE"),
        (100, "app", "CREATE_COMPLETE"),
    ]


def test_a_busy_stack_takes_no_other_update(
    deploy: Deploy, cloudformation: Client, clock: SimulatedClock
) -> None:
    deploy(TWO)
    with pytest.raises(ClientError, match="is in CREATE_IN_PROGRESS state and can not be updated"):
        deploy({"A": topic("y")}, "update")
    after(clock, 100)

    assert deploy({"A": topic("y")}, "update") == "UPDATE_IN_PROGRESS"
    with pytest.raises(ClientError, match="cannot be deleted while in status UPDATE_IN_PROGRESS"):
        cloudformation.delete_stack(StackName="app")
    after(clock, 99)
    assert status(cloudformation) == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    after(clock, 1)
    assert status(cloudformation) == "UPDATE_COMPLETE"


def test_a_creation_can_be_ended_by_deleting_the_stack(
    deploy: Deploy, cloudformation: Client, clock: SimulatedClock, shelf: Shelf
) -> None:
    deploy(TWO)
    stack_id = cloudformation.describe_stacks(StackName="app")["Stacks"][0]["StackId"]
    after(clock, 60)

    for _ in range(2):
        cloudformation.delete_stack(StackName="app")
    assert status(cloudformation) == "DELETE_IN_PROGRESS"
    after(clock, 100)

    found = cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
    told = [
        f"{e['LogicalResourceId']} {e['ResourceStatus']}: {e.get('ResourceStatusReason', '')}"
        for e in reversed(found)
    ]
    assert told[-5:] == [
        "B CREATE_FAILED: Resource creation cancelled",
        "app DELETE_IN_PROGRESS: User Initiated",
        "A DELETE_IN_PROGRESS: ",
        "A DELETE_COMPLETE: ",
        "app DELETE_COMPLETE: ",
    ]
    assert shelf.log == ["create A", "delete a-1"]


def test_an_update_can_be_ended_half_way(
    deploy: Deploy, cloudformation: Client, clock: SimulatedClock, events: Events, shelf: Shelf
) -> None:
    deploy(TWO)
    after(clock, 100)
    wanted = {"A": topic("y"), "B": topic("y", DependsOn="A"), "C": topic(DependsOn="B")}
    deploy(wanted, "update")
    after(clock, 50)
    assert status(cloudformation) == "UPDATE_IN_PROGRESS"

    cloudformation.cancel_update_stack(StackName="app", ClientRequestToken="enough")
    after(clock, 100)

    assert status(cloudformation) == "UPDATE_ROLLBACK_COMPLETE"
    told = events()
    start = told.index("B UPDATE_FAILED: Resource update cancelled")
    assert told[start:] == [
        "B UPDATE_FAILED: Resource update cancelled",
        "app UPDATE_ROLLBACK_IN_PROGRESS: User Initiated",
        "B UPDATE_COMPLETE",
        "A UPDATE_IN_PROGRESS",
        "A UPDATE_COMPLETE",
        "app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "app UPDATE_ROLLBACK_COMPLETE",
    ]
    assert [thing.properties for thing in shelf.things.values()] == [{"DisplayName": "x"}] * 2


def test_two_stacks_go_on_side_by_side(cloudformation: Client, clock: SimulatedClock) -> None:
    body = json.dumps({"Resources": TWO})
    cloudformation.create_stack(StackName="app", TemplateBody=body)
    after(clock, 20)
    cloudformation.create_stack(StackName="other", TemplateBody=body)
    after(clock, 90)

    found = cloudformation.describe_stacks()["Stacks"]

    assert {each["StackName"]: each["StackStatus"] for each in found} == {
        "app": "CREATE_COMPLETE",
        "other": "CREATE_IN_PROGRESS",
    }


def propose(cloudformation: Client, kind: str, **properties: str) -> str:
    body = {"A": {"Type": "AWS::SNS::Topic", "Properties": properties}}
    made: str = cloudformation.create_change_set(
        StackName="app",
        ChangeSetName="next",
        ChangeSetType=kind,
        TemplateBody=json.dumps({"Resources": body}),
    )["Id"]
    return made


def test_a_change_set_takes_a_moment_before_it_can_be_read(
    cloudformation: Client, clock: SimulatedClock
) -> None:
    name = propose(cloudformation, "CREATE")
    seen = []
    for _ in range(3):
        found = cloudformation.describe_change_set(ChangeSetName=name)
        seen.append((found["Status"], found["ExecutionStatus"], len(found["Changes"])))
        after(clock, 5)

    assert seen == [
        ("CREATE_PENDING", "UNAVAILABLE", 0),
        ("CREATE_IN_PROGRESS", "UNAVAILABLE", 0),
        ("CREATE_COMPLETE", "AVAILABLE", 1),
    ]
    assert status(cloudformation) == "REVIEW_IN_PROGRESS"


def test_a_change_set_that_is_not_ready_is_neither_executed_nor_deleted(
    cloudformation: Client, clock: SimulatedClock
) -> None:
    name = propose(cloudformation, "CREATE")

    with pytest.raises(ClientError, match=r"cannot be executed in its .* of \[CREATE_PENDING\]"):
        cloudformation.execute_change_set(ChangeSetName=name)
    with pytest.raises(ClientError, match=r"cannot be deleted in its .* of \[CREATE_PENDING\]"):
        cloudformation.delete_change_set(ChangeSetName=name)
    with pytest.raises(ClientError, match="AlreadyExistsException"):
        propose(cloudformation, "CREATE")
    after(clock, 10)
    cloudformation.delete_change_set(ChangeSetName=name)
    assert cloudformation.list_change_sets(StackName="app")["Summaries"] == []


def test_a_change_set_shows_that_it_is_executed_until_the_stack_is_done(
    cloudformation: Client, clock: SimulatedClock
) -> None:
    name = propose(cloudformation, "CREATE")
    after(clock, 10)
    cloudformation.execute_change_set(ChangeSetName=name)
    seen = []
    for _ in range(2):
        found = cloudformation.describe_change_set(ChangeSetName=name)
        seen.append((found["ExecutionStatus"], status(cloudformation)))
        after(clock, 100)

    assert seen == [
        ("EXECUTE_IN_PROGRESS", "CREATE_IN_PROGRESS"),
        ("EXECUTE_COMPLETE", "CREATE_COMPLETE"),
    ]


def test_a_creation_that_is_ended_fails_the_execution(
    cloudformation: Client, clock: SimulatedClock
) -> None:
    name = propose(cloudformation, "CREATE")
    after(clock, 10)
    cloudformation.execute_change_set(ChangeSetName=name)

    cloudformation.delete_stack(StackName="app")

    found = cloudformation.describe_change_set(ChangeSetName=name)
    assert found["ExecutionStatus"] == "EXECUTE_FAILED"


def test_a_change_set_without_changes_fails_when_it_is_looked_at(
    deploy: Deploy, cloudformation: Client, clock: SimulatedClock
) -> None:
    deploy({"A": topic()})
    after(clock, 100)
    name = propose(cloudformation, "UPDATE", DisplayName="x")
    after(clock, 10)

    assert cloudformation.describe_change_set(ChangeSetName=name)["Status"] == "FAILED"


def test_a_change_set_that_an_update_overtakes_is_obsolete(
    deploy: Deploy, cloudformation: Client, clock: SimulatedClock
) -> None:
    deploy({"A": topic()})
    after(clock, 100)
    name = propose(cloudformation, "UPDATE", DisplayName="y")
    after(clock, 10)
    deploy({"A": topic("z")}, "update")
    after(clock, 100)

    with pytest.raises(ClientError, match="InvalidChangeSetStatus"):
        cloudformation.execute_change_set(ChangeSetName=name)
    found = cloudformation.describe_change_set(ChangeSetName=name)
    assert found["ExecutionStatus"] == "OBSOLETE"


def test_detecting_drift_takes_a_moment(
    deploy: Deploy, cloudformation: Client, clock: SimulatedClock
) -> None:
    deploy({"A": topic()})
    with pytest.raises(ClientError, match=r"in state \[CREATE_IN_PROGRESS\]"):
        cloudformation.detect_stack_drift(StackName="app")
    after(clock, 100)
    detection = cloudformation.detect_stack_drift(StackName="app")["StackDriftDetectionId"]
    with pytest.raises(ClientError, match="Drift detection is already in progress for stack"):
        cloudformation.detect_stack_drift(StackName="app")
    seen = []
    for _ in range(2):
        found = cloudformation.describe_stack_drift_detection_status(
            StackDriftDetectionId=detection
        )
        seen.append((found["DetectionStatus"], found.get("StackDriftStatus")))
        after(clock, 10)

    assert seen == [("DETECTION_IN_PROGRESS", None), ("DETECTION_COMPLETE", "IN_SYNC")]


def test_a_stack_shows_the_new_resource_while_the_old_one_is_deleted(
    deploy: Deploy, cloudformation: Client, clock: SimulatedClock
) -> None:
    def network(cidr: str) -> dict[str, Any]:
        return {"A": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": cidr}}}

    deploy(network("10.0.0.0/16"))
    after(clock, 100)
    deploy(network("10.1.0.0/16"), "update")
    after(clock, 60)

    assert status(cloudformation) == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    (shown,) = cloudformation.describe_stack_resources(StackName="app")["StackResources"]
    assert (shown["PhysicalResourceId"], shown["ResourceStatus"]) == ("a-2", "UPDATE_COMPLETE")
    assert seconds_of(cloudformation)[-1] == (150, "A", "DELETE_IN_PROGRESS")
