"""Failures in a document, alike in every verb."""

from __future__ import annotations

from dataclasses import dataclass

from compiler.deploy.outcome import Failure, Outcome
from compiler.deploy.ways_out import filled
from compiler.report.documents.findings import dotted


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedStack:
    """
    Why a stack is not as it should be, as far down as AWS tells.

    Attributes:
        stack: Id of the stack, `<region>/<name>`.
        account: The account in which it stands.
        region: The region in which it stands.
        stack_set: Name of its stack set.
        operation: Id of the failed operation; empty if AWS took none.
        stack_id: ARN of the stack; empty if there was none.
        resource: Logical id of the resource that failed first; empty if no resource did.
        type: Its type; empty likewise.
        reason: AWS's own sentence.
        code: The code that explains it.
        way_out: What to do about it.
        path: The place in the spec that it comes from, as a dotted path.
        then: What failed after it, when CloudFormation rolled back; empty if that went well.
        next_command: What to type next; empty if nothing fits.
    """

    stack: str
    account: str
    region: str
    stack_set: str
    operation: str
    stack_id: str
    resource: str
    type: str
    reason: str
    code: str
    way_out: str
    path: str
    then: str
    next_command: str


def failed_stacks(outcome: Outcome | None, *, folder: str, home: str) -> tuple[FailedStack, ...]:
    """Return what a document says about what failed of a run, if there was one."""
    failures = outcome.failures if outcome else ()
    return tuple(failed_stack(one, folder=folder, home=home) for one in failures)


def failed_stack(failure: Failure, *, folder: str, home: str) -> FailedStack:
    """
    Return what a document says about *failure*.

    Args:
        failure: The failure.
        folder: The compiled folder as the operator named it.
        home: The region in which the stack sets live.
    """
    return FailedStack(
        stack=failure.stack,
        account=failure.place.account,
        region=failure.place.region,
        stack_set=failure.stack_set,
        operation=failure.operation,
        stack_id=failure.stack_id,
        resource=failure.resource,
        type=failure.type,
        reason=failure.reason,
        code=failure.code,
        way_out=filled(failure.way_out, folder=folder, home=home),
        path=dotted(failure.path),
        then=failure.then,
        next_command=filled(failure.next_command, folder=folder, home=home),
    )
