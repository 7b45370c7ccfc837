"""The plan for ARC Region switch, of the examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cfnlint.api
from cfnlint.config import ManualArgs

from compiler.arc_plan import arc_plan
from compiler.deploy.folder import read_itinerary
from compiler.itinerary import Itinerary


def plan_of(name: str) -> dict[str, Any]:
    folder = f"templates_out/{name}"
    itinerary = read_itinerary(Path(folder))
    assert isinstance(itinerary, Itinerary)
    template: dict[str, Any] = json.loads(arc_plan(itinerary, folder))
    return template


def steps(template: dict[str, Any]) -> list[dict[str, Any]]:
    workflows = template["Resources"]["Plan"]["Properties"]["Workflows"]
    found: list[dict[str, Any]] = workflows[0]["Steps"]
    return found


def test_the_cutover_waits_for_what_region_switch_cannot_do_and_promotes_the_replica() -> None:
    fence, promote, switch = steps(plan_of("streaming-staging"))

    assert [step["ExecutionBlockType"] for step in (fence, promote, switch)] == [
        "ManualApproval",
        "RdsPromoteReadReplica",
        "ManualApproval",
    ]
    assert fence["Description"] == (
        "Ask the gate (stackferry gate templates_out/streaming-staging fence); run the script of"
        " the phase (stackferry export cli templates_out/streaming-staging --phase fence), then"
        " approve. Door: reversible."
    )
    assert promote["ExecutionBlockConfiguration"] == {
        "RdsPromoteReadReplicaConfig": {
            "DbInstanceArnMap": {
                "us-east-1": "arn:aws:rds:us-east-1:111122223333:db:streaming-staging-catalog",
                "eu-central-1": (
                    "arn:aws:rds:eu-central-1:111122223333:db:streaming-staging-catalog"
                ),
            },
            "TimeoutMinutes": 60,
        }
    }
    assert "Region switch has promoted them" in switch["Description"]


def test_several_replicas_are_promoted_at_the_same_time() -> None:
    _, promote, _ = steps(plan_of("shop-prod"))

    inside = promote["ExecutionBlockConfiguration"]["ParallelConfig"]["Steps"]
    assert [step["Name"] for step in inside] == ["promote-orders", "promote-reviews"]


def test_without_databases_nothing_is_promoted() -> None:
    template = plan_of("hello-trial")

    assert [step["Name"] for step in steps(template)] == ["fence", "switch"]
    assert template["Parameters"]["ExecutionRoleArn"]["Description"] == (
        "Role with which Region switch carries out the plan."
    )


def test_the_way_back_is_a_workflow_of_its_own() -> None:
    properties = plan_of("streaming-staging")["Resources"]["Plan"]["Properties"]

    assert properties["PrimaryRegion"] == "us-east-1"
    assert [flow["WorkflowTargetRegion"] for flow in properties["Workflows"]] == [
        "eu-central-1",
        "us-east-1",
    ]


def test_cfn_lint_has_nothing_to_say_of_it() -> None:
    for name in ("streaming-staging", "shop-prod"):
        text = json.dumps(plan_of(name))

        assert cfnlint.api.lint(text, config=ManualArgs(regions=["eu-central-1"])) == []
