"""
The only door to YAML: bytes become values with places, or findings.

The text is read as YAML 1.2 with the core schema, in one walk over the events of libyaml, which
ruamel brings along. Nothing here recurses on the user's nesting, so depth is refused instead of
crashed on. What a spec has no use for and what only ever surprises (tags, merge keys, directives,
several documents) is refused with a finding; the walk goes on wherever the rest still makes
sense.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined] # imported there to be taken
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from spec import refusals
from spec.decoding import decode
from spec.places import Four, LocatedTree, Node, clamp
from spec.scalars import NumberTooLongError, is_text, resolve

if TYPE_CHECKING:
    from spec.findings import Finding, Path, Span
    from spec.source import Source

__all__ = ["LocatedTree", "Reading", "read"]

MAX_DEPTH = 100
"""Collections in collections; a spec needs seven."""

MAX_EVENTS = 400_000
"""Keys, values and collections in one file: three times those of a spec of 40,000 lines."""

MAX_REFUSALS = 100
"""Findings of the reader; a file with more of them is no spec."""

MAX_EXPANDED = 10_000
"""Nodes that aliases may add; each use of an alias counts all that its anchor holds."""

_Ends = (MappingEndEvent, SequenceEndEvent)

_NOWHERE: Four = (-1, -1, -1, -1)
"""The place of a merge key: its value is merged."""

_REFUSED: Four = (-2, -2, -2, -2)
"""The place of a key that is no scalar: its value is dropped."""

_STRING_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """
    What came out of one file.

    Attributes:
        source: The file, for excerpts.
        tree: Its values; `None` where the text makes no tree.
        findings: What was refused, in the order of reading.
    """

    source: Source
    tree: LocatedTree | None
    findings: tuple[Finding, ...]


def read(data: bytes, name: str) -> Reading:
    """
    Read *data*, the content of the file called *name*.

    Never raises, whatever the bytes are.
    """
    source, findings, is_readable = decode(data, name)
    if not is_readable:
        return Reading(source=source, tree=None, findings=findings)
    walk = _Walk(source)
    tree = walk.tree()
    return Reading(source=source, tree=tree, findings=(*findings, *walk.findings))


class _Sequence:
    """A sequence whose end has not been read yet: its items so far, and their places."""

    __slots__ = ("is_key", "nodes", "size", "start", "values")

    awaits_key = False

    def __init__(self, start: SequenceStartEvent, *, is_key: bool) -> None:
        self.start = start
        self.is_key = is_key  # written as the key of a mapping, which is refused
        self.size = 1  # how many nodes it holds, those under aliases included
        self.values: list[object] = []
        self.nodes: list[Node] = []

    def put(self, value: object, node: Node) -> None:
        """Take the next item."""
        self.values.append(value)
        self.nodes.append(node)

    def done(self) -> tuple[object, list[Node]]:
        """Return the whole, and the places in it."""
        return tuple(self.values), self.nodes

    @property
    def step(self) -> int:
        """The next step of a path that leads to what is read now."""
        return len(self.values)


class _Mapping:
    """A mapping whose end has not been read yet: its values so far, and their places."""

    __slots__ = (
        "awaits_key",
        "is_key",
        "key",
        "key_place",
        "merged",
        "nodes",
        "size",
        "start",
        "values",
    )

    def __init__(self, start: MappingStartEvent, *, is_key: bool) -> None:
        self.start = start
        self.is_key = is_key
        self.size = 1
        self.values: dict[str, object] = {}
        self.nodes: dict[str, tuple[Four, Node]] = {}
        self.awaits_key = True
        self.key: str | None = None  # None: what comes next is refused with its key, and dropped
        self.key_place: Four = _NOWHERE
        self.merged: list[tuple[object, Node]] | None = None

    def put(self, value: object, node: Node) -> None:
        """Take the value of the last key."""
        if self.key is not None:
            self.values[self.key] = value
            self.nodes[self.key] = (self.key_place, node)
        elif self.merged is not None and self.key_place is _NOWHERE:
            self.merged.append((value, node))
        self.awaits_key = True

    def done(self) -> tuple[object, dict[str, tuple[Four, Node]]]:
        """
        Return the whole, and the places in it.

        What merge keys bring in is in it, so that their refusal is all that is said about them.
        """
        for value, node in self.merged or ():
            if isinstance(value, dict) and isinstance(node.children, dict):
                for key in value:
                    if key not in self.values:
                        self.values[key] = value[key]
                        self.nodes[key] = node.children[key]
        return self.values, self.nodes

    @property
    def step(self) -> str | None:
        """The next step of a path that leads to what is read now."""
        return self.key


class _StopError(Exception):
    """The rest of the text cannot be given a meaning; the finding is already noted."""


class _Walk:
    """One walk over the events of a text."""

    def __init__(self, source: Source) -> None:
        self.findings: list[Finding] = []
        self._source = source
        self._stack: list[_Mapping | _Sequence] = []
        self._root: tuple[object, Node] | None = None
        self._anchors: dict[str, tuple[object, Node, int] | None] = {}
        self._broken: set[Path] = set()
        self._expanded = 0
        self._documents = 0

    def tree(self) -> LocatedTree | None:
        """Walk, and return what was read, if it is a mapping."""
        try:
            parser = CParser(self._source.text)
            for number, event in enumerate(iter(parser.get_event, None)):
                if number > MAX_EVENTS or len(self.findings) >= MAX_REFUSALS:
                    self._give_up(event)
                self._take(event)
        except MarkedYAMLError as error:
            self.findings.append(refusals.syntax(self._source, error.problem, *_marks(error)))
            return None
        except _StopError:
            return None
        return self._finished()

    def _give_up(self, event: Event) -> NoReturn:
        """Stop at *event*: what comes after it could take for ever, and tell nobody anything."""
        self.findings.append(refusals.too_much(self._span(_place(event))))
        raise _StopError

    def _finished(self) -> LocatedTree | None:
        value, node = self._root or (None, Node((0, 0, 0, 0)))
        if isinstance(value, dict):
            return LocatedTree(
                source=self._source, root=value, node=node, broken=frozenset(self._broken)
            )
        line, column, end_line, end_column = node.place
        if value is None and (line, column) == (end_line, end_column):
            self.findings.append(refusals.empty())
        else:
            self.findings.append(refusals.no_mapping(self._span(node.place), value))
        return None

    def _take(self, event: Event) -> None:
        # The frequent ones first: this runs for every value of a large file.
        if isinstance(event, ScalarEvent):
            self._scalar(event)
        elif isinstance(event, MappingStartEvent):
            self._open(_Mapping(event, is_key=self._awaits_key()))
        elif isinstance(event, SequenceStartEvent):
            self._open(_Sequence(event, is_key=self._awaits_key()))
        elif isinstance(event, _Ends):
            self._close(event)
        elif isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, DocumentStartEvent):
            self._document(event)
        elif isinstance(event, DocumentEndEvent):
            self._anchors.clear()

    def _document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self.findings.append(refusals.second_document(self._span(_place(event))))
            raise _StopError
        if event.version or event.tags:
            self.findings.append(refusals.directive(self._source))

    def _scalar(self, event: ScalarEvent) -> None:
        start, end = event.start_mark, event.end_mark
        place = start.line, start.column, end.line, end.column
        text: str = event.value
        is_plain = event.implicit[0]
        if event.tag is not None and event.tag not in _STRING_TAGS:
            self._refuse_tag(event.tag, place)
        if self._stack and (top := self._stack[-1]).awaits_key and isinstance(top, _Mapping):
            self._key(top, event, text, place)
            return
        value: object = text
        if is_plain:
            try:
                value = resolve(text)
            except NumberTooLongError:
                self._refuse_value(refusals.long_number(self._span(place), text))
        elif event.style == '"' and refusals.control(text) is not None:
            self._refuse_value(refusals.escaped_control(self._span(place), text))
        node = Node(place)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, node, 1)
        self._put(value, node, 1)

    def _awaits_key(self) -> bool:
        return bool(self._stack) and self._stack[-1].awaits_key

    def _key(self, top: _Mapping, event: ScalarEvent, text: str, place: Four) -> None:
        top.awaits_key = False
        top.key = None
        top.key_place = place
        is_plain = event.implicit[0]
        if is_plain and text == "<<":
            top.merged = top.merged or []
            top.key_place = _NOWHERE
            self.findings.append(refusals.merge_key(self._span(place)))
            return
        if not is_plain and event.style == '"' and refusals.control(text) is not None:
            self.findings.append(refusals.escaped_control(self._span(place), text))
            return
        if is_plain and not is_text(text):
            self.findings.append(refusals.no_string_key(self._span(place), text))
            self._break((*self._path(self._stack[:-1]), text))
        if text in top.nodes:
            first = self._span(top.nodes[text][0])
            self.findings.append(refusals.duplicate_key(self._span(place), text, first))
            return
        top.key = text
        if event.anchor is not None:
            self._anchors[event.anchor] = (text, Node(place), 1)

    def _open(self, collection: _Mapping | _Sequence) -> None:
        event = collection.start
        if event.tag is not None:
            self._refuse_tag(event.tag, _place(event))
        if collection.is_key:
            self.findings.append(refusals.no_string_key(self._span(_place(event)), ""))
        self._stack.append(collection)
        if len(self._stack) > MAX_DEPTH:
            self.findings.append(refusals.too_deep(self._span(_place(event)), MAX_DEPTH))
            raise _StopError
        if event.anchor is not None:
            self._anchors[event.anchor] = None

    def _close(self, event: Event) -> None:
        closed = self._stack.pop()
        start, end = closed.start.start_mark, event.end_mark
        value, children = closed.done()
        node = Node((start.line, start.column, end.line, end.column), children)
        if closed.is_key:
            self._drop_next()
            return
        if closed.start.anchor is not None:
            self._anchors[closed.start.anchor] = (value, node, closed.size)
        self._put(value, node, closed.size)

    def _drop_next(self) -> None:
        """Let the value that comes next go the way of its key, which was refused."""
        top = self._stack[-1]
        if isinstance(top, _Mapping):
            top.awaits_key, top.key, top.key_place = False, None, _REFUSED

    def _alias(self, event: AliasEvent) -> None:
        place = _place(event)
        target = self._anchors.get(event.anchor)
        if target is None:
            is_inside = event.anchor in self._anchors
            self.findings.append(
                refusals.bad_alias(self._span(place), event.anchor, is_inside=is_inside)
            )
            raise _StopError
        value, node, size = target
        self._expanded += size
        if self._expanded > MAX_EXPANDED:
            self.findings.append(refusals.exploding_alias(self._span(place), MAX_EXPANDED))
            raise _StopError
        if self._awaits_key():
            self._drop_next()
            self.findings.append(refusals.no_string_key(self._span(place), f"*{event.anchor}"))
            return
        # The alias has its own place, which the user would edit; its content stands at the anchor.
        self._put(value, Node(place, node.children), size)

    def _put(self, value: object, node: Node, size: int) -> None:
        """Hand a finished value to the collection that it is in."""
        if self._stack:
            top = self._stack[-1]
            top.size += size
            top.put(value, node)
        else:
            self._root = (value, node)

    def _refuse_tag(self, name: str, place: Four) -> None:
        self._refuse_value(refusals.tag(self._span(place), name))

    def _refuse_value(self, finding: Finding) -> None:
        self.findings.append(finding)
        self._break(self._path(self._stack))

    def _break(self, path: tuple[str | int | None, ...]) -> None:
        """Remember *path*, unless it is inside of something that is dropped anyway."""
        whole = tuple(part for part in path if part is not None)
        if len(whole) == len(path):
            self._broken.add(whole)

    @staticmethod
    def _path(stack: list[_Mapping | _Sequence]) -> tuple[str | int | None, ...]:
        """Return the path of the value that comes next in the innermost of *stack*."""
        return tuple(collection.step for collection in stack)

    def _span(self, place: Four) -> Span:
        return clamp(self._source.lines, place)


def _place(event: Event) -> Four:
    start, end = event.start_mark, event.end_mark
    return start.line, start.column, end.line, end.column


def _marks(error: MarkedYAMLError) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return where the parser gave up, and where the thing begins that it was reading."""
    mark = error.problem_mark or error.context_mark
    start = error.context_mark or mark
    return (mark.line, mark.column), (start.line, start.column)
