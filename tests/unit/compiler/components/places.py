"""Where the places of uncompiled resources come from, for tests of any component."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.phases import PHASES
from compiler.symbols import SYMBOL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from compiler.symbols import Address, Resource
    from spec.findings import Path
    from spec.model import Spec

Leaves = dict[str, Any]
"""Scalars by dotted path. Any: what JSON holds."""


def built(spec: Spec, *components: ModuleType) -> dict[Address, Resource]:
    """Return what *components* make of *spec*, by address."""
    found: dict[Address, Resource] = {}
    for component in components:
        for resource in component.resources(spec, PHASES["replicate"]):
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
    changed: Any = dict(spec)
    here = changed
    for part, following in zip(path, (*path[1:], None), strict=True):
        if following is None:
            here[part] = value
        else:
            inner = here[part] if isinstance(here, list) else here.get(part, {})
            here[part] = list(inner) if isinstance(inner, (list, tuple)) else dict(inner)
            here = here[part]
    return dict(changed)
