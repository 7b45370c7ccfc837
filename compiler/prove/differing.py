"""What differs between two states, resource by resource, down to single values. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from compiler.kinds import is_stateful
from compiler.manifest import origin_of
from compiler.prove.changes import ABSENT
from compiler.prove.following import follow
from compiler.prove.states import derived, policy_of
from compiler.prove.values import MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.kinds import Side
    from compiler.manifest import Stack
    from compiler.prove.changes import Json
    from compiler.prove.following import FollowedState
    from compiler.prove.states import Key, Policy, State
    from spec.findings import Path

Event: TypeAlias = Literal["created", "changed", "removed"]

PHASE_TAG = "MigrationPhase"
"""The tag that every new form of a stack changes; what differs in it alone is not told."""

_NAMED_BY = ("Sid", "Id", "Key")
"""Keys that tell the items of a list apart: of statements, of rules and origins, of tags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """
    One value that differs.

    Attributes:
        place: Where, from the resource's properties; items of lists by what names them, where
            something does.
        before: The value before, references followed; `ABSENT` if there was none.
        after: The value after, likewise.
    """

    place: tuple[str | int, ...]
    before: Json
    after: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    A resource that differs between two states.

    Attributes:
        key: The resource.
        type: Its type.
        event: What happens to it.
        side: Source, target, or global.
        with_stack: Whether its whole stack comes or goes with it.
        is_stateful: Whether it holds what cannot be made again.
        is_derived: Whether that can be made again after all.
        policy: What becomes of it where it goes.
        before: Its properties before, references followed; empty if it is created.
        after: Its properties after; empty if it is removed.
        values: What differs in it, if it is changed, by place.
        path: The place in the spec that it comes from.
    """

    key: Key
    type: str
    event: Event
    side: Side
    with_stack: bool
    is_stateful: bool
    is_derived: bool
    policy: Policy
    before: Mapping[str, Json]
    after: Mapping[str, Json]
    values: tuple[Value, ...]
    path: Path


def differences(before: State, after: State) -> tuple[Difference, ...]:
    """
    Return what differs between two states: what is created or changed, then what is removed.

    Each in its manifest's order. What differs in the tag of the phase only is left out.
    """
    was = follow(before)
    now = follow(after, was)
    return (*_present(was, now), *_removed(was, now))


def _present(was: FollowedState, now: FollowedState) -> Iterator[Difference]:
    stacks, stood = now.state.stacks(), was.state.stacks()
    for key, body in now.state.resources():
        whole = _Whole(key=key, body=body, stack=stacks[key.stack])
        after = now.resources[key].properties
        if not _has(was.state, key, body):
            yield whole.came(after, with_stack=key.stack not in stood)
        elif values := tuple(_told(was.resources[key].properties, after)):
            yield whole.changed(was.resources[key].properties, after, values)


def _removed(was: FollowedState, now: FollowedState) -> Iterator[Difference]:
    stacks, stand = was.state.stacks(), now.state.stacks()
    for key, body in was.state.resources():
        if not _has(now.state, key, body):
            whole = _Whole(key=key, body=body, stack=stacks[key.stack])
            yield whole.went(was.resources[key].properties, with_stack=key.stack not in stand)


def _has(state: State, key: Key, body: Mapping[str, Any]) -> bool:
    found = state.resource(key)
    return found is not None and found["Type"] == body["Type"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """A resource with its stack, of which a difference is told."""

    key: Key
    body: Mapping[str, Any]
    stack: Stack

    def came(self, after: Mapping[str, Json], *, with_stack: bool) -> Difference:
        return replace(self._bare("created"), after=after, with_stack=with_stack)

    def changed(
        self, before: Mapping[str, Json], after: Mapping[str, Json], values: tuple[Value, ...]
    ) -> Difference:
        return replace(self._bare("changed"), before=before, after=after, values=values)

    def went(self, before: Mapping[str, Json], *, with_stack: bool) -> Difference:
        return replace(self._bare("removed"), before=before, with_stack=with_stack)

    def _bare(self, event: Event) -> Difference:
        return Difference(
            key=self.key,
            type=self.body["Type"],
            event=event,
            side=self.stack.side,
            with_stack=False,
            is_stateful=is_stateful(self.body),
            is_derived=derived(self.body),
            policy=policy_of(self.body),
            before={},
            after={},
            values=(),
            path=origin_of(self.stack, ("Resources", self.key.logical_id)),
        )


def _told(before: Json, after: Json, place: tuple[str | int, ...] = ()) -> Iterator[Value]:
    """Yield the values that differ, but for those that tell nobody anything."""
    if before == after or any(place[-len(end) :] == end for end in _UNTOLD):
        return
    if isinstance(before, dict) and isinstance(after, dict) and not _is_marked(before, after):
        for key in sorted({*before, *after}):
            yield from _told(before.get(key, ABSENT), after.get(key, ABSENT), (*place, key))
        return
    if isinstance(before, list) and isinstance(after, list):
        by = next((name for name in _NAMED_BY if _names(name, before, after)), None)
        if by is not None:
            one = {item[by]: item for item in before}
            other = {item[by]: item for item in after}
            for name in sorted({*one, *other}):
                yield from _told(one.get(name, ABSENT), other.get(name, ABSENT), (*place, name))
            return
        if len(before) == len(after):
            for number, (had, has) in enumerate(zip(before, after, strict=True)):
                yield from _told(had, has, (*place, number))
            return
    yield Value(place=place, before=before, after=after)


_UNTOLD = ((PHASE_TAG, "Value"), (PHASE_TAG,))
"""Ends of places: tags are lists of pairs, and of some types mappings."""


def _is_marked(*values: Mapping[str, Json]) -> bool:
    return any(not MARKS.isdisjoint(value) for value in values)


def _names(key: str, *lists: list[Json]) -> bool:
    """Tell whether *key* names each item of each list, no two of a list alike."""
    return all(
        all(isinstance(item, dict) and isinstance(item.get(key), str) for item in items)
        and len({item[key] for item in items}) == len(items)
        for items in lists
    )
