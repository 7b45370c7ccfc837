"""
A port-level AWS that is slow and fails.

Operations take simulated time, stacks fail with events and are deleted again, an operation may say
SUCCEEDED while its stack is OUTDATED, reads lag, calls are throttled or lost. What is asked of it
is remembered. It plays StackSets, or plain stacks (`via="stacks"`), which differ in what a failure
leaves behind.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeVar

from compiler.deploy.answers import Drift
from compiler.deploy.port import (
    MARK,
    AwsBusyError,
    AwsError,
    Definition,
    Instance,
    Operation,
    OperationStatus,
    Place,
)
from tests.fakes.stacks import Failing, FakeStacks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from compiler.deploy.clock import Clock

__all__ = ["Failing", "FakeAws"]

T = TypeVar("T")

_DELETES = frozenset({"delete", "retain"})


@dataclass
class _Running:
    verb: str
    places: tuple[Place, ...]
    started: datetime
    ends: datetime
    wanted: Definition
    status: OperationStatus = "QUEUED"
    reasons: dict[Place, str] = field(default_factory=dict)
    imports: str = ""


@dataclass
class _StackSet:
    definition: Definition
    instances: dict[Place, Instance] = field(default_factory=dict)
    operations: dict[str, _Running] = field(default_factory=dict)


class FakeAws(FakeStacks):
    """See the module."""

    def __init__(
        self,
        clock: Clock,
        *,
        account: str = "111122223333",
        via: Literal["stacksets", "stacks"] = "stacksets",
    ) -> None:
        super().__init__(clock, account)
        self.via = via
        self.stack_sets: dict[str, _StackSet] = {}
        self.takes: dict[str, timedelta] = {}
        self.failing: dict[str, Failing] = {}
        self.tolerance = 0
        self.drifts: dict[str, tuple[Drift, ...]] = {}
        self.overridden: dict[str, dict[str, str]] = {}
        self.taken = 0
        self._gone: dict[tuple[str, str], _Running] = {}
        self._remembered: dict[str, Definition] = {}
        self._before: dict[tuple[str, str], object] = {}

    def forget_the_process(self) -> None:
        self._remembered.clear()

    def stack_set(self, name: str) -> Definition | None:
        with self.called("stack_set", name):
            found = self.stack_sets.get(name)
            return self._perhaps_stale("stack_set", name, found.definition if found else None)

    def marked(self) -> Mapping[str, str]:
        with self.called("marked"):
            return {
                name: found.definition.description
                for name, found in self.stack_sets.items()
                if found.definition.description.startswith(MARK)
            }

    def create_stack_set(self, definition: Definition, token: str) -> None:
        with self.called("create_stack_set", definition.name):
            assert token
            if definition.name in self.stack_sets:
                raise AwsError(
                    code="NameAlreadyExistsException", reason="exists", call="CreateStackSet"
                )
            if self.via == "stacks":
                # There is no such thing as a stack set: only this process knows.
                self._remembered[definition.name] = definition
            else:
                self.stack_sets[definition.name] = _StackSet(definition)

    def update_stack_set(self, definition: Definition, operation: str) -> None:
        with self.called("update_stack_set", definition.name):
            found = self._found(definition.name, "UpdateStackSet")
            if operation in found.operations:
                return
            self._remember(definition.name)
            if self.via == "stacksets":
                found.definition = definition
            places = tuple(
                place for place, one in found.instances.items() if one.status != "INOPERABLE"
            )
            self._begin(definition, "update", places, operation)

    def delete_stack_set(self, name: str) -> None:
        with self.called("delete_stack_set", name):
            if name in self.stack_sets and self.stack_sets[name].instances:
                raise AwsError(
                    code="StackSetNotEmptyException", reason="not empty", call="DeleteStackSet"
                )
            self._remember(name)
            self.stack_sets.pop(name, None)

    def instances(self, name: str) -> tuple[Instance, ...]:
        with self.called("instances", name):
            return self._perhaps_stale("instances", name, self._instances(name))

    def create_instances(self, name: str, places: tuple[Place, ...], operation: str) -> None:
        with self.called("create_instances", name):
            if self.via == "stacks" and name in self._remembered:
                self.stack_sets[name] = _StackSet(self._remembered.pop(name))
            found = self._found(name, "CreateStackInstances")
            if operation in found.operations:
                return
            self._remember(name)
            self.taken += 1
            for place in places:
                found.instances[place] = Instance(
                    place=place, status="OUTDATED", detailed="PENDING"
                )
            self._begin(found.definition, "create", places, operation)

    def delete_instances(
        self, name: str, places: tuple[Place, ...], operation: str, *, retain: bool = False
    ) -> None:
        with self.called("delete_instances", name):
            found = self._found(name, "DeleteStackInstances")
            if operation in found.operations:
                return
            self._remember(name)
            self._begin(found.definition, "retain" if retain else "delete", places, operation)

    def import_stack(self, name: str, place: Place, stack_id: str, operation: str) -> None:
        with self.called("import_stack", name):
            found = self._found(name, "ImportStacksToStackSet")
            if operation in found.operations:
                return
            found.instances[place] = Instance(place=place, status="OUTDATED", stack_id=stack_id)
            self._begin(found.definition, "import", (place,), operation)
            found.operations[operation].imports = stack_id

    def detect_drift(self, name: str, operation: str) -> None:
        with self.called("detect_drift", name):
            found = self._found(name, "DetectStackSetDrift")
            if operation not in found.operations:
                self._begin(found.definition, "drift", (), operation)

    def drift(self, name: str) -> tuple[Drift, ...]:
        with self.called("drift", name):
            found = self._found(name, "ListStackInstances")
            return self.drifts.get(
                name, tuple(Drift(place=place, status="IN_SYNC") for place in found.instances)
            )

    def overrides(self, name: str, place: Place) -> Mapping[str, str]:
        with self.called("overrides", name):
            assert place in self._found(name, "DescribeStackInstance").instances
            return self.overridden.get(name, {})

    def operation(self, name: str, operation: str) -> Operation:
        with self.called("operation", name):
            if (name, operation) in self._gone:
                return _told(operation, self._gone[name, operation])
            found = self._found(name, "DescribeStackSetOperation")
            if self.stale.get("operation", 0) or operation not in found.operations:
                self.stale["operation"] = max(0, self.stale.get("operation", 0) - 1)
                raise AwsBusyError(
                    code="OperationNotFoundException", reason="not yet", call="Describe"
                )
            return _told(operation, found.operations[operation])

    def last_operation(self, name: str) -> Operation | None:
        with self.called("last_operation", name):
            found = self.stack_sets.get(name)
            if found is None or not found.operations:
                return None
            return _told(*list(found.operations.items())[-1])

    def somebody_elses_operation(self, name: str) -> None:
        """Let a human start an operation on a stack set."""
        found = self.stack_sets[name]
        self._begin(found.definition, "update", tuple(found.instances), "by-hand")

    def _instances(self, name: str) -> tuple[Instance, ...]:
        found = self.stack_sets.get(name)
        return tuple(found.instances.values()) if found else ()

    def _remember(self, name: str) -> None:
        """Keep what reads that lag behind the write that comes will tell."""
        found = self.stack_sets.get(name)
        self._before["stack_set", name] = found.definition if found else None
        self._before["instances", name] = self._instances(name)

    def _perhaps_stale(self, method: str, name: str, fresh: T) -> T:
        if not self.stale.get(method, 0) or (method, name) not in self._before:
            return fresh
        self.stale[method] -= 1
        before: T = self._before[method, name]  # type: ignore[assignment] # what the same method told
        return before

    def _begin(
        self, definition: Definition, verb: str, places: tuple[Place, ...], operation: str
    ) -> None:
        name = definition.name
        found = self.stack_sets[name]
        # One at a time: with managed execution the next one waits for its turn.
        begins = max([self.clock.now(), *(one.ends for one in found.operations.values())])
        found.operations[operation] = _Running(
            verb=verb,
            places=places,
            started=begins,
            ends=begins + self.takes.get(name, timedelta(seconds=30)),
            wanted=definition,
        )
        for place in places:
            found.instances[place] = replace(
                found.instances[place], status="OUTDATED", detailed="RUNNING"
            )
        self.let_time_tell()

    def let_time_tell(self) -> None:
        super().let_time_tell()
        now = self.clock.now()
        for name, found in list(self.stack_sets.items()):
            for running in found.operations.values():
                if running.status == "QUEUED" and running.started <= now:
                    running.status = "RUNNING"
                if running.status == "RUNNING" and running.ends <= now:
                    self._end(name, found, running)

    def _end(self, name: str, found: _StackSet, running: _Running) -> None:
        running.status = "SUCCEEDED"
        failed = 0
        for place in running.places:
            failing = self.failing.get(name)
            if failing is None or not _concerns(failing, place):
                self._succeed(name, found, running, place)
                continue
            self.failing[name] = replace(failing, times=failing.times - 1)
            self._fail(found, running, place, failing)
            failed += failing.kind != "lie"
        if failed > self.tolerance:
            running.status = "FAILED"
        if self.via == "stacks" and running.verb in _DELETES and not found.instances:
            # The stack's history outlives it, by its id.
            self._gone |= {(name, id_): one for id_, one in found.operations.items()}
            del self.stack_sets[name]

    def _succeed(self, name: str, found: _StackSet, running: _Running, place: Place) -> None:
        instance = found.instances[place]
        if running.verb in _DELETES:
            if running.verb == "delete":
                self.statuses[instance.stack_id] = "DELETE_COMPLETE"
            del found.instances[place]
            return
        is_new = self.statuses.get(instance.stack_id, "DELETE_COMPLETE") == "DELETE_COMPLETE"
        stack_id = self.new_stack(self._stack_name(name), place) if is_new else instance.stack_id
        if running.verb != "import":
            self.statuses[stack_id] = "CREATE_COMPLETE" if is_new else "UPDATE_COMPLETE"
        self.templates[stack_id] = running.wanted
        found.definition = running.wanted if self.via == "stacks" else found.definition
        found.instances[place] = Instance(
            place=place, status="CURRENT", detailed="SUCCEEDED", stack_id=stack_id
        )

    def _fail(self, found: _StackSet, running: _Running, place: Place, failing: Failing) -> None:
        instance = found.instances[place]
        if failing.kind == "lie":
            found.instances[place] = replace(instance, status="OUTDATED", detailed="CANCELLED")
            return
        is_new = self.statuses.get(instance.stack_id, "DELETE_COMPLETE") == "DELETE_COMPLETE"
        stack_id = (
            self.new_stack(self._stack_name(found.definition.name), place)
            if is_new
            else instance.stack_id
        )
        self.templates.setdefault(stack_id, running.wanted)
        word = "DELETE" if running.verb in _DELETES else "CREATE" if is_new else "UPDATE"
        summary = (
            f"ResourceLogicalId:{failing.resource}, ResourceType:{failing.type}, "
            f"ResourceStatusReason:{failing.reason}."
        )
        running.reasons[place] = summary
        self.statuses[stack_id] = self._left_by(word, failing)
        if failing.kind != "no events":
            self.fail_stack(stack_id, word, failing, running.started)
        found.instances[place] = self._instance_left_by(
            word, failing, replace(instance, stack_id=stack_id, reason=summary)
        )

    def _left_by(self, word: str, failing: Failing) -> str:
        if word == "CREATE":
            return "ROLLBACK_COMPLETE" if self.via == "stacks" else "DELETE_COMPLETE"
        if word == "UPDATE":
            return f"UPDATE_ROLLBACK_{'FAILED' if failing.kind == 'rollback' else 'COMPLETE'}"
        return "DELETE_FAILED"

    def _instance_left_by(self, word: str, failing: Failing, instance: Instance) -> Instance:
        if self.via == "stacks":
            is_whole = word == "UPDATE" and failing.kind != "rollback"
            return replace(
                instance,
                status="CURRENT" if is_whole else "INOPERABLE",
                detailed="" if is_whole else "FAILED",
            )
        return replace(
            instance,
            status="INOPERABLE" if word == "DELETE" else "OUTDATED",
            detailed="FAILED",
            stack_id="" if failing.kind == "no events" and word == "CREATE" else instance.stack_id,
        )

    def _stack_name(self, name: str) -> str:
        return name if self.via == "stacks" else f"StackSet-{name}"

    def _found(self, name: str, call: str) -> _StackSet:
        if name not in self.stack_sets:
            raise AwsError(code="StackSetNotFoundException", reason="no such set", call=call)
        return self.stack_sets[name]


def _concerns(failing: Failing, place: Place) -> bool:
    return failing.times > 0 and (not failing.accounts or place.account in failing.accounts)


def _told(id_: str, running: _Running) -> Operation:
    return Operation(
        id=id_,
        status=running.status,
        # A failed operation tells; one that succeeded within its tolerance tells as well.
        started=running.started,
        results=dict(running.reasons),
    )
