"""
Every template place knows the spec value that it came from.

Each value of an example is changed; whatever then differs in the templates must lead back to that
value: a bad value lands on the key that the user would edit.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from compiler.manifest import origin_of
from compiler.pipeline import compile_spec
from spec.load import load
from spec.model import Spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.emit import Emitted

# Runs again and again what others measure; tracing it takes longer than it does itself.
pytestmark = pytest.mark.no_cover

EXAMPLE = "shop"

Where: TypeAlias = tuple[str | int, ...]
"""A place in a spec or in a template."""

REFUSED_EARLIER = (
    *("version", "name", "environment", "accounts", "region", "zones"),
    *("uses", "engine", "default", "paths", "endpoints", "log_exports", "replication"),
)
"""
Keys whose values decide which resources there are, or how all of them are called. A bad one is
refused by rules, long before a template could show it.
"""

JOINT: dict[Where, Where] = {
    ("databases", "orders", "storage_gib"): ("alarms", "free_storage_percent"),
    ("databases", "reviews", "storage_gib"): ("alarms", "free_storage_percent"),
    ("dns", "zone"): ("dns", "record"),
    # A host outside the zone is none of the distribution's names.
    ("services", "admin", "hosts", 0): ("dns", "zone"),
}
"""Values that make a third one together, which leads back to the more particular of the two."""

CHANGED: dict[str, str] = {
    "cidr": "10.128.0.0/16",
    "us-west-2a": "10.66.1.0/26",
    "us-west-2b": "10.66.1.64/26",
    "us-west-2c": "10.66.1.128/26",
    "backup_window": "04:00-05:00",
    "version": "17.6",
    "storage_type": "io1",
    "nat": "one",
    "price_class": "PriceClass_All",
}
"""Values for keys that do not take just any text."""


@cache
def example() -> dict[str, Any]:
    loaded = load(Path(f"spec/examples/{EXAMPLE}.yaml").read_bytes(), "shop.yaml")
    assert loaded.spec is not None
    return dict(loaded.spec.model_dump(mode="python", exclude_unset=True))


def leaves(value: object, path: Where = ()) -> Iterator[Where]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from leaves(item, (*path, position))
    else:
        yield path


def changed(value: object, path: Where, whole: Where) -> object:
    """Return *value* with the leaf at *path* changed to something else that compiles."""
    if path:
        head, *rest = path
        if isinstance(value, dict):
            return {
                key: changed(item, tuple(rest), whole) if key == head else item
                for key, item in value.items()
            }
        assert isinstance(value, tuple)
        return tuple(
            changed(item, tuple(rest), whole) if position == head else item
            for position, item in enumerate(value)
        )
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return 60 if whole[-1] == "retention_days" else value + 1
    assert isinstance(value, str)
    key = str(whole[-1])
    return CHANGED.get(key, f"{value[:-1]}{'x' if value[-1] != 'x' else 'y'}")


@cache
def emitted(*paths: Where) -> Emitted:
    value: object = example()
    for path in paths:
        value = changed(value, path, path)
    result = compile_spec(Spec.model_validate(value), "shop.yaml").emitted
    assert result is not None
    return result


def differing(before: object, after: object, place: Where = ()) -> Iterator[Where]:
    """Yield the places at which two templates differ; what only one of them has is left out."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() & after.keys():
            yield from differing(before[key], after[key], (*place, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for position, pair in enumerate(zip(before, after, strict=True)):
            yield from differing(*pair, (*place, position))
    elif before != after:
        yield place


def plain_leaves() -> list[Where]:
    return [path for path in leaves(example()) if not set(path) & set(REFUSED_EARLIER)]


def far_apart() -> list[tuple[Where, ...]]:
    """Return the values four at a time, those that stand side by side never together."""
    every = plain_leaves()
    groups = -(-len(every) // 4)
    return [tuple(every[first::groups]) for first in range(groups)]


def _named(path: Where) -> str:
    return ".".join(map(str, path))


# Four values at a time in CI, each alone in the slow suite.
@pytest.mark.parametrize(
    "paths",
    [
        *(pytest.param(paths, id=_named(paths[0])) for paths in far_apart()),
        *(
            pytest.param((path,), id=f"{_named(path)} alone", marks=pytest.mark.slow)
            for path in plain_leaves()
        ),
    ],
)
def test_what_a_value_changes_leads_back_to_it(paths: tuple[Where, ...]) -> None:
    before, after = emitted(), emitted(*paths)
    roots = {root for path in paths for root in (path, JOINT.get(path, path))}
    stacks = {stack.id: stack for stack in after.manifest.stacks}
    astray = {
        f"{stack.id}:{'.'.join(map(str, place))}": origin_of(stacks[stack.id], place)
        for stack in before.manifest.stacks
        if stack.id in stacks
        for place in differing(
            json.loads(before.files[stack.file]), json.loads(after.files[stack.file])
        )
        if "Properties" in place and origin_of(stacks[stack.id], place) not in roots
    }
    assert astray == {}
