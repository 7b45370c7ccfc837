"""Drift of stacks: what the service has become, beside what the template says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.engine.drift import drift_of

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox
    from compiler.sandbox.engine.values import Json
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Shelf


def topic(**properties: Json) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": properties}


def group(**properties: Json) -> dict[str, Any]:
    return {"Type": "AWS::Logs::LogGroup", "Properties": properties}


def change(shelf: Shelf, physical_id: str, **properties: Json) -> None:
    """Change a thing in the service behind CloudFormation's back."""
    thing = shelf.things[physical_id]
    thing.properties = {**thing.properties, **properties}


def detect(cloudformation: Client, **more: Json) -> dict[str, Any]:
    detection = cloudformation.detect_stack_drift(StackName="app", **more)["StackDriftDetectionId"]
    found: dict[str, Any] = cloudformation.describe_stack_drift_detection_status(
        StackDriftDetectionId=detection
    )
    return found


def drifts(cloudformation: Client, **more: Json) -> dict[str, dict[str, Any]]:
    found = cloudformation.describe_stack_resource_drifts(StackName="app", **more)
    return {each["LogicalResourceId"]: each for each in found["StackResourceDrifts"]}


def test_a_stack_that_nobody_touched_is_in_sync(deploy: Deploy, cloudformation: Client) -> None:
    deploy({"A": topic(DisplayName="a"), "B": group(RetentionInDays=7)})

    found = detect(cloudformation)

    assert (found["DetectionStatus"], found["StackDriftStatus"]) == (
        "DETECTION_COMPLETE",
        "IN_SYNC",
    )
    assert found["DriftedStackResourceCount"] == 0
    told = drifts(cloudformation)
    assert {name: each["StackResourceDriftStatus"] for name, each in told.items()} == {
        "A": "IN_SYNC",
        "B": "IN_SYNC",
    }
    assert json.loads(told["B"]["ExpectedProperties"]) == {"RetentionInDays": 7}


