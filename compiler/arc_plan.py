"""
The cutover as a plan of ARC Region switch: a template with one `AWS::ARCRegionSwitch::Plan`.

Region switch scales groups, promotes RDS replicas and waits for approvals; it deploys no
CloudFormation and moves no weighted record (Application Recovery Controller developer guide, "Add
execution blocks", 2026-11). So what a phase deploys is a manual approval that says which script
brings it, and what Region switch can do on its own, the promotions, it does.

Region switch promotes past CloudFormation. The stack of a database that it promoted still describes
a replica, so its form `promote` must not be deployed any more; the plan says so where it matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.manifest import Computed
from compiler.phases import PHASES
from compiler.template_text import to_bytes
from spec.regions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.itinerary import Itinerary
    from compiler.manifest import Gate
    from compiler.phases import PhaseName

NAME_LENGTH = 32
"""Of a plan's name (registry schema of AWS::ARCRegionSwitch::Plan, 2026-10-20)."""

TIMEOUT_MINUTES = 60
"""How long an approval or a promotion may take: what Region switch takes by default."""

FORWARD: tuple[PhaseName, ...] = ("fence", "promote", "switch")
"""The phases that the plan carries out; what comes before and after is not on the clock."""


def arc_plan(itinerary: Itinerary, folder: str) -> str:
    """
    Return the template; it is deployed with the two roles as parameters.

    Args:
        itinerary: What was compiled, in all phases.
        folder: Where it is, as commands name it.
    """
    source, target = itinerary.source_region, itinerary.target_region
    system = itinerary.migration
    plan = {
        "Type": "AWS::ARCRegionSwitch::Plan",
        "Properties": {
            "Name": system[:NAME_LENGTH].rstrip("-"),
            "Description": f"Cutover of {system} from {source} to {target}.",
            "ExecutionRole": {"Ref": "ExecutionRoleArn"},
            "PrimaryRegion": source,
            "RecoveryApproach": "activePassive",
            "Regions": [source, target],
            "Tags": {**itinerary.tags, "MigrationPhase": "warm"},
            "Workflows": [
                {
                    "WorkflowTargetAction": "activate",
                    "WorkflowTargetRegion": target,
                    "WorkflowDescription": f"From warm to switch: {target} serves.",
                    "Steps": list(_forward(itinerary, folder)),
                },
                {
                    "WorkflowTargetAction": "activate",
                    "WorkflowTargetRegion": source,
                    "WorkflowDescription": f"From fence back to warm: {source} serves again.",
                    "Steps": [_back(folder)],
                },
            ],
        },
    }
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Region switch plan of {system}, by stackferry.",
        "Parameters": {
            "ApprovalRoleArn": _role("Role that may approve the steps of the plan."),
            "ExecutionRoleArn": _role(
                "Role with which Region switch promotes the databases."
                if _replicas(itinerary)
                else "Role with which Region switch carries out the plan."
            ),
        },
        "Resources": {"Plan": plan},
    }
    return to_bytes(template).decode()


def _role(description: str) -> dict[str, str]:
    return {
        "Type": "String",
        "Description": description,
        "AllowedPattern": "^arn:aws[a-zA-Z0-9-]*:iam::[0-9]{12}:role/.+$",
    }


def _forward(itinerary: Itinerary, folder: str) -> Iterator[dict[str, Any]]:
    for phase in FORWARD:
        if phase == "promote":
            yield from _promotions(itinerary)
            continue
        note = (
            " Skip what it says of the stacks of databases: Region switch has promoted them."
            if phase == "switch" and _replicas(itinerary)
            else ""
        )
        yield _approval(
            phase,
            f"Ask the gate (stackferry gate {folder} {phase}); run the script of the phase "
            f"({_script(folder, phase)}), then approve.{note} Door: {PHASES[phase].door}.",
        )


def _script(folder: str, phase: str) -> str:
    return f"stackferry export cli {folder} --phase {phase}"


def _back(folder: str) -> dict[str, Any]:
    return _approval(
        "warm",
        f"Only before a database was promoted: run the script of warm ({_script(folder, 'warm')}), "
        "which opens the source again, then approve.",
    )


def _approval(name: str, description: str) -> dict[str, Any]:
    return {
        "Name": name,
        "Description": description,
        "ExecutionBlockType": "ManualApproval",
        "ExecutionBlockConfiguration": {
            "ExecutionApprovalConfig": {
                "ApprovalRole": {"Ref": "ApprovalRoleArn"},
                "TimeoutMinutes": TIMEOUT_MINUTES,
            }
        },
    }


def _replicas(itinerary: Itinerary) -> tuple[Gate, ...]:
    """Return the questions about the replicas that are to be promoted, one for each."""
    fence = itinerary.at("fence")
    return tuple(gate for gate in fence.gates if gate.kind == "replica promotable")


def _promotions(itinerary: Itinerary) -> Iterator[dict[str, Any]]:
    steps = [_promotion(gate, itinerary) for gate in _replicas(itinerary)]
    if len(steps) == 1:
        yield from steps
    elif steps:
        yield {
            "Name": "promote",
            "Description": "Promotes all replicas at the same time.",
            "ExecutionBlockType": "Parallel",
            "ExecutionBlockConfiguration": {"ParallelConfig": {"Steps": steps}},
        }


def _promotion(gate: Gate, itinerary: Itinerary) -> dict[str, Any]:
    facts = {name: fact.value for name, fact in gate.facts.items() if isinstance(fact, Computed)}
    return {
        "Name": f"promote-{gate.key}",
        "Description": (
            f"Promotes the replica of {gate.key}. Its stack then describes a replica that there is "
            "no more: do not deploy its form of the phase promote."
        ),
        "ExecutionBlockType": "RdsPromoteReadReplica",
        "ExecutionBlockConfiguration": {
            "RdsPromoteReadReplicaConfig": {
                "DbInstanceArnMap": _arns(facts, gate, itinerary),
                "TimeoutMinutes": TIMEOUT_MINUTES,
            }
        },
    }


def _arns(facts: Mapping[str, str], gate: Gate, itinerary: Itinerary) -> dict[str, str]:
    partition = partition_of(itinerary.target_region)
    places = {
        itinerary.source_region: facts["source_database"],
        itinerary.target_region: facts["database"],
    }
    # RDS has no replica in another account, so both are in one.
    return {
        region: f"arn:{partition}:rds:{region}:{gate.account}:db:{name}"
        for region, name in places.items()
    }
