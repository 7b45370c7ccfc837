"""
Carrying out the steps of a way out, each once: a run that died is gone on with by the next.

The tokens and operation ids are made of what is wanted and of what happened before, so the same
step after the same history starts nothing twice.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, assert_never

from compiler.deploy.operations import operation_id, until_decided, until_gone, until_settled
from compiler.deploy.outcome import Done, Failed
from compiler.deploy.patience import answered
from compiler.deploy.port import Aws, AwsError
from compiler.deploy.recovery.promotion import not_kept
from compiler.deploy.recovery.steps import (
    Adopt,
    ContinueRollback,
    DeleteStack,
    Keep,
    LetGo,
    Redefine,
    Step,
    TakeIn,
)
from compiler.deploy.walk import failed_call, failed_operation, failed_stack

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from compiler.deploy.flow import Job
    from compiler.deploy.port import Definition, Event, Place
    from compiler.deploy.recovery.steps import RecoveryPlan


def carry_out(aws: Aws, plan: RecoveryPlan) -> Job:
    """Return the job that does the steps of *plan*, one after another."""
    try:
        return (yield from _Recovery(aws, plan).run())
    except AwsError as error:
        return failed_call(plan.trouble.sighting.stack, error)


class _Recovery:
    def __init__(self, aws: Aws, plan: RecoveryPlan) -> None:
        self._aws = aws
        self._plan = plan
        self._seen = plan.trouble.sighting
        self._stack = self._seen.stack
        self._made = ""

    def run(self) -> Generator[str, None, Done | Failed]:
        for step in self._plan.steps:
            failed = yield from self._do(step)
            if failed is not None:
                return failed
        return Done(what="recovered")

    def _do(  # noqa: PLR0911 -- one for each kind of step
        self, step: Step
    ) -> Generator[str, None, Failed | None]:
        match step:
            case ContinueRollback():
                return (yield from self._continue(step))
            case DeleteStack():
                return (yield from self._delete(step))
            case Keep():
                return (yield from self._keep(step))
            case LetGo():
                return (yield from self._let_go(step))
            case Redefine():
                return (yield from self._redefine(step.definition))
            case Adopt():
                return (yield from self._adopt(step))
            case TakeIn():
                return (yield from self._take_in(step))
            case _:
                assert_never(step)

    def _let_go(self, step: LetGo) -> Generator[str, None, Failed | None]:
        aws, name = self._aws, step.stack_set
        definition = yield from answered(lambda: aws.stack_set(name), "looking")
        there = yield from answered(lambda: aws.instances(name), "looking")
        if definition is None or all(one.place != step.place for one in there):
            return None
        previous = yield from answered(lambda: aws.last_operation(name), "looking")
        operation = operation_id("let-go", definition, previous)
        yield from answered(
            lambda: aws.delete_instances(name, (step.place,), operation, retain=True), "starting"
        )
        decided = yield from until_decided(aws, name, operation, "letting go")
        left = yield from until_gone(aws, name, (step.place,), decided, "letting go")
        if not left:
            return None
        return failed_operation(aws, self._stack, decided, left[0])

    def _continue(self, step: ContinueRollback) -> Generator[str, None, Failed | None]:
        token = self._token("continue", step.skip)
        yield from answered(
            lambda: self._aws.continue_rollback(step.place, step.stack_id, step.skip, token),
            "starting",
        )
        wanted, doing = "UPDATE_ROLLBACK_COMPLETE", "going back to how it was"
        return (yield from self._stands(step.place, step.stack_id, wanted, doing))

    def _delete(self, step: DeleteStack) -> Generator[str, None, Failed | None]:
        token = self._token("delete", step.leave)
        yield from answered(
            lambda: self._aws.delete_stack(step.place, step.stack_id, step.leave, token),
            "starting",
        )
        wanted, doing = "DELETE_COMPLETE", "deleting the stack"
        return (yield from self._stands(step.place, step.stack_id, wanted, doing))

    def _keep(self, step: Keep) -> Generator[str, None, Failed | None]:
        aws, name = self._aws, step.definition.name
        previous = yield from answered(lambda: aws.last_operation(name), "looking")
        operation = operation_id("keep", step.definition, previous)
        yield from answered(lambda: aws.update_stack_set(step.definition, operation), "starting")
        decided = yield from until_decided(aws, name, operation, "telling what is kept")
        found = yield from until_settled(aws, name, (step.place,), decided, "telling what is kept")
        if decided.status != "SUCCEEDED" or not found or any(not one.is_current for one in found):
            return failed_operation(aws, self._stack, decided, next(iter(found), None))
        # What is deleted next holds the data, so the word of the stack itself is wanted.
        stack_id = self._seen.stack_id
        told = yield from answered(lambda: aws.template(step.place, stack_id), "looking")
        lost = not_kept(told, step.keeps)
        if not lost:
            return None
        reason = f"the stack was told to keep {', '.join(lost)}, and its template does not say so"
        return failed_call(self._stack, AwsError(code="NotKept", reason=reason, call="GetTemplate"))

    def _redefine(self, definition: Definition) -> Generator[str, None, Failed | None]:
        aws, name = self._aws, definition.name
        previous = yield from answered(lambda: aws.last_operation(name), "looking")
        operation = operation_id("define", definition, previous)
        yield from answered(lambda: aws.update_stack_set(definition, operation), "starting")
        decided = yield from until_decided(aws, name, operation, "defining")
        if decided.status == "SUCCEEDED":
            return None
        return failed_operation(aws, self._stack, decided, None)

    def _adopt(self, step: Adopt) -> Generator[str, None, Failed | None]:
        # The text may come back from AWS with other line ends, so its value makes the token.
        template = json.dumps(json.loads(step.definition.template), sort_keys=True)
        token = f"stackferry-adopt-{_digest(step.stack_name, str(step.place), template)}"
        self._made = yield from answered(
            lambda: self._aws.adopt(
                step.place, step.stack_name, step.definition, step.resources, token
            ),
            "starting",
        )
        return (yield from self._stands(step.place, self._made, "IMPORT_COMPLETE", "taking over"))

    def _take_in(self, step: TakeIn) -> Generator[str, None, Failed | None]:
        aws, name = self._aws, step.stack_set
        definition = yield from answered(lambda: aws.stack_set(name), "looking")
        there = yield from answered(lambda: aws.instances(name), "looking")
        if definition is None or any(one.place == step.place for one in there):
            return None
        previous = yield from answered(lambda: aws.last_operation(name), "looking")
        operation = operation_id("take-in", definition, previous)
        yield from answered(
            lambda: aws.import_stack(name, step.place, self._made, operation), "starting"
        )
        decided = yield from until_decided(aws, name, operation, "taking in")
        found = yield from until_settled(aws, name, (step.place,), decided, "taking in")
        if decided.status == "SUCCEEDED" and found:
            return None
        return failed_operation(aws, self._stack, decided, next(iter(found), None))

    def _stands(
        self, place: Place, stack_id: str, wanted: str, doing: str
    ) -> Generator[str, None, Failed | None]:
        """Wait until a stack has come to an end; nothing if it is the one that is *wanted*."""
        while True:
            yield doing
            status = yield from answered(lambda: self._aws.stack_status(place, stack_id), doing)
            if status == wanted or (not status and wanted == "DELETE_COMPLETE"):
                return None
            if status.endswith("_IN_PROGRESS"):
                continue
            events = self._aws.events(place, stack_id)
            if status != self._seen.status or self._has_ended_again(events):
                return self._failed(place, stack_id, status, events)

    def _has_ended_again(self, events: Sequence[Event]) -> bool:
        """Whether the stack is where it was because it failed again, not because a read lags."""
        return bool(events) and (
            events[-1].at.isoformat() != self._seen.last_event
            and events[-1].status.endswith(("_FAILED", "_COMPLETE"))
        )

    def _failed(self, place: Place, stack_id: str, status: str, events: Sequence[Event]) -> Failed:
        failure = failed_stack(
            self._aws,
            self._stack,
            place,
            stack_id,
            events=events,
            otherwise=f"the stack ended as {status}",
        )
        if failure is None:
            # `otherwise` is never empty.
            raise AssertionError(status)
        return Failed(failure=failure)

    def _token(self, verb: str, names: tuple[str, ...]) -> str:
        wish = (self._seen.stack_id, *names, self._seen.status, self._seen.last_event)
        return f"stackferry-{verb}-{_digest(*wish)}"


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]
