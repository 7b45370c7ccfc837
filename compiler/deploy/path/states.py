"""All states of a compiled migration, read out of its folder at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from compiler.deploy.folder import Compiled, read_itinerary, read_templates
from compiler.itinerary import Itinerary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
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
    return states_of(itinerary, texts)


def states_of(itinerary: Itinerary, texts: Mapping[str, str]) -> States:
    """Return every state of *itinerary*, with the templates of the folder by file."""
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


def present(
    states: States,
    phase: PhaseName | None,
    begun: PhaseName | None = None,
    *,
    with_others: bool = False,
) -> Compiled:
    """
    Return what AWS has, as one state: for what is about all that stands, never to be deployed.

    Args:
        states: Every compiled state.
        phase: The phase that stands; the first one that was compiled if none does.
        begun: The phase after it in which some stacks are: their forms count.
        with_others: Whether stacks that neither phase has are named as well.
    """
    manifests = [state.manifest for state in states.values()]
    manifest = as_it_stands(manifests, phase, begun, with_others=with_others)
    forms = {
        (stack.id, stack.sha256): state.templates[stack.id]
        for state in states.values()
        for stack in state.manifest.stacks
    }
    return Compiled(
        manifest=manifest,
        templates={stack.id: forms[stack.id, stack.sha256] for stack in manifest.stacks},
    )


def as_it_stands(
    manifests: Sequence[Manifest],
    phase: PhaseName | None,
    begun: PhaseName | None = None,
    *,
    with_others: bool = False,
) -> Manifest:
    """Return the manifest of what AWS has; the arguments are as for `present`."""
    states = {manifest.phase: manifest for manifest in manifests}
    wanted = [states[one] for one in (begun, phase) if one is not None and one in states]
    chosen = wanted or [manifests[0]]
    stacks: dict[str, Stack] = {}
    for manifest in (*chosen, *manifests) if with_others else chosen:
        stacks = {stack.id: stack for stack in manifest.stacks} | stacks
    return replace(chosen[0], stacks=_in_order(stacks), batches=())


def _in_order(stacks: Mapping[str, Stack]) -> tuple[Stack, ...]:
    """Return *stacks* so that each comes after those that it needs, else as they are given."""
    order: dict[str, Stack] = {}
    left = dict(stacks)
    while left:
        # Forms of different phases may need each other; then the order of one is as good.
        id_ = next(
            (one for one, stack in left.items() if not left.keys() & {*stack.after}),
            next(iter(left)),
        )
        stack = left.pop(id_)
        order[id_] = replace(stack, after=tuple(one for one in stack.after if one in order))
    return tuple(order.values())


def _compiled(manifest: Manifest, texts: Mapping[str, str]) -> Compiled:
    return Compiled(
        manifest=manifest, templates={stack.id: texts[stack.file] for stack in manifest.stacks}
    )
