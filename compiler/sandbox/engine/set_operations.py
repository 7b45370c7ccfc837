"""
Operations of stack sets: one instance after the other, region by region.

An operation is an object that is moved on step by step. By default it is finished inside the call
that starts it; with `World.instances_per_poll` it moves on each time that somebody looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import (
    invalid,
    invalid_operation,
    operation_id_already_exists,
    operation_in_progress,
    operation_not_found,
    unsupported,
)
from compiler.sandbox.engine.set_stacks import deploy, undeploy
from compiler.sandbox.engine.stack_sets import (
    Instance,
    StackSet,
    find_instance,
    redefine,
    refuse_overrides,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from compiler.sandbox.engine.world import Place, World

_OVER = frozenset({"FAILED", "STOPPED", "SUCCEEDED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an operation did to one instance."""

    place: Place
    status: str
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class Operation:
    """
    One operation of a stack set.

    Attributes:
        operation_id: Unique in the stack set.
        action: `CREATE`, `UPDATE` or `DELETE`.
        status: As in `DescribeStackSetOperation`.
        given: The call's own words, given back (`OperationPreferences`, `RetainStacks`).
        results: By account and region, in the order of work.
        retains: Whether a deletion leaves the stacks.
    """

    operation_id: str
    action: str
    status: str
    created_at: datetime
    given: Mapping[str, Any]
    results: dict[Place, Result]
    retains: bool = False
    ended_at: datetime | None = None
    tolerance: Callable[[int], int] = field(default=lambda _: 0)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in _OVER

    @property
    def failed(self) -> int:
        """How many instances failed."""
        return sum(result.status == "FAILED" for result in self.results.values())

    def next_place(self) -> Place | None:
        """Return the next instance to work on."""
        return next((p for p, r in self.results.items() if r.status == "PENDING"), None)

    def tolerates(self, region: str) -> bool:
        """Tell whether the failures in *region* are within the tolerance."""
        here = [result for place, result in self.results.items() if place[1] == region]
        return sum(result.status == "FAILED" for result in here) <= self.tolerance(len(here))


def create_instances(world: World, stack_set: StackSet, given: Mapping[str, Any]) -> Operation:
    """
    Make stacks in every account and region of the call.

    Raises:
        ApiError: See `_begin`; unknown overrides.
    """
    overrides = given.get("ParameterOverrides") or ()
    refuse_overrides(stack_set, overrides)
    operation = _begin(world, stack_set, given, "CREATE", _places(given))
    for account, region in operation.results:
        instance = stack_set.instances.setdefault(
            (account, region), Instance(account=account, region=region)
        )
        _override(instance, overrides)
    _start(world, stack_set, operation)
    return operation


def update_instances(world: World, stack_set: StackSet, given: Mapping[str, Any]) -> Operation:
    """
    Change the parameters of existing instances.

    Raises:
        ApiError: See `_begin`; an instance that does not exist, unknown overrides.
    """
    overrides = given.get("ParameterOverrides")
    refuse_overrides(stack_set, overrides or ())
    places = _places(given)
    instances = [find_instance(stack_set, account, region) for account, region in places]
    operation = _begin(world, stack_set, given, "UPDATE", places)
    if overrides is not None:
        for instance in instances:
            _override(instance, overrides)
    _start(world, stack_set, operation)
    return operation


def delete_instances(world: World, stack_set: StackSet, given: Mapping[str, Any]) -> Operation:
    """
    Take instances out of the stack set, with their stacks unless `RetainStacks` is true.

    Raises:
        ApiError: See `_begin`.
    """
    places = [place for place in _places(given) if place in stack_set.instances]
    operation = _begin(world, stack_set, given, "DELETE", places)
    operation.retains = bool(given.get("RetainStacks"))
    _start(world, stack_set, operation)
    return operation


def update_set(world: World, stack_set: StackSet, given: Mapping[str, Any]) -> Operation:
    """
    Change the definition and bring the stacks to it; those that the call leaves out are outdated.

    Raises:
        ApiError: See `_begin`; the definition is refused.
    """
    _refuse_id(stack_set, given)
    _refuse_busy(stack_set)
    redefine(world, stack_set, given)
    places = list(stack_set.instances)
    if given.get("Accounts") or given.get("Regions"):
        chosen = _places(given)
        for account, region in chosen:
            find_instance(stack_set, account, region)
        places = chosen
    for place, instance in stack_set.instances.items():
        if instance.status != "INOPERABLE" and place not in places:
            instance.status = "OUTDATED"
    usable = [place for place in places if stack_set.instances[place].status != "INOPERABLE"]
    operation = _begin(world, stack_set, given, "UPDATE", usable)
    _start(world, stack_set, operation)
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


def stop(world: World, operation: Operation) -> None:
    """
    Let a running operation go no further.

    Raises:
        ApiError: `InvalidOperationException`: it is over.
    """
    if operation.is_over:
        message = f"Operation {operation.operation_id} is not running"
        raise invalid_operation(message)
    _end(world, operation, "STOPPED", "Cancelled since the operation was stopped")


def look(world: World, stack_set: StackSet) -> None:
    """Let time pass: what is running moves on by `instances_per_poll`."""
    for _ in range(world.instances_per_poll or 0):
        step(world, stack_set)


