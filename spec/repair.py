"""
A complete spec out of one with mistakes in its structure, so that the rules can look at the rest.

Each mistake costs the smallest piece: a value is replaced by what was meant (`"100"` by 100), else a
key with a default is left out, else the component or the entry that it is in; only what every spec
needs (the region, the VPC) gets the example of the language reference. What then is said about such a
piece, or about a reference to a component that was left out, would be a knock-on finding.
"""

from __future__ import annotations

from dataclasses import dataclass

from spec.complaints import meant_value, written
from spec.findings import Finding, Path, Span
from spec.shape import shape_of
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spec.places import LocatedTree
    from collections.abc import Iterator, Mapping

COMPONENTS = ("databases", "buckets", "services")
"""Keys of the root that hold components by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """
    What was done to a spec.

    Attributes:
        root: The values.
        touched: Paths that are not what the user wrote.
        dropped: Names of components that were left out.
    """

    root: Mapping[str, object]
    touched: frozenset[Path] = frozenset()
    dropped: frozenset[str] = frozenset()

    def is_knock_on(self, finding: Finding, tree: LocatedTree) -> bool:
        """Tell whether *finding* is about something that was repaired."""
        places = (finding.where, *(where for where, _ in finding.related))
        for place in places:
            if isinstance(place, Span):
                continue
            path = place.path
            if any(path[: len(touched)] == touched for touched in self.touched):
                return True
            if tree.is_written(path) and tree.value(path) in self.dropped_values:
                return True
        return False

    @property
    def dropped_values(self) -> tuple[str, ...]:
        """The names that were left out, to compare any value with."""
        return tuple(self.dropped)


def repaired(repair: Repair, path: Path, tree: LocatedTree) -> Repair:
    """Return *repair* after one more piece, the one with the mistake at *path*."""
    if not path:
        return repair
    root = repair.root
    value = _get(root, path)
    shape = shape_of(path, root)
    if shape is None:
        return _changed(repair, without(root, path), path)
    if (meant := _meant(path, value, tree)) is not None:
        return _changed(repair, put(root, path, meant), path)
    for length in range(len(path), 0, -1):
        piece = path[:length]
        inner = shape_of(piece, root)
        # An item stays in its list, or those behind it would stand at other paths.
        if inner is not None and inner.is_optional and isinstance(piece[-1], str):
            return _dropped(repair, piece, tree)
    while shape.field is None:
        path = path[:-1]
        shape = shape_of(path, root) or shape
    return _changed(repair, put(root, path, shape.example), path)


def _meant(path: Path, value: object, tree: LocatedTree) -> object:
    shape = shape_of(path, tree.root)
    meant = meant_value(value, shape) if shape else None
    return written(path, value, tree) if isinstance(meant, str) else meant


def _changed(repair: Repair, root: Mapping[str, object], path: Path) -> Repair:
    return Repair(root=root, touched=repair.touched | {path}, dropped=repair.dropped)


def _dropped(repair: Repair, path: Path, tree: LocatedTree) -> Repair:
    names: set[str] = set()
    if path[0] in COMPONENTS:
        names = {path[1]} if len(path) == 2 and isinstance(path[1], str) else names  # noqa: PLR2004 - collection and name
        names = set(_referred(tree.root)) if len(path) == 1 else names
    return Repair(
        root=without(repair.root, path),
        touched=repair.touched | {path},
        dropped=repair.dropped | names,
    )


def _referred(root: Mapping[str, object]) -> Iterator[str]:
    """Yield every text in the places that refer to components."""
    yield from _texts(root.get("services"))
    yield from _texts(root.get("cdn"))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)


def _get(root: object, path: Path) -> object:
    for part in path:
        if isinstance(root, dict):
            root = root.get(part)
        elif isinstance(root, tuple) and isinstance(part, int) and part < len(root):
            root = root[part]
        else:
            return None
    return root


def put(root: Mapping[str, object], path: Path, value: object) -> Mapping[str, object]:
    """Return a copy of *root* with *value* at *path*."""
    done = _put(root, path, value)
    assert isinstance(done, dict)
    return done


def _put(root: object, path: Path, value: object) -> object:
    if not path:
        return value
    first, *rest = path
    if isinstance(root, tuple) and isinstance(first, int):
        return (*root[:first], _put(root[first], tuple(rest), value), *root[first + 1 :])
    inner = dict(root) if isinstance(root, dict) else {}
    inner[first] = _put(inner.get(first), tuple(rest), value)
    return inner


def without(root: Mapping[str, object], path: Path) -> Mapping[str, object]:
    """Return a copy of *root* without what is at *path*."""
    done = _without(root, path)
    assert isinstance(done, dict)
    return done


def _without(root: object, path: Path) -> object:
    first, *rest = path
    if isinstance(root, tuple) and isinstance(first, int):
        middle = (_without(root[first], tuple(rest)),) if rest else ()
        return (*root[:first], *middle, *root[first + 1 :])
    inner = dict(root) if isinstance(root, dict) else {}
    if not rest:
        inner.pop(first, None)
    elif first in inner:
        inner[first] = _without(inner[first], tuple(rest))
    return inner
