"""The document of `plan`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from compiler.deploy.path.crossing import Leg
from compiler.deploy.plan_file import SavedStep, SavedTransition
from compiler.deploy.prepare import Prepared
from compiler.deploy.saved_plan import saved_step, saved_transition
from compiler.manifest import Manifest
from compiler.report.documents.findings import FoundFinding, found
from compiler.report.documents.orphans import OrphanStack, orphan_stacks
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """
    What a deploy would do.

    Attributes:
        command: The verb.
        version: Of the documents.
        folder: The compiled folder, as it was named.
        migration: Name and environment.
        phase: The phase that was compiled.
        exit_code: What the command ends with.
        is_idle: Whether there is nothing to do; false where there is no plan.
        via: How stacks would be brought about; null where there is no plan.
        unasked: Why CloudFormation was not asked what updates would do; empty if it was.
        steps: In an order in which they could be done; none where there is no plan.
        orphans: What the migration has although it is not compiled any more; no deploy touches it.
        orphans_refusal: Why AWS does not tell all of those; empty if it does.
        findings: What speaks against carrying it out.
        transition: What is done beside the steps; null where it leads from no phase to another.
        then: Phases that are entered after that, each with a plan of its own.
    """

    folder: str
    migration: str
    phase: str
    exit_code: int
    is_idle: bool
    via: Literal["stacksets", "stacks"] | None
    unasked: str
    steps: tuple[SavedStep, ...]
    orphans: tuple[OrphanStack, ...]
    orphans_refusal: str
    findings: tuple[FoundFinding, ...]
    transition: SavedTransition | None = None
    then: tuple[str, ...] = ()
    command: Literal["plan"] = "plan"
    version: Literal[1] = 1


def document(
    prepared: Prepared,
    manifest: Manifest,
    loaded: LoadedSpec | None,
    *,
    folder: str,
    legs: tuple[Leg, ...] = (),
) -> Planned:
    """
    Return the document of a plan.

    Args:
        prepared: The plan, or why there is none.
        manifest: What was compiled.
        loaded: The spec, where it is at hand.
        folder: The compiled folder, as it was named.
        legs: The transitions that are asked for; the plan is the first one's.
    """
    made = prepared.plan
    return Planned(
        folder=folder,
        migration=manifest.migration,
        phase=manifest.phase,
        exit_code=prepared.exit_code or 0,
        is_idle=made is not None and made.is_idle,
        via=made.via if made else None,
        unasked=made.unasked if made else "",
        steps=tuple(saved_step(step) for step in made.steps) if made else (),
        orphans=orphan_stacks(made.orphans) if made else (),
        orphans_refusal=made.orphans.refusal if made else "",
        findings=found(prepared.findings, manifest.spec_file, loaded),
        transition=saved_transition(made.transition) if made and made.transition else None,
        then=tuple(leg.to for leg in legs[1:]),
    )
