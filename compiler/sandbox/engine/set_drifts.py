"""Drift of stack sets: that of their instances' stacks, and the sum of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.sandbox.engine.drift import (
    DRIFTED,
    IN_SYNC,
    NOT_CHECKED,
    drift_of,
    refuse_detection,
    remember,
)
from compiler.sandbox.engine.errors import ApiError

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.sandbox.engine.set_records import Instance, Operation, StackSet
    from compiler.sandbox.engine.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftTally:
    """
    What a detection of drift found in a stack set so far.

    Attributes:
        status: `DRIFTED`, `IN_SYNC` or `NOT_CHECKED`.
        detection: As in `StackSetDriftDetectionDetails.DriftDetectionStatus`.
        checked_at: When it was over; `None` while it goes on.
        total: How many instances it looks at.
        drifted: How many have drifted.
        in_sync: How many have not.
        in_progress: How many are still to be looked at.
        failed: How many could not be looked at.
    """

    status: str
    detection: str
    checked_at: datetime | None
    total: int
    drifted: int
    in_sync: int
    in_progress: int
    failed: int


def look_for_drift(world: World, instance: Instance, operation: Operation) -> str | None:
    """Detect the drift of an instance's stack; return why that failed, or nothing."""
    stack = world.find_or_none(instance.place, instance.stack_id)
    if stack is None:
        return f"Stack with id {instance.stack_id} does not exist"
    try:
        refuse_detection(stack, ())
    except ApiError as error:
        return error.message
    found = drift_of(world, stack)
    remember(stack, found)
    instance.drift = found
    operation.drifts[instance.place] = found
    return None


def tally_of(operation: Operation) -> DriftTally:
    """Return the sum of what *operation* found until now."""
    found = [drift.status for drift in operation.drifts.values()]
    states = [result.status for result in operation.results.values()]
    status = IN_SYNC if found else NOT_CHECKED
    return DriftTally(
        status=DRIFTED if DRIFTED in found else status,
        detection=_detection(operation),
        checked_at=operation.ended_at,
        total=len(states),
        drifted=found.count(DRIFTED),
        in_sync=found.count(IN_SYNC),
        in_progress=states.count("PENDING") + states.count("RUNNING"),
        failed=operation.failed,
    )


def last_tally(stack_set: StackSet) -> DriftTally | None:
    """Return what the last detection of drift that is over found in *stack_set*, if any."""
    for operation in reversed(stack_set.operations.values()):
        if operation.action == "DETECT_DRIFT" and operation.is_over:
            return tally_of(operation)
    return None


def _detection(operation: Operation) -> str:
    if not operation.is_over:
        return "IN_PROGRESS"
    if operation.status != "SUCCEEDED":
        return operation.status
    return "PARTIAL_SUCCESS" if operation.failed else "COMPLETED"