def test_a_changed_property_is_told_with_both_values(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy({"A": topic(DisplayName="a"), "B": group(RetentionInDays=7)})
    change(shelf, "b-2", RetentionInDays=30, LogGroupClass="STANDARD")

    found = detect(cloudformation)

    assert (found["StackDriftStatus"], found["DriftedStackResourceCount"]) == ("DRIFTED", 1)
    (told,) = drifts(cloudformation, StackResourceDriftStatusFilters=["MODIFIED"]).values()
    assert told["PropertyDifferences"] == [
        {
            "PropertyPath": "/RetentionInDays",
            "ExpectedValue": "7",
            "ActualValue": "30",
            "DifferenceType": "NOT_EQUAL",
        }
    ]
    assert json.loads(told["ActualProperties"]) == {"RetentionInDays": 30}
    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    assert stack["DriftInformation"]["StackDriftStatus"] == "DRIFTED"
    resources = cloudformation.describe_stack_resources(StackName="app")["StackResources"]
    assert [r["DriftInformation"]["StackResourceDriftStatus"] for r in resources] == [
        "IN_SYNC",
        "MODIFIED",
    ]


def test_a_removed_property_and_a_resource_that_is_gone_are_told(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy({"A": topic(DisplayName="a"), "B": group(RetentionInDays=7)})
    del shelf.things["a-1"]
    shelf.things["b-2"].properties = {}

    assert detect(cloudformation)["DriftedStackResourceCount"] == 2

    told = drifts(cloudformation)
    assert told["A"]["StackResourceDriftStatus"] == "DELETED"
    assert "ExpectedProperties" not in told["A"]
    assert told["B"]["PropertyDifferences"] == [
        {
            "PropertyPath": "/RetentionInDays",
            "ExpectedValue": "7",
            "ActualValue": "null",
            "DifferenceType": "REMOVE",
        }
    ]


@pytest.mark.parametrize(
    ("actual", "told"),
    [
        ([{"Key": "Team", "Value": "blue"}, {"Key": "Stack", "Value": "x"}], []),
        ([{"Key": "Team", "Value": "red"}], [("/Tags/0/Value", "blue", "red", "NOT_EQUAL")]),
        ([], [("/Tags/0", '{"Key": "Team", "Value": "blue"}', "null", "REMOVE")]),
        (
            [{"Key": "Team", "Value": "blue"}, {"Key": "Own", "Value": "1"}],
            [("/Tags/1", "null", '{"Key": "Own", "Value": "1"}', "ADD")],
        ),
    ],
)
def test_tags_are_compared_by_key_and_those_of_the_stack_are_no_drift(
    deploy: Deploy,
    cloudformation: Client,
    shelf: Shelf,
    actual: list[Json],
    told: list[tuple[str, str, str, str]],
) -> None:
    tags = [{"Key": "Team", "Value": "blue"}]
    deploy({"A": topic(Tags=tags)}, Tags=[{"Key": "Stack", "Value": "x"}])
    change(shelf, "a-1", Tags=actual)

    detect(cloudformation)

    found = drifts(cloudformation)["A"]["PropertyDifferences"]
    assert [tuple(each.values()) for each in found] == told


def test_a_list_is_told_item_by_item_and_its_order_is_no_drift(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    one, two, three = ({"Protocol": "sqs", "Endpoint": name} for name in ("1", "2", "3"))
    deploy({"A": topic(Subscription=[one, two])})
    change(shelf, "a-1", Subscription=[two, one])
    assert detect(cloudformation)["StackDriftStatus"] == "IN_SYNC"
    change(shelf, "a-1", Subscription=[two, three, one])
    assert detect(cloudformation)["StackDriftStatus"] == "DRIFTED"
    added = drifts(cloudformation)["A"]["PropertyDifferences"]
    change(shelf, "a-1", Subscription=[{**one, "Endpoint": "4"}, two])
    detect(cloudformation)
    changed = drifts(cloudformation)["A"]["PropertyDifferences"]

    assert [tuple(each.values()) for each in added] == [
        ("/Subscription/1", "null", '{"Endpoint": "3", "Protocol": "sqs"}', "ADD")
    ]
    assert [tuple(each.values()) for each in changed] == [
        ("/Subscription/0/Endpoint", "1", "4", "NOT_EQUAL")
    ]


def test_what_a_service_never_tells_and_what_a_reference_fills_in_is_not_compared(
    deploy: Deploy, cloudformation: Client, shelf: Shelf, box: Sandbox
) -> None:
    box.client("ssm", "eu-central-1").put_parameter(Name="/n", Value="v", Type="String")
    deploy(
        {
            "A": topic(DisplayName="{{resolve:ssm:/n}}"),
            "P": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Type": "String", "Value": "x", "Description": "never told"},
            },
        }
    )
    shelf.things["a-1"].properties = {}
    shelf.things["p-2"].properties = {"Type": "String", "Value": "x"}

    assert detect(cloudformation)["StackDriftStatus"] == "IN_SYNC"
    assert json.loads(drifts(cloudformation)["P"]["ExpectedProperties"]) == {
        "Type": "String",
        "Value": "x",
    }


def test_some_resources_can_be_looked_at_alone(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy({"A": topic(DisplayName="a"), "B": topic(DisplayName="b")})
    change(shelf, "a-1", DisplayName="other")
    change(shelf, "b-2", DisplayName="other")

    one = cloudformation.detect_stack_resource_drift(StackName="app", LogicalResourceId="B")
    assert one["StackResourceDrift"]["StackResourceDriftStatus"] == "MODIFIED"
    assert list(drifts(cloudformation)) == ["B"]
    assert detect(cloudformation, LogicalResourceIds=["A"])["DriftedStackResourceCount"] == 1
    assert list(drifts(cloudformation)) == ["A", "B"]
    with pytest.raises(ClientError, match=r"Resources \[Z\] do not exist for stack app"):
        detect(cloudformation, LogicalResourceIds=["Z"])


def test_nothing_is_told_of_a_stack_that_nobody_looked_at(
    deploy: Deploy, cloudformation: Client
) -> None:
    deploy({"A": topic()})

    assert drifts(cloudformation) == {}
    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    assert stack["DriftInformation"] == {"StackDriftStatus": "NOT_CHECKED"}
    with pytest.raises(ClientError, match=r"detection ID \[x\] does not exist"):
        cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId="x")


def test_a_stack_that_failed_is_not_looked_at(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    shelf.refusals["create A"] = "no"
    deploy({"A": topic()})

    with pytest.raises(ClientError, match=r"in state \[ROLLBACK_COMPLETE\]"):
        detect(cloudformation)


def test_the_engine_tells_drift_without_remembering_it(
    box: Sandbox, deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy({"A": topic(DisplayName="a")})
    change(shelf, "a-1", DisplayName="b")
    stack = box.world.find((box.account, "eu-central-1"), "app")

    found = drift_of(box.world, stack)

    assert (found.status, found.drifted) == ("DRIFTED", 1)
    assert drifts(cloudformation) == {}
