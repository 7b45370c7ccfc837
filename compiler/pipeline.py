"""
From a spec to files: every stage of the compiler, in order.

    Spec ─► components ─► Resource… ─► link ─► LinkedStack… ─► emit ─► files + Manifest

**Components** describe each resource once, in troposphere, and refer to others by symbols; each
yields the resources of both sides, and one file says which of them the application has to find.
They know AWS, and nothing of stacks' borders, outputs or order.

**Link** decides which stack each resource lives in, turns what crosses stacks into outputs and
parameters, and reads the order off the links. It knows nothing of AWS's resources.

**Emit** gives each template its bytes and writes the manifest, which is all that the deployer
reads.

No stage reads a clock, the environment or the network: the same spec gives the same bytes. A new
kind of component touches a model, its rules, one file in `components`, and the tuple below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.components import (
    access,
    alarms,
    cdn,
    database,
    dns,
    keys,
    load_balancer,
    logs,
    network,
    peering,
    private_dns,
    published,
    secrets,
    service,
    storage,
)
from compiler.emit import Emitted, Origin, emit
from compiler.link import Limits, Setting, link
from compiler.phases import PHASES
from spec.regions import home_region, partition_of

if TYPE_CHECKING:
    from compiler.phases import PhaseName
    from compiler.symbols import Resource
    from spec.findings import Finding
    from spec.model import Spec

COMPONENTS = (
    network,
    peering,
    keys,
    secrets,
    logs,
    storage,
    database,
    private_dns,
    load_balancer,
    service,
    cdn,
    access,
    dns,
    alarms,
)
"""Every component; the order is for reading, nothing depends on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """
    What came of a spec.

    Attributes:
        emitted: The files; `None` where there are findings.
        findings: Why there are none.
    """

    emitted: Emitted | None = None
    findings: tuple[Finding, ...] = ()


def compile_spec(
    spec: Spec, spec_file: str, phase: PhaseName = "replicate", limits: Limits | None = None
) -> Compilation:
    """
    Compile *spec*, which no rule refuses, into the state *phase*.

    Args:
        spec: The spec.
        spec_file: Its file name, without folders, for the manifest.
        phase: The state of the migration.
        limits: What fits into one template; default: what AWS takes.
    """
    limits = limits or Limits()
    state = PHASES[phase]
    home = home_region(partition_of(spec.source.region))
    resources: list[Resource] = []
    for component in COMPONENTS:
        resources.extend(component.resources(spec, state))
    linked = link(
        tuple(resources),
        Setting(
            title=f"{spec.name} {spec.environment}, by stackferry",
            regions={"source": spec.source.region, "target": spec.target.region, "global": home},
            accounts={
                "source": spec.accounts.source,
                "target": spec.accounts.target,
                "global": spec.accounts.target,
            },
            limits=limits,
        ),
        tuple(published.published(spec, state)),
    )
    if linked.findings:
        return Compilation(findings=linked.findings)
    origin = Origin(spec=spec, spec_file=spec_file, phase=state, home_region=home)
    return Compilation(emitted=emit(linked, origin, limits))
