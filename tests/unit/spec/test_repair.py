"""One mistake is one finding, wherever it is: nothing that it drags along is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from spec.findings import Path, Span
from spec.load import load
from spec.repair import put, without
from spec.starter import starter
from spec.tree import read

if TYPE_CHECKING:
    from collections.abc import Iterator

TREE = read(starter().encode(), "").tree
assert TREE is not None
ROOT = TREE.root

NOTHING_TAKES = ((), ())
"""A list of two lists, which no key of a spec takes."""


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    inner: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(value, dict):
        inner = iter(value.items())
    elif isinstance(value, tuple):
        inner = iter(enumerate(value))
    for part, deeper in inner:
        yield from paths(deeper, (*path, part))


def found(root: object) -> list[tuple[str, Path]]:
    findings = load(json.dumps(root).encode(), "shop.yaml").findings
    return [
        (finding.code, () if isinstance(finding.where, Span) else finding.where.path)
        for finding in findings
    ]


@pytest.mark.parametrize("path", list(paths(ROOT)), ids=lambda path: ".".join(map(str, path)))
def test_a_value_of_another_type_is_the_only_thing_said(path: Path) -> None:
    codes = found(put(ROOT, path, NOTHING_TAKES))

    assert codes
    assert {code for code, _ in codes} <= {"SF122", "SF123"}
    assert all(where[: len(path)] == path for _, where in codes)


@pytest.mark.parametrize(
    "path",
    [path for path in paths(ROOT) if isinstance(path[-1], str)],
    ids=lambda path: ".".join(map(str, path)),
)
def test_a_key_that_is_missing_is_the_only_thing_said(path: Path) -> None:
    codes = found(without(ROOT, path))

    if any(code == "SF121" for code, _ in codes):
        assert codes == [("SF121", path[:-1])]


@pytest.mark.parametrize("collection", ["databases", "buckets", "services"])
def test_a_component_with_a_bad_name_is_the_only_thing_said(collection: str) -> None:
    components = ROOT[collection]
    assert isinstance(components, dict)
    (name,) = components
    text = json.dumps(ROOT).replace(f'"{name}"', '"Bad_Name"')

    assert found(json.loads(text)) == [("SF125", (collection, "Bad_Name"))]


def test_putting_and_leaving_out_copy_what_they_change() -> None:
    root = {"a": ({"b": 1}, 2), "c": 3}

    assert put(root, ("a", 0, "b"), 4) == {"a": ({"b": 4}, 2), "c": 3}
    assert put(root, ("d", "e"), 5) == {"a": ({"b": 1}, 2), "c": 3, "d": {"e": 5}}
    assert without(root, ("a", 0, "b")) == {"a": ({}, 2), "c": 3}
    assert without(root, ("c",)) == {"a": ({"b": 1}, 2)}
    assert root == {"a": ({"b": 1}, 2), "c": 3}
