"""What changes between two states, grouped by component, with a sentence for each line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy.actions import describe, describe_undo
from compiler.report.difference.components import component_of, component_of_action, rank
from compiler.report.difference.nouns import counted
from compiler.report.difference.words import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.kinds import Side
    from compiler.manifest import Action
    from compiler.prove.differing import Difference, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    One thing that happens.

    Attributes:
        event: What kind of thing; `done` beside stacks.
        side: Source, target, or global.
        text: A sentence without its subject, the component.
    """

    event: Event | str
    side: Side
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    What happens to one component.

    Attributes:
        component: In the user's words.
        lines: What happens, as far as there are words for it; the rest by its kind.
        differences: The resources.
    """

    component: str
    lines: tuple[Line, ...]
    differences: tuple[Difference, ...]


def told(
    differences: Sequence[Difference], actions: Sequence[Action], *, is_back: bool = False
) -> tuple[Group, ...]:
    """
    Return what happens by component: what holds data first, then what leads to it.

    Args:
        differences: What differs.
        actions: What is done beside stacks on the way.
        is_back: Whether the way leads back, so that what can be is taken back.
    """
    by_component: dict[str, list[Difference]] = {}
    for difference in differences:
        by_component.setdefault(component_of(difference), []).append(difference)
    beside: dict[str, list[Line]] = {}
    for action in actions:
        text = describe_undo(action) if is_back else describe(action)
        if text:
            line = Line(event="done", side=action.side, text=text)
            beside.setdefault(component_of_action(action), []).append(line)
    return tuple(
        Group(
            component=component,
            lines=(
                *_lines(by_component.get(component, [])),
                *beside.get(component, ()),
            ),
            differences=tuple(by_component.get(component, ())),
        )
        for component in sorted({*by_component, *beside}, key=rank)
    )


def _lines(differences: Sequence[Difference]) -> tuple[Line, ...]:
    lines = []
    rest: Counter[tuple[Event, Side, str]] = Counter()
    for one in differences:
        texts = sentences(one)
        lines += [Line(event=one.event, side=one.side, text=text) for text in texts]
        if not texts:
            rest[one.event, one.side, one.type] += 1
    for event, side in dict.fromkeys((event, side) for event, side, _ in rest):
        kinds = [
            counted(type_, count)
            for (other, where, type_), count in sorted(rest.items())
            if (other, where) == (event, side)
        ]
        lines.append(Line(event=event, side=side, text=f"also {', '.join(kinds)}"))
    return tuple(lines)
