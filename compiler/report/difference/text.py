"""What changes between two states, as text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from compiler.report.breaking import WIDEST, broken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.phases import Door
    from compiler.report.difference.told import Group

_SIGNS: Mapping[str, str] = {"created": "+", "changed": "~", "removed": "-", "done": "*"}


def difference_text(
    title: str,
    doors: Sequence[tuple[str, Door]],
    groups: Sequence[Group],
    columns: int = WIDEST,
) -> str:
    """
    Return what changes as lines: a sign, the side, and what happens, by component.

    Args:
        title: Between what: `shop-prod: from warm to fence`.
        doors: Each transition between the two, in words, with its door.
        groups: What happens.
        columns: Where lines are broken; names are not.
    """
    lines = [line for text in _lines(title, doors, groups) for line in broken(text, columns)]
    return "".join(f"{line}\n" for line in lines)


def _lines(title: str, doors: Sequence[tuple[str, Door]], groups: Sequence[Group]) -> Iterator[str]:
    if len(doors) == 1:
        yield f"{title} ({doors[0][1]})"
    else:
        yield title
        for words, door in doors:
            yield f"  {words} ({door})"
    for group in groups:
        yield ""
        yield group.component
        for line in group.lines:
            yield f"  {_SIGNS[line.event]} {line.side}: {line.text}"
    yield ""
    yield _count(groups)


def _count(groups: Sequence[Group]) -> str:
    events = Counter(one.event for group in groups for one in group.differences)
    done = sum(line.event == "done" for group in groups for line in group.lines)
    if not events and not done:
        return "Nothing changes but the phase's name in tags."
    parts = [f"{events[event]} {event}" for event in ("created", "changed", "removed")]
    beside = f", {done} thing{'' if done == 1 else 's'} done beside stacks" if done else ""
    return f"Resources: {', '.join(parts)}{beside}."
