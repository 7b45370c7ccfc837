"""Walking a failure down: operation, stack, first failed event, resource, place in the spec."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.deploy.causes import SUMMARY, translate
from compiler.deploy.outcome import Failed, Failure
from compiler.deploy.port import Aws, AwsError, Event, Instance, Operation, Place
from compiler.deploy.wanted import place_of
from compiler.manifest import Stack, origin_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_STACK_TYPE = "AWS::CloudFormation::Stack"

_ECHO = re.compile(r"Resource (creation|update|deletion) cancelled", re.IGNORECASE)
"""What CloudFormation says of the resources that it stopped because another one failed."""


def failed_call(stack: Stack, error: AwsError) -> Failed:
    """Return the failure of a call that AWS refused."""
    return _failed(stack, reason=f"{error.call}: {error.reason}", code=error.code)


def failed_operation(
    aws: Aws, stack: Stack, operation: Operation, instance: Instance | None
) -> Failed:
    """
    Return the failure of an *operation* after which the stack is not what was asked for.

    Asks for the stack's events, which AWS keeps by the stack's id also where it deleted the stack.
    If they cannot be read, what the stack set says has to do.
    """
    place = instance.place if instance else place_of(stack)
    said = operation.results.get(place) or (instance.reason if instance else "")
    stack_id = instance.stack_id if instance else ""
    first = None
    if stack_id:
        try:
            first = first_failure(aws.events(place, stack_id), operation.started)
        except AwsError as error:
            said = said or f"the events of the stack cannot be read: {error.reason}"
    if first is not None:
        return _failed(
            stack,
            place=place,
            operation=operation.id,
            stack_id=stack_id,
            resource="" if first.type == _STACK_TYPE else first.logical_id,
            type_="" if first.type == _STACK_TYPE else first.type,
            reason=first.reason,
        )
    summary = SUMMARY.search(said)
    return _failed(
        stack,
        place=place,
        operation=operation.id,
        stack_id=stack_id,
        resource=summary["resource"] if summary else "",
        type_=summary["type"] if summary else "",
        reason=(summary["reason"].rstrip(".") if summary else said)
        or operation.reason
        or f"the operation ended as {operation.status}, but the stack is "
        + (instance.status if instance else "not there"),
    )


def first_failure(events: Sequence[Event], since: datetime | None) -> Event | None:
    """
    Return the event that made a stack fail: the first failed one, of a resource if there is one.

    Args:
        events: The history of the stack, oldest first.
        since: When the operation began; what is older belongs to an earlier one.
    """
    failed = [
        event
        for event in events
        if event.status.endswith("_FAILED")
        and event.reason
        and (since is None or event.at >= since)
        and not _ECHO.search(event.reason)
    ]
    of_resources = [event for event in failed if event.type != _STACK_TYPE]
    return next(iter(of_resources or failed), None)


def _failed(  # the fields of a failure  # noqa: PLR0913 -- each is a part of the whole
    stack: Stack,
    *,
    reason: str,
    place: Place | None = None,
    code: str = "",
    operation: str = "",
    stack_id: str = "",
    resource: str = "",
    type_: str = "",
) -> Failed:
    cause = translate(reason, code=code)
    return Failed(
        failure=Failure(
            stack=stack.id,
            place=place or place_of(stack),
            stack_set=stack.stack_set,
            operation=operation,
            stack_id=stack_id,
            resource=resource,
            type=type_,
            reason=reason,
            code=cause.code,
            way_out=cause.way_out,
            path=origin_of(stack, ("Resources", resource)) if resource else stack.component,
        )
    )
