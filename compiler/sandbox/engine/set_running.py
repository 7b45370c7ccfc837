"""
How operations of stack sets go on: one at a time for each stack set, instance after instance.

Without a pace an operation is finished inside the call that starts it. With
`World.seconds_per_instance` (or `seconds_per_stack`, since an instance waits for its stack) each
instance takes its time, and `engine.pace` has done what is due whenever somebody looks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.sandbox.engine.errors import invalid_operation
from compiler.sandbox.engine.pace import set_off
from compiler.sandbox.engine.set_drifts import look_for_drift
from compiler.sandbox.engine.set_imports import take_in
from compiler.sandbox.engine.set_records import INOPERABLE, Instance
from compiler.sandbox.engine.set_roles import shut_out
from compiler.sandbox.engine.set_stacks import Effort, deploy, undeploy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from compiler.sandbox.engine.set_records import Operation, StackSet
    from compiler.sandbox.engine.world import Place, World

_A_MOMENT = 1e-6
"""Seconds by which an instance lets its stack go first, where both are due at the same time."""

_EXCEEDED = "Cancelled since failure tolerance has exceeded"
_STOPPED = "Cancelled since the operation was stopped"


def enter(world: World, stack_set: StackSet, operation: Operation) -> None:
    """Put *operation* at the end of the queue, and let it run where it is the first."""
    stack_set.operations[operation.operation_id] = operation
    for place in operation.results:
        instance = stack_set.instances[place]
        instance.operation_id = operation.operation_id
        instance.detailed_status = "PENDING"
        if operation.action in {"CREATE", "UPDATE"}:
            instance.status = "OUTDATED"
    _go_on(world, stack_set)


def stop(world: World, stack_set: StackSet, operation: Operation) -> None:
    """
    Let an operation begin no further instance; it has stopped when those that run are done.

    Raises:
        ApiError: `InvalidOperationException`: it is over or about to be.
    """
    if operation.is_over or operation.verdict:
        message = f"Operation {operation.operation_id} is not running"
        raise invalid_operation(message)
    operation.status = "STOPPING"
    _cancel(stack_set, operation, "STOPPED", _STOPPED)
    if operation.is_at_work:
        return
    _end(world, operation)
    _go_on(world, stack_set)


def _go_on(world: World, stack_set: StackSet) -> None:
    """Start whatever may be started now, and end what has nothing left to do."""
    while waiting := stack_set.under_way():
        operation = waiting[0]
        if operation.status == "QUEUED":
            operation.status = "RUNNING"
            _prepare(stack_set, operation)
        if (place := _startable(operation)) is not None:
            _start(world, stack_set, operation, place)
        elif operation.is_at_work:
            return
        else:
            _end(world, operation)


def _prepare(stack_set: StackSet, operation: Operation) -> None:
    """Hold an operation that may have waited in the queue against what is there now."""
    for place, result in list(operation.results.items()):
        instance = stack_set.instances.get(place)
        if instance is None and operation.action == "CREATE":
            instance = Instance(
                account=place[0],
                region=place[1],
                unit=result.unit,
                operation_id=operation.operation_id,
            )
            stack_set.instances[place] = instance
        if instance is None or (instance.status == INOPERABLE and operation.action != "DELETE"):
            del operation.results[place]
        elif operation.overrides is not None:
            override(instance, operation.overrides)


def override(instance: Instance, given: Sequence[Mapping[str, Any]]) -> None:
    """Change an instance's own values; what the list leaves out is the stack set's again."""
    kept = dict(instance.overrides)
    instance.overrides = {}
    for entry in given:
        name = str(entry["ParameterKey"])
        if str(entry.get("UsePreviousValue", "")).lower() == "true":
            if name in kept:
                instance.overrides[name] = kept[name]
        else:
            instance.overrides[name] = str(entry.get("ParameterValue", ""))


def _startable(operation: Operation) -> Place | None:
    """Return the next instance that the preferences let begin, if any."""
    seen: list[str] = []
    for place, result in operation.results.items():
        region = place[1]
        if result.status not in {"PENDING", "RUNNING"} or region in seen:
            continue
        if seen and not operation.preferences.is_parallel:
            return None
        seen.append(region)
        here = operation.of_region(region)
        failed = sum(each.status == "FAILED" for each in here)
        running = sum(each.status == "RUNNING" for each in here)
        waiting = [each.place for each in here if each.status == "PENDING"]
        if waiting and running < operation.preferences.concurrency(len(here), failed):
            return waiting[0]
    return None


def _start(world: World, stack_set: StackSet, operation: Operation, place: Place) -> None:
    operation.results[place] = replace(operation.results[place], status="RUNNING")
    stack_set.instances[place].detailed_status = "RUNNING"
    if not (world.seconds_per_instance or world.seconds_per_stack):
        for _ in _work(world, stack_set, operation, place):
            pass
        return
    key = f"{stack_set.arn}/{operation.operation_id}/{'/'.join(place)}"
    # The first step begins the stack, which then stands before the instance in the list and has its
    # own steps done first where both are due at the same time.
    set_off(world, key, _then_go_on(world, stack_set, operation, place))


def _then_go_on(
    world: World, stack_set: StackSet, operation: Operation, place: Place
) -> Iterator[float]:
    yield from _work(world, stack_set, operation, place)
    _go_on(world, stack_set)


def _work(world: World, stack_set: StackSet, operation: Operation, place: Place) -> Iterator[float]:
    """Work on one instance; yields how many seconds pass until there is more to do."""
    instance = stack_set.instances[place]
    gate = None if operation.retains else shut_out(world, stack_set, instance.account)
    effort = Effort(wanted="")
    if gate is None and operation.action == "DELETE" and not operation.retains:
        effort = undeploy(world, instance)
    elif gate is None and operation.action in {"CREATE", "UPDATE"} and not operation.imported:
        effort = deploy(world, stack_set.name, operation.definition, instance)
    yield world.seconds_per_instance
    while (seconds := effort.seconds_left(world)) is not None:
        yield max(seconds, _A_MOMENT)
    why = gate or effort.failure()
    if why is None and operation.imported:
        why = take_in(world, instance, operation)
    if why is None and operation.action == "DETECT_DRIFT":
        why = look_for_drift(world, instance, operation)
    _conclude(stack_set, operation, instance, why)
    done = operation.results[place]
    operation.results[place] = replace(
        done, status="SUCCEEDED" if why is None else "FAILED", reason=why or "", gate=gate or ""
    )
    _judge(stack_set, operation, place[1])


def _conclude(
    stack_set: StackSet, operation: Operation, instance: Instance, why: str | None
) -> None:
    """Let the instance show what came of it."""
    if why is None:
        instance.detailed_status = "SUCCEEDED"
        if operation.action == "DELETE":
            del stack_set.instances[instance.place]
        elif operation.action != "DETECT_DRIFT":
            instance.reason = ""
            # The definition may have changed while this was under way.
            is_current = operation.definition is stack_set.definition
            instance.status = "CURRENT" if is_current else "OUTDATED"
        return
    instance.detailed_status = "FAILED"
    if operation.action == "DETECT_DRIFT":
        return
    instance.reason = why
    if operation.imported:
        instance.detailed_status = "FAILED_IMPORT"
        instance.status = INOPERABLE
    elif operation.action == "DELETE":
        instance.detailed_status = INOPERABLE
        instance.status = INOPERABLE
    else:
        instance.status = "OUTDATED"


def _judge(stack_set: StackSet, operation: Operation, region: str) -> None:
    here = operation.of_region(region)
    failed = sum(each.status == "FAILED" for each in here)
    if failed > operation.preferences.tolerance(len(here)) and not operation.verdict:
        _cancel(stack_set, operation, "FAILED", _EXCEEDED)


def _cancel(stack_set: StackSet, operation: Operation, verdict: str, why: str) -> None:
    operation.verdict = verdict
    for place in operation.pending():
        operation.results[place] = replace(operation.results[place], status="CANCELLED", reason=why)
        instance = stack_set.instances.get(place)
        if instance is not None:
            instance.detailed_status = "CANCELLED"
            if operation.action != "DETECT_DRIFT":
                instance.reason = why


def _end(world: World, operation: Operation) -> None:
    operation.status = operation.verdict or "SUCCEEDED"
    operation.ended_at = world.now()
