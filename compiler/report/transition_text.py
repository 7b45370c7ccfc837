"""A transition as text: what a plan does beside its steps, and what the way back from it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.phases import PHASES
from compiler.report.removal_text import step_lines
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.path.crossing import Leg
    from compiler.deploy.path.transition import Transition
    from compiler.manifest import Gate
    from compiler.phases import Door

DOORS: dict[Door, str] = {
    "reversible": "it can be taken back",
    "loses the replica": "the way back loses the replicas",
    "one-way for data": "ONE WAY for data",
    "one-way": "ONE WAY",
}


def title_of(leg: Leg) -> str:
    """Return between which phases *leg* leads, with what kind of door."""
    if leg.origin is None:
        return f"Into {leg.to}"
    if leg.origin == leg.to:
        return f"In {leg.to}"
    if leg.is_back:
        return f"Back from {leg.origin} to {leg.to}"
    on = "On, as was begun," if leg.is_resumed else "On"
    return f"{on} from {leg.origin} to {leg.to}: {DOORS[leg.door]}"


def heading_lines(transition: Transition) -> Iterator[str]:
    """Yield between which phases it leads, and how the way leads back."""
    leg = transition.leg
    yield f"{title_of(leg)}."
    if not leg.is_back and leg.origin != leg.to:
        yield f"Way back from {leg.to}: {PHASES[leg.to].way_back}"


def beside_lines(transition: Transition) -> Iterator[str]:
    """Yield what is done beside the steps, and what must have been asked before."""
    for deed in transition.deeds:
        yield f"  * {deed.node}: {deed.says}"
        for word, ids in (("after", deed.after), ("before", deed.before)):
            if ids:
                yield f"        {word} {', '.join(sorted(ids))}"
    for step in transition.removals.steps:
        yield from step_lines(step)
        for name in transition.derived.get(step.stack.id, ()):
            yield f"        {name} only follows another database; nothing is lost with it"


def gate_lines(gates: tuple[Gate, ...]) -> Iterator[str]:
    """Yield of which gates there must be fresh evidence; nothing if of none."""
    if gates:
        yield "Of these gates there must be fresh evidence that they are green:"
    for gate in gates:
        yield f"  {' '.join(word for word in (gate.kind, gate.key, gate.region) if word)}"


def counts(transition: Transition) -> Iterator[str]:
    """Yield how much is done beside the steps, as parts of a sentence."""
    removed, done = len(transition.removals.steps), len(transition.deeds)
    if removed:
        yield f"{removed} to delete"
    if done:
        yield f"{done} {'action' if done == 1 else 'actions'}"


def still_to_come(legs: tuple[Leg, ...]) -> Iterator[str]:
    """Yield what comes after the first of *legs*; nothing if nothing does."""
    if len(legs) > 1:
        yield "After that, each with a plan and a question of its own:"
        yield from (f"  {visible(title_of(leg))}" for leg in legs[1:])
