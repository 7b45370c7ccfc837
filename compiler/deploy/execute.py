"""Carrying out one step of a plan: bring one stack to what was compiled."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.artifacts import artifact_region, uploaded
from compiler.deploy.observe import look
from compiler.deploy.operations import (
    IN_PROGRESS,
    is_ours,
    not_ours,
    operation_id,
    until_decided,
    until_removed,
    until_settled,
)
from compiler.deploy.outcome import Done, Failed, Failure
from compiler.deploy.path.transition import job_beside, lasting, needs
from compiler.deploy.patience import answered
from compiler.deploy.plan import (
    Action,
    Decision,
    Known,
    KnownAfter,
    Plan,
    Seen,
    Step,
    decide,
)
from compiler.deploy.port import MARK, Aws, AwsError, Definition, Instance, Operation, Place
from compiler.deploy.preview import recheck
from compiler.deploy.walk import failed_call, failed_operation
from compiler.deploy.wanted import definition_of, differences, keeping_tags, place_of
from spec.findings import Spot

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from datetime import datetime, timedelta

    from compiler.deploy.flow import Job
    from compiler.deploy.folder import Compiled
    from compiler.deploy.path.crossing import Crossing
    from compiler.manifest import Stack
    from spec.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """
    What the steps of one plan have in common.

    Attributes:
        aws: Whom they ask.
        compiled: What was compiled.
        plan: The plan.
        began: The moment for the timestamp tag.
        crossing: What the plan's transition asks for, if it has one.
    """

    aws: Aws
    compiled: Compiled
    plan: Plan
    began: datetime
    crossing: Crossing | None = None

    @property
    def needs(self) -> dict[str, frozenset[str]]:
        """For each node about which something is to be done, those that must be done first."""
        busy = tuple(step for step in self.plan.steps if not step.is_idle)
        if self.plan.transition is not None:
            return needs(self.plan.transition, busy)
        ids = {step.stack.id for step in busy}
        return {step.stack.id: frozenset(ids & {*step.stack.after}) for step in busy}

    @property
    def beside(self) -> dict[str, timedelta]:
        """How long each node that is no step is expected to take."""
        if self.plan.transition is None or self.crossing is None:
            return {}
        return lasting(self.plan.transition, self.crossing)

    def start(self, node: str, given: Mapping[str, Done]) -> Job:
        """Return the job of *node*, given how the nodes that it needs ended."""
        if self.plan.transition is not None and self.crossing is not None:
            beside = job_beside(self.aws, self.plan.transition, self.crossing, node)
            if beside is not None:
                return beside
        step = next(step for step in self.plan.steps if step.stack.id == node)
        return _bring(self, step, given)


def _bring(deployment: Deployment, step: Step, given: Mapping[str, Done]) -> Job:
    try:
        return (yield from _bring_or_raise(deployment, step, given))
    except AwsError as error:
        return failed_call(step.stack, error)


def _bring_or_raise(
    deployment: Deployment, step: Step, given: Mapping[str, Done]
) -> Generator[str, None, Done | Failed]:
    aws, stack = deployment.aws, step.stack
    values: dict[str, str] = {}
    for name, value in step.values.items():
        match value:
            case Known(value=known):
                values[name] = known
            case KnownAfter(stack=other, output=output):
                if output not in given[other].outputs:
                    # StackSets' own word is CURRENT, so somebody changed the stack behind its back.
                    return failed_call(
                        stack,
                        AwsError(
                            code="MissingOutput",
                            reason=f'the stack of {other} has no output "{output}"',
                            call="DescribeStacks",
                        ),
                    )
                values[name] = given[other].outputs[output]
    manifest = deployment.compiled.manifest
    wanted = definition_of(
        manifest,
        stack,
        deployment.compiled.templates[stack.id],
        values,
        deployment.began.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    put = partial(
        uploaded,
        aws,
        stack,
        wanted,
        manifest=manifest,
        region=artifact_region(manifest, stack, deployment.plan.via),
    )
    return (yield from _converge(aws, step, (yield from answered(put, "uploading"))))


def _converge(aws: Aws, step: Step, wanted: Definition) -> Generator[str, None, Done | Failed]:
    stack = step.stack
    while True:
        # Looked at anew: minutes may have passed since the plan, and others may have worked on it.
        seen = yield from answered(partial(look, aws, stack), "looking")
        if seen.definition and not seen.definition.description.startswith(MARK):
            return failed_call(stack, _somebody_elses_stack_set(stack.stack_set))
        previous = (
            (yield from answered(partial(aws.last_operation, stack.stack_set), "looking"))
            if seen.definition
            else None
        )
        if seen.definition and previous and previous.is_unfinished:
            if not is_ours(previous.id):
                return failed_call(stack, not_ours(previous))
            failed = yield from _outcome_of(
                aws, step, previous.id, "following an earlier run", step.places
            )
            # A failure of what is no longer wanted is no news: the spec may have been corrected.
            if failed and not any(differences(wanted, frozenset(), seen.definition)):
                return failed
            continue
        wanted = keeping_tags(wanted, seen.definition)
        decision = decide(step.places, wanted, frozenset(), seen)
        if decision.action == "skip":
            return Done(what="unchanged", outputs=seen.outputs or {})
        if decision.action == "follow":
            # The stack says that it is worked on and no operation does: one of the reads lags.
            yield "waiting"
            continue
        try:
            return (
                yield from _carry_out(
                    aws,
                    step,
                    wanted,
                    decision=decision,
                    seen=seen,
                    previous=previous,
                )
            )
        except AwsError as error:
            if error.code not in {IN_PROGRESS, _IS_THERE}:
                raise
        # Somebody was quicker, or an answer was lost; whose work it is, the next look tells.
        yield "waiting"


def _carry_out(  # noqa: PLR0913 -- each is a part of the whole
    aws: Aws,
    step: Step,
    wanted: Definition,
    *,
    decision: Decision,
    seen: Seen,
    previous: Operation | None,
) -> Generator[str, None, Done | Failed]:
    if seen.definition is None:
        token = hashlib.sha256(repr(wanted).encode()).hexdigest()
        yield from answered(partial(aws.create_stack_set, wanted, token), "creating")
    elif decision.action == "update":
        operation = operation_id("update", wanted, previous)
        failed = yield from _updated(aws, step, wanted, operation, seen)
        if failed:
            return failed
        previous = Operation(id=operation, status="SUCCEEDED")
    elif any(differences(wanted, frozenset(), seen.definition)):
        # A new stack takes what its stack set says, so that is brought up to date first.
        operation = operation_id("define", wanted, previous)
        yield from answered(partial(aws.update_stack_set, wanted, operation), "defining")
        previous = yield from until_decided(aws, step.stack.stack_set, operation, "defining")
        if previous.status != "SUCCEEDED":
            return failed_operation(aws, step.stack, previous, None)
    if decision.adds:
        operation = operation_id("create", wanted, previous)
        create = partial(aws.create_instances, wanted.name, decision.adds, operation)
        yield from answered(create, "creating")
        failed = yield from _outcome_of(aws, step, operation, "creating", decision.adds)
        if failed:
            return failed
        previous = Operation(id=operation, status="SUCCEEDED")
    if decision.removes:
        operation = operation_id("delete", wanted, previous)
        delete = partial(aws.delete_instances, wanted.name, decision.removes, operation)
        yield from answered(delete, "removing")
        doomed = tuple(one for one in seen.instances if one.place in decision.removes)
        failed = yield from until_removed(aws, step.stack, operation, doomed, "removing")
        if failed:
            return failed
    after = yield from answered(partial(look, aws, step.stack), "looking")
    return Done(what=_DONE[decision.action], outputs=after.outputs or {})


_DONE: dict[Action, str] = {
    "create": "created",
    "update": "updated",
    "add": "added",
    "remove": "removed",
}

_IS_THERE = "NameAlreadyExistsException"


def _refused_update(stack: Stack, finding: Finding) -> Failed:
    return Failed(
        failure=Failure(
            stack=stack.id,
            place=place_of(stack),
            stack_set=stack.stack_set,
            operation="",
            stack_id="",
            resource="",
            type="",
            reason=finding.detail,
            code=finding.code,
            way_out=finding.way_out,
            path=finding.where.path if isinstance(finding.where, Spot) else stack.component,
        )
    )


def _somebody_elses_stack_set(name: str) -> AwsError:
    return AwsError(
        code=_IS_THERE,
        reason=f'a stack set "{name}" was made meanwhile, and not by stackferry',
        call="CreateStackSet",
    )


def _outcome_of(
    aws: Aws, step: Step, operation: str, doing: str, places: tuple[Place, ...]
) -> Generator[str, None, Failed | None]:
    """Wait for an operation; return its failure, or nothing when the stacks are current."""
    stack = step.stack
    decided = yield from until_decided(aws, stack.stack_set, operation, doing)
    found = yield from until_settled(aws, stack.stack_set, places, decided, doing)
    if decided.status == "SUCCEEDED" and len(found) == len(places) and _all_current(found):
        return None
    worst = next((one for one in found if not one.is_current), None)
    return failed_operation(aws, stack, decided, worst)


def _updated(
    aws: Aws, step: Step, wanted: Definition, operation: str, seen: Seen
) -> Generator[str, None, Failed | None]:
    finding = yield from answered(partial(recheck, aws, step, wanted, seen), "looking at changes")
    if finding is not None:
        return _refused_update(step.stack, finding)
    yield from answered(partial(aws.update_stack_set, wanted, operation), "updating")
    there = tuple(one.place for one in seen.instances if one.place in step.places)
    return (yield from _outcome_of(aws, step, operation, "updating", there))


def _all_current(instances: tuple[Instance, ...]) -> bool:
    return all(one.is_current for one in instances)
