"""Which properties of a resource differ between two states, and what the registry says of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from compiler.prove.values import MARKS, NEW, is_certain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.prove.registry import Place, Registered

Effect: TypeAlias = Literal["in place", "overwrites", "replaces", "refused", "unknown"]
"""
What a change of a property does: nothing to what the resource holds; it writes over that; it takes
a new resource; AWS does not do it; or nobody but AWS knows.
"""


MAY_STAY = "createOnlyProperties of its registry schema, and only AWS knows whether its value stays"

_REGISTRY = "its registry schema"


class _Absent:
    """No value at all, which is another thing than an empty one."""

    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()

Json: TypeAlias = Any  # template JSON, of any shape, or ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyChange:
    """
    One top-level property that differs.

    Attributes:
        name: The property.
        place: The narrowest place in it that holds all differences, from the resource's properties:
            `("VersioningConfiguration", "Status")`.
        before: Its value before, references followed; `ABSENT` if it was not given.
        after: Its value after, likewise.
        effect: What changing it does.
        why: Who says so, as a part of a sentence.
    """

    name: str
    place: tuple[str | int, ...]
    before: Json
    after: Json
    effect: Effect
    why: str


def differing(before: Mapping[str, Json], after: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the names of the properties that differ, sorted; of both, references are followed."""
    return tuple(
        name
        for name in sorted({*before, *after})
        if before.get(name, ABSENT) != after.get(name, ABSENT)
    )


def touched(before: Json, after: Json, place: Place) -> Iterator[Place]:
    """Yield the places below *place* in which two values differ; list positions are `*`."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from touched(before.get(key, ABSENT), after.get(key, ABSENT), (*place, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from touched(one, other, (*place, "*"))
    else:
        yield place


def registered_effect(
    registered: Registered | None, name: str, before: Json, after: Json
) -> tuple[Effect, str]:
    """
    Return what the registry says of changing the property *name*, and who says so.

    A value that only AWS knows may turn out to be the one of before, so of a property whose change
    takes a new resource it is then not known what it does.
    """
    if registered is None:
        return "unknown", "the registry extract does not have the type"
    places = tuple(touched(before, after, (name,)))
    if any(_covers(registered.create_only, place) for place in places):
        # A replaced resource gives another value, whatever it gave before.
        if is_certain(after) and (is_certain(before) or _has_new(after)):
            return "replaces", "createOnlyProperties of its registry schema"
        return "unknown", MAY_STAY
    if any(_covers(registered.conditional_create_only, place) for place in places):
        return "unknown", "conditionalCreateOnlyProperties of its registry schema"
    return "in place", _REGISTRY


def narrowest(
    before: Json, after: Json, place: tuple[str | int, ...] = ()
) -> tuple[str | int, ...]:
    """Return the narrowest place that holds all differences between two values."""
    if any(isinstance(value, dict) and not MARKS.isdisjoint(value) for value in (before, after)):
        return place
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [
            k for k in sorted({*before, *after}) if before.get(k, ABSENT) != after.get(k, ABSENT)
        ]
        if len(keys) == 1:
            key = keys[0]
            return narrowest(before.get(key, ABSENT), after.get(key, ABSENT), (*place, key))
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        positions = [
            n for n, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]
        ]
        if len(positions) == 1:
            only = positions[0]
            return narrowest(before[only], after[only], (*place, only))
    return place


def _covers(listed: frozenset[Place], place: Place) -> bool:
    # What lies inside a listed property changes it, and so may a whole that holds one.
    return any(place[: len(one)] == one or one[: len(place)] == place for one in listed)


def _has_new(value: Json) -> bool:
    if isinstance(value, list):
        return any(map(_has_new, value))
    return isinstance(value, dict) and (NEW in value or any(map(_has_new, value.values())))
