"""
Compares what a template says of a resource with what its service tells.

Only what the template says is compared: a service tells defaults too. What it never tells
(write-only properties) and what a dynamic reference fills in is left out.
Source: CloudFormation User Guide, detecting unmanaged configuration changes, 2026-11-24.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.sandbox.engine.intrinsics import has_dynamic_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.sandbox.engine.schemas import ResourceSchema
    from compiler.sandbox.engine.values import Json

_KEYED = frozenset({"LoadBalancerAttributes", "TargetGroupAttributes"})
"""Lists that a service tells with the defaults of all that the template leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    One property that is not as it should be, in the words of `PropertyDifferences`.

    Attributes:
        path: `/SecurityGroupIngress/0/CidrIp`.
        expected: A text as it is, anything else as JSON; `null` where there should be nothing.
        actual: The same.
        kind: `ADD`, `REMOVE` or `NOT_EQUAL`.
    """

    path: str
    expected: str
    actual: str
    kind: str


def compared(schema: ResourceSchema, expected: Mapping[str, Json]) -> dict[str, Json]:
    """Return the part of a resource's properties that can be held against the service."""
    left: dict[str, Json] = {}
    for name, value in expected.items():
        if (name,) not in schema.write_only and not has_dynamic_reference(value):
            left[name] = _told(schema, value, (name,))
    return left


def differences(
    schema: ResourceSchema,
    expected: Mapping[str, Json],
    actual: Mapping[str, Json],
    *,
    tags: Mapping[str, str],
    attached: Mapping[str, Sequence[Json]],
) -> tuple[Difference, ...]:
    """
    Return where *actual* is not what *expected* says.

    Args:
        schema: The resource type's.
        expected: Those of `compared`.
        actual: What the service tells.
        tags: The stack's, which a resource may carry beside its own.
        attached: By property, what other resources of the stack put into its list.

    Returns:
        By path.
    """
    found: list[Difference] = []
    for name, value in expected.items():
        told = actual.get(name)
        if name == schema.tag_property:
            found += _tag_differences(f"/{name}", value, told, tags)
        elif name in _KEYED and isinstance(value, list) and isinstance(told, list):
            keys = {_key(item) for item in value}
            found += _of(f"/{name}", value, [item for item in told if _key(item) in keys])
        elif isinstance(told, list) and name in attached:
            found += _of(f"/{name}", value, _without(told, value, attached[name]))
        else:
            found += _of(f"/{name}", value, told)
    return tuple(sorted(found, key=lambda each: each.path))


def _told(schema: ResourceSchema, value: Json, place: tuple[str, ...]) -> Json:
    if isinstance(value, dict):
        return {
            key: _told(schema, part, (*place, key))
            for key, part in value.items()
            if (*place, key) not in schema.write_only
        }
    if isinstance(value, list):
        return [_told(schema, part, (*place, "*")) for part in value]
    return value


def _of(path: str, expected: Json, actual: Json) -> Iterator[Difference]:
    if _holds(expected, actual):
        return
    if actual is None:
        yield _difference(path, expected, None, "REMOVE")
    elif isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            yield from _of(f"{path}/{key}", value, actual.get(key))
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _of_lists(path, expected, actual)
    else:
        yield _difference(path, expected, actual, "NOT_EQUAL")


def _of_lists(path: str, expected: Sequence[Json], actual: Sequence[Json]) -> Iterator[Difference]:
    missing = [index for index, item in enumerate(expected) if not _is_among(item, actual)]
    extra = [
        index
        for index, item in enumerate(actual)
        if not any(_holds(wanted, item) for wanted in expected)
    ]
    if len(expected) == len(actual) and missing == extra:
        # As many and in the same places: the items were changed, not exchanged.
        for index in missing:
            yield from _of(f"{path}/{index}", expected[index], actual[index])
        return
    for index in missing:
        yield _difference(f"{path}/{index}", expected[index], None, "REMOVE")
    for index in extra:
        yield _difference(f"{path}/{index}", None, actual[index], "ADD")


def _tag_differences(
    path: str, expected: Json, actual: Json, of_stack: Mapping[str, str]
) -> Iterator[Difference]:
    wanted, found = _by_key(expected), _by_key(actual or {})
    for index, (key, value) in enumerate(wanted.items()):
        where = f"{path}/{key if isinstance(expected, dict) else index}"
        if key not in found:
            yield _difference(where, _as_tag(expected, key, value), None, "REMOVE")
        elif found[key] != value:
            inside = where if isinstance(expected, dict) else f"{where}/Value"
            yield _difference(inside, value, found[key], "NOT_EQUAL")
    for index, (key, value) in enumerate(found.items()):
        if key not in wanted and key not in of_stack:
            where = f"{path}/{key if isinstance(expected, dict) else index}"
            yield _difference(where, None, _as_tag(expected, key, value), "ADD")


def _by_key(tags: Json) -> dict[str, Json]:
    if isinstance(tags, dict):
        return dict(tags)
    return {str(tag["Key"]): tag.get("Value", "") for tag in tags}


def _as_tag(like: Json, key: str, value: Json) -> Json:
    return value if isinstance(like, dict) else {"Key": key, "Value": value}


def _without(told: Sequence[Json], expected: Json, attached: Sequence[Json]) -> list[Json]:
    """Return what is left of a list when what other resources put there is taken out."""
    wanted = expected if isinstance(expected, list) else []
    return [
        item
        for item in told
        if any(_holds(each, item) for each in wanted)
        or not any(_holds(each, item) for each in attached)
    ]


def _holds(expected: Json, actual: Json) -> bool:
    """Tell whether *actual* is *expected*, where mappings may have more."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            _holds(value, actual.get(key)) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(expected) == len(actual)
            and all(_is_among(item, actual) for item in expected)
            and all(any(_holds(wanted, item) for wanted in expected) for item in actual)
        )
    return bool(expected == actual)


def _is_among(item: Json, actual: Sequence[Json]) -> bool:
    return any(_holds(item, other) for other in actual)


def _key(item: Json) -> Json:
    return item.get("Key") if isinstance(item, dict) else item


def _difference(path: str, expected: Json, actual: Json, kind: str) -> Difference:
    return Difference(path=path, expected=_text(expected), actual=_text(actual), kind=kind)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
