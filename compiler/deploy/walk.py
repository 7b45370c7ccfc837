"""Walking a failure down: operation, account, stack, first failed event, resource, spec line."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.deploy.causes import CANCELLED, SUMMARY, translate
from compiler.deploy.outcome import Failed, Failure
from compiler.deploy.port import Aws, AwsError, Event, Instance, Operation, Place
from compiler.deploy.properties import named_property
from compiler.deploy.wanted import place_of
from compiler.deploy.ways_out import FOLDER, About
from compiler.manifest import Stack, origin_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_STACK_TYPE = "AWS::CloudFormation::Stack"

_ECHO = re.compile(
    r"[Rr]esource (creation|update|deletion|import) cancelled|[Ff]ollowing resource\(s\) failed"
    r"|Rollback requested by user"
)
"""What CloudFormation says of what it stopped because something else failed."""

_EMBEDDED = re.compile(r"Embedded stack (?P<id>arn:\S+:stack/\S+?) was not")
"""How a nested stack is blamed: the reason is among that stack's own events."""

_STARTS = frozenset(
    {
        "CREATE_IN_PROGRESS",
        "UPDATE_IN_PROGRESS",
        "DELETE_IN_PROGRESS",
        "IMPORT_IN_PROGRESS",
        "REVIEW_IN_PROGRESS",
    }
)
"""With what an operation on a stack begins; a rollback belongs to the operation before it."""

_DEEPEST = 5
"""Stacks in stacks that are followed; CloudFormation has no such limit, people do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What is known of a failure before it is translated."""

    reason: str
    code: str = ""
    call: str = ""
    place: Place | None = None
    operation: str = ""
    stack_id: str = ""
    resource: str = ""
    type: str = ""
    then: str = ""
    is_inoperable: bool = False


def failed_call(stack: Stack, error: AwsError) -> Failed:
    """Return the failure of a call that AWS refused."""
    return Failed(
        failure=_failure(
            stack, _Said(reason=f"{error.call}: {error.reason}", code=error.code, call=error.call)
        )
    )


def failed_operation(
    aws: Aws, stack: Stack, operation: Operation, instance: Instance | None
) -> Failed:
    """
    Return the failure of an *operation* after which the stack is not what was asked for.

    Asks for the stack's events, which AWS keeps by the stack's id also where it deleted the stack.
    If they cannot be read, what the stack set says has to do. Where *instance* was only cancelled
    because another account failed, that account's failure is the one.
    """
    place = instance.place if instance else place_of(stack)
    said = operation.results.get(place) or (instance.reason if instance else "")
    if CANCELLED.search(said):
        instance, said = _who_failed(aws, stack, operation) or (instance, said)
        place = instance.place if instance else place
    stack_id = instance.stack_id if instance else ""
    found = None
    if stack_id:
        try:
            found = _from_events(aws, place, aws.events(place, stack_id), operation.started)
        except AwsError as error:
            said = said or f"the events of the stack cannot be read: {error.reason}"
    if found is None:
        found = _summarised(
            said,
            otherwise=operation.reason
            or f"the operation ended as {operation.status}, but the stack is "
            + (instance.status if instance else "not there"),
        )
    return Failed(
        failure=_failure(
            stack,
            replace(
                found,
                place=place,
                operation=operation.id,
                stack_id=stack_id,
                is_inoperable=instance is not None and instance.status == "INOPERABLE",
            ),
        )
    )


def failed_stack(  # noqa: PLR0913 -- each is a part of the whole
    aws: Aws,
    stack: Stack,
    place: Place,
    stack_id: str,
    *,
    events: Sequence[Event],
    otherwise: str = "",
) -> Failure | None:
    """
    Return why the last operation on a stack failed, or nothing if its events tell of no failure.

    Args:
        aws: Whom to ask.
        stack: The stack in the manifest.
        place: Where it stands.
        stack_id: Its ARN; empty if it has none.
        events: Its history, oldest first.
        otherwise: What is said of it elsewhere, for a stack whose events say nothing.

    Raises:
        AwsError: AWS refused to tell.
    """
    found = _from_events(aws, place, events, None)
    if found is None and otherwise:
        found = _summarised(otherwise)
    if found is None:
        return None
    return _failure(stack, replace(found, place=place, stack_id=stack_id))


def _summarised(said: str, *, otherwise: str = "") -> _Said:
    """Take apart what StackSets says of a stack; *otherwise* is the reason where it says none."""
    summary = SUMMARY.search(said)
    if summary is None:
        return _Said(reason=said or otherwise)
    return _Said(
        resource=summary["resource"],
        type=summary["type"],
        reason=summary["reason"].rstrip(".") or otherwise,
    )


