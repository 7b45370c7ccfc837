"""Where the places of uncompiled resources come from, for tests of any component."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from compiler.phases import PHASES
from compiler.symbols import SYMBOL, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from compiler.phases import PhaseName
    from compiler.symbols import Address, Resource, Task
    from spec.findings import Path
    from spec.model import Spec

Leaves = dict[str, Any]
"""Scalars by dotted path. Any: what JSON holds."""


def built(
    spec: Spec, *components: ModuleType, phase: PhaseName = "replicate"
) -> dict[Address, Resource]:
    """Return what *components* make of *spec* in *phase*, by address."""
    found: dict[Address, Resource] = {}
    for component in components:
        for resource in component.resources(spec, PHASES[phase]):
            assert resource.address not in found
            found[resource.address] = resource
    return found


def leaves(resource: Resource) -> Leaves:
    """Return every scalar of a resource; a symbol counts as one."""
    return dict(_walk("", resource.body.to_dict()))


def _walk(at: str, value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict) and SYMBOL in value:
        yield at, tuple(value[SYMBOL])
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(f"{at}.{key}" if at else key, inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _walk(f"{at}.{position}", inner)
    else:
        yield at, value


def origin(resource: Resource, place: str) -> Path:
    """Return the spec path of *place*: that of its nearest listed parent, at last the component."""
    while place:
        if place in resource.origins:
            return resource.origins[place]
        place = place.rpartition(".")[0]
    return resource.component


def moved(before: Mapping[Address, Resource], after: Mapping[Address, Resource]) -> dict[str, Path]:
    """
    Return the places that differ, with their origin.

    Places of resources that stand in both; a resource that came or went has no place to compare.
    """
    found: dict[str, Path] = {}
    for address in before.keys() & after.keys():
        old, new = leaves(before[address]), leaves(after[address])
        for place in old.keys() | new.keys():
            if old.get(place) != new.get(place):
                where = f"{address.stack.side}/{address.stack.name}/{address.logical_id}/{place}"
                holder = after if place in new else before
                found[where] = origin(holder[address], place)
    return found


def with_leaf(spec: Mapping[str, Any], path: Path, value: object) -> dict[str, Any]:
    """Return the plain *spec* with one value changed; *path* may go through lists."""
    changed = copy.deepcopy(dict(spec))
    here: Any = changed
    for part in path[:-1]:
        here = here.setdefault(part, {}) if isinstance(here, dict) else here[part]
    here[path[-1]] = value
    return changed


def symbol(address: Address, attribute: str | None = None) -> dict[str, list[str | None]]:
    """Return what stands for a reference to *address* until it is linked."""
    return {SYMBOL: [address.stack.side, address.stack.name, address.logical_id, attribute]}


def tagged(name: str | None = None, **others: str) -> list[dict[str, str]]:
    """Return the tags of the media-streaming example as a list; *others* replaces some."""
    values = {
        "CostCenter": "4711",
        "Environment": "staging",
        "MigrationPhase": "replicate",
        "SourceRegion": "us-east-1",
        "TargetRegion": "eu-central-1",
        **({} if name is None else {"Name": name}),
        **others,
    }
    return [{"Key": key, "Value": value} for key, value in sorted(values.items())]


def told(task: Task) -> dict[str, Any]:
    """Return a task as plain values: symbols can be compared as what stands for them."""
    return {
        "kind": task.kind,
        "key": task.key,
        "side": task.side,
        "component": task.component,
        "facts": {
            name: symbol(fact.address, fact.attribute) if isinstance(fact, Symbol) else fact
            for name, fact in task.facts.items()
        },
        "after": task.after,
        "before": task.before,
    }
