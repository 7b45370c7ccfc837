"""Drift of stack sets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.embedded import Sandbox, embedded
from tests.fakes.clock import SimulatedClock
from tests.unit.sandbox.engine.sets import (
    EAST,
    HOME,
    WEST,
    create,
    instance,
    operation,
    results,
    template,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.handler import Handler
    from tests.unit.sandbox.engine.shelf import Client, Shelf

NEVER = {
    "DriftStatus": "NOT_CHECKED",
    "TotalStackInstancesCount": 0,
    "DriftedStackInstancesCount": 0,
    "InSyncStackInstancesCount": 0,
    "InProgressStackInstancesCount": 0,
    "FailedStackInstancesCount": 0,
}


def tally(status: str, detection: str, **counts: int) -> dict[str, Any]:
    """Return the details of a detection; counts are named `Total`, `Drifted`, …."""
    found = {**NEVER, "DriftStatus": status, "DriftDetectionStatus": detection}
    return {**found, **{f"{kind}StackInstancesCount": count for kind, count in counts.items()}}


def details(sets: Client) -> dict[str, Any]:
    found = sets.describe_stack_set(StackSetName="net")["StackSet"]
    told: dict[str, Any] = found["StackSetDriftDetectionDetails"]
    told.pop("LastDriftCheckTimestamp", None)
    return told


def detect(sets: Client, name: str = "look") -> dict[str, Any]:
    sets.detect_stack_set_drift(StackSetName="net", OperationId=name)
    found: dict[str, Any] = operation(sets, name)
    return found


def drifts(sets: Client, region: str, name: str = "look", **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- JSON
    found: list[dict[str, Any]] = sets.list_stack_instance_resource_drifts(
        StackSetName="net",
        StackInstanceAccount=HOME,
        StackInstanceRegion=region,
        OperationId=name,
        **more,
    )["Summaries"]
    return found


def bend(shelf: Shelf, number: int) -> None:
    """Change a parameter behind CloudFormation's back."""
    thing = shelf.things[f"p-{number}"]
    shelf.things[f"p-{number}"] = replace(thing, properties={**thing.properties, "Value": "bent"})


def test_a_stack_set_that_nobody_looked_at_says_so(sets: Client) -> None:
    create(sets, EAST)

    assert details(sets) == NEVER
    assert instance(sets)["DriftStatus"] == "NOT_CHECKED"
    assert sets.list_stack_sets()["Summaries"][0]["DriftStatus"] == "NOT_CHECKED"


def test_what_was_changed_by_hand_is_found_in_its_instance(sets: Client, shelf: Shelf) -> None:
    create(sets, EAST, WEST)
    bend(shelf, 2)

    done = detect(sets)

    expected = tally("DRIFTED", "COMPLETED", Total=2, Drifted=1, InSync=1)
    told = done["StackSetDriftDetectionDetails"]
    assert told.pop("LastDriftCheckTimestamp") == done["EndTimestamp"]
    assert (done["Action"], done["Status"], told) == ("DETECT_DRIFT", "SUCCEEDED", expected)
    assert details(sets) == expected
    (summary,) = sets.list_stack_sets()["Summaries"]
    assert summary["DriftStatus"] == "DRIFTED"
    assert summary["LastDriftCheckTimestamp"] == done["EndTimestamp"]
    listed = sets.list_stack_instances(StackSetName="net")["Summaries"]
    assert [each["DriftStatus"] for each in listed] == ["IN_SYNC", "DRIFTED"]
    found = instance(sets, WEST)
    assert (found["DriftStatus"], found["Status"]) == ("DRIFTED", "CURRENT")
    assert found["LastDriftCheckTimestamp"]
    filtered = sets.list_stack_instances(
        StackSetName="net", Filters=[{"Name": "DRIFT_STATUS", "Values": "DRIFTED"}]
    )
    assert [each["Region"] for each in filtered["Summaries"]] == [WEST]


def test_the_differences_of_an_instance_are_told(sets: Client, shelf: Shelf) -> None:
    create(sets, EAST, WEST)
    bend(shelf, 2)
    detect(sets)

    (drift,) = drifts(sets, WEST)
    (same,) = drifts(sets, EAST)

    assert drift.pop("Timestamp")
    assert drift == {
        "StackId": instance(sets, WEST)["StackId"],
        "LogicalResourceId": "P",
        "PhysicalResourceId": "p-2",
        "ResourceType": "AWS::SSM::Parameter",
        "StackResourceDriftStatus": "MODIFIED",
        "PropertyDifferences": [
            {
                "PropertyPath": "/Value",
                "ExpectedValue": "small",
                "ActualValue": "bent",
                "DifferenceType": "NOT_EQUAL",
            }
        ],
    }
    assert (same["StackResourceDriftStatus"], same["PropertyDifferences"]) == ("IN_SYNC", [])
    assert drifts(sets, WEST, StackInstanceResourceDriftStatuses=["IN_SYNC"]) == []


