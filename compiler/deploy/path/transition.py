"""
A transition: what a plan has in it beside the steps of the state that it leads to. Pure.

What the state no longer has goes by the links of the state before, in reverse, after everything
else; what the deployer does itself has its place among the stacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy import removal
from compiler.deploy.durations import expected
from compiler.deploy.path.standing import is_marker

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from compiler.deploy.flow import Job
    from compiler.deploy.path.crossing import Crossing, Leg
    from compiler.deploy.plan import Step
    from compiler.deploy.port import Aws
    from compiler.deploy.removal import RemovalPlan
    from compiler.manifest import Action, Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """
    Something that is done beside stacks.

    Attributes:
        action: The action.
        is_undone: Whether it is taken back.
        says: What that does, in words.
    """

    action: Action
    is_undone: bool
    says: str

    @property
    def node(self) -> str:
        """What it is called among the stacks of a run."""
        return self.action.node

    @property
    def after(self) -> frozenset[str]:
        """Ids of the stacks that come first; where it is taken back, those that it came before."""
        return frozenset(self.action.before if self.is_undone else self.action.after)

    @property
    def before(self) -> frozenset[str]:
        """Ids of the stacks that wait for it."""
        return frozenset(self.action.after if self.is_undone else self.action.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """
    What a plan does beside the steps of its state.

    Attributes:
        leg: Between which phases.
        removals: Stacks that the state no longer has, in the order of their removal.
        derived: Logical ids of databases among them that only follow another one, by stack.
        deeds: What is done beside stacks, in order.
        gates: Of what there must be fresh evidence; none on the way back, nor for a transition
            that was begun already.
        aside: Ids of stacks that are left as they are, since their database was promoted.
    """

    leg: Leg
    removals: RemovalPlan
    derived: Mapping[str, tuple[str, ...]]
    deeds: tuple[Deed, ...]
    gates: tuple[Gate, ...]
    aside: tuple[str, ...]

    @property
    def is_idle(self) -> bool:
        """Whether it has nothing beside the steps."""
        return not self.removals.steps and not self.deeds


def needs(transition: Transition, steps: tuple[Step, ...]) -> dict[str, frozenset[str]]:
    """
    Return for each node of a run those that must be done first.

    The stack that says which phase stands comes last on the way on, and first on the way back.

    Args:
        transition: What is done beside *steps*.
        steps: The steps about which something is to be done.
    """
    goes = removal.needs(transition.removals)
    stacks = {step.stack.id: step.stack for step in steps}
    marker = next((id_ for id_, stack in stacks.items() if is_marker(stack)), None)
    found: dict[str, set[str]] = {
        id_: set(stack.after) & stacks.keys() for id_, stack in stacks.items()
    }
    found |= {
        id_: {*needed, *(one for one in stacks if one != marker)} for id_, needed in goes.items()
    }
    for deed in transition.deeds:
        found[deed.node] = {*deed.after} & found.keys()
        for id_ in (goes.keys() - _closure(goes, deed.after)) | (deed.before & stacks.keys()):
            found[id_].add(deed.node)
    if marker is not None and transition.leg.is_back:
        found[marker] = set()
        for node in found.keys() - {marker}:
            found[node].add(marker)
    elif marker is not None:
        found[marker] = {*found} - {marker}
    return {node: frozenset(found[node]) for node in _ordered(found)}


def job_beside(aws: Aws, transition: Transition, crossing: Crossing, node: str) -> Job | None:
    """Return the job of a *node* that is no step of the state; nothing for one that is."""
    deed = next((one for one in transition.deeds if one.node == node), None)
    if deed is not None:
        state = (crossing.left if deed.is_undone else None) or crossing.reached
        return crossing.acting.start(deed.action, state.manifest, is_undone=deed.is_undone)
    if any(step.stack.id == node for step in transition.removals.steps):
        return removal.start(aws, transition.removals, node)
    return None


def lasting(transition: Transition, crossing: Crossing) -> dict[str, timedelta]:
    """Return how long each node that is no step of the state is expected to take."""
    deeds = {deed.node: crossing.acting.lasts(deed.action) for deed in transition.deeds}
    templates = crossing.left.templates if crossing.left else {}
    return deeds | {
        step.stack.id: expected(templates.get(step.stack.id, "{}"), "delete")
        for step in transition.removals.steps
    }


def _closure(needs: Mapping[str, frozenset[str]], nodes: frozenset[str]) -> frozenset[str]:
    """Return those of *nodes* that are in *needs*, with all that they need."""
    reached: set[str] = set()
    left = [*(nodes & needs.keys())]
    while left:
        node = left.pop()
        reached.add(node)
        left.extend(needs[node] - reached)
    return frozenset(reached)


def _ordered(needs: Mapping[str, set[str]]) -> list[str]:
    """Return the nodes so that each comes after what it needs, else as they are given."""
    order: list[str] = []
    left = list(needs)
    while left:
        node = next((one for one in left if needs[one] <= set(order)), None)
        if node is None:
            message = f"{left} need each other"
            raise ValueError(message)
        left.remove(node)
        order.append(node)
    return order
