"""
The path of a migration as a runbook in Markdown: for people who carry it out without stackferry.

Per transition: who answers for it, what changes, what has to hold before, the commands with
stackferry and without, and the way back.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from compiler.deploy.actions import by_hand, describe
from compiler.phases import PHASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.itinerary import Itinerary
    from compiler.manifest import Gate, Manifest, Stack

OWNER_TAG = "Owner"
"""The user's tag that names who answers for the system, where the spec has it."""

_BLANK = "______________"


def render(itinerary: Itinerary, folder: str) -> str:
    """
    Return the runbook of *itinerary*.

    Args:
        itinerary: What was compiled.
        folder: Where it is, as commands name it.
    """
    return "\n".join((*_lines(itinerary, folder), ""))


def _lines(itinerary: Itinerary, folder: str) -> Iterator[str]:
    system = itinerary.migration
    owner = itinerary.tags.get(OWNER_TAG, _BLANK)
    states = [itinerary.at(phase) for phase in itinerary.phases]
    yield f"# Runbook: {system}, from {itinerary.source_region} to {itinerary.target_region}"
    yield ""
    yield f"Compiled from `{itinerary.spec_file}` (SHA-256 of its values"
    yield f"`{itinerary.spec_sha256}`). Compile again, and print this again, after every change."
    yield ""
    yield "Commands without stackferry come as a script for the AWS CLI, one for each phase. A"
    yield "script only creates and updates: what a phase removes is listed here, and is removed by"
    yield "hand, in the order given, after the script. Use either of the two ways for a migration,"
    yield "never both."
    yield ""
    yield "| step | phase | door | owner | done at | by |"
    yield "|---|---|---|---|---|---|"
    for number, state in enumerate(states, 1):
        yield f"| {number} | {state.phase} | {_door(state)} | {owner} |  |  |"
    first = states[0]
    yield from _step(None, first, owner, folder, 1)
    for number, (before, after) in enumerate(pairwise(states), 2):
        yield from _step(before, after, owner, folder, number)


def _door(state: Manifest) -> str:
    return PHASES[state.phase].door if state.phase != "bootstrap" else ""


def _step(
    before: Manifest | None, after: Manifest, owner: str, folder: str, number: int
) -> Iterator[str]:
    yield ""
    yield f"## {number}. {after.phase}"
    yield ""
    yield f"- **Owner**: {owner}"
    yield f"- **Door**: {_door(after)}"
    yield from _changes(before, after)
    yield from _actions(after)
    yield from _gates(before.gates if before else (), after, folder)
    yield f"- **Command**: `stackferry deploy {folder} --to {after.phase}`"
    yield f"- **Without stackferry**: `stackferry export cli {folder} --phase {after.phase}`"
    if after.phase != "bootstrap":
        yield f"- **Way back**: {PHASES[after.phase].way_back}"


def _changes(before: Manifest | None, after: Manifest) -> Iterator[str]:
    stood = {stack.id: stack for stack in before.stacks} if before else {}
    stands = {stack.id for stack in after.stacks}
    created = [stack for stack in after.stacks if stack.id not in stood]
    changed = [
        stack
        for stack in after.stacks
        if stack.id in stood and stood[stack.id].sha256 != stack.sha256
    ]
    # What reads of another goes before it.
    gone = [stack for stack in reversed(tuple(stood.values())) if stack.id not in stands]
    if not (created or changed or gone):
        yield "- **Stacks**: none change."
    for title, stacks in (("create", created), ("update", changed), ("remove", gone)):
        if stacks:
            yield f"- **Stacks to {title}**, in this order:"
            yield from (f"  1. `{stack.id}`{_holding(stack, title)}" for stack in stacks)


def _holding(stack: Stack, title: str) -> str:
    if title != "remove" or not (stack.retained or stack.snapshotted):
        return ""
    kept = [f"`{name}` is kept" for name in stack.retained]
    kept += [f"of `{name}` a final snapshot is taken" for name in stack.snapshotted]
    return f": {', '.join(kept)}"


def _actions(after: Manifest) -> Iterator[str]:
    if after.actions:
        yield "- **Beside stacks**:"
    for action in after.actions:
        yield f"  - {action.region}: {describe(action)}. Without stackferry:"
        yield ""
        yield "    ```sh"
        yield from (f"    {line}" for line in by_hand(action, after))
        yield "    ```"
        yield ""


def _gates(gates: Iterable[Gate], after: Manifest, folder: str) -> Iterator[str]:
    told = [
        f"  - [ ] {gate.kind}{f' ({gate.key})' if gate.key else ''}, {gate.region}"
        for gate in gates
    ]
    if told:
        yield f"- **Gate**: `stackferry gate {folder} {after.phase}`, which asks:"
        yield from told
