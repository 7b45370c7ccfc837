"""
The calls that start operations of stack sets: what they admit, and what is to be done.

How an operation goes on is in `set_running`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import (
    operation_id_already_exists,
    operation_in_progress,
    operation_not_found,
    unsupported,
)
from compiler.sandbox.engine.set_imports import stacks_to_import
from compiler.sandbox.engine.set_preferences import preferences_of
from compiler.sandbox.engine.set_records import INOPERABLE, Instance, Operation, Result, StackSet
from compiler.sandbox.engine.set_running import enter
from compiler.sandbox.engine.set_targets import Targets, names_targets, targets_of
from compiler.sandbox.engine.stack_sets import find_instance, redefine, refuse_overrides

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.world import Place, World


def create_instances(world: World, stack_set: StackSet, given: Mapping[str, Any]) -> Operation:
    """
    Make stacks in every account and region of the call; those that exist are brought up to date.

    Raises:
        ApiError: See `begin` and `targets_of`; unknown overrides.
    """
    overrides = given.get("ParameterOverrides") or ()
    refuse_overrides(stack_set, overrides)
    targets = targets_of(world, stack_set, given, is_creation=True)
    operation = begin(world, stack_set, given, "CREATE", _usable(stack_set, targets))
    operation.overrides = overrides
    add_instances(stack_set, operation)
    _remember(stack_set, "CREATE", given)
    enter(world, stack_set, operation)
    return operation


def update_instances(world: World, stack_set: StackSet, given: Mapping[str, Any]) -> Operation:
    """
    Change the parameters of existing instances; inoperable ones are left out.

    Raises:
        ApiError: See `begin` and `targets_of`; an instance that does not exist, unknown overrides.
    """
    overrides = given.get("ParameterOverrides")
    refuse_overrides(stack_set, overrides or ())
    targets = _existing(world, stack_set, given)
    operation = begin(world, stack_set, given, "UPDATE", _usable(stack_set, targets))
    operation.overrides = overrides
    enter(world, stack_set, operation)
    return operation


def delete_instances(world: World, stack_set: StackSet, given: Mapping[str, Any]) -> Operation:
    """
    Take instances out of the stack set, with their stacks unless `RetainStacks` is true.

    Raises:
        ApiError: See `begin` and `targets_of`.
    """
    asked = targets_of(world, stack_set, given)
    targets = {place: unit for place, unit in asked.items() if place in stack_set.instances}
    operation = begin(world, stack_set, given, "DELETE", targets)
    operation.retains = bool(given.get("RetainStacks"))
    _remember(stack_set, "DELETE", given)
    enter(world, stack_set, operation)
    return operation


def update_set(
    world: World, stack_set: StackSet, given: Mapping[str, Any], caller: Place
) -> Operation:
    """
    Change the definition and bring the stacks to it; those that the call leaves out are outdated.

    Raises:
        ApiError: See `begin` and `targets_of`; the definition is refused.
    """
    _refuse_id(stack_set, given)
    _refuse_busy(stack_set)
    preferences_of(given)
    targets = {place: each.unit for place, each in stack_set.instances.items()}
    if names_targets(given):
        targets = _existing(world, stack_set, given)
    redefine(world, stack_set, given, caller)
    for place, instance in stack_set.instances.items():
        if instance.status != INOPERABLE and place not in targets:
            instance.status = "OUTDATED"
    operation = begin(world, stack_set, given, "UPDATE", _usable(stack_set, targets))
    enter(world, stack_set, operation)
    return operation


def detect_drift(world: World, stack_set: StackSet, given: Mapping[str, Any]) -> Operation:
    """
    Look for drift in the stacks of every instance that has one.

    Raises:
        ApiError: See `begin`.
    """
    targets = {place: each.unit for place, each in stack_set.instances.items() if each.stack_id}
    operation = begin(world, stack_set, given, "DETECT_DRIFT", _usable(stack_set, targets))
    enter(world, stack_set, operation)
    return operation


def import_stacks(world: World, stack_set: StackSet, given: Mapping[str, Any]) -> Operation:
    """
    Make instances of stacks that exist already.

    Raises:
        ApiError: See `begin` and `stacks_to_import`.
    """
    if stack_set.is_service_managed or given.get("OrganizationalUnitIds"):
        what = "importing stacks into stack sets with SERVICE_MANAGED permissions"
        raise unsupported(what)
    stacks = stacks_to_import(world, stack_set, given)
    operation = begin(world, stack_set, given, "CREATE", dict.fromkeys(stacks, ""))
    operation.imported = stacks
    add_instances(stack_set, operation)
    enter(world, stack_set, operation)
    return operation


def find_operation(stack_set: StackSet, operation_id: str) -> Operation:
    """
    Return an operation.

    Raises:
        ApiError: `OperationNotFoundException`.
    """
    found = stack_set.operations.get(operation_id)
    if found is None:
        message = f"Operation {operation_id} not found in stack set {stack_set.name}"
        raise operation_not_found(message)
    return found


def begin(
    world: World, stack_set: StackSet, given: Mapping[str, Any], action: str, targets: Targets
) -> Operation:
    """
    Return a new operation, not yet entered.

    Raises:
        ApiError: `OperationIdAlreadyExistsException`, `OperationInProgressException`,
            `ValidationError` for impossible preferences.
    """
    _refuse_id(stack_set, given)
    _refuse_busy(stack_set)
    preferences = preferences_of(given)
    return Operation(
        operation_id=str(given.get("OperationId") or world.new_id()),
        action=action,
        status="QUEUED",
        created_at=world.now(),
        given=given,
        preferences=preferences,
        definition=stack_set.definition,
        results={
            place: Result(place=place, status="PENDING", unit=targets[place])
            for place in preferences.in_order(list(targets))
        },
    )


def add_instances(stack_set: StackSet, operation: Operation) -> None:
    """Enter the instances of *operation* that are not there yet."""
    for (account, region), result in operation.results.items():
        fresh = Instance(account=account, region=region, unit=result.unit)
        stack_set.instances.setdefault((account, region), fresh)


def _remember(stack_set: StackSet, action: str, given: Mapping[str, Any]) -> None:
    if stack_set.is_service_managed:
        stack_set.deployments.append((action, given))


def _existing(world: World, stack_set: StackSet, given: Mapping[str, Any]) -> Targets:
    """
    Return the instances that the call names.

    Raises:
        ApiError: `StackInstanceNotFoundException`. Of a unit's accounts only those are meant that
            have an instance.
    """
    found = targets_of(world, stack_set, given)
    if stack_set.is_service_managed:
        return {place: unit for place, unit in found.items() if place in stack_set.instances}
    for account, region in found:
        find_instance(stack_set, account, region)
    return found


def _usable(stack_set: StackSet, targets: Targets) -> Targets:
    """Leave out inoperable instances, which nothing but their deletion reaches."""
    inoperable = {p for p, each in stack_set.instances.items() if each.status == INOPERABLE}
    return {place: unit for place, unit in targets.items() if place not in inoperable}


def _refuse_id(stack_set: StackSet, given: Mapping[str, Any]) -> None:
    operation_id = given.get("OperationId")
    if operation_id in stack_set.operations:
        message = f"Operation {operation_id} already exists in stack set {stack_set.name}"
        raise operation_id_already_exists(message)


def _refuse_busy(stack_set: StackSet) -> None:
    if stack_set.under_way() and not stack_set.is_queueing:
        message = f"Another Operation on StackSet {stack_set.arn} is in progress"
        raise operation_in_progress(message)
