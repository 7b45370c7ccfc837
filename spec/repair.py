"""
A complete spec out of one with mistakes in its structure, so that the rules can look at the rest.

There are two ways, and what the rules say about both specs is no consequence of either. *Pruning*
leaves out the smallest piece that can be missing: a key with a default, an entry, a component.
*Filling* puts the example of the language reference in the place of each mistake. In both, a
value whose meaning is plain is replaced by what was meant (`"100"` by 100), and what every spec
needs (the region, the VPC) is filled. What is said about a repaired piece, or about a reference to
a component that was left out, is a knock-on finding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spec.complaints import meant_value, written
from spec.findings import Finding, Path, Span
from spec.shape import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spec.places import LocatedTree

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
        is_filling: Whether mistakes are filled, not pruned.
    """

    root: Mapping[str, object]
    is_filling: bool
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
            if tree.is_written(path) and tree.value(path) in tuple(self.dropped):
                return True
        return False


def repaired(repair: Repair, path: Path, tree: LocatedTree) -> Repair:
    """Return *repair* after one more piece, the one with the mistake at *path*."""
    root = repair.root
    if not path or _get(root, path[:-1]) is None:
        return repair  # it went with what it was in
    value = _get(root, path)
    shape = shape_of(path)
    if shape is None:
        return _changed(repair, without(root, path), path)
    if (meant := _meant(path, value, tree)) is not None:
        return _changed(repair, put(root, path, meant), path)
    if repair.is_filling:
        return _filled(repair, path)
    for length in range(len(path), 0, -1):
        piece = path[:length]
        inner = shape_of(piece)
        # An item stays in its list, or those behind it would stand at other paths.
        if inner is not None and inner.is_optional and isinstance(piece[-1], str):
            return _dropped(repair, piece, tree)
    return _filled(repair, path)


def _filled(repair: Repair, path: Path) -> Repair:
    """Put an example at *path*; where the key of an entry is at fault, the entry gets another."""
    shape = shape_of(path)
    if shape is None:
        return repair
    if shape.field is not None:
        return _changed(repair, put(repair.root, path, shape.example), path)
    entry = _get(repair.root, path)
    if isinstance(entry, dict) and isinstance(path[-1], str):
        renamed = put(without(repair.root, path), (*path[:-1], _A_NAME), entry)
        return _changed(replace(repair, dropped=repair.dropped | {path[-1]}), renamed, path)
    collection = shape_of(path[:-1])
    examples = collection.example if collection else None
    match examples:
        case dict():
            return _changed(repair, put(repair.root, path, next(iter(examples.values()))), path)
        case tuple():
            return _changed(repair, put(repair.root, path, examples[0]), path)
        case _:
            return _filled(repair, path[:-1])


_A_NAME = "a-name-that-nobody-has"


def _meant(path: Path, value: object, tree: LocatedTree) -> object:
    shape = shape_of(path)
    meant = meant_value(value, shape) if shape else None
    return written(path, value, tree) if isinstance(meant, str) else meant


def _changed(repair: Repair, root: Mapping[str, object], path: Path) -> Repair:
    return replace(repair, root=root, touched=repair.touched | {path})


def _dropped(repair: Repair, path: Path, tree: LocatedTree) -> Repair:
    names: frozenset[str] = frozenset()
    match path:
        case (key,) if key in COMPONENTS:
            names = frozenset(_referred(tree.root))
        case (key, str(name)) if key in COMPONENTS:
            names = frozenset({name})
    return replace(
        repair,
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


def put(root: Mapping[str, object], path: Path, value: object) -> dict[str, object]:
    """Return a copy of *root* with *value* at *path*, which is not the root itself."""
    first = str(path[0])
    copy = {**root, first: _put(root.get(first), path[1:], value)}
    return {key: inner for key, inner in copy.items() if inner is not _NOTHING}


def without(root: Mapping[str, object], path: Path) -> dict[str, object]:
    """Return a copy of *root* without the key at *path*."""
    return put(root, path, _NOTHING)


_NOTHING = object()
"""Put in the place of a key's value, it takes the key away."""


def _put(inside: object, path: Path, value: object) -> object:
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(inside, tuple) and isinstance(first, int):
        return (*inside[:first], _put(inside[first], rest, value), *inside[first + 1 :])
    mapping = inside if isinstance(inside, dict) else {}
    copy = {**mapping, first: _put(mapping.get(first), rest, value)}
    return {key: inner for key, inner in copy.items() if inner is not _NOTHING}
