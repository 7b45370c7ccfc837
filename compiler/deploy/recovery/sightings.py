"""Reading what AWS has of each stack that may be in trouble. No call here changes anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.causes import translate
from compiler.deploy.port import Aws, AwsError, Definition, Instance, Operation, Place
from compiler.deploy.recovery.adoption import adopted_by, identifier_of
from compiler.deploy.walk import failed_rollback, failed_stack
from compiler.deploy.wanted import mark_of, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.deploy.flow import Pool
    from compiler.deploy.folder import Compiled
    from compiler.deploy.outcome import Failure
    from compiler.deploy.port import Event, StackResource
    from compiler.manifest import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """
    What AWS has of one stack at one place.

    Attributes:
        stack: The stack in the manifest.
        place: Where it stands, or should.
        definition: Its stack set, if there is one.
        instance: What the stack set says of it, if it knows of it.
        status: The stack's own status; empty if there is none.
        operation: The newest operation on the stack set, if there was one.
        failure: Why the last operation on the stack failed, if it did.
        stuck: Resources that kept a rollback from its end, each with AWS's reason.
        resources: What the stack holds; only asked for where it is in trouble.
        existing: Logical ids of resources that exist although the stack does not have them.
        adopts: Logical ids that an earlier adoption was about to take over.
        last_event: When the stack's last event was, ISO 8601; empty if there is none.
        unreadable: Why AWS did not tell; empty if it did.
        before: Of a stack whose database is promoted, the template that it had while that was a
            replica; empty of any other.
    """

    stack: Stack
    place: Place
    definition: Definition | None = None
    instance: Instance | None = None
    status: str = ""
    operation: Operation | None = None
    failure: Failure | None = None
    stuck: tuple[tuple[str, str], ...] = ()
    resources: tuple[StackResource, ...] = ()
    existing: tuple[str, ...] = ()
    adopts: tuple[str, ...] = ()
    last_event: str = ""
    unreadable: str = ""
    before: str = ""

    @property
    def stack_id(self) -> str:
        """ARN of the stack; empty if there is none."""
        return self.instance.stack_id if self.instance else ""

    @property
    def is_there(self) -> bool:
        """Whether a stack stands there, in whatever state."""
        return self.status not in {"", "DELETE_COMPLETE"}


def sightings(
    aws: Aws, compiled: Compiled, pool: Pool, *, only: str | None = None
) -> tuple[Sighting, ...]:
    """
    Look at every stack of the manifest, at each place, in the manifest's order; or at one stack.

    A stack of which AWS does not tell is a sighting as well.
    """
    calls = [
        pool.submit(partial(_of_stack, aws, compiled, stack))
        for stack in compiled.manifest.stacks
        if only in {None, stack.id}
    ]
    return tuple(one for call in calls for one in call.result())


def _of_stack(aws: Aws, compiled: Compiled, stack: Stack) -> tuple[Sighting, ...]:
    seen = Sighting(stack=stack, place=place_of(stack))
    try:
        definition = aws.stack_set(stack.stack_set)
        if definition is None:
            return ()
        if not definition.description.startswith(mark_of(compiled.manifest, stack)):
            strange = f'the stack set "{stack.stack_set}" is not of this migration'
            return (replace(seen, unreadable=strange),)
        operation = aws.last_operation(stack.stack_set)
        instances = aws.instances(stack.stack_set)
    except AwsError as error:
        return (replace(seen, unreadable=str(error)),)
    seen = replace(seen, definition=definition, operation=operation, adopts=adopted_by(definition))
    if not instances:
        return (seen,)
    return tuple(
        _of_instance(aws, compiled, replace(seen, place=one.place, instance=one), one)
        for one in instances
    )


def _of_instance(aws: Aws, compiled: Compiled, seen: Sighting, instance: Instance) -> Sighting:
    place, stack_id = seen.place, seen.stack_id
    is_suspended = instance.detailed == "SKIPPED_SUSPENDED_ACCOUNT"
    try:
        status = aws.stack_status(place, stack_id) if stack_id and not is_suspended else ""
        in_peace = instance.is_current and _is_well(status)
        if in_peace or is_suspended:
            return replace(seen, status=status)
        events = aws.events(place, stack_id) if stack_id else ()
        failure = failed_stack(
            aws, seen.stack, place, stack_id, events=events, otherwise=instance.reason
        )
        return replace(
            seen,
            status=status,
            failure=failure,
            stuck=tuple(
                {event.logical_id: event.reason for event in failed_rollback(events)}.items()
            )
            if status == "UPDATE_ROLLBACK_FAILED"
            else (),
            resources=_held(aws, place, stack_id) if status not in {"", "DELETE_COMPLETE"} else (),
            existing=tuple(_existing(aws, compiled, seen, failure, events)),
            last_event=events[-1].at.isoformat() if events else "",
        )
    except AwsError as error:
        return replace(seen, unreadable=str(error))


def _held(aws: Aws, place: Place, stack_id: str) -> tuple[StackResource, ...]:
    """Return what a stack holds; what it could not create is on AWS's list, without an id."""
    return tuple(one for one in aws.resources(place, stack_id) if one.physical_id)


def _existing(
    aws: Aws,
    compiled: Compiled,
    seen: Sighting,
    failure: Failure | None,
    events: Iterable[Event],
) -> Iterator[str]:
    """Yield what exists already: what failures name, and the stack's other kept buckets."""
    if failure is None or failure.code != "SF550" or not failure.resource:
        return
    stack, place = seen.stack, seen.place
    # CloudFormation creates side by side, so one create may fail at several.
    failed = {failure.resource, *_names_taken(events)}
    for logical_id in sorted({*failed, *stack.retained}):
        found = identifier_of(compiled.templates[stack.id], logical_id)
        is_bucket = found is not None and found.type == "AWS::S3::Bucket"
        if logical_id == failure.resource or (logical_id in failed and not is_bucket):
            yield logical_id
            continue
        # One create fails at the first name that is taken; of buckets it is easy to ask the rest.
        if (
            found is not None
            and found.type == "AWS::S3::Bucket"
            and place.account == compiled.manifest.target_account
            and aws.has_bucket(found.value, place.region)
        ):
            yield logical_id


def _names_taken(events: Iterable[Event]) -> Iterator[str]:
    for event in events:
        if event.status == "CREATE_FAILED" and translate(event.reason).code == "SF550":
            yield event.logical_id


def _is_well(status: str) -> bool:
    return status.endswith("_COMPLETE") and status not in {"ROLLBACK_COMPLETE", "DELETE_COMPLETE"}
