"""The calls on change sets: propose a change, find it, execute it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.change_sets import NO_CHANGES, foresee
from compiler.sandbox.engine.creation import create_stack
from compiler.sandbox.engine.errors import (
    already_exists,
    change_set_not_found,
    invalid,
    invalid_change_set_status,
    unsupported,
)
from compiler.sandbox.engine.pace import begin
from compiler.sandbox.engine.records import ChangeSet, Stack
from compiler.sandbox.engine.stacks import (
    CreateSettings,
    Request,
    begin_update,
    new_stack,
    read_request,
    settle,
)
from compiler.sandbox.engine.updating import differs, refuse_state
from compiler.sandbox.engine.work import Work
from compiler.sandbox.engine.world import Place, World, partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def propose(  # noqa: PLR0913 -- what a change set is made of
    world: World,
    place: Place,
    stack_name: str,
    change_set_name: str,
    request: Request,
    *,
    kind: str = "UPDATE",
    description: str | None = None,
    on_failure: str | None = None,
    shown: Mapping[str, Any] | None = None,
) -> tuple[ChangeSet, Stack]:
    """
    Create a change set, and for `kind` CREATE the stack under review that it belongs to.

    Raises:
        ApiError: The stack is in no state for it, or the template or parameters are refused.
    """
    account, region = place
    stack = world.find_or_none(place, stack_name)
    is_new = stack is None or stack.status == "REVIEW_IN_PROGRESS"
    if kind == "CREATE" and not is_new:
        message = f"Stack [{stack_name}] already exists and cannot be created again with the "
        raise invalid(message + f"changeSet [{change_set_name}].")
    if kind == "UPDATE" and (stack is None or is_new):
        message = f"Stack [{stack_name}] does not exist"
        raise invalid(message)
    if kind not in {"CREATE", "UPDATE"}:
        what = f"change sets of type {kind}"
        raise unsupported(what)
    if stack is not None and kind == "UPDATE":
        refuse_state(stack)
    if stack is not None:
        _make_room(stack, change_set_name)
    desired = read_request(world, place, request, None if stack is None else stack.desired)
    if stack is None:
        stack = new_stack(world, place, stack_name)
        stack.settings.update(shown or {})
    changes = foresee(world, stack, desired)
    is_empty = stack.desired is not None and not differs(stack.desired, desired)
    change_set = ChangeSet(
        name=change_set_name,
        change_set_id=(
            f"arn:{partition_of(region)}:cloudformation:{region}:{account}:changeSet/"
            f"{change_set_name}/{world.new_id()}"
        ),
        kind=kind,
        description=description,
        created_at=world.now(),
        desired=desired,
        changes=changes,
        on_failure=on_failure,
        status="FAILED" if is_empty else "CREATE_COMPLETE",
        reason=NO_CHANGES if is_empty else None,
        execution_status="UNAVAILABLE" if is_empty else "AVAILABLE",
    )
    stack.change_sets.append(change_set)
    return change_set, stack


def _make_room(stack: Stack, name: str) -> None:
    # AWS refuses any name twice. The AWS CLI names change sets after the second, and two of its
    # runs fit into one here, so one that is over gives its name away.
    for found in [each for each in stack.change_sets if each.name == name]:
        if found.execution_status == "AVAILABLE":
            message = f"ChangeSet {name} already exists"
            raise already_exists(message)
        stack.change_sets.remove(found)


def find_change_set(
    world: World, place: Place, name_or_id: str, stack_name: str | None
) -> tuple[ChangeSet, Stack]:
    """
    Return a change set and its stack.

    Raises:
        ApiError: `ChangeSetNotFound`.
    """
    if not name_or_id.startswith("arn:") and stack_name is None:
        message = "StackName must be specified if ChangeSetName is not specified as an ARN."
        raise invalid(message)
    stacks = world.of_place(place) if stack_name is None else [world.find(place, stack_name)]
    for stack in reversed(stacks):
        for change_set in reversed(stack.change_sets):
            if name_or_id in {change_set.name, change_set.change_set_id}:
                return change_set, stack
    message = f"ChangeSet [{name_or_id}] does not exist"
    raise change_set_not_found(message)


def execute(
    world: World, place: Place, name_or_id: str, stack_name: str | None, settings: CreateSettings
) -> Stack:
    """
    Do what a change set says; return its stack.

    Raises:
        ApiError: `InvalidChangeSetStatus`, `ChangeSetNotFound`, or the stack moved on meanwhile.
    """
    change_set, stack = find_change_set(world, place, name_or_id, stack_name)
    if change_set.execution_status != "AVAILABLE":
        message = (
            f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current status of "
            f"[{change_set.status}]"
        )
        raise invalid_change_set_status(message)
    if change_set.kind == "UPDATE":
        refuse_state(stack)
    stack.token = settings.token
    change_set.execution_status = "EXECUTE_COMPLETE"
    for other in stack.change_sets:
        if other is not change_set:
            other.execution_status = "OBSOLETE"
    if change_set.kind == "CREATE":
        settle(stack, settings)
        if change_set.on_failure is not None:
            stack.on_failure = change_set.on_failure
        stack.desired = change_set.desired
        steps = create_stack(Work(world=world, stack=stack, desired=change_set.desired))
        begin(world, stack.stack_id, steps, size=len(change_set.desired.template.resources))
        return stack
    begin_update(world, stack, change_set.desired, settings)
    return stack