def step(world: World, stack_set: StackSet) -> bool:
    """
    Work on the next instance of the operation that is running, or start the next one in the queue.

    Returns:
        False where there was nothing to do.
    """
    waiting = [each for each in stack_set.operations.values() if not each.is_over]
    if not waiting:
        return False
    operation = waiting[0]
    operation.status = "RUNNING"
    place = operation.next_place()
    if place is None:
        _end(world, operation, "SUCCEEDED", "")
        return True
    operation.results[place] = _work_on(world, stack_set, operation, place)
    if not operation.tolerates(place[1]):
        why = "Cancelled since failure tolerance has exceeded"
        for left in (p for p, r in operation.results.items() if r.status == "PENDING"):
            stack_set.instances[left].detailed_status = "CANCELLED"
            stack_set.instances[left].reason = why
        _end(world, operation, "FAILED", why)
    elif operation.next_place() is None:
        _end(world, operation, "SUCCEEDED", "")
    return True


def _end(world: World, operation: Operation, status: str, why: str) -> None:
    for place, result in operation.results.items():
        if result.status == "PENDING":
            operation.results[place] = replace(result, status="CANCELLED", reason=why)
    operation.status = status
    operation.ended_at = world.clock()


def _begin(
    world: World,
    stack_set: StackSet,
    given: Mapping[str, Any],
    action: str,
    places: Sequence[Place],
) -> Operation:
    """
    Return a new operation, not yet entered.

    Raises:
        ApiError: `OperationIdAlreadyExistsException`, `OperationInProgressException`.
    """
    _refuse_id(stack_set, given)
    _refuse_busy(stack_set)
    preferences = given.get("OperationPreferences") or {}
    ordered = _in_region_order(places, preferences.get("RegionOrder") or ())
    return Operation(
        operation_id=str(given.get("OperationId") or world.new_id()),
        action=action,
        status="QUEUED",
        created_at=world.clock(),
        given=given,
        results={place: Result(place=place, status="PENDING") for place in ordered},
        tolerance=_tolerance(preferences),
    )


def _start(world: World, stack_set: StackSet, operation: Operation) -> None:
    is_first = all(each.is_over for each in stack_set.operations.values())
    stack_set.operations[operation.operation_id] = operation
    for place in operation.results:
        instance = stack_set.instances[place]
        instance.operation_id = operation.operation_id
        instance.detailed_status = "PENDING"
    if is_first:
        operation.status = "RUNNING"
    if world.instances_per_poll is None:
        while step(world, stack_set):
            pass


def _refuse_id(stack_set: StackSet, given: Mapping[str, Any]) -> None:
    operation_id = given.get("OperationId")
    if operation_id in stack_set.operations:
        message = f"Operation {operation_id} already exists in stack set {stack_set.name}"
        raise operation_id_already_exists(message)


def _refuse_busy(stack_set: StackSet) -> None:
    for each in stack_set.operations.values():
        if not each.is_over and not stack_set.is_queueing:
            message = f"Another Operation on StackSet {stack_set.arn} is in progress"
            raise operation_in_progress(message)


def _places(given: Mapping[str, Any]) -> list[Place]:
    if given.get("DeploymentTargets"):
        what = "DeploymentTargets: name Accounts and Regions"
        raise unsupported(what)
    accounts, regions = given.get("Accounts") or (), given.get("Regions") or ()
    if not accounts or not regions:
        message = "Accounts and Regions must both be specified."
        raise invalid(message)
    return [(account, region) for region in regions for account in accounts]


def _in_region_order(places: Sequence[Place], regions: Sequence[str]) -> list[Place]:
    rank = {region: index for index, region in enumerate(regions)}
    return sorted(places, key=lambda place: rank.get(place[1], len(rank)))


def _tolerance(preferences: Mapping[str, Any]) -> Callable[[int], int]:
    # Failed accounts per region; a share is rounded down.
    # Source: CloudFormation API Reference, StackSetOperationPreferences, 2026-11-23.
    if "FailureTolerancePercentage" in preferences:
        share = int(preferences["FailureTolerancePercentage"])
        return lambda accounts: accounts * share // 100
    count = int(preferences.get("FailureToleranceCount", 0))
    return lambda _: count


def _override(instance: Instance, given: Sequence[Mapping[str, Any]]) -> None:
    # What the list leaves out goes back to the stack set's value.
    kept = dict(instance.overrides)
    instance.overrides = {}
    for entry in given:
        name = str(entry["ParameterKey"])
        if str(entry.get("UsePreviousValue", "")).lower() == "true":
            if name in kept:
                instance.overrides[name] = kept[name]
        else:
            instance.overrides[name] = str(entry.get("ParameterValue", ""))


def _work_on(world: World, stack_set: StackSet, operation: Operation, place: Place) -> Result:
    instance = stack_set.instances[place]
    instance.detailed_status = "RUNNING"
    if operation.action == "DELETE":
        why = None if operation.retains else undeploy(world, instance)
        if why is None:
            del stack_set.instances[place]
            return Result(place=place, status="SUCCEEDED")
        instance.status, instance.detailed_status = "INOPERABLE", "INOPERABLE"
    else:
        why = deploy(world, stack_set, instance)
        if why is None:
            instance.status, instance.detailed_status = "CURRENT", "SUCCEEDED"
            instance.reason = ""
            return Result(place=place, status="SUCCEEDED")
        instance.status, instance.detailed_status = "OUTDATED", "FAILED"
    instance.reason = why
    return Result(place=place, status="FAILED", reason=why)
