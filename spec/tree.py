"""
The only door to YAML: bytes become values with places, or findings.

The text is read as YAML 1.2 with the core schema, in one walk over the events of libyaml, which
ruamel brings along. Nothing here recurses on the user's nesting, so depth is refused instead of
crashed on. What a spec has no use for and what only ever surprises (tags, merge keys, directives,
several documents) is refused with a finding; the walk goes on wherever the rest still makes
sense.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
from spec.scalars import NumberTooLongError, resolve

if TYPE_CHECKING:
    from spec.findings import Finding, Path, Span
    from spec.source import Source

__all__ = ["LocatedTree", "Reading", "read"]

MAX_DEPTH = 100
"""Collections in collections; a spec needs seven."""

MAX_EXPANDED = 10_000
"""Nodes that aliases may add; each use of an alias counts all that its anchor holds."""

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


@dataclass(slots=True)
class _Open:
    """
    A collection whose end has not been read yet.

    Attributes:
        start: Its first event.
        values: What it holds so far.
        nodes: Their places.
        key: In a mapping, the key whose value comes next.
        key_place: Where that key stands; `None` while a key is awaited.
        is_merge: Whether that key is a merge key.
        is_key: Whether the collection itself is written as a key, which is refused.
        merged: What merge keys bring in, under the mapping's own keys.
        size: How many nodes it holds, those under aliases included.
    """

    start: MappingStartEvent | SequenceStartEvent
    values: dict[str, object] | list[object]
    nodes: dict[str, tuple[Four, Node]] | list[Node]
    key: str | None = None
    key_place: Four | None = None
    is_merge: bool = False
    is_key: bool = False
    merged: list[tuple[object, Node]] = field(default_factory=list)
    size: int = 1


class _StopError(Exception):
    """The rest of the text cannot be given a meaning; the finding is already noted."""


class _Walk:
    """One walk over the events of a text."""

    def __init__(self, source: Source) -> None:
        self.findings: list[Finding] = []
        self._source = source
        self._stack: list[_Open] = []
        self._root: tuple[object, Node] | None = None
        self._anchors: dict[str, tuple[object, Node, int] | None] = {}
        self._broken: set[Path] = set()
        self._expanded = 0
        self._documents = 0

    def tree(self) -> LocatedTree | None:
        """Walk, and return what was read, if it is a mapping."""
        try:
            parser = CParser(self._source.text)
            while (event := parser.get_event()) is not None:
                self._take(event)
        except MarkedYAMLError as error:
            self.findings.append(refusals.syntax(self._source, error.problem, *_marks(error)))
            return None
        except _StopError:
            return None
        return self._finished()

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
            self._open(event, {}, {})
        elif isinstance(event, SequenceStartEvent):
            self._open(event, [], [])
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
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
        place = _place(event)
        if event.tag is not None and event.tag not in _STRING_TAGS:
            self._refuse_tag(event.tag, place)
        text: str = event.value
        if self._awaits_key():
            self._key(event, text, place)
            return
        value: object = text
        if event.implicit[0]:
            try:
                value = resolve(text)
            except NumberTooLongError:
                self._refuse_value(refusals.long_number(self._span(place), text))
        elif event.style == '"' and refusals.CONTROL.search(text):
            self._refuse_value(refusals.escaped_control(self._span(place), text))
        node = Node(place)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, node, 1)
        self._put(value, node, 1)

    def _awaits_key(self) -> bool:
        if not self._stack:
            return False
        top = self._stack[-1]
        return top.key_place is None and isinstance(top.values, dict)

    def _key(self, event: ScalarEvent, text: str, place: Four) -> None:
        top = self._stack[-1]
        top.key_place = place
        if event.implicit[0] and text == "<<":
            top.is_merge = True
            self.findings.append(refusals.merge_key(self._span(place)))
            return
        if event.style == '"' and refusals.CONTROL.search(text):
            self.findings.append(refusals.escaped_control(self._span(place), text))
            return
        if event.implicit[0] and not isinstance(_resolved(text), str):
            self.findings.append(refusals.no_string_key(self._span(place), text))
            self._break((*self._path(self._stack[:-1]), text))
        if text in top.nodes and isinstance(top.nodes, dict):
            first = self._span(top.nodes[text][0])
            self.findings.append(refusals.duplicate_key(self._span(place), text, first))
            return
        top.key = text
        if event.anchor is not None:
            self._anchors[event.anchor] = (text, Node(place), 1)

    def _open(
        self,
        event: MappingStartEvent | SequenceStartEvent,
        values: dict[str, object] | list[object],
        nodes: dict[str, tuple[Four, Node]] | list[Node],
    ) -> None:
        if event.tag is not None:
            self._refuse_tag(event.tag, _place(event))
        is_key = self._awaits_key()
        if is_key:
            self.findings.append(refusals.no_string_key(self._span(_place(event)), ""))
        self._stack.append(_Open(start=event, values=values, nodes=nodes, is_key=is_key))
        if len(self._stack) > MAX_DEPTH:
            self.findings.append(refusals.too_deep(self._span(_place(event)), MAX_DEPTH))
            raise _StopError
        if event.anchor is not None:
            self._anchors[event.anchor] = None

    def _close(self, event: MappingEndEvent | SequenceEndEvent) -> None:
        done = self._stack.pop()
        start, end = done.start.start_mark, event.end_mark
        node = Node((start.line, start.column, end.line, end.column), done.nodes)
        if done.merged and isinstance(done.values, dict) and isinstance(done.nodes, dict):
            _merge(done.merged, done.values, done.nodes)
        value = tuple(done.values) if isinstance(done.values, list) else done.values
        if done.is_key:
            self._stack[-1].key_place = node.place
            return
        if done.start.anchor is not None:
            self._anchors[done.start.anchor] = (value, node, done.size)
        self._put(value, node, done.size)

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
            self._stack[-1].key_place = place
            self.findings.append(refusals.no_string_key(self._span(place), f"*{event.anchor}"))
            return
        # The alias has its own place, which the user would edit; what is in it stands at the anchor.
        self._put(value, Node(place, node.children), size)

    def _put(self, value: object, node: Node, size: int) -> None:
        """Hand a finished value to the collection that it is in."""
        if not self._stack:
            self._root = (value, node)
            return
        top = self._stack[-1]
        top.size += size
        if isinstance(top.values, dict) and isinstance(top.nodes, dict):
            if top.key is not None and top.key_place is not None:
                top.values[top.key] = value
                top.nodes[top.key] = (top.key_place, node)
            elif top.is_merge:
                top.merged.append((value, node))
            top.key = top.key_place = None
            top.is_merge = False
        elif isinstance(top.values, list) and isinstance(top.nodes, list):
            top.values.append(value)
            top.nodes.append(node)

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
    def _path(stack: list[_Open]) -> tuple[str | int | None, ...]:
        """Return the path of the value that comes next in the innermost of *stack*."""
        return tuple(
            len(step.values) if isinstance(step.values, list) else step.key for step in stack
        )

    def _span(self, place: Four) -> Span:
        return clamp(self._source.lines, place)


def _resolved(text: str) -> object:
    try:
        return resolve(text)
    except NumberTooLongError:
        return 0


def _merge(
    merged: list[tuple[object, Node]],
    values: dict[str, object],
    nodes: dict[str, tuple[Four, Node]],
) -> None:
    """Add what merge keys bring in, so that their refusal is all that is said about them."""
    for value, node in merged:
        if isinstance(value, dict) and isinstance(node.children, dict):
            for key in value:
                if key not in values:
                    values[key] = value[key]
                    nodes[key] = node.children[key]


def _place(event: Event) -> Four:
    start, end = event.start_mark, event.end_mark
    return start.line, start.column, end.line, end.column


def _marks(error: MarkedYAMLError) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return where the parser gave up, and where the thing begins that it was reading."""
    mark = error.problem_mark or error.context_mark
    start = error.context_mark or mark
    return (mark.line, mark.column), (start.line, start.column)
