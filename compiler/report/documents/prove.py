"""The document of `prove`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from compiler.phases import Door
from compiler.prove import Transition, Verdict
from compiler.prove.changes import Effect
from compiler.prove.states import Policy
from compiler.prove.verdicts import Fate
from compiler.report.documents.findings import FoundFinding, dotted
from spec.findings import Spot
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenProperty:
    """
    A property that differs.

    Attributes:
        name: The property.
        effect: What changing it does: it is done in place, writes over what the resource holds,
            takes a new one, AWS refuses it, or nobody but AWS knows.
        why: Who says so.
    """

    name: str
    effect: Effect
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenResource:
    """
    What becomes of one resource.

    Attributes:
        stack: Id of its stack.
        logical_id: Its key in the template.
        type: Its type.
        name: What its template calls it; empty where AWS makes up a name.
        fate: What becomes of it. `overwritten`: it stays, with other contents. `kept`: it leaves
            its template and stays where it is. `refused`: AWS does not do it. `unknown`: only AWS
            knows.
        is_stateful: Whether it holds what cannot be made again.
        is_derived: Whether that can be made again after all, from what it replicates.
        policy: What becomes of the old one where it goes.
        properties: Those that differ, by name.
        reason: Why; empty where nothing happens.
        path: The place in the spec that it comes from.
        line: The line of that place, counted from 1; null where the spec is not at hand.
        code: With which it fails; empty if it does not.
    """

    stack: str
    logical_id: str
    type: str
    name: str
    fate: Fate
    is_stateful: bool
    is_derived: bool
    policy: Policy
    properties: tuple[ProvenProperty, ...]
    reason: str
    path: str
    line: int | None
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenStep:
    """
    One step, and what becomes of resources in it.

    Attributes:
        step: Between what it is: `from warm to fence`.
        before: The phase of what stands before; with --deployed the last one that was compiled.
        after: The phase of what is deployed.
        door: What the way back costs; null for a step that is no transition between phases.
        is_proven: Whether nothing in it fails.
        resources: All that hold what cannot be made again; others that are replaced, or may be.
    """

    step: str
    before: str
    after: str
    door: Door | None
    is_proven: bool
    resources: tuple[ProvenResource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """
    Whether each step keeps what cannot be made again.

    Attributes:
        command: The verb.
        version: Of the documents.
        migration: `<name>-<environment>`; empty for a spec that does not compile.
        exit_code: What the command ends with.
        is_proven: Whether every step is proven.
        steps: In order.
        findings: Why it is not proven, or what kept it from being told.
        notes: What else there is to say, as sentences.
    """

    migration: str
    exit_code: int
    is_proven: bool
    steps: tuple[ProvenStep, ...]
    findings: tuple[FoundFinding, ...]
    notes: tuple[str, ...] = ()
    command: Literal["prove"] = "prove"
    version: Literal[1] = 1


def unproven(findings: tuple[FoundFinding, ...], exit_code: int) -> Proved:
    """Return what the document says of a spec that does not compile."""
    return Proved(
        migration="",
        exit_code=exit_code,
        is_proven=False,
        steps=(),
        findings=findings,
    )


def proved(
    migration: str,
    steps: Sequence[Transition],
    findings: tuple[FoundFinding, ...],
    loaded: LoadedSpec | None,
    exit_code: int,
) -> Proved:
    """
    Return what the document says of a proof.

    Args:
        migration: `<name>-<environment>`.
        steps: The steps.
        findings: Why they fail.
        loaded: The spec, where it is at hand.
        exit_code: What the command ends with.
    """
    return Proved(
        migration=migration,
        exit_code=exit_code,
        is_proven=not findings,
        steps=tuple(_step(step, loaded) for step in steps),
        findings=findings,
    )


def _step(step: Transition, loaded: LoadedSpec | None) -> ProvenStep:
    return ProvenStep(
        step=step.words,
        before=step.before.manifest.phase,
        after=step.after.manifest.phase,
        door=step.door,
        is_proven=not step.findings,
        resources=tuple(_resource(verdict, loaded) for verdict in step.verdicts),
    )


def _resource(verdict: Verdict, loaded: LoadedSpec | None) -> ProvenResource:
    return ProvenResource(
        stack=verdict.key.stack,
        logical_id=verdict.key.logical_id,
        type=verdict.type,
        name=verdict.name,
        fate=verdict.fate,
        is_stateful=verdict.is_stateful,
        is_derived=verdict.is_derived,
        policy=verdict.policy,
        properties=tuple(
            ProvenProperty(name=change.name, effect=change.effect, why=change.why)
            for change in verdict.changes
        ),
        reason=verdict.reason,
        path=dotted(verdict.path),
        line=loaded.locate(Spot(path=verdict.path)).line if loaded is not None else None,
        code=verdict.code,
    )