def test_what_was_deleted_by_hand_is_drift(sets: Client, shelf: Shelf) -> None:
    create(sets, EAST)
    del shelf.things["p-1"]
    detect(sets)

    assert [each["StackResourceDriftStatus"] for each in drifts(sets, EAST)] == ["DELETED"]


def test_drift_that_was_repaired_is_gone_at_the_next_look(sets: Client, shelf: Shelf) -> None:
    create(sets, EAST)
    bend(shelf, 1)
    detect(sets, "first")
    thing = shelf.things["p-1"]
    shelf.things["p-1"] = replace(thing, properties={**thing.properties, "Value": "small"})
    detect(sets, "second")

    assert details(sets) == tally("IN_SYNC", "COMPLETED", Total=1, InSync=1)
    assert drifts(sets, EAST, "first")[0]["StackResourceDriftStatus"] == "MODIFIED"
    assert drifts(sets, EAST, "second")[0]["StackResourceDriftStatus"] == "IN_SYNC"


def test_the_stack_of_an_instance_shows_what_was_found(
    sets: Client, box: Sandbox, shelf: Shelf
) -> None:
    create(sets, WEST)
    bend(shelf, 1)
    detect(sets)

    (stack,) = box.client("cloudformation", WEST).describe_stacks()["Stacks"]

    assert stack["DriftInformation"]["StackDriftStatus"] == "DRIFTED"


def test_a_stack_that_cannot_be_looked_at_fails_and_the_rest_goes_on(
    sets: Client, shelf: Shelf
) -> None:
    create(sets, EAST, WEST)
    shelf.refusals["delete P"] = "in use"
    sets.delete_stack(StackName=instance(sets)["StackId"])
    some = {"FailureToleranceCount": 1}
    sets.detect_stack_set_drift(StackSetName="net", OperationId="look", OperationPreferences=some)

    states = [status for status, _ in results(sets, "look").values()]
    assert states == ["FAILED", "SUCCEEDED"]
    assert "in state [DELETE_FAILED]" in results(sets, "look")[(HOME, EAST)][1]
    assert details(sets) == tally("IN_SYNC", "PARTIAL_SUCCESS", Total=2, InSync=1, Failed=1)
    assert instance(sets)["Status"] == "CURRENT"
    sets.detect_stack_set_drift(StackSetName="net", OperationId="strict")
    assert details(sets) == tally("NOT_CHECKED", "FAILED", Total=2, Failed=1)


def test_differences_belong_to_an_operation_that_looked(sets: Client) -> None:
    create(sets, EAST, OperationId="made")

    with pytest.raises(ClientError, match="Operation made is no drift detection operation"):
        drifts(sets, EAST, "made")
    with pytest.raises(ClientError, match="OperationNotFoundException"):
        drifts(sets, EAST, "none")
    with pytest.raises(ClientError, match="OperationIdAlreadyExistsException"):
        detect(sets, "made")


def test_an_instance_whose_stack_is_gone_fails(sets: Client, shelf: Shelf) -> None:
    shelf.refusals["create P"] = "no room"
    create(sets, EAST)

    done = detect(sets)

    stack_id = instance(sets)["StackId"]
    why = f"Drift detection cannot be performed on stack [{stack_id}] in state [DELETE_COMPLETE]"
    assert results(sets, "look") == {(HOME, EAST): ("FAILED", why)}
    assert done["Status"] == "FAILED"
    assert instance(sets)["DriftStatus"] == "NOT_CHECKED"


def test_looking_takes_its_time_and_keeps_others_out(handlers: Mapping[str, Handler]) -> None:
    clock = SimulatedClock()
    with embedded(handlers=handlers, seconds_per_instance=30, clock=clock.now) as box:
        sets = box.client("cloudformation", EAST)
        sets.create_stack_set(StackSetName="net", TemplateBody=template())
        create(sets, EAST, WEST)
        clock.sleep(timedelta(seconds=60))
        detect(sets)
        clock.sleep(timedelta(seconds=30))
        meanwhile = operation(sets, "look")["StackSetDriftDetectionDetails"]
        whole = details(sets)
        with pytest.raises(ClientError, match="OperationInProgressException"):
            detect(sets, "another")
        sets.stop_stack_set_operation(StackSetName="net", OperationId="look")
        clock.sleep(timedelta(seconds=30))
        stopped = details(sets)

    assert meanwhile == tally("IN_SYNC", "IN_PROGRESS", Total=2, InSync=1, InProgress=1)
    assert whole == NEVER
    assert stopped == tally("IN_SYNC", "STOPPED", Total=2, InSync=2)
