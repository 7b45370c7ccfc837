"""
Imports: stacks that exist already become instances of a stack set.

Source: CloudFormation User Guide, importing stacks into StackSets, 2026-11-24.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import invalid, invalid_operation, stack_not_found, unsupported
from compiler.sandbox.engine.parameters import is_unshown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.records import Stack
    from compiler.sandbox.engine.set_records import Instance, Operation, StackSet
    from compiler.sandbox.engine.world import Place, World

MOST = 10
"""How many stacks a call may name."""

_ARN_PARTS = 6
_STEADY = frozenset(
    {"CREATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
)


def stacks_to_import(
    world: World, stack_set: StackSet, given: Mapping[str, Any]
) -> dict[Place, str]:
    """
    Return the stacks that a call names, by account and region.

    Raises:
        ApiError: `StackNotFoundException`; `InvalidOperationException` for a stack that belongs to
            a stack set, or a place that has its instance; `ValidationError`.
    """
    if given.get("StackIdsUrl"):
        what = "the parameter StackIdsUrl"
        raise unsupported(what)
    asked = list(dict.fromkeys(given.get("StackIds") or ()))
    if not 0 < len(asked) <= MOST:
        message = f"StackIds must name between 1 and {MOST} stacks"
        raise invalid(message)
    found: dict[Place, str] = {}
    for stack_id in asked:
        stack = find_stack(world, stack_id)
        place = (stack.account, stack.region)
        if (owner := owner_of(world, stack_id)) is not None:
            message = f"Stack {stack_id} already belongs to the stack set {owner.arn}"
            raise invalid_operation(message)
        if place in stack_set.instances or place in found:
            message = (
                f"Stack set {stack_set.name} already has a stack instance in account {place[0]} "
                f"and region {place[1]}"
            )
            raise invalid_operation(message)
        found[place] = stack_id
    return found


def owner_of(world: World, stack_id: str) -> StackSet | None:
    """Return the stack set that a stack is an instance of, if any."""
    for stack_sets in world.stack_sets.values():
        for stack_set in stack_sets:
            if any(each.stack_id == stack_id for each in stack_set.instances.values()):
                return stack_set
    return None


def take_in(world: World, instance: Instance, operation: Operation) -> str | None:
    """
    Make an instance of the stack that the operation names for it; return why not, or nothing.

    The stack keeps its parameter values: where they differ from the stack set's they are overrides.
    What AWS does with a stack of another template is not documented; here it does not come in.
    """
    stack = find_stack(world, operation.imported[instance.place])
    instance.stack_id = stack.stack_id
    desired, definition = stack.desired, operation.definition
    if desired is None or stack.status not in _STEADY:
        return f"Stack {stack.stack_id} is in {stack.status} state and can not be imported."
    if any(map(is_unshown, desired.template.parameters.values())):
        return f"Stack {stack.stack_id} has NoEcho parameters and can not be imported."
    if desired.template.document != definition.template.document:
        return f"The template of stack {stack.stack_id} is not that of the stack set."
    instance.overrides = {
        name: value
        for name, value in desired.values.given.items()
        if definition.values.given.get(name) != value
    }
    return None


def find_stack(world: World, stack_id: str) -> Stack:
    """
    Return the stack with that ARN, wherever it is.

    Raises:
        ApiError: `StackNotFoundException`.
    """
    parts = stack_id.split(":")
    is_arn = len(parts) == _ARN_PARTS and parts[2] == "cloudformation"
    stack = world.find_or_none((parts[4], parts[3]), stack_id) if is_arn else None
    if stack is None or stack.is_deleted:
        message = f"Stack with id {stack_id} does not exist"
        raise stack_not_found(message)
    return stack
