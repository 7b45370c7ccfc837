"""The document of `diff`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from compiler.kinds import Side
from compiler.phases import Door, PhaseName
from compiler.prove.changes import ABSENT
from compiler.prove.differing import Difference, Event
from compiler.prove.states import Policy
from compiler.report.difference.told import Group
from compiler.report.difference.words import sentences
from compiler.report.documents.findings import FoundFinding, dotted
from spec.findings import Spot
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedValue:
    """
    A value that differs.

    Attributes:
        place: Where, from the resource's properties, dotted; items of lists by what names them.
        before: The value before, as JSON; null if there was none. What only AWS knows stands under
            `Stackferry::Reference`, by stack, logical id and attribute.
        after: The value after, likewise.
    """

    place: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedResource:
    """
    A resource that differs.

    Attributes:
        stack: Id of its stack.
        logical_id: Its key in the template.
        type: Its type.
        event: What happens to it.
        side: Where it belongs.
        with_stack: Whether its whole stack comes or goes with it.
        is_stateful: Whether it holds what cannot be made again.
        policy: What becomes of it where it goes.
        sentences: What that means, without its subject, the component; empty where its kind says
            it all.
        values: What differs in it, if it is changed.
        path: The place in the spec that it comes from.
        line: The line of that place, counted from 1; null where the spec is not at hand.
    """

    stack: str
    logical_id: str
    type: str
    event: Event
    side: Side
    with_stack: bool
    is_stateful: bool
    policy: Policy
    sentences: tuple[str, ...]
    values: tuple[ChangedValue, ...]
    path: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneBeside:
    """
    What is done beside stacks.

    Attributes:
        side: Where.
        sentence: What it does, without its subject, the component.
    """

    side: Side
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedComponent:
    """
    A component of the spec of which something changes.

    Attributes:
        component: In the user's words: `database catalog`.
        resources: Its resources that differ.
        beside_stacks: What is done for it that CloudFormation cannot do.
    """

    component: str
    resources: tuple[ChangedResource, ...]
    beside_stacks: tuple[DoneBeside, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorBetween:
    """
    A transition between the two phases.

    Attributes:
        step: Which one: `from warm to fence`.
        door: What the way back from it costs.
    """

    step: str
    door: Door


@dataclass(frozen=True, slots=True, kw_only=True)
class Differed:
    """
    What changes between two phases.

    Attributes:
        command: The verb.
        version: Of the documents.
        migration: `<name>-<environment>`; empty for a spec that does not compile.
        begin: The phase that stands; null likewise.
        end: The other one; null likewise.
        doors: Each transition between the two, in order.
        components: What holds data first.
        findings: What keeps the spec from being compiled.
    """

    migration: str
    begin: PhaseName | None
    end: PhaseName | None
    doors: tuple[DoorBetween, ...]
    components: tuple[ChangedComponent, ...]
    findings: tuple[FoundFinding, ...] = ()
    command: Literal["diff"] = "diff"
    version: Literal[1] = 1


def undiffed(findings: tuple[FoundFinding, ...]) -> Differed:
    """Return what the document says of a spec that does not compile."""
    return Differed(migration="", begin=None, end=None, doors=(), components=(), findings=findings)


def document(
    migration: str,
    phases: tuple[PhaseName, PhaseName],
    doors: Sequence[tuple[str, Door]],
    groups: Sequence[Group],
    loaded: LoadedSpec | None,
) -> Differed:
    """
    Return what the document says of two states.

    Args:
        migration: `<name>-<environment>`.
        phases: Between which phases.
        doors: Each transition between them, in words, with its door.
        groups: What happens, by component.
        loaded: The spec, where it is at hand.
    """
    return Differed(
        migration=migration,
        begin=phases[0],
        end=phases[1],
        doors=tuple(DoorBetween(step=step, door=door) for step, door in doors),
        components=tuple(
            ChangedComponent(
                component=group.component,
                resources=tuple(_resource(one, loaded) for one in group.differences),
                beside_stacks=tuple(
                    DoneBeside(side=line.side, sentence=line.text)
                    for line in group.lines
                    if line.event == "done"
                ),
            )
            for group in groups
        ),
    )


def _resource(one: Difference, loaded: LoadedSpec | None) -> ChangedResource:
    return ChangedResource(
        stack=one.key.stack,
        logical_id=one.key.logical_id,
        type=one.type,
        event=one.event,
        side=one.side,
        with_stack=one.with_stack,
        is_stateful=one.is_stateful,
        policy=one.policy,
        sentences=sentences(one),
        values=tuple(
            ChangedValue(
                place=dotted(value.place), before=_json(value.before), after=_json(value.after)
            )
            for value in one.values
        ),
        path=dotted(one.path),
        line=loaded.locate(Spot(path=one.path)).line if loaded is not None else None,
    )


def _json(value: object) -> str | None:
    return None if value is ABSENT else json.dumps(value, sort_keys=True)
