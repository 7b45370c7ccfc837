"""
A port-level AWS that is slow and fails.

Operations take simulated time, stacks fail with events and are deleted again, an operation may say
SUCCEEDED while its stack is OUTDATED, calls may be throttled. What is asked of it is remembered.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from compiler.deploy.port import (
    AwsBusyError,
    AwsError,
    Definition,
    Event,
    Instance,
    Operation,
    OperationStatus,
    Place,
    StackResource,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.answers import Drift, Preview
    from compiler.deploy.clock import Clock

WRITES = frozenset(
    {
        "create_stack_set",
        "update_stack_set",
        "delete_stack_set",
        "create_instances",
        "delete_instances",
    }
)


@dataclass(frozen=True)
class Failing:
    """How the next operations on a stack set go wrong: a resource fails, or the operation lies."""

    resource: str = "Thing"
    type: str = "AWS::EC2::VPC"
    reason: str = "refused"
    times: int = 1
    kind: Literal["resource", "lie", "no events"] = "resource"


@dataclass
class _Running:
    verb: str
    places: tuple[Place, ...]
    started: datetime
    ends: datetime
    status: OperationStatus = "RUNNING"
    reasons: dict[Place, str] = field(default_factory=dict)


@dataclass
class _StackSet:
    definition: Definition
    instances: dict[Place, Instance] = field(default_factory=dict)
    operations: dict[str, _Running] = field(default_factory=dict)
    deployed: dict[Place, Definition] = field(default_factory=dict)


class FakeAws:
    """See the module."""

    def __init__(self, clock: Clock, *, account: str = "111122223333") -> None:
        self.clock = clock
        self.own_account = account
        self.stack_sets: dict[str, _StackSet] = {}
        self.calls: list[tuple[str, ...]] = []
        self.takes: dict[str, timedelta] = {}
        self.failing: dict[str, Failing] = {}
        self.busy: dict[str, int] = {}
        self.hides_outputs = False
        self.taken = 0
        self._kill: tuple[BaseException, int, bool] | None = None
        self.lost: dict[str, int] = {}
        self.refuses: dict[str, AwsError] = {}
        self.breaks: dict[str, Exception] = {}
        self.images: dict[str, str] = {"/al2023": "ami-0000000000000001"}
        self.protected: set[str] = set()
        self.filled: set[str] = set()
        self.histories: dict[str, list[Event]] = {}
        self.statuses: dict[str, str] = {}
        self._lock = threading.RLock()
        self._serial = 0

    @property
    def writes(self) -> list[tuple[str, ...]]:
        return [call for call in self.calls if call[0] in WRITES]

    def account(self) -> str:
        with self._called("account"):
            return self.own_account

    def stack_set(self, name: str) -> Definition | None:
        with self._called("stack_set", name):
            found = self.stack_sets.get(name)
            return found.definition if found else None

    def create_stack_set(self, definition: Definition, token: str) -> None:
        with self._called("create_stack_set", definition.name):
            assert token
            if definition.name in self.stack_sets:
                raise AwsError(
                    code="NameAlreadyExistsException", reason="exists", call="CreateStackSet"
                )
            self.stack_sets[definition.name] = _StackSet(definition)

    def update_stack_set(self, definition: Definition, operation: str) -> None:
        with self._called("update_stack_set", definition.name):
            found = self._found(definition.name, "UpdateStackSet")
            if operation in found.operations:
                return
            found.definition = definition
            self._begin(definition.name, "update", tuple(found.instances), operation)

    def delete_stack_set(self, name: str) -> None:
        with self._called("delete_stack_set", name):
            if name in self.stack_sets and self.stack_sets[name].instances:
                raise AwsError(
                    code="StackSetNotEmptyException", reason="not empty", call="DeleteStackSet"
                )
            self.stack_sets.pop(name, None)

    def instances(self, name: str) -> tuple[Instance, ...]:
        with self._called("instances", name):
            found = self.stack_sets.get(name)
            return tuple(found.instances.values()) if found else ()

    def create_instances(self, name: str, places: tuple[Place, ...], operation: str) -> None:
        with self._called("create_instances", name):
            found = self._found(name, "CreateStackInstances")
            if operation in found.operations:
                return
            self.taken += 1
            for place in places:
                found.instances[place] = Instance(
                    place=place, status="OUTDATED", detailed="PENDING"
                )
            self._begin(name, "create", places, operation)

    def delete_instances(
        self, name: str, places: tuple[Place, ...], operation: str, *, retain: bool = False
    ) -> None:
        with self._called("delete_instances", name):
            if operation in self._found(name, "DeleteStackInstances").operations:
                return
            self._begin(name, "retain" if retain else "delete", places, operation)

    def operation(self, name: str, operation: str) -> Operation:
        with self._called("operation", name):
            return self._told(operation, self._found(name, "Describe").operations[operation])

    def last_operation(self, name: str) -> Operation | None:
        with self._called("last_operation", name):
            found = self.stack_sets.get(name)
            if found is None or not found.operations:
                return None
            return self._told(*list(found.operations.items())[-1])

    def outputs(self, place: Place, stack_id: str) -> Mapping[str, str]:
        with self._called("outputs", stack_id):
            assert self.statuses[stack_id].endswith("_COMPLETE")
            if self.hides_outputs:
                return {}
            deployed = next(
                one.deployed[place]
                for one in self.stack_sets.values()
                if place in one.instances and one.instances[place].stack_id == stack_id
            )
            template = json.loads(deployed.template)
            return {name: one["Value"] for name, one in template.get("Outputs", {}).items()}

    def stack_status(self, place: Place, stack_id: str) -> str:
        with self._called("stack_status", place.region, stack_id):
            return self.statuses.get(stack_id, "")

    def events(self, place: Place, stack_id: str) -> tuple[Event, ...]:
        with self._called("events", place.region, stack_id):
            return tuple(self.histories[stack_id])

    def resources(self, place: Place, stack_id: str) -> tuple[StackResource, ...]:
        with self._called("resources", stack_id):
            deployed = next(
                one.deployed[place]
                for one in self.stack_sets.values()
                if place in one.instances and one.instances[place].stack_id == stack_id
            )
            return tuple(
                StackResource(
                    logical_id=name, type=one["Type"], physical_id=f"{deployed.name}-{name}"
                )
                for name, one in sorted(json.loads(deployed.template)["Resources"].items())
            )

    def is_protected(self, place: Place, database: str) -> bool:
        with self._called("is_protected", place.region, database):
            return database in self.protected

    def is_filled(self, place: Place, bucket: str) -> bool:
        with self._called("is_filled", place.region, bucket):
            return bucket in self.filled

    def image(self, place: Place, name: str) -> str:
        with self._called("image", place.region, name):
            if name not in self.images:
                raise AwsError(code="ParameterNotFound", reason="no such name", call="GetParameter")
            return self.images[name]

    def prefix_list(self, place: Place, name: str) -> str:
        with self._called("prefix_list", place.region, name):
            return f"pl-{place.region}"

    def import_stack(self, name: str, place: Place, stack_id: str, operation: str) -> None:
        raise NotImplementedError

    def detect_drift(self, name: str, operation: str) -> None:
        raise NotImplementedError

    def drift(self, name: str) -> tuple[Drift, ...]:
        raise NotImplementedError

    def accounts_in(self, organizational_unit: str) -> tuple[str, ...]:
        raise NotImplementedError

    def preview(
        self,
        place: Place,
        stack_id: str,
        definition: Definition,
        assumed: tuple[str, ...],
        name: str,
    ) -> Preview:
        raise NotImplementedError

    def continue_rollback(
        self, place: Place, stack_id: str, skip: tuple[str, ...], token: str
    ) -> None:
        raise NotImplementedError

    def delete_stack(
        self, place: Place, stack_id: str, retain: tuple[str, ...], token: str
    ) -> None:
        raise NotImplementedError

    def adopt(
        self,
        place: Place,
        stack_name: str,
        definition: Definition,
        resources: Mapping[str, Mapping[str, str]],
        token: str,
    ) -> str:
        raise NotImplementedError

    def upload(self, bucket: str, region: str, key: str, text: str) -> str:
        raise NotImplementedError

    def has_bucket(self, bucket: str, region: str) -> bool:
        raise NotImplementedError

    def empty(self, place: Place, bucket: str) -> int:
        raise NotImplementedError

    def parameter(self, name: str) -> str | None:
        raise NotImplementedError

    def create_parameter(self, name: str, value: str) -> bool:
        raise NotImplementedError

    def replace_parameter(self, name: str, value: str) -> None:
        raise NotImplementedError

    def delete_parameter(self, name: str) -> None:
        raise NotImplementedError

    def kill(self, error: BaseException, number: int, *, after: bool) -> None:
        """Let the process die in its call *number*: before AWS takes it, or after."""
        self._kill = (error, number, after)

    def _killed(self, *, after: bool) -> None:
        if self._kill is not None and self._kill[1:] == (len(self.calls), after):
            error, self._kill = self._kill[0], None
            raise error

    def _begin(self, name: str, verb: str, places: tuple[Place, ...], operation: str) -> None:
        now = self.clock.now()
        found = self.stack_sets[name]
        found.operations[operation] = _Running(
            verb, places, now, now + self.takes.get(name, timedelta(seconds=30))
        )
        for place in places:
            found.instances[place] = replace(
                found.instances[place], status="OUTDATED", detailed="RUNNING"
            )

    def _let_operations_end(self) -> None:
        now = self.clock.now()
        for name, found in self.stack_sets.items():
            for running in found.operations.values():
                if running.status == "RUNNING" and running.ends <= now:
                    self._end(name, found, running)

    def _end(self, name: str, found: _StackSet, running: _Running) -> None:
        running.status = "SUCCEEDED"
        for place in running.places:
            failing = self.failing.get(name)
            if failing is not None and failing.times > 0:
                self.failing[name] = replace(failing, times=failing.times - 1)
                self._fail(found, running, place, failing)
            else:
                self._succeed(name, found, running, place)

    def _succeed(self, name: str, found: _StackSet, running: _Running, place: Place) -> None:
        instance = found.instances[place]
        if running.verb in {"delete", "retain"}:
            if running.verb == "delete":
                self.statuses[instance.stack_id] = "DELETE_COMPLETE"
            del found.instances[place]
            found.deployed.pop(place, None)
            return
        is_new = place not in found.deployed
        stack_id = self._new_stack(name, place) if is_new else instance.stack_id
        self.statuses[stack_id] = "CREATE_COMPLETE" if is_new else "UPDATE_COMPLETE"
        found.deployed[place] = found.definition
        found.instances[place] = Instance(
            place=place, status="CURRENT", detailed="SUCCEEDED", stack_id=stack_id
        )

    def _fail(self, found: _StackSet, running: _Running, place: Place, failing: Failing) -> None:
        instance = found.instances[place]
        if failing.kind == "lie":
            found.instances[place] = replace(instance, status="OUTDATED", detailed="CANCELLED")
            return
        running.status = "FAILED"
        is_new = place not in found.deployed
        stack_id = self._new_stack(found.definition.name, place) if is_new else instance.stack_id
        word = {"create": "CREATE", "update": "CREATE" if is_new else "UPDATE"}.get(
            running.verb, "DELETE"
        )
        summary = (
            f"ResourceLogicalId:{failing.resource}, ResourceType:{failing.type}, "
            f"ResourceStatusReason:{failing.reason}."
        )
        running.reasons[place] = summary
        self.statuses[stack_id] = "DELETE_COMPLETE" if is_new else f"{word}_ROLLBACK_COMPLETE"
        found.instances[place] = Instance(
            place=place,
            status="INOPERABLE" if word == "DELETE" else "OUTDATED",
            detailed="FAILED",
            reason=summary,
            stack_id="" if failing.kind == "no events" else stack_id,
        )
        self.histories[stack_id] = [
            *self.histories.get(stack_id, ()),
            *_history(word, failing, running),
        ]

    def _new_stack(self, name: str, place: Place) -> str:
        self._serial += 1
        return (
            f"arn:aws:cloudformation:{place.region}:{place.account}:stack/"
            f"StackSet-{name}/{self._serial}"
        )

    def _told(self, id_: str, running: _Running) -> Operation:
        return Operation(
            id=id_, status=running.status, started=running.started, results=dict(running.reasons)
        )

    def _found(self, name: str, call: str) -> _StackSet:
        if name not in self.stack_sets:
            raise AwsError(code="StackSetNotFoundException", reason="no such set", call=call)
        return self.stack_sets[name]

    @contextmanager
    def _called(self, method: str, *arguments: str) -> Iterator[None]:
        with self._lock:
            self.calls.append((method, *arguments))
            self._killed(after=False)
            if self.busy.get(method, 0):
                self.busy[method] -= 1
                raise AwsBusyError(code="Throttling", reason="Rate exceeded", call=method)
            if method in self.refuses:
                raise self.refuses[method]
            if method in self.breaks:
                raise self.breaks[method]
            self._let_operations_end()
            yield
            self._killed(after=True)
            if self.lost.get(method, 0):
                self.lost[method] -= 1
                raise AwsBusyError(code="Unreachable", reason="connection closed", call=method)


def _history(word: str, failing: Failing, running: _Running) -> Iterator[Event]:
    """The stack's events: the failure comes second to last, after an echo of it."""
    stack = "AWS::CloudFormation::Stack"
    yield Event(
        at=running.started, logical_id="S", type=stack, status=f"{word}_IN_PROGRESS", reason="User"
    )
    yield Event(
        at=running.ends,
        logical_id="Other",
        type="AWS::EC2::Subnet",
        status=f"{word}_FAILED",
        reason="Resource creation cancelled",
    )
    yield Event(
        at=running.ends,
        logical_id=failing.resource,
        type=failing.type,
        status=f"{word}_FAILED",
        reason=failing.reason,
    )
    yield Event(
        at=running.ends,
        logical_id="S",
        type=stack,
        status=f"{word}_FAILED",
        reason=f"The following resource(s) failed: [Other, {failing.resource}]",
    )
