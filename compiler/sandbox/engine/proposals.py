"""The calls on change sets: propose a change, find it, execute it, drop it."""

from __future__ import annotations

from dataclasses import dataclass, field
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
from compiler.sandbox.engine.imports import foresee_import, import_resources, to_import
from compiler.sandbox.engine.names import refuse_name
from compiler.sandbox.engine.pace import begin, begin_waiting
from compiler.sandbox.engine.records import USER_INITIATED, ChangeSet, Stack
from compiler.sandbox.engine.stacks import (
    CreateSettings,
    Request,
    new_stack,
    overtake,
    read_request,
    settle,
    update_steps,
)
from compiler.sandbox.engine.updating import differs, refuse_state
from compiler.sandbox.engine.work import Work
from compiler.sandbox.engine.world import Place, World, partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.sandbox.engine.pace import Steps
    from compiler.sandbox.engine.records import Desired, ResourceChange

_KINDS = frozenset({"CREATE", "IMPORT", "UPDATE"})
_SHARE = 0.05
"""How much of the time of a stack's operation each of a change set's two states takes."""

_STAY = "DO_NOTHING"
_SUCCEEDED = frozenset({"CREATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_COMPLETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """
    What a call says of a change set, beside what the stack should be.

    Attributes:
        name: Of the change set.
        kind: `CREATE`, `UPDATE` or `IMPORT`.
        description: Given back.
        on_failure: `OnStackFailure`.
        imports: `ResourcesToImport`, as in the API.
        shown: What a new stack only gives back (`RoleARN`, …).
        token: `ClientToken`.
    """

    name: str
    kind: str = "UPDATE"
    description: str | None = None
    on_failure: str | None = None
    imports: Sequence[Mapping[str, Any]] = ()
    shown: Mapping[str, Any] = field(default_factory=dict)
    token: str = ""


def propose(
    world: World, place: Place, stack_name: str, proposal: Proposal, request: Request
) -> tuple[ChangeSet, Stack]:
    """
    Create a change set, and the stack under review that it belongs to where there is none yet.

    Raises:
        ApiError: The stack is in no state for it, or the template or parameters are refused.
    """
    stack = world.find_or_none(place, stack_name)
    if stack is not None and proposal.token:
        for known in stack.change_sets:
            if (known.token, known.name) == (proposal.token, proposal.name):
                return known, stack
    _refuse_kind(stack, stack_name, proposal)
    if stack is not None:
        _make_room(stack, proposal.name)
    desired = read_request(world, place, request, None if stack is None else stack.desired)
    imports = to_import(world, place, stack, desired, proposal.imports)
    if stack is None:
        refuse_name(stack_name)
        stack = new_stack(world, place, stack_name)
        stack.settings.update(proposal.shown)
        Work(world=world, stack=stack, desired=desired).tell("REVIEW_IN_PROGRESS", USER_INITIATED)
    change_set = _new(world, stack, proposal, desired, imports)
    stack.change_sets.append(change_set)
    begin_waiting(world, change_set.change_set_id, _look_ahead(world, stack, change_set))
    return change_set, stack


def _refuse_kind(stack: Stack | None, stack_name: str, proposal: Proposal) -> None:
    kind = proposal.kind
    if kind not in _KINDS:
        what = f"change sets of type {kind}"
        raise unsupported(what)
    is_new = stack is None or stack.status == "REVIEW_IN_PROGRESS"
    if kind == "CREATE" and not is_new:
        message = f"Stack [{stack_name}] already exists and cannot be created again with the "
        raise invalid(message + f"changeSet [{proposal.name}].")
    if kind == "UPDATE" and is_new:
        message = f"Stack [{stack_name}] does not exist"
        raise invalid(message)
    if stack is not None and not is_new:
        refuse_state(stack)
    if proposal.on_failure == "DELETE" and kind != "CREATE":
        message = "OnStackFailure DELETE is only valid when ChangeSetType is CREATE"
        raise invalid(message)
    if (kind == "IMPORT") != bool(proposal.imports):
        message = (
            "ResourcesToImport must be specified for change sets of type IMPORT"
            if kind == "IMPORT"
            else f"ResourcesToImport cannot be specified for change sets of type {kind}"
        )
        raise invalid(message)


def _new(
    world: World,
    stack: Stack,
    proposal: Proposal,
    desired: Desired,
    imports: Mapping[str, str],
) -> ChangeSet:
    changes: tuple[ResourceChange, ...]
    changes = (
        foresee_import(desired, imports)
        if proposal.kind == "IMPORT"
        else foresee(world, stack, desired)
    )
    return ChangeSet(
        name=proposal.name,
        change_set_id=(
            f"arn:{partition_of(stack.region)}:cloudformation:{stack.region}:{stack.account}:"
            f"changeSet/{proposal.name}/{world.new_id()}"
        ),
        kind=proposal.kind,
        description=proposal.description,
        created_at=world.now(),
        desired=desired,
        changes=changes,
        on_failure=proposal.on_failure,
        status="CREATE_PENDING",
        reason=None,
        execution_status="UNAVAILABLE",
        imports=imports,
        token=proposal.token,
    )


def _look_ahead(world: World, stack: Stack, change_set: ChangeSet) -> Iterator[float]:
    seconds = world.seconds_per_stack * _SHARE
    yield seconds
    change_set.status = "CREATE_IN_PROGRESS"
    yield seconds
    if change_set.execution_status == "OBSOLETE":
        change_set.status = "CREATE_COMPLETE"
    elif stack.desired is not None and not differs(stack.desired, change_set.desired):
        change_set.status, change_set.reason = "FAILED", NO_CHANGES
    else:
        change_set.status, change_set.execution_status = "CREATE_COMPLETE", "AVAILABLE"


def _make_room(stack: Stack, name: str) -> None:
    # AWS refuses any name twice. The AWS CLI names change sets after the second, and two of its
    # runs fit into one here, so one that is over gives its name away.
    for found in [each for each in stack.change_sets if each.name == name]:
        if found.execution_status == "AVAILABLE" or found.is_pending:
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


def drop(world: World, place: Place, name_or_id: str, stack_name: str | None) -> None:
    """
    Delete a change set; the stack under review that it came with stays.

    Raises:
        ApiError: `InvalidChangeSetStatus`: it is being created or executed; `ChangeSetNotFound`.
    """
    change_set, stack = find_change_set(world, place, name_or_id, stack_name)
    if change_set.is_pending or change_set.execution_status == "EXECUTE_IN_PROGRESS":
        shown = change_set.status if change_set.is_pending else change_set.execution_status
        message = (
            f"ChangeSet [{change_set.change_set_id}] cannot be deleted in its current status of "
            f"[{shown}]"
        )
        raise invalid_change_set_status(message)
    stack.change_sets.remove(change_set)


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
    if change_set.on_failure is not None and settings.on_failure == "DO_NOTHING":
        message = "DisableRollback cannot be specified for a change set with OnStackFailure"
        raise invalid(message)
    if change_set.kind != "CREATE" and stack.desired is not None:
        refuse_state(stack)
    stack.token = settings.token
    change_set.execution_status = "EXECUTE_IN_PROGRESS"
    overtake(stack)
    steps, size = _steps(world, stack, change_set, settings)
    begin(world, stack.stack_id, _executing(change_set, stack, steps), size=size)
    return stack


def _steps(
    world: World, stack: Stack, change_set: ChangeSet, settings: CreateSettings
) -> tuple[Steps[None], int]:
    desired = change_set.desired
    on_failure = change_set.on_failure or settings.on_failure
    if change_set.kind == "IMPORT":
        steps = import_resources(world, stack, desired, change_set.imports)
        return steps, len(change_set.imports)
    if change_set.kind == "UPDATE":
        return update_steps(world, stack, desired, settings, stays_failed=on_failure == _STAY)
    settle(stack, settings)
    stack.on_failure = on_failure
    stack.desired = desired
    work = Work(world=world, stack=stack, desired=desired)
    return create_stack(work), len(desired.template.resources)


def _executing(change_set: ChangeSet, stack: Stack, steps: Steps[None]) -> Steps[None]:
    try:
        yield from steps
    finally:
        # Deleting the stack ends a creation half-way: that closes the steps.
        is_done = stack.status in _SUCCEEDED
        change_set.execution_status = "EXECUTE_COMPLETE" if is_done else "EXECUTE_FAILED"
