"""A small migration through all phases, made by hand: networks, a database, access, a service."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from compiler.deploy.folder import Compiled
from compiler.deploy.outcome import Done, Failed
from compiler.manifest import Action, Computed, Gate, Manifest, Stack
from compiler.phases import ORDER, PHASES
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from compiler.deploy.flow import Job
    from compiler.kinds import ActionKind
    from compiler.phases import Phase, PhaseName
    from tests.fakes.calls import Calls

MARKER = f"{TARGET}/phase"
DATABASE, REPLICA = f"{SOURCE}/database-orders", f"{TARGET}/database-orders"
SOURCE_ACCESS, TARGET_ACCESS = f"{SOURCE}/access", f"{TARGET}/access"
SERVICE = f"{TARGET}/service-web"

PROMOTED = "orders-as-promoted"
"""The description of a database in a form that differs in nothing but its source."""


def text(resources: Mapping[str, tuple[str, dict[str, Any]]]) -> str:
    """A template's text: type and properties by logical id."""
    return json.dumps(
        {
            "Resources": {
                name: {"Type": type_, "Properties": properties}
                for name, (type_, properties) in resources.items()
            },
            "Outputs": {},
        },
        indent=1,
        sort_keys=True,
    )


def _database(state: Phase, generation: int) -> str:
    properties: dict[str, Any] = {"DBInstanceIdentifier": f"shop-prod-orders-g{generation}"}
    properties["BackupRetentionPeriod"] = 7
    if state.target_databases == "replica":
        properties["SourceDBInstanceIdentifier"] = "arn:orders"
    if state.target_databases == "primary":
        properties["DeletionProtection"] = True
    return text({"Database": ("AWS::RDS::DBInstance", properties)})


def _stacks(state: Phase, generation: int) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Region, name, template, and what else a stack has, in an order of deployment."""
    vpc = text({"Vpc": ("AWS::EC2::VPC", {})})
    if state.source_stands:
        yield SOURCE, "network", vpc, {"component": ("source", "vpc")}
    yield TARGET, "network", vpc, {"component": ("target", "vpc")}
    if state.source_stands:
        yield (
            SOURCE,
            "database-orders",
            text(
                {
                    "Database": (
                        "AWS::RDS::DBInstance",
                        {"DeletionProtection": state.source_protected},
                    )
                }
            ),
            {
                "after": (f"{SOURCE}/network",),
                "stateful": ("Database",),
                "component": ("databases", "orders"),
            },
        )
    if state.target_databases != "none":
        suffix = "" if generation == 1 else f"-g{generation}"
        yield (
            TARGET,
            f"database-orders{suffix}",
            _database(state, generation),
            {
                "after": (f"{TARGET}/network", *((DATABASE,) if state.source_stands else ())),
                "stateful": ("Database",),
                "component": ("databases", "orders"),
            },
        )
    if state.target_services != "none":
        size = {"minimum": 1, "full": 4}[state.target_services]
        yield (
            TARGET,
            "service-web",
            text({"Group": ("AWS::AutoScaling::AutoScalingGroup", {"MinSize": size})}),
            {"after": (f"{TARGET}/network",), "component": ("services", "web")},
        )
    for region, is_open in ((SOURCE, state.source_open), (TARGET, state.target_open)):
        if region == TARGET or state.source_stands:
            yield (
                region,
                "access",
                text({"Rule": ("AWS::ElasticLoadBalancingV2::ListenerRule", {"Open": is_open})}),
                {"after": (f"{region}/network",), "component": ("services",)},
            )


def _marker(phase: PhaseName) -> str:
    return text({"Phase": ("AWS::SSM::Parameter", {"Name": "/shop/prod/phase", "Value": phase})})


def _action(kind: ActionKind, region: str, **places: tuple[str, ...]) -> Action:
    return Action(
        kind=kind,
        key="orders",
        side="source" if region == SOURCE else "target",
        region=region,
        account=ACCOUNT,
        component=("databases", "orders"),
        facts={},
        **places,
    )


ACTIONS: Mapping[str, tuple[Action, ...]] = {
    "replicate": (_action("peering dns", TARGET, after=(f"{TARGET}/network",), before=(REPLICA,)),),
    "fence": (_action("sever connections", SOURCE, after=(SOURCE_ACCESS,)),),
}
"""What is done beside stacks on entering a phase."""


def _gates(phase: PhaseName) -> tuple[Gate, ...]:
    if phase not in {"warm", "fence", "promote"}:
        return ()
    return (
        Gate(
            kind="replica streams",
            key="orders",
            side="target",
            region=TARGET,
            account=ACCOUNT,
            component=("databases", "orders"),
            facts={"database": Computed(value="shop-prod-orders")},
        ),
    )


def _unchanged(phase: PhaseName, id_: str, body: str) -> str:
    del phase, id_
    return body


def states(
    changed: Callable[[PhaseName, str, str], str] = _unchanged,
    *,
    generation: int = 1,
) -> dict[PhaseName, Compiled]:
    """
    The states of all phases.

    Args:
        changed: Edits a template, given the phase, the id of its stack and its text.
        generation: Of the replicas.
    """
    forms: dict[str, Stack] = {}
    found: dict[PhaseName, Compiled] = {}
    for phase in ORDER:
        state = PHASES[phase]
        stacks: list[Stack] = []
        texts: dict[str, str] = {}
        given = [
            *_stacks(state, generation),
            (TARGET, "phase", _marker(phase), {}),
        ]
        for region, name, told, more in given:
            id_ = f"{region}/{name}"
            body = changed(phase, id_, told)
            after = tuple(one.id for one in stacks) if name == "phase" else more.get("after", ())
            one = stack(region, name, body, **{**more, "after": after})
            before = forms.get(id_)
            is_same = before is not None and before.sha256 == one.sha256
            form = before.phase if is_same and before is not None else phase
            one = replace(
                one,
                phase=form,
                file=f"{region}/{name}.{form}.json",
                keeps_tags=name.startswith("database-orders")
                and region == TARGET
                and state.target_databases == "promoted",
                snapshotted=("Database",) if id_ == DATABASE else (),
            )
            forms[id_] = one
            stacks.append(one)
            texts[id_] = body
        found[phase] = Compiled(
            manifest=Manifest(
                name="shop",
                environment="prod",
                phase=phase,
                spec_file="shop.yaml",
                spec_sha256=hashlib.sha256(str(generation).encode()).hexdigest(),
                source_region=SOURCE,
                target_region=TARGET,
                home_region=SOURCE,
                target_account=ACCOUNT,
                tags={"Environment": "prod", "MigrationPhase": phase},
                stacks=tuple(stacks),
                batches=(),
                actions=ACTIONS.get(phase, ()),
                gates=_gates(phase),
            ),
            templates=texts,
        )
    return found


class FakeActing:
    """Does what it is told, in a minute; what is in `failing` fails instead, in that way."""

    def __init__(self, aws: Calls) -> None:
        self.aws = aws
        self.failing: dict[str, Failed] = {}

    def says(self, action: Action, *, is_undone: bool) -> str:
        if is_undone:
            return "let no names resolve" if action.kind == "peering dns" else ""
        return {"peering dns": "let names resolve", "sever connections": "reboot"}[action.kind]

    def lasts(self, action: Action) -> timedelta:
        del action
        return timedelta(minutes=1)

    def start(self, action: Action, manifest: Manifest, *, is_undone: bool) -> Job:
        yield "acting"
        node = action.node
        with self.aws.called("undo" if is_undone else "do", node, manifest.phase):
            return self.failing.pop(node, None) or Done(what="done")
