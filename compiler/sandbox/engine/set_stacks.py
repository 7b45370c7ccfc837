"""The stacks of a stack set's instances: made, changed and removed as any others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.engine.errors import ApiError
from compiler.sandbox.engine.records import STACK_TYPE, Event, Stack
from compiler.sandbox.engine.stacks import (
    CreateSettings,
    Request,
    change_stack,
    remove_stack,
    start_stack,
)

if TYPE_CHECKING:
    from compiler.sandbox.engine.stack_sets import Instance, StackSet
    from compiler.sandbox.engine.world import World

_NOTHING_TO_DO = "No updates are to be performed."
_FAILED_STATUSES = frozenset({"CREATE_FAILED", "DELETE_FAILED", "UPDATE_FAILED"})


def undeploy(world: World, instance: Instance) -> str | None:
    """Delete an instance's stack; return why that failed, or nothing."""
    try:
        remove_stack(world, instance.place, instance.stack_id)
    except ApiError as error:
        return error.message
    stack = world.find_or_none(instance.place, instance.stack_id)
    if stack is None or stack.is_deleted:
        return None
    return _cause(stack)


def deploy(world: World, stack_set: StackSet, instance: Instance) -> str | None:
    """Bring an instance's stack to the definition; return why that failed, or nothing."""
    request = Request(
        parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in {**stack_set.values.given, **instance.overrides}.items()
        ],
        tags=stack_set.tags,
        capabilities=stack_set.capabilities,
        template=stack_set.template,
    )
    stack = world.find_or_none(instance.place, instance.stack_id)
    try:
        if stack is None or stack.is_deleted:
            name = f"StackSet-{stack_set.name}-{world.new_id()}"
            settings = CreateSettings(on_failure="DELETE")
            stack = start_stack(world, instance.place, name, request, settings)
            instance.stack_id = stack.stack_id
            return None if stack.status == "CREATE_COMPLETE" else _cause(stack)
        change_stack(world, instance.place, instance.stack_id, request, CreateSettings())
    except ApiError as error:
        return None if error.message == _NOTHING_TO_DO else error.message
    return None if stack.status == "UPDATE_COMPLETE" else _cause(stack)


def _cause(stack: Stack) -> str:
    """Return the first failure of the stack's last operation, in StackSets' words."""
    last: list[Event] = []
    for event in reversed(stack.events):
        last.append(event)
        if event.type_name == STACK_TYPE and event.reason == "User Initiated":
            break
    for event in reversed(last):
        if event.status in _FAILED_STATUSES and event.type_name != STACK_TYPE:
            return (
                f"ResourceLogicalId:{event.logical_id}, ResourceType:{event.type_name}, "
                f"ResourceStatusReason:{event.reason}."
            )
    reasons = [event.reason for event in last if event.type_name == STACK_TYPE and event.reason]
    return reasons[0] if reasons else stack.status
