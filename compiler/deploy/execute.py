"""Carrying out one step of a plan: bring one stack to what was compiled."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy.observe import look
from compiler.deploy.operations import operation_id, until_decided, until_settled
from compiler.deploy.outcome import Done, Failed
from compiler.deploy.plan import (
    Known,
    KnownAfter,
    Plan,
    Step,
    decide,
    definition_of,
    differences,
    place_of,
)
from compiler.deploy.port import Aws, AwsError, Definition, Operation
from compiler.deploy.walk import failed_call, failed_operation

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from datetime import datetime

    from compiler.deploy.flow import Job
    from compiler.deploy.folder import Compiled
    from compiler.manifest import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """
    What the steps of one plan have in common.

    Attributes:
        aws: Whom they ask.
        compiled: What was compiled.
        plan: The plan.
        began: The moment for the timestamp tag.
    """

    aws: Aws
    compiled: Compiled
    plan: Plan
    began: datetime

    @property
    def nodes(self) -> tuple[str, ...]:
        """Ids of the stacks for which something is to be asked of AWS, in the plan's order."""
        return tuple(
            step.stack.id for step in self.plan.steps if step.action not in {"skip", "wait"}
        )

    @property
    def needs(self) -> dict[str, frozenset[str]]:
        """For each node, the nodes that must be done first."""
        nodes = set(self.nodes)
        return {
            step.stack.id: frozenset(step.stack.after) & nodes
            for step in self.plan.steps
            if step.stack.id in nodes
        }

    def start(self, node: str, given: Mapping[str, Done]) -> Job:
        """Return the job of *node*, given how the nodes that it needs ended."""
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
    wanted = definition_of(
        deployment.compiled.manifest,
        stack,
        deployment.compiled.templates[stack.id],
        values,
        deployment.began.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    return (yield from _converge(aws, step, wanted))


def _converge(aws: Aws, step: Step, wanted: Definition) -> Generator[str, None, Done | Failed]:
    stack = step.stack
    while True:
        # Looked at anew: minutes may have passed since the plan, and others may have worked on it.
        seen = look(aws, stack)
        previous = aws.last_operation(stack.stack_set) if seen.definition else None
        if seen.definition and previous and previous.is_unfinished:
            failed = yield from _outcome_of(aws, stack, previous.id, "following an earlier run")
            # A failure of what is no longer wanted is no news: the spec may have been corrected.
            if failed and not any(differences(wanted, frozenset(), seen.definition)):
                return failed
            continue
        action, _ = decide(stack, wanted, frozenset(), seen)
        if action == "skip":
            return Done(what="unchanged", outputs=seen.outputs or {})
        if action != "follow":
            break
        # The stack says that it is worked on and no operation does: one of the two reads lags.
        yield "waiting"
    if action == "update":
        operation = operation_id("update", wanted, previous)
        aws.update_stack_set(wanted, operation)
        failed = yield from _outcome_of(aws, stack, operation, "updating")
        return failed or Done(what="updated", outputs=look(aws, stack).outputs or {})
    failed = yield from _create(aws, stack, wanted, seen.definition, previous)
    return failed or Done(what="created", outputs=look(aws, stack).outputs or {})


def _create(
    aws: Aws,
    stack: Stack,
    wanted: Definition,
    have: Definition | None,
    previous: Operation | None,
) -> Generator[str, None, Failed | None]:
    """Create the stack, and its stack set if need be; return the failure, or nothing."""
    if have is None:
        aws.create_stack_set(wanted, hashlib.sha256(repr(wanted).encode()).hexdigest())
    elif any(differences(wanted, frozenset(), have)):
        # A new stack takes what its stack set says, so that is brought up to date first.
        operation = operation_id("define", wanted, previous)
        aws.update_stack_set(wanted, operation)
        previous = yield from until_decided(aws, stack.stack_set, operation, "defining")
        if previous.status != "SUCCEEDED":
            return failed_operation(aws, stack, previous, None)
    operation = operation_id("create", wanted, previous)
    aws.create_instance(wanted.name, place_of(stack), operation)
    return (yield from _outcome_of(aws, stack, operation, "creating"))


def _outcome_of(
    aws: Aws, stack: Stack, operation: str, doing: str
) -> Generator[str, None, Failed | None]:
    """Wait for an operation; return its failure, or nothing when the stack is current."""
    decided = yield from until_decided(aws, stack.stack_set, operation, doing)
    instance = yield from until_settled(aws, stack.stack_set, place_of(stack), decided, doing)
    if decided.status == "SUCCEEDED" and instance is not None and instance.is_current:
        return None
    return failed_operation(aws, stack, decided, instance)
