"""A shop of a network, topics and a phase, compiled for all phases: small, of real resources."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.itinerary import itinerary
from compiler.manifest import Computed, Gate, Manifest, to_bytes
from compiler.phases import ORDER, PHASES
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, migration, stack

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.manifest import Stack
    from compiler.phases import PhaseName

NETWORK, TOPICS, MARKER = f"{SOURCE}/network", f"{TARGET}/topics", f"{TARGET}/phase"

GATE = Gate(
    kind="command",
    key="ready",
    side="target",
    region=TARGET,
    account=ACCOUNT,
    component=("cutover",),
    facts={"command": Computed(value="true"), "timeout_seconds": Computed(value="10")},
)
"""Asked before `fence`."""


def _resources(phase: PhaseName) -> dict[str, dict[str, Any]]:
    state = PHASES[phase]
    found: dict[str, dict[str, Any]] = {}
    if state.source_stands:
        found[NETWORK] = {
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
        }
    if state.target_services != "none":
        name = "open" if state.target_open else "closed"
        found[TOPICS] = {"Orders": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": name}}}
    found[MARKER] = {
        "Phase": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Name": "/shop/prod/phase", "Type": "String", "Value": phase},
        }
    }
    return found


def walkable(folder: Path) -> str:
    """Write the compiled shop into *folder*, and return its name."""
    forms: dict[str, Stack] = {}
    manifests: list[Manifest] = []
    for phase in ORDER:
        stacks: list[Stack] = []
        for id_, resources in _resources(phase).items():
            text = json.dumps({"Resources": resources, "Outputs": {}})
            region, _, name = id_.partition("/")
            after = tuple(one.id for one in stacks) if id_ == MARKER else ()
            one = stack(region, name, text, after=after, component=("target",))
            before = forms.get(id_)
            form = before.phase if before and before.sha256 == one.sha256 else phase
            one = replace(one, phase=form, file=f"{region}/{name}.{form}.json")
            forms[id_] = one
            stacks.append(one)
            (folder / one.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / one.file).write_text(text)
        manifests.append(
            replace(
                migration().manifest,
                phase=phase,
                stacks=tuple(stacks),
                gates=(GATE,) if phase == "warm" else (),
            )
        )
    (folder / "manifest.json").write_bytes(to_bytes(itinerary(manifests)))
    return str(folder)
