"""All phases of a migration as one: what roles must be able to do in any of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from compiler.itinerary import Itinerary
    from compiler.manifest import Manifest, Stack

Item = TypeVar("Item")


def all_phases(
    itinerary: Itinerary, texts: Mapping[str, str]
) -> tuple[Manifest, Mapping[str, str]]:
    """
    Put all forms of each stack into one template, and the actions and gates of all phases together.

    Nothing can be deployed of that: a resource that differs between forms is in it once for each,
    under its logical id and the form's phase.

    Args:
        itinerary: What was compiled.
        texts: Its templates, by file.

    Returns:
        A manifest with each stack once, and its templates by stack id.
    """
    forms: dict[str, list[Stack]] = {}
    for stack in itinerary.stacks:
        forms.setdefault(stack.id, []).append(stack)
    states = [itinerary.at(phase) for phase in itinerary.phases]
    manifest = replace(
        states[-1],
        stacks=tuple(_one(of_one) for of_one in forms.values()),
        batches=(),
        # A fact is a mapping, so neither has a hash.
        actions=_each(state.actions for state in states),
        gates=_each(state.gates for state in states),
    )
    return manifest, {id_: _template(of_one, texts) for id_, of_one in forms.items()}


def _each(several: Iterable[Iterable[Item]]) -> tuple[Item, ...]:
    found: list[Item] = []
    for one in several:
        found.extend(item for item in one if item not in found)
    return tuple(found)


def _one(forms: Sequence[Stack]) -> Stack:
    return replace(
        forms[-1],
        size_bytes=max(form.size_bytes for form in forms),
        needs_artifact_bucket=any(form.needs_artifact_bucket for form in forms),
        capabilities=tuple(sorted({name for form in forms for name in form.capabilities})),
        parameters={name: value for form in forms for name, value in form.parameters.items()},
        outputs=tuple(sorted({name for form in forms for name in form.outputs})),
    )


def _template(forms: Sequence[Stack], texts: Mapping[str, str]) -> str:
    resources: dict[str, Any] = {}
    for form in forms:
        for logical_id, body in json.loads(texts[form.file])["Resources"].items():
            if logical_id not in resources:
                resources[logical_id] = body
            elif resources[logical_id] != body:
                resources[f"{logical_id}.{form.phase}"] = body
    return json.dumps({"Resources": resources})
