"""
Works on single resources of one stack: create, update, delete, each with its events.

The order, and what happens after a failure, belong to `creation`, `updating` and `deletion`.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import ClientError

from compiler.sandbox.engine.admission import refuse_properties
from compiler.sandbox.engine.conform import conform
from compiler.sandbox.engine.errors import ApiError
from compiler.sandbox.engine.intrinsics import (
    Secrets,
    Surroundings,
    resolve,
)
from compiler.sandbox.engine.lookups import dynamic_value
from compiler.sandbox.engine.names import set_of
from compiler.sandbox.engine.parameters import unshown
from compiler.sandbox.engine.records import STACK_TYPE, Desired, Event, ResourceRecord, Stack
from compiler.sandbox.engine.rolling import Change, update_in_place
from compiler.sandbox.engine.schemas import ResourceSchema, resource_schema
from compiler.sandbox.engine.snapshots import take_snapshot
from compiler.sandbox.engine.surroundings import surroundings
from compiler.sandbox.handler import AdoptingHandler, Created, Handler, Properties, Refused, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compiler.sandbox.engine.template import Resource
    from compiler.sandbox.engine.values import Json
    from compiler.sandbox.engine.world import World

T = TypeVar("T")

_log = logging.getLogger(__name__)


class ResourceFailed(Exception):  # noqa: N818 -- it is what a stack event says
    """
    A resource could not be made, changed or removed; the event is written already.

    Attributes:
        logical_id: Which one; empty for an output.
        reason: AWS's or the sandbox's sentence.
    """

    def __init__(self, logical_id: str, reason: str) -> None:
        """Keep what failed and why."""
        super().__init__(f"{logical_id}: {reason}")
        self.logical_id = logical_id
        self.reason = reason


@dataclass(slots=True, kw_only=True)
class Work:
    """
    One operation's hands on one stack.

    Attributes:
        world: Everything else.
        stack: The stack.
        desired: What the operation makes of it.
        secrets: Resolves dynamic references and hides what they gave.
        beside: Logical ids under which the stack shows another resource than the one worked on: the
            new one, while the old one that it replaced is deleted.
    """

    world: World
    stack: Stack
    desired: Desired
    secrets: Secrets = field(init=False)
    beside: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Know from the start which texts must not be shown."""
        stack = self.stack
        clients = self.world.clients(stack.account, stack.region)
        self.secrets = Secrets(
            lookup=lambda reference: dynamic_value(reference, clients),
            unshown=unshown(self.desired.template.parameters, self.desired.values),
        )

    def tell(self, status: str, reason: str = "") -> None:
        """Set the stack's status and write its event."""
        self.stack.status = status
        self.stack.reason = self.secrets.hide(reason)
        self._event(self.stack.name, self.stack.stack_id, STACK_TYPE, status, reason)

    def surroundings(self) -> Surroundings:
        """Return what the template's functions can look at now."""
        made = {r.logical_id: r.created for r in self.stack.live() if r.created is not None}
        return surroundings(self.world, self.stack, self.desired, made)

    def wanted(self, resource: Resource) -> dict[str, Json]:
        """
        Return a resource's properties, functions resolved, dynamic references kept.

        Raises:
            ResourceFailed: Something cannot be resolved.
        """
        schema = self.schema(resource.type_name)
        try:
            return conform(schema, resolve(dict(resource.properties), self.surroundings()))
        except ApiError as error:
            raise ResourceFailed(resource.logical_id, error.message) from error

    def announce(
        self, resource: Resource, status: str = "CREATE_IN_PROGRESS", reason: str = ""
    ) -> ResourceRecord:
        """Enter a resource that is about to be created, or imported."""
        record = ResourceRecord(
            logical_id=resource.logical_id,
            type_name=resource.type_name,
            created=None,
            properties={},
            needs=resource.needs,
            deletion_policy=resource.deletion_policy,
            is_rolled=resource.is_rolled,
            status=status,
            reason="",
            changed_at=self.world.now(),
        )
        return self.enter(record, reason)

    def create(self, resource: Resource, announced: ResourceRecord) -> ResourceRecord:
        """
        Create a resource that was announced.

        Raises:
            ResourceFailed: It was refused; the stack has its record, without a physical id.
        """
        record = announced
        try:
            wanted = self.wanted(resource)
            record = replace(record, properties=wanted)
            self._fail_if_asked(record)
            real = self.real(record.logical_id, record.type_name, wanted)
            made = self._ask(
                record, lambda scope: self.handler(record.type_name).create(scope, real)
            )
        except ResourceFailed as failure:
            self.enter(replace(record, status="CREATE_FAILED"), failure.reason)
            raise
        record = replace(record, created=self.secrets.cover(made))
        self.enter(record, "Resource creation Initiated")
        return self.enter(replace(record, status="CREATE_COMPLETE"))

    def recreate(self, record: ResourceRecord) -> ResourceRecord:
        """
        Create again what was deleted to make room for a replacement.

        Raises:
            ResourceFailed: It was refused.
        """
        self._fail_if_asked(record)
        real = self.real(record.logical_id, record.type_name, record.properties)
        made = self._ask(record, lambda scope: self.handler(record.type_name).create(scope, real))
        return self.enter(
            replace(record, created=self.secrets.cover(made), status="UPDATE_COMPLETE")
        )

    def announce_update(self, before: ResourceRecord, reason: str = "") -> None:
        """Enter a resource that is about to be changed or replaced."""
        self.enter(replace(before, status="UPDATE_IN_PROGRESS"), reason)

    def update(self, before: ResourceRecord, after: ResourceRecord) -> ResourceRecord:
        """
        Change a resource in place from what *before* says to what *after* says.

        Raises:
            ResourceFailed: It was refused.
        """
        try:
            old = self.real(before.logical_id, before.type_name, before.properties, check=False)
            new = self.real(after.logical_id, after.type_name, after.properties)
            handler, rolled = self.handler(after.type_name), after.is_rolled
            change = Change(physical_id=before.physical_id, old=old, new=new, is_rolled=rolled)
            made = self._ask(after, lambda scope: update_in_place(handler, scope, change))
            # Changed already, so that there is something to put back.
            self._fail_if_asked(after)
        except ResourceFailed as failure:
            self.enter(replace(before, status="UPDATE_FAILED"), failure.reason)
            raise
        return self.enter(
            replace(after, created=self.secrets.cover(made), status="UPDATE_COMPLETE")
        )

    def adopt(self, record: ResourceRecord, physical_id: str) -> ResourceRecord:
        """
        Take a resource into the stack that exists already, and put the stack's tags on it.

        Raises:
            ResourceFailed: It does not exist, or cannot be tagged.
        """
        handler = self.handler(record.type_name)
        assert isinstance(handler, AdoptingHandler)  # noqa: S101 -- others were refused before
        self.real(record.logical_id, record.type_name, record.properties)
        if self._ask(record, lambda scope: handler.read(scope, physical_id)) is None:
            reason = (
                f"Resource handler returned message: \"Resource of type '{record.type_name}' with "
                f"identifier '{physical_id}' was not found.\" (HandlerErrorCode: NotFound)"
            )
            raise ResourceFailed(record.logical_id, reason)
        named = replace(record, created=Created(physical_id=physical_id, attributes={}))
        self.enter(replace(named, status="IMPORT_COMPLETE"), "Resource import completed.")
        why = "Apply stack-level tags to imported resource if applicable."
        self.enter(replace(named, status="UPDATE_IN_PROGRESS"), why)
        made = self._ask(record, lambda scope: handler.adopt(scope, physical_id))
        return self.enter(
            replace(record, created=self.secrets.cover(made), status="UPDATE_COMPLETE")
        )

    def skip(self, record: ResourceRecord) -> None:
        """Let a resource leave the stack and stay in the service."""
        self.enter(replace(record, status="DELETE_SKIPPED"))

    def announce_deletion(self, record: ResourceRecord) -> None:
        """Enter a resource that is about to be deleted."""
        self.enter(replace(record, status="DELETE_IN_PROGRESS"))

    def delete(self, record: ResourceRecord, *, has_snapshot: bool = False) -> bool:
        """
        Delete a resource that was announced; the stack keeps the record.

        Returns:
            False where the service refused; the event says why.
        """
        try:
            if has_snapshot:
                self._ask(record, lambda scope: take_snapshot(scope, record))
            handler = self.handler(record.type_name)
            self._ask(
                record,
                lambda scope: handler.delete(scope, record.physical_id, record.properties),
            )
        except ResourceFailed as failure:
            self.enter(replace(record, status="DELETE_FAILED"), failure.reason)
            return False
        self.enter(replace(record, status="DELETE_COMPLETE"))
        return True

    def cancel(self) -> list[ResourceRecord]:
        """
        Enter as failed what was about to be done when the operation was ended.

        Returns:
            The resources that were about to be changed, as they are.
        """
        left: list[ResourceRecord] = []
        for record in list(self.stack.resources.values()):
            if record.status == "CREATE_IN_PROGRESS":
                failed = replace(record, status="CREATE_FAILED")
                self.enter(failed, "Resource creation cancelled")
            elif record.status in {"DELETE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}:
                failed = replace(record, status="UPDATE_FAILED")
                left.append(self.enter(failed, "Resource update cancelled"))
        return left

    def read(self, record: ResourceRecord) -> Properties | None:
        """
        Return what the service reports of a resource; nothing where it does not exist.

        Raises:
            ResourceFailed: It cannot be asked.
        """
        handler = self.handler(record.type_name)
        return self._ask(record, lambda scope: handler.read(scope, record.physical_id))

    def enter(self, record: ResourceRecord, reason: str = "") -> ResourceRecord:
        """Put *record* into the stack under its id, with an event of its status."""
        reason = self.secrets.hide(reason)
        record = replace(record, reason=reason, changed_at=self.world.now())
        if record.logical_id not in self.beside:
            self.stack.resources[record.logical_id] = record
        properties = self.secrets.hide(json.dumps(record.properties, sort_keys=True))
        self._event(
            record.logical_id,
            record.physical_id,
            record.type_name,
            record.status,
            reason,
            properties,
        )
        return record

    def schema(self, type_name: str) -> ResourceSchema:
        """Return the registry schema of a type that the template was admitted with."""
        return resource_schema(type_name, self.stack.region)

    def handler(self, type_name: str) -> Handler:
        """Return the handler of a type that the template was admitted with."""
        return self.world.handlers[type_name]

    def real(
        self, logical_id: str, type_name: str, wanted: Mapping[str, Json], *, check: bool = True
    ) -> dict[str, Json]:
        """
        Return *wanted* with its dynamic references resolved, held against the schema.

        Raises:
            ResourceFailed: CloudFormation (or the sandbox) refuses the properties.
        """
        schema = self.schema(type_name)
        try:
            real = conform(schema, self.secrets.resolve(dict(wanted)))
            if check:
                refuse_properties(logical_id, schema, self.handler(type_name).supported, real)
        except ApiError as error:
            raise ResourceFailed(logical_id, error.message) from error
        return real

    def _fail_if_asked(self, record: ResourceRecord) -> None:
        """Refuse to go on with a stack that is to fail; the way back is not in the way."""
        is_forward = self.stack.status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}
        names = (self.stack.name, set_of(self.stack.name))
        if is_forward and self.world.faults.holds("stack-fails", *names):
            reason = (
                'Resource handler returned message: "Asked to fail." (HandlerErrorCode: '
                "GeneralServiceException)"
            )
            raise ResourceFailed(record.logical_id, reason)

    def _ask(self, record: ResourceRecord, call: Callable[[Scope], T]) -> T:
        scope = self._scope(record)
        try:
            return call(scope)
        except Refused as refused:
            reason = f'Resource handler returned message: "{refused}"'
        except ClientError as error:
            answer = error.response["Error"]
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
            reason = (
                f'Resource handler returned message: "{answer.get("Message", "")} (Service: '
                f'{error.operation_name}, Status Code: {status}, Code: {answer.get("Code", "")})"'
            )
        except ApiError as error:
            reason = error.message
        except Exception as error:  # noqa: BLE001 -- a bug must not leave a stack half-way
            # A stack must end in a state that can be read, whatever a handler of ours does wrong.
            _log.exception("The handler of %s failed on %s", record.type_name, record.logical_id)
            reason = (
                f"InternalFailure: the sandbox's handler of {record.type_name} raised "
                f"{type(error).__name__}: {error}. This is a bug in the sandbox."
            )
        raise ResourceFailed(record.logical_id, reason)

    def _scope(self, record: ResourceRecord) -> Scope:
        stack, schema = self.stack, self.schema(record.type_name)
        tags = dict(self.desired.tags) if schema.taggable else {}
        if schema.taggable and schema.system_tags:
            tags |= {
                "aws:cloudformation:stack-name": stack.name,
                "aws:cloudformation:stack-id": stack.stack_id,
                "aws:cloudformation:logical-id": record.logical_id,
            }
        return Scope(
            account=stack.account,
            region=stack.region,
            stack_name=stack.name,
            stack_id=stack.stack_id,
            logical_id=record.logical_id,
            tags=tags,
            client=self.world.clients(stack.account, stack.region),
        )

    def _event(  # noqa: PLR0913, PLR0917 -- the columns of an event
        self,
        logical_id: str,
        physical_id: str,
        type_name: str,
        status: str,
        reason: str,
        properties: str = "",
    ) -> None:
        self.stack.events.append(
            Event(
                event_id=f"{logical_id}-{status}-{len(self.stack.events)}",
                logical_id=logical_id,
                physical_id=physical_id,
                type_name=type_name,
                at=self.world.now(),
                status=status,
                reason=self.secrets.hide(reason),
                properties=properties,
                token=self.stack.token,
            )
        )
