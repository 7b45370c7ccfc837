"""The stacks of a stack set's instances: made, changed and removed as any others."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.sandbox.engine.errors import ApiError
from compiler.sandbox.engine.records import STACK_TYPE, USER_INITIATED, Event, Stack
from compiler.sandbox.engine.stacks import (
    CreateSettings,
    Request,
    change_stack,
    remove_stack,
    start_stack,
)
from compiler.sandbox.engine.updating import NOTHING_TO_DO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.engine.records import Desired
    from compiler.sandbox.engine.set_records import Instance
    from compiler.sandbox.engine.world import World

_FAILED_STATUSES = frozenset({"CREATE_FAILED", "DELETE_FAILED", "UPDATE_FAILED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """
    Something done to a stack, which may still be under way.

    Attributes:
        wanted: The stack's status where it succeeds.
        stack: The stack; `None` where there is nothing to wait for.
        refusal: Why it was not even begun; empty where it was.
    """

    wanted: str
    stack: Stack | None = None
    refusal: str = ""

    def seconds_left(self, world: World) -> float | None:
        """Return how long until there is something new to see; `None` when all is done."""
        stack_id = "" if self.stack is None else self.stack.stack_id
        due = [each.due for each in world.underway if each.key == stack_id]
        return max((min(due) - world.now()).total_seconds(), 0) if due else None

    def failure(self) -> str | None:
        """Return why it failed, or nothing where it succeeded."""
        if self.refusal or self.stack is None or self.stack.status == self.wanted:
            return self.refusal or None
        return _cause(self.stack)


def undeploy(world: World, instance: Instance) -> Effort:
    """Delete an instance's stack."""
    stack = world.find_or_none(instance.place, instance.stack_id)
    try:
        with _at_the_pace_of_instances(world):
            remove_stack(world, instance.place, instance.stack_id)
    except ApiError as error:
        return Effort(wanted="DELETE_COMPLETE", refusal=error.message)
    return Effort(wanted="DELETE_COMPLETE", stack=stack)


def deploy(world: World, name: str, definition: Desired, instance: Instance) -> Effort:
    """Bring an instance's stack to *definition*, or make one for the stack set *name*."""
    request = Request(
        parameters=[
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in {**definition.values.given, **instance.overrides}.items()
        ],
        tags=definition.tags,
        capabilities=definition.capabilities,
        template=definition.template,
    )
    stack = world.find_or_none(instance.place, instance.stack_id)
    is_new = stack is None or stack.is_deleted
    wanted = "CREATE_COMPLETE" if is_new else "UPDATE_COMPLETE"
    try:
        with _at_the_pace_of_instances(world):
            if is_new:
                settings = CreateSettings(on_failure="DELETE")
                stack_name = f"StackSet-{name}-{world.new_id()}"
                stack = start_stack(world, instance.place, stack_name, request, settings)
                instance.stack_id = stack.stack_id
            else:
                change_stack(world, instance.place, instance.stack_id, request, CreateSettings())
    except ApiError as error:
        refusal = "" if error.message == NOTHING_TO_DO else error.message
        return Effort(wanted=wanted, refusal=refusal)
    return Effort(wanted=wanted, stack=stack)


@contextmanager
def _at_the_pace_of_instances(world: World) -> Iterator[None]:
    """Let the stack of an instance take as long as the instance does."""
    before = world.seconds_per_stack
    world.seconds_per_stack = world.seconds_per_instance or before
    try:
        yield
    finally:
        world.seconds_per_stack = before


def _cause(stack: Stack) -> str:
    """Return the first failure of the stack's last operation, in StackSets' words."""
    last: list[Event] = []
    for event in reversed(stack.events):
        last.append(event)
        if event.type_name == STACK_TYPE and event.reason == USER_INITIATED:
            break
    for event in reversed(last):
        if event.status in _FAILED_STATUSES and event.type_name != STACK_TYPE:
            return (
                f"ResourceLogicalId:{event.logical_id}, ResourceType:{event.type_name}, "
                f"ResourceStatusReason:{event.reason}."
            )
    reasons = [event.reason for event in last if event.type_name == STACK_TYPE and event.reason]
    return reasons[0] if reasons else stack.status