def first_failure(events: Sequence[Event], since: datetime | None) -> Event | None:
    """
    Return the event that made a stack fail: the first failed one, of a resource if there is one.

    Args:
        events: The history of the stack, oldest first.
        since: When the operation began; what is older belongs to an earlier one. If not known, the
            last operation of the stack itself is looked at.
    """
    failed = _failures(events if since else last_round(events), since)
    of_resources = [event for event in failed if _is_of_resource(event)]
    return next(iter(of_resources or failed), None)


def failed_rollback(events: Sequence[Event]) -> tuple[Event, ...]:
    """
    Return what kept the last rollback from its end: the failed events after it began, oldest first.

    Only such resources can be skipped when it is continued, not those whose update was cancelled
    (CloudFormation API reference, ContinueUpdateRollback, ResourcesToSkip, read 2026-11-24).
    """
    begun = [
        number
        for number, event in enumerate(events)
        if event.type == _STACK_TYPE and event.status.endswith("ROLLBACK_IN_PROGRESS")
    ]
    if not begun:
        return ()
    return tuple(event for event in _failures(events[begun[-1] :], None) if _is_of_resource(event))


def last_round(events: Sequence[Event]) -> Sequence[Event]:
    """Return the events since the last operation on the stack began, its rollback included."""
    begun = [
        number
        for number, event in enumerate(events)
        if event.type == _STACK_TYPE and event.status in _STARTS
    ]
    return events[begun[-1] :] if begun else events


def _failures(events: Sequence[Event], since: datetime | None) -> list[Event]:
    return [
        event
        for event in events
        if event.status.endswith("_FAILED")
        and event.reason
        and (since is None or event.at >= since)
        and not _ECHO.search(event.reason)
    ] or [
        # All that is left is an echo: better than nothing.
        event
        for event in events
        if event.status.endswith("_FAILED")
        and event.type == _STACK_TYPE
        and event.reason
        and (since is None or event.at >= since)
    ]


def _is_of_resource(event: Event) -> bool:
    return event.type != _STACK_TYPE or _EMBEDDED.search(event.reason) is not None


def _from_events(
    aws: Aws, place: Place, events: Sequence[Event], since: datetime | None
) -> _Said | None:
    """Return the first failure of a stack, or of the stack inside it that is to blame."""
    first = first_failure(events, since)
    if first is None:
        return None
    then = "; ".join(
        f"{event.logical_id}: {event.reason}" for event in failed_rollback(events) if event != first
    )
    for _ in range(_DEEPEST):
        nested = _EMBEDDED.search(first.reason)
        if nested is None:
            break
        deeper = first_failure(aws.events(place, nested["id"]), since)
        if deeper is None:
            break
        first = deeper
    is_of_stack = not _is_of_resource(first)
    return _Said(
        reason=first.reason,
        resource="" if is_of_stack else first.logical_id,
        type="" if is_of_stack else first.type,
        then=then,
    )


def _who_failed(aws: Aws, stack: Stack, operation: Operation) -> tuple[Instance | None, str] | None:
    """Return the stack whose failure made StackSets cancel the others, and what is said of it."""
    reasons = sorted(
        (place, reason)
        for place, reason in operation.results.items()
        if reason and not CANCELLED.search(reason)
    )
    try:
        there = {one.place: one for one in aws.instances(stack.stack_set)}
    except AwsError:
        there = {}
    told = [
        (one.place, one.reason)
        for one in there.values()
        if one.detailed == "FAILED" and one.reason and not CANCELLED.search(one.reason)
    ]
    for place, reason in (*reasons, *told):
        return there.get(place) or Instance(place=place, status="OUTDATED"), reason
    return None


_NOT_UNDONE = (
    "CloudFormation could not undo it either, so it takes no further update of this stack. The "
    "command below shows how the stack was left, and the ways out."
)


def _failure(stack: Stack, said: _Said) -> Failure:
    place = said.place or place_of(stack)
    cause = translate(
        said.reason,
        code=said.code,
        about=About(
            stack=stack.id,
            account=place.account,
            region=place.region,
            stack_set=stack.stack_set,
            stack_id=said.stack_id,
            operation=said.operation,
            type=said.type,
            call=said.call,
            resource=said.resource,
            is_inoperable=said.is_inoperable,
        ),
    )
    return Failure(
        stack=stack.id,
        place=place,
        stack_set=stack.stack_set,
        operation=said.operation,
        stack_id=said.stack_id,
        resource=said.resource,
        type=said.type,
        reason=said.reason,
        code=cause.code,
        way_out=_NOT_UNDONE if said.then else cause.way_out,
        path=_path(stack, said),
        then=said.then,
        next_command=f"stackferry recover {FOLDER} --stack {stack.id}"
        if said.then
        else cause.next_command,
    )


def _path(stack: Stack, said: _Said) -> tuple[str | int, ...]:
    if not said.resource:
        return stack.component
    of_resource = ("Resources", said.resource)
    return origin_of(stack, (*of_resource, *named_property(stack, said.resource, said.reason)))
