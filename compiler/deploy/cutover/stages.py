"""
What each transition of a cutover will do, and how long that is expected to take. Pure.

Told from two compiled states, before the clock starts. What AWS says of it comes later, with the
plan of each transition, which is made when it is reached.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from compiler.deploy.durations import expected, promoting
from compiler.deploy.gates.fence import ACCESS
from compiler.deploy.path.standing import is_marker
from compiler.deploy.timeline import Schedule
from compiler.deploy.wanted import PHASE
from compiler.phases import PHASES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import timedelta

    from compiler.deploy.folder import Compiled
    from compiler.deploy.path.acting import Acting
    from compiler.deploy.path.crossing import Leg
    from compiler.deploy.path.states import States
    from compiler.manifest import Gate, Manifest, Stack

Work: TypeAlias = Literal["create", "update", "delete", "act"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """
    One thing that a transition will do.

    Attributes:
        node: What it is called among the nodes of a run.
        work: What is done; `act`: beside stacks.
        touches: Logical ids of the resources that an update touches, sorted.
        says: Of what is done beside stacks, what that is.
        needs: The nodes that come first.
        lasts: How long it is expected to take.
    """

    node: str
    work: Work
    needs: frozenset[str]
    lasts: timedelta
    touches: tuple[str, ...] = ()
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """
    One transition, as far as it can be told from what was compiled.

    Attributes:
        leg: The transition.
        tasks: What it does, in an order in which that could be done.
        gates: What is asked before it; of the phase that it comes from.
    """

    leg: Leg
    tasks: tuple[Task, ...]
    gates: tuple[Gate, ...]

    @property
    def schedule(self) -> Schedule:
        """How its work lies in time."""
        return Schedule(
            nodes=tuple(task.node for task in self.tasks),
            needs={task.node: task.needs for task in self.tasks},
            expected={task.node: task.lasts for task in self.tasks},
        )

    @property
    def lasts(self) -> timedelta:
        """How long it is expected to take."""
        return self.schedule.critical_path

    @property
    def is_asked_on_the_clock(self) -> bool:
        """Whether gates before it are asked while nobody is served."""
        state = PHASES[self.leg.origin] if self.leg.origin is not None else None
        is_closed = state is not None and not (state.source_open or state.target_open)
        return bool(self.gates) and is_closed and not self.leg.is_resumed

    def until(self, node: str) -> Stage:
        """Return it without what *node* does not wait for; whole if it has no such node."""
        needs = {task.node: task.needs for task in self.tasks}
        if node not in needs:
            return self
        wanted: set[str] = set()
        left = [node]
        while left:
            one = left.pop()
            wanted.add(one)
            left.extend(needs[one] - wanted)
        tasks = tuple(task for task in self.tasks if task.node in wanted)
        return Stage(leg=self.leg, tasks=tasks, gates=self.gates)


def stages_of(legs: tuple[Leg, ...], states: States, acting: Acting) -> tuple[Stage, ...]:
    """
    Return what *legs* will do, one after the other.

    Args:
        legs: Transitions that lead on, each from a phase that was compiled.
        states: Every compiled state.
        acting: Tells of what is done beside stacks.
    """
    return tuple(
        _stage(leg, states[leg.origin], states[leg.to], acting)
        for leg in legs
        if leg.origin is not None
    )


def target_access(manifest: Manifest) -> str:
    """Return the id of the stack that lets users into the target; empty if there is none."""
    return next(
        (one.id for one in manifest.stacks if one.side == "target" and one.name == ACCESS), ""
    )


def _stage(leg: Leg, left: Compiled, reached: Compiled, acting: Acting) -> Stage:
    found = {task.node: task for task in _of_stacks(left, reached)}
    marker = next((one.id for one in reached.manifest.stacks if is_marker(one)), "")
    waits: dict[str, set[str]] = {node: set(task.needs) for node, task in found.items()}
    for action in reached.manifest.actions:
        says = acting.says(action, is_undone=False)
        if not says:
            continue
        node = action.node
        found[node] = Task(
            node=node, work="act", needs=frozenset(), lasts=acting.lasts(action), says=says
        )
        waits[node] = {*action.after} & waits.keys()
        for id_ in {*action.before} & waits.keys():
            waits[id_].add(node)
    if marker in found:
        waits[marker] = {*found} - {marker}
    tasks = {
        node: Task(
            node=node,
            work=task.work,
            needs=frozenset(waits[node]),
            lasts=task.lasts,
            touches=task.touches,
            says=task.says,
        )
        for node, task in found.items()
    }
    return Stage(leg=leg, tasks=tuple(_in_order(tasks)), gates=left.manifest.gates)


def _of_stacks(left: Compiled, reached: Compiled) -> Iterator[Task]:
    before = {stack.id: stack for stack in left.manifest.stacks}
    after = {stack.id: stack for stack in reached.manifest.stacks}
    changed = {
        id_
        for id_, stack in after.items()
        if id_ not in before or before[id_].sha256 != stack.sha256
    }
    for id_, stack in after.items():
        if id_ in changed:
            yield _brought(stack, left, reached, frozenset({*stack.after} & changed))
    gone = [stack for stack in left.manifest.stacks if stack.id not in after]
    first = {id_ for id_ in changed if not is_marker(after[id_])}
    for stack in reversed(gone):
        users = {one.id for one in gone if stack.id in one.after}
        yield Task(
            node=stack.id,
            work="delete",
            needs=frozenset(users | first),
            lasts=expected(left.templates[stack.id], "delete"),
        )


def _brought(stack: Stack, left: Compiled, reached: Compiled, needs: frozenset[str]) -> Task:
    text = reached.templates[stack.id]
    if stack.id not in left.templates:
        return Task(node=stack.id, work="create", needs=needs, lasts=expected(text, "create"))
    touches = _touched(left.templates[stack.id], text)
    return Task(
        node=stack.id,
        work="update",
        needs=needs,
        lasts=promoting() if stack.keeps_tags else expected(text, "update", touched=touches),
        touches=tuple(sorted(touches)),
    )


def _touched(before: str, after: str) -> frozenset[str]:
    was, now = _resources(before), _resources(after)
    return frozenset(name for name in {*was, *now} if was.get(name) != now.get(name))


def _resources(text: str) -> Mapping[str, Any]:
    # Any: JSON.
    found = json.loads(text)["Resources"]
    return {name: _bare(body) for name, body in found.items()}


def _bare(value: Any) -> Any:  # noqa: ANN401 -- JSON
    """Return *value* without the tag that each new form changes: that takes no time to tell."""
    if isinstance(value, dict):
        return {key: _bare(inner) for key, inner in value.items() if key != PHASE}
    if isinstance(value, list):
        return [_bare(item) for item in value if not _is_tag(item)]
    return value


def _is_tag(item: object) -> bool:
    return isinstance(item, dict) and item.get("Key") == PHASE


def _in_order(tasks: Mapping[str, Task]) -> Iterator[Task]:
    done: set[str] = set()
    left = dict(tasks)
    while left:
        node = next((one for one, task in left.items() if task.needs <= done), None)
        if node is None:
            message = f"{sorted(left)} need each other"
            raise ValueError(message)
        done.add(node)
        yield left.pop(node)
