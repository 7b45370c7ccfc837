"""The calls that end an update, take back what failed, or go on with taking back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.engine.creation import roll_back_creation
from compiler.sandbox.engine.errors import invalid
from compiler.sandbox.engine.pace import abandon, begin
from compiler.sandbox.engine.records import USER_INITIATED
from compiler.sandbox.engine.reversal import skip
from compiler.sandbox.engine.updating import roll_back_update
from compiler.sandbox.engine.work import Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.sandbox.engine.records import Stack
    from compiler.sandbox.engine.world import Place, World


def cancel_update(world: World, place: Place, name: str, *, token: str = "") -> Stack:
    """
    End an update that is going on, and take back what it did.

    Raises:
        ApiError: `ValidationError`: no update is going on.
    """
    stack = world.find(place, name)
    if stack.status != "UPDATE_IN_PROGRESS":
        message = "CancelUpdateStack cannot be called from current stack status"
        raise invalid(message)
    abandon(world, stack.stack_id)
    stack.token = token
    _begin_going_back(world, stack)
    return stack


def continue_rollback(  # noqa: PLR0913 -- what the call says
    world: World,
    place: Place,
    name: str,
    *,
    skipped: Sequence[str] = (),
    is_forced: bool = False,
    token: str = "",
) -> Stack:
    """
    Go on with taking back an update from where that failed.

    Args:
        world: Everything else.
        place: The caller's account and region.
        name: The stack.
        skipped: Resources that are not put back but taken for it.
        is_forced: Whether every resource that failed is skipped.
        token: Shown in events.

    Raises:
        ApiError: `ValidationError`: nothing is to be gone on with, or a resource cannot be skipped.
    """
    stack = world.find(place, name)
    if skipped and is_forced:
        message = "ForceRollback and ResourcesToSkip are mutually exclusive."
        raise invalid(message)
    if stack.status != "UPDATE_ROLLBACK_FAILED" or stack.reversal is None:
        message = (
            f"Stack:{stack.stack_id} is in {stack.status} state and can not continue a rollback."
        )
        raise invalid(message)
    failed = {r.logical_id for r in stack.resources.values() if r.status == "UPDATE_FAILED"}
    if wrong := sorted(set(skipped) - failed):
        message = (
            f"Resources to skip [{', '.join(wrong)}] are not in UPDATE_FAILED state because of a "
            "failed rollback."
        )
        raise invalid(message)
    stack.token = token
    work = Work(world=world, stack=stack, desired=stack.reversal.previous)
    skip(work, stack.reversal, frozenset(failed if is_forced else skipped))
    _begin_going_back(world, stack)
    return stack


def roll_back(
    world: World,
    place: Place,
    name: str,
    *,
    retain_except_on_create: bool = False,
    token: str = "",
) -> Stack:
    """
    Take back a creation or an update that failed and was left as it was.

    Raises:
        ApiError: `ValidationError`: the stack is in another state.
    """
    stack = world.find(place, name)
    if stack.status not in {"CREATE_FAILED", "UPDATE_FAILED"}:
        message = f"Stack:{stack.stack_id} is in {stack.status} state and can not be rolled back."
        raise invalid(message)
    stack.token = token
    stack.retain_except_on_create = retain_except_on_create
    if stack.status == "UPDATE_FAILED":
        _begin_going_back(world, stack)
        return stack
    assert stack.desired is not None  # noqa: S101 -- its creation was begun
    work = Work(world=world, stack=stack, desired=stack.desired)
    size = sum(1 for _ in stack.live())
    begin(world, stack.stack_id, roll_back_creation(work, USER_INITIATED), size=size)
    return stack


def _begin_going_back(world: World, stack: Stack) -> None:
    assert stack.reversal is not None  # noqa: S101 -- an update was begun
    steps = roll_back_update(world, stack, USER_INITIATED)
    begin(world, stack.stack_id, steps, size=len(stack.reversal.done))
