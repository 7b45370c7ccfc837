"""All states of a compiled migration, read out of its folder at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from compiler.deploy.folder import Compiled, read_itinerary, read_templates
from compiler.itinerary import Itinerary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from compiler.manifest import Manifest, Stack
    from compiler.phases import PhaseName
    from spec.findings import Finding

States: TypeAlias = "Mapping[PhaseName, Compiled]"
"""What was compiled for each phase, in the order of phases; at least one."""


def read_states(folder: Path) -> States | tuple[Finding, ...]:
    """Read every state that was compiled into *folder*, with its templates; or every finding."""
    itinerary = read_itinerary(folder)
    if not isinstance(itinerary, Itinerary):
        return itinerary
    texts = read_templates(folder, itinerary)
    if not isinstance(texts, dict):
        return texts
    return {phase: _compiled(itinerary.at(phase), texts) for phase in itinerary.phases}


def everything(manifests: Iterable[Manifest]) -> Manifest:
    """
    Return one manifest with the stacks of all *manifests*, each in the last form that it has.

    For what is about all that a migration ever has, such as where to look; never to be deployed.
    """
    found: dict[str, Stack] = {}
    last = None
    for manifest in manifests:
        found |= {stack.id: stack for stack in manifest.stacks}
        last = manifest
    if last is None:
        message = "a compiled migration has a state"
        raise ValueError(message)
    return replace(last, stacks=tuple(found.values()), batches=())


def whole(states: States) -> Compiled:
    """Return *states* as one, as `everything` does, with the templates."""
    templates: dict[str, str] = {}
    for state in states.values():
        templates |= state.templates
    return Compiled(
        manifest=everything(state.manifest for state in states.values()), templates=templates
    )


def _compiled(manifest: Manifest, texts: Mapping[str, str]) -> Compiled:
    return Compiled(
        manifest=manifest, templates={stack.id: texts[stack.file] for stack in manifest.stacks}
    )
