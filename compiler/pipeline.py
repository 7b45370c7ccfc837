"""
From a spec to files: every stage of the compiler, in order.

    Spec + Phase ─► components ─► Resource… ─► link ─► LinkedStack…, of each phase
    all of them ─► emit ─► prove ─► files + Itinerary

**Components** describe each resource once, in troposphere, and refer to others by symbols; each
yields the resources of both sides, and one file says which of them the application has to find.
They know AWS, and nothing of stacks' borders, outputs or order.

**Link** decides which stack each resource lives in, turns what crosses stacks into outputs and
parameters, and reads the order off the links. It knows nothing of AWS's resources.

**Emit** finds the forms that each stack takes in the phases of the migration, gives them their
bytes and writes the itinerary, which is all that the deployer reads.

**Prove** compares each state with the next: a path that replaces or deletes what cannot be made
again does not compile.

No stage reads a clock, the environment or the network: the same spec gives the same bytes. A new
kind of component touches a model, its rules, one file in `components`, and the table below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from compiler.components import (
    access,
    access_state,
    actions,
    alarms,
    cdn,
    database,
    dns,
    gates,
    keys,
    load_balancer,
    logs,
    network,
    peering,
    private_dns,
    published,
    secrets,
    service,
    standing_phase,
    storage,
)
from compiler.emit import OPEN_TAG, Emitted, Origin, emit
from compiler.link import Limits, Linked, Setting, link, object_file, reads, together
from compiler.phases import ORDER, PHASES
from compiler.prove import path_findings, states_of
from spec.regions import home_region, partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.link import ObjectFile
    from compiler.phases import Phase, PhaseName
    from compiler.symbols import Address, Published, Resource, StackKey, Task
    from spec.findings import Finding
    from spec.model import Spec


class Component(Protocol):
    """A file of `compiler.components`."""

    def resources(self, spec: Spec, phase: Phase) -> Iterator[Resource]:
        """Yield what it makes of *spec* in *phase*."""


COMPONENTS: Mapping[Component, tuple[str, ...]] = {
    network: ("source_stands",),
    peering: ("source_stands",),
    keys: ("replication", "source_stands"),
    secrets: ("source_stands",),
    logs: ("source_stands",),
    storage: ("replication", "source_protected", "source_stands"),
    database: ("source_protected", "source_stands", "target_classes", "target_databases"),
    private_dns: ("serves", "source_stands"),
    load_balancer: ("source_stands", "target_services"),
    service: ("source_services", "source_stands", "target_services"),
    cdn: ("cdn_reads", "serves"),
    access: (
        "replication",
        "source_open",
        "source_protected",
        "source_stands",
        "target_open",
        "target_services",
    ),
    access_state: ("source_open", "source_stands", "target_open"),
    dns: ("serves", "source_stands", "target_services"),
    alarms: ("replication", "source_stands", "target_databases", "target_services"),
    standing_phase: ("name",),
}
"""
Every component, and what it asks of a phase: where that is the same, so is what it makes.

The order is for reading, nothing depends on it.
"""


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
    """Compile the one state *phase* of *spec*; see `compile_migration`."""
    return compile_migration(spec, spec_file, phases=(phase,), limits=limits)


def compile_migration(
    spec: Spec,
    spec_file: str,
    phases: Sequence[PhaseName] = ORDER,
    limits: Limits | None = None,
) -> Compilation:
    """
    Compile *spec*, which no rule refuses, in each of *phases*.

    The others are compiled too: from which phase a form of a stack is depends on those before, and
    what it gives as outputs on all that ever reads it.

    Args:
        spec: The spec.
        spec_file: Its file name, without folders, for the manifest.
        phases: The states to write, in order; at least one.
        limits: What fits into one template; default: what AWS takes.
    """
    limits = limits or Limits()
    home = home_region(partition_of(spec.source.region))
    setting = _setting(spec, home, limits)
    objects = _objects(spec)
    kept = frozenset().union(*(reads(made.files, made.published, made.tasks) for made in objects))
    last = ORDER.index(phases[-1])
    cut: frozenset[StackKey] = frozenset()
    while True:
        states: list[tuple[Phase, Linked]] = []
        before = Linked(cut=cut)
        for made in objects[: last + 1]:
            linked = link(made.files, setting, made.published, made.tasks, kept=kept, before=before)
            if linked.findings:
                return Compilation(findings=linked.findings)
            states.append((made.phase, linked))
            before = linked
        # What is cut in one phase is cut in all of them, so that nothing moves in between.
        if before.cut == cut:
            break
        cut = before.cut
    origin = Origin(spec=spec, spec_file=spec_file, home_region=home)
    emitted = emit(states, phases, origin, limits)
    unproven = path_findings(states_of(emitted.itinerary, emitted.files))
    return Compilation(findings=unproven) if unproven else Compilation(emitted=emitted)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Objects:
    """Everything of one state, before linking."""

    phase: Phase
    files: Mapping[Address, ObjectFile]
    published: tuple[Published, ...]
    tasks: tuple[Task, ...]


def _objects(spec: Spec) -> tuple[_Objects, ...]:
    """Return everything of all phases; what no phase changes is made once."""
    known: dict[tuple[object, ...], tuple[ObjectFile, ...]] = {}
    alike: dict[Address, list[ObjectFile]] = {}
    return tuple(
        _Objects(
            phase=phase,
            files=together(
                file
                for component in COMPONENTS
                for file in _files(spec, phase, component, known, alike)
            ),
            published=tuple(published.published(spec, phase)),
            tasks=(*actions.actions(spec, phase), *gates.gates(spec, phase)),
        )
        for phase in PHASES.values()
    )


def _files(
    spec: Spec,
    phase: Phase,
    component: Component,
    known: dict[tuple[object, ...], tuple[ObjectFile, ...]],
    alike: dict[Address, list[ObjectFile]],
) -> tuple[ObjectFile, ...]:
    asked = (component, *(getattr(phase, name) for name in COMPONENTS[component]))
    if asked not in known:
        left_open = replace(phase, tag=OPEN_TAG)
        known[asked] = tuple(
            _one_of(object_file(resource), alike)
            for resource in component.resources(spec, left_open)
        )
    return known[asked]


def _one_of(file: ObjectFile, alike: dict[Address, list[ObjectFile]]) -> ObjectFile:
    """Return *file*, or the equal one from another phase: the linker then links it once."""
    same = alike.setdefault(file.address, [])
    found = next((one for one in same if one == file), None)
    if found is None:
        same.append(file)
    return found or file


def _setting(spec: Spec, home: str, limits: Limits) -> Setting:
    return Setting(
        title=f"{spec.name} {spec.environment}, by stackferry",
        regions={"source": spec.source.region, "target": spec.target.region, "global": home},
        accounts={
            "source": spec.accounts.source,
            "target": spec.accounts.target,
            "global": spec.accounts.target,
        },
        limits=limits,
    )
