"""The values of one file, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from spec.findings import Path, Span, Spot

if TYPE_CHECKING:
    from spec.source import Source

Four: TypeAlias = tuple[int, int, int, int]
"""Line, column, end line, end column, all counted from 0, as libyaml has them."""


class Node(NamedTuple):
    """
    Where a value stands, and the values in it.

    Attributes:
        place: The value's own place.
        children: Of a mapping, the place of each key and the node of its value; of a sequence, the
            nodes of its items; nothing for a scalar.
    """

    place: Four
    children: dict[str, tuple[Four, Node]] | list[Node] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedTree:
    """
    The values of one file, with their places.

    Attributes:
        source: The file.
        root: Its values: strings, integers, floats, booleans, `None`, dicts, and tuples for
            sequences.
        node: The places, in the same shape as `root`.
        broken: Paths whose value was refused while reading; a value is there all the same, but
            nothing more should be said about it.
    """

    source: Source
    root: Mapping[str, object]
    node: Node
    broken: frozenset[Path] = frozenset()

    def locate(self, where: Spot | Span) -> Span:
        """
        Return the place of *where* in the text.

        A key's place for `part="key"`, for a value that is empty, and for a collection that is
        not on one line with its key, where the value would be half the file. An item of a
        sequence has no key, so its value is meant. What is not written stands at its nearest
        written ancestor's key.
        """
        if isinstance(where, Span):
            return where
        trail = list(self._trail(where.path))
        key, node = trail[-1]
        is_whole = len(trail) == len(where.path) + 1
        if key is None:
            return self._span(node.place if len(trail) > 1 else _first_key(node))
        if where.part == "key" or not is_whole or _is_better_known_by(key, node):
            return self._span(key)
        return self._span(node.place)

    def is_written(self, path: Path) -> bool:
        """Tell whether the file has a value at *path*."""
        return len(list(self._trail(path))) == len(path) + 1

    def value(self, path: Path) -> object:
        """
        Return the value at *path*.

        Raises:
            LookupError: The file has none.
        """
        found: object = self.root
        for part in path:
            match found, part:
                case Mapping(), _:
                    found = found[part]
                case tuple(), int():
                    found = found[part]
                case _:
                    raise LookupError(path)
        return found

    def as_written(self, path: Path) -> str:
        """Return the text of the scalar at *path* exactly as the user typed it."""
        *_, (_, node) = self._trail(path)
        span = self._span(node.place)
        line = self.source.lines[span.line - 1]
        return line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]

    def _trail(self, path: Path) -> Iterator[tuple[Four | None, Node]]:
        """Yield key place and node of each written step, from the root on."""
        node = self.node
        yield None, node
        for part in path:
            key: Four | None = None
            if isinstance(node.children, dict) and part in node.children:
                key, node = node.children[str(part)]
            elif (
                isinstance(node.children, list)
                and isinstance(part, int)
                and 0 <= part < len(node.children)
            ):
                node = node.children[part]
            else:
                return
            yield key, node

    def _span(self, place: Four) -> Span:
        return clamp(self.source.lines, place)


def clamp(lines: tuple[str, ...], place: Four) -> Span:
    """
    Return *place* as a span that lies inside the text.

    libyaml ends a block at column 0 of the line after it, and the end of a file one line too far.
    """
    line, column, end_line, end_column = place
    if line >= len(lines):
        line, column = len(lines) - 1, len(lines[-1])
    end_line = min(max(end_line, line), len(lines) - 1)
    while end_line > line and not lines[end_line][:end_column].strip():
        end_line -= 1
        end_column = len(lines[end_line])
    column = min(column, len(lines[line]))
    end_column = min(end_column, len(lines[end_line]))
    if end_line == line:
        end_column = max(column, end_column)
    return Span(line=line + 1, column=column + 1, end_line=end_line + 1, end_column=end_column + 1)


def _first_key(node: Node) -> Four:
    if isinstance(node.children, dict) and node.children:
        return next(iter(node.children.values()))[0]
    return node.place


def _is_better_known_by(key: Four, node: Node) -> bool:
    """Tell whether *node* is better shown by its *key*: it is empty, or not in one line with it."""
    line, column, end_line, end_column = node.place
    if node.children is None:
        return (line, column) == (end_line, end_column)
    return not key[0] == line == end_line
