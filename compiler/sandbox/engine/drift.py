"""
Drift: what a stack's resources have become, beside what its template says.

`drift_of` looks at once and keeps nothing; a detection of the API takes time and is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.sandbox.engine.conform import conform
from compiler.sandbox.engine.differences import Difference, compared, differences
from compiler.sandbox.engine.errors import invalid
from compiler.sandbox.engine.pace import begin_waiting
from compiler.sandbox.engine.work import ResourceFailed, Work

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from compiler.sandbox.engine.records import ResourceRecord, Stack
    from compiler.sandbox.engine.values import Json
    from compiler.sandbox.engine.world import World

IN_SYNC, DRIFTED = "IN_SYNC", "DRIFTED"
MODIFIED, DELETED, NOT_CHECKED, UNKNOWN = "MODIFIED", "DELETED", "NOT_CHECKED", "UNKNOWN"

_CHECKABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_FAILED",
    }
)

_SHARE = 0.1
"""How much of the time of a stack's operation a detection takes."""

_ATTACHED: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "AWS::EC2::SecurityGroup": {
        "SecurityGroupEgress": ("AWS::EC2::SecurityGroupEgress", "GroupId"),
        "SecurityGroupIngress": ("AWS::EC2::SecurityGroupIngress", "GroupId"),
    }
}
"""
Lists that other resources add to: by type and property, their type and what names the owner.

Those of the same stack are taken into account, those of other stacks show up as drift.
Source: CloudFormation User Guide, detecting drift, resource attachments, 2026-11-24.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceDrift:
    """
    How far one resource is from its template.

    Attributes:
        logical_id: Its key.
        physical_id: What its service calls it.
        type_name: Its type.
        status: `IN_SYNC`, `MODIFIED`, `DELETED`, `NOT_CHECKED` or `UNKNOWN`.
        expected: The properties that were compared, as the template says them.
        actual: The same, as the service tells them; empty where it has none.
        differences: By path; only where the resource is `MODIFIED`.
        reason: Why it could not be checked; may be empty.
        checked_at: When.
    """

    logical_id: str
    physical_id: str
    type_name: str
    status: str
    expected: Mapping[str, Json]
    actual: Mapping[str, Json]
    differences: tuple[Difference, ...]
    reason: str
    checked_at: datetime

    @property
    def has_drifted(self) -> bool:
        """Whether it is not as the template says."""
        return self.status in {MODIFIED, DELETED}


@dataclass(frozen=True, slots=True, kw_only=True)
class StackDrift:
    """
    How far a stack is from its template.

    Attributes:
        status: `IN_SYNC` or `DRIFTED`.
        resources: Every resource that was looked at, by logical id.
        checked_at: When.
    """

    status: str
    resources: tuple[ResourceDrift, ...]
    checked_at: datetime

    @property
    def drifted(self) -> int:
        """How many resources have drifted."""
        return sum(each.has_drifted for each in self.resources)


@dataclass(slots=True, kw_only=True)
class Detection:
    """
    A detection of a stack's drift.

    Attributes:
        detection_id: Given back by the call that started it.
        stack: Whose.
        started_at: When.
        result: What came of it; `None` while it is going on.
    """

    detection_id: str
    stack: Stack
    started_at: datetime
    result: StackDrift | None = None


def drift_of(world: World, stack: Stack, only: Collection[str] | None = None) -> StackDrift:
    """
    Compare a stack's resources with what their services have now.

    Args:
        world: Everything else.
        stack: The stack; nothing about it changes.
        only: Logical ids to look at; all, unless given.
    """
    assert stack.desired is not None  # noqa: S101 -- `refuse_detection` was asked first
    work = Work(world=world, stack=stack, desired=stack.desired)
    found = tuple(
        _resource_drift(work, record)
        for record in sorted(stack.live(), key=lambda record: record.logical_id)
        if only is None or record.logical_id in only
    )
    has_drifted = any(each.has_drifted for each in found)
    return StackDrift(
        status=DRIFTED if has_drifted else IN_SYNC, resources=found, checked_at=world.now()
    )


def _resource_drift(work: Work, record: ResourceRecord) -> ResourceDrift:
    schema = work.schema(record.type_name)
    expected = compared(schema, record.properties)
    drift = ResourceDrift(
        logical_id=record.logical_id,
        physical_id=record.physical_id,
        type_name=record.type_name,
        status=NOT_CHECKED,
        expected=expected,
        actual={},
        differences=(),
        reason="",
        checked_at=work.world.now(),
    )
    if not schema.is_readable:
        return drift
    try:
        told = work.read(record)
    except ResourceFailed as failure:
        return replace(drift, status=UNKNOWN, reason=failure.reason)
    if told is None:
        return replace(drift, status=DELETED)
    actual = {name: value for name, value in conform(schema, told).items() if name in expected}
    found = differences(
        schema,
        expected,
        actual,
        tags=work.desired.tags,
        attached=_attached(work.stack, record),
    )
    return replace(drift, status=MODIFIED if found else IN_SYNC, actual=actual, differences=found)


def begin_detection(world: World, stack: Stack, only: Collection[str] | None) -> Detection:
    """
    Start to detect a stack's drift.

    Raises:
        ApiError: `ValidationError`: the stack is in no state for it, is being looked at already, or
            has no such resource.
    """
    refuse_detection(stack, only or ())
    if any(each.stack is stack and each.result is None for each in world.detections.values()):
        message = f"Drift detection is already in progress for stack [{stack.stack_id}]"
        raise invalid(message)
    detection = Detection(detection_id=world.new_id(), stack=stack, started_at=world.now())
    world.detections[detection.detection_id] = detection
    begin_waiting(world, detection.detection_id, _detect(world, detection, only))
    return detection


def refuse_detection(stack: Stack, names: Collection[str]) -> None:
    """
    Refuse to look at a stack that is being changed, or at resources that it does not have.

    Raises:
        ApiError: `ValidationError`.
    """
    if stack.status not in _CHECKABLE:
        message = (
            f"Drift detection cannot be performed on stack [{stack.stack_id}] in state "
            f"[{stack.status}]"
        )
        raise invalid(message)
    live = {record.logical_id for record in stack.live()}
    if missing := sorted(set(names) - live):
        message = f"Resources [{', '.join(missing)}] do not exist for stack {stack.name}"
        raise invalid(message)


def remember(stack: Stack, drift: StackDrift) -> None:
    """Let the stack show what was found of some of its resources, or of all."""
    stack.drifts |= {each.logical_id: each for each in drift.resources}
    stack.drift_checked_at = drift.checked_at


def shown_drifts(stack: Stack) -> tuple[ResourceDrift, ...]:
    """Return what was last found of the resources that the stack still has, by logical id."""
    live = {(record.logical_id, record.physical_id) for record in stack.live()}
    return tuple(
        drift
        for _, drift in sorted(stack.drifts.items())
        if (drift.logical_id, drift.physical_id) in live
    )


def shown_status(stack: Stack) -> str:
    """Return what the stack shows as its drift: that of its last detection."""
    if stack.drift_checked_at is None:
        return NOT_CHECKED
    return DRIFTED if any(each.has_drifted for each in shown_drifts(stack)) else IN_SYNC


def _detect(world: World, detection: Detection, only: Collection[str] | None) -> Iterator[float]:
    yield world.seconds_per_stack * _SHARE
    detection.result = drift_of(world, detection.stack, only)
    remember(detection.stack, detection.result)


def _attached(stack: Stack, record: ResourceRecord) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for name, (type_name, owner) in _ATTACHED.get(record.type_name, {}).items():
        found[name] = [
            {key: value for key, value in other.properties.items() if key != owner}
            for other in stack.live()
            if other.type_name == type_name and other.properties.get(owner) == record.physical_id
        ]
    return found
