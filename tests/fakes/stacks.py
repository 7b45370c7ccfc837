"""The stacks of a port-level AWS: their words, histories, previews and ways out of trouble."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from compiler.deploy.answers import Change, Preview
from compiler.deploy.port import AwsError, Event, Place, StackResource
from tests.fakes.beside import Beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from compiler.deploy.clock import Clock
    from compiler.deploy.port import Definition


@dataclass(frozen=True)
class Failing:
    """
    How the next operations on a stack set go wrong.

    A resource fails; the operation lies and says SUCCEEDED; there are no events; or the rollback of
    an update fails too. In every account, or in `accounts` only.
    """

    resource: str = "Thing"
    type: str = "AWS::EC2::VPC"
    reason: str = "refused"
    times: int = 1
    kind: Literal["resource", "lie", "no events", "rollback"] = "resource"
    accounts: tuple[str, ...] = ()


_EMPTY = frozenset({"DELETE_COMPLETE", "ROLLBACK_COMPLETE"})
"""A stack in these has no resource left."""


class FakeStacks(Beside):
    """
    Stacks by their ids.

    `statuses` and `histories` are theirs; `templates` is what each was made of; `previews` says, by
    name of the stack set, what the next previews answer instead of what the templates tell; what is
    done to a stack that is in `stuck` ends as it began.
    """

    def __init__(self, clock: Clock, account: str) -> None:
        super().__init__(clock, account)
        self.statuses: dict[str, str] = {}
        self.histories: dict[str, list[Event]] = {}
        self.templates: dict[str, Definition] = {}
        self.previews: dict[str, Preview | AwsError] = {}
        self.hides_outputs = False
        self.stack_takes = timedelta(seconds=20)
        self.stuck: dict[str, Failing] = {}
        self._at_work: dict[str, tuple[datetime, str]] = {}
        self._tokens: dict[str, str] = {}
        self._serial = 0

    def outputs(self, place: Place, stack_id: str) -> Mapping[str, str]:
        with self.called("outputs", place.region, stack_id):
            status = self.statuses[stack_id]
            assert status.endswith("_COMPLETE")
            assert status != "ROLLBACK_COMPLETE"
            if self.hides_outputs or status == "DELETE_COMPLETE":
                return {}
            template = json.loads(self.templates[stack_id].template)
            return {name: one["Value"] for name, one in template.get("Outputs", {}).items()}

    def stack_status(self, place: Place, stack_id: str) -> str:
        with self.called("stack_status", place.region, stack_id):
            return self.statuses.get(stack_id, "")

    def template(self, place: Place, stack_id: str) -> str:
        with self.called("template", place.region, stack_id):
            return self.templates[stack_id].template

    def events(self, place: Place, stack_id: str) -> tuple[Event, ...]:
        with self.called("events", place.region, stack_id):
            return tuple(self.histories.get(stack_id, ()))

    def resources(self, place: Place, stack_id: str) -> tuple[StackResource, ...]:
        with self.called("resources", place.region, stack_id):
            if self.statuses.get(stack_id, "DELETE_COMPLETE") in _EMPTY:
                return ()
            definition = self.templates[stack_id]
            return tuple(
                StackResource(
                    logical_id=name, type=one["Type"], physical_id=f"{definition.name}-{name}"
                )
                for name, one in sorted(json.loads(definition.template)["Resources"].items())
            )

    def preview(
        self,
        place: Place,
        stack_id: str,
        definition: Definition,
        assumed: tuple[str, ...],
        name: str,
    ) -> Preview:
        with self.called("preview", place.region, definition.name):
            assert name
            given = self.previews.get(definition.name)
            if isinstance(given, AwsError):
                raise given
            if given is not None:
                return given
            have = self.templates[stack_id]
            stays = {name: have.parameters[name] for name in assumed}
            wanted = replace(definition, parameters={**definition.parameters, **stays})
            return Preview(place=place, changes=tuple(_changes(have, wanted)), assumed=assumed)

    def continue_rollback(
        self, place: Place, stack_id: str, skip: tuple[str, ...], token: str
    ) -> None:
        with self.called("continue_rollback", place.region, stack_id, *skip):
            if self._tokens.get(token) == stack_id:
                return
            if self.statuses[stack_id] != "UPDATE_ROLLBACK_FAILED":
                raise AwsError(
                    code="ValidationError",
                    reason=f"Stack:{stack_id} is in {self.statuses[stack_id]} state",
                    call="ContinueUpdateRollback",
                )
            self._work(stack_id, token, "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")

    def delete_stack(
        self, place: Place, stack_id: str, retain: tuple[str, ...], token: str
    ) -> None:
        with self.called("delete_stack", place.region, stack_id, *retain):
            if self._tokens.get(token) == stack_id or stack_id not in self.statuses:
                return
            if retain and self.statuses[stack_id] != "DELETE_FAILED":
                raise AwsError(
                    code="ValidationError",
                    reason="RetainResources is for stacks in DELETE_FAILED",
                    call="DeleteStack",
                )
            self._work(stack_id, token, "DELETE_IN_PROGRESS", "DELETE_COMPLETE")

    def adopt(
        self,
        place: Place,
        stack_name: str,
        definition: Definition,
        resources: Mapping[str, Mapping[str, str]],
        token: str,
    ) -> str:
        with self.called("adopt", place.region, stack_name, *sorted(resources)):
            known = self._tokens.get(token)
            if known is not None:
                return known
            assert set(json.loads(definition.template)["Resources"]) == set(resources)
            stack_id = self.new_stack(stack_name, place)
            self.templates[stack_id] = definition
            self._work(stack_id, token, "IMPORT_IN_PROGRESS", "IMPORT_COMPLETE")
            return stack_id

    def new_stack(self, name: str, place: Place) -> str:
        self._serial += 1
        return f"arn:aws:cloudformation:{place.region}:{place.account}:stack/{name}/{self._serial}"

    def fail_stack(self, stack_id: str, word: str, failing: Failing, since: datetime) -> None:
        """Write the history of a failure: the cause comes after an echo of it."""
        self.histories.setdefault(stack_id, []).extend(
            _history(word, failing, since, self.clock.now())
        )

    def let_time_tell(self) -> None:
        now = self.clock.now()
        for stack_id, (ends, status) in list(self._at_work.items()):
            if ends <= now:
                del self._at_work[stack_id]
                failing = self.stuck.get(stack_id)
                if failing is None:
                    self.statuses[stack_id] = status
                    continue
                word = "DELETE" if status.startswith("DELETE") else "UPDATE"
                self.statuses[stack_id] = f"{status.removesuffix('_COMPLETE')}_FAILED"
                self.fail_stack(stack_id, word, failing, now)

    def _work(self, stack_id: str, token: str, now: str, then: str) -> None:
        self._tokens[token] = stack_id
        self.statuses[stack_id] = now
        self._at_work[stack_id] = (self.clock.now() + self.stack_takes, then)


def _changes(have: Definition, wanted: Definition) -> Iterator[Change]:
    """What differs in the resources; every modification in place, unless a test says otherwise."""
    old = json.loads(have.template)["Resources"]
    new = json.loads(wanted.template)["Resources"]
    for name in sorted({*old, *new}):
        one = new.get(name) or old[name]
        physical_id = f"{have.name}-{name}" if name in old else ""
        if name not in old:
            yield Change(logical_id=name, type=one["Type"], action="Add")
        elif name not in new:
            yield Change(
                logical_id=name, type=one["Type"], action="Remove", physical_id=physical_id
            )
        elif old[name] != new[name] or have.parameters != wanted.parameters:
            before, after = old[name].get("Properties", {}), new[name].get("Properties", {})
            yield Change(
                logical_id=name,
                type=one["Type"],
                action="Modify",
                replacement="False",
                physical_id=physical_id,
                properties=tuple(
                    sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
                ),
            )


def _history(word: str, failing: Failing, since: datetime, at: datetime) -> Iterator[Event]:
    stack = "AWS::CloudFormation::Stack"
    yield Event(at=since, logical_id="S", type=stack, status=f"{word}_IN_PROGRESS", reason="User")
    yield Event(
        at=at,
        logical_id="Other",
        type="AWS::EC2::Subnet",
        status=f"{word}_FAILED",
        reason="Resource creation cancelled",
    )
    yield Event(
        at=at,
        logical_id=failing.resource,
        type=failing.type,
        status=f"{word}_FAILED",
        reason=failing.reason,
    )
    yield Event(
        at=at,
        logical_id="S",
        type=stack,
        status=f"{word}_FAILED",
        reason=f"The following resource(s) failed: [Other, {failing.resource}]",
    )
    if failing.kind != "rollback":
        return
    yield Event(
        at=at,
        logical_id="S",
        type=stack,
        status="UPDATE_ROLLBACK_IN_PROGRESS",
        reason=f"The following resource(s) failed to update: [{failing.resource}].",
    )
    yield Event(
        at=at,
        logical_id=failing.resource,
        type=failing.type,
        status="UPDATE_FAILED",
        reason=f"cannot go back: {failing.reason}",
    )
    yield Event(
        at=at,
        logical_id="S",
        type=stack,
        status="UPDATE_ROLLBACK_FAILED",
        reason=f"The following resource(s) failed to update: [{failing.resource}].",
    )
