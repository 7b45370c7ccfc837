"""
Looking for drift: AWS compares what is there with the templates that it has.

Changes no resource, but it is an operation on each stack set, and others wait for it. Two things
are not seen: resources of types that CloudFormation cannot compare, and what somebody changed
through CloudFormation itself (CloudFormation user guide, "Detect drift", read 2026-11-24).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy import flow
from compiler.deploy.attached import without_attached
from compiler.deploy.checks import foreign_stack_sets
from compiler.deploy.exit_codes import DONE, FINDINGS, REFUSED
from compiler.deploy.frame import PARALLEL, and_give_back, pool_of, taken
from compiler.deploy.lease import Lease
from compiler.deploy.observe import account_finding, error_finding, observe
from compiler.deploy.operations import is_ours, not_ours, operation_id, until_decided
from compiler.deploy.otherwise import OtherWay, standing_otherwise
from compiler.deploy.outcome import Done, Failed
from compiler.deploy.patience import Chance, answered, no_chance
from compiler.deploy.port import Aws, AwsError
from compiler.deploy.targets import EVERYTHING, Scope
from compiler.deploy.timeline import Schedule
from compiler.deploy.walk import failed_call, failed_operation

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from compiler.deploy.answers import Drift
    from compiler.deploy.clock import Clock
    from compiler.deploy.flow import Job, Listener, Pool
    from compiler.deploy.folder import Compiled
    from compiler.deploy.lease import Taker
    from compiler.deploy.outcome import Outcome
    from compiler.deploy.port import Operation
    from compiler.manifest import Stack
    from spec.findings import Finding

_VERB = "drift"


@dataclass(frozen=True, slots=True, kw_only=True)
class StackDrifts:
    """
    What was found of one stack.

    Attributes:
        stack: The stack.
        drifts: What was found, one for each place where it stands, sorted by place.
    """

    stack: Stack
    drifts: tuple[Drift, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftResult:
    """
    How a search for drift ended.

    Attributes:
        exit_code: 0 in sync, 1 findings or drifted, 3 AWS refused or failed, 4 locked, 130
            interrupted.
        findings: What kept it from starting.
        absent: Stacks that are not there, so there is nothing to compare.
        outcome: How the comparisons went, where they were started.
        found: What was found, in the order of the manifest.
        lock: What kept the lock from being given back; empty if nothing did.
    """

    exit_code: int
    findings: tuple[Finding, ...] = ()
    absent: tuple[Stack, ...] = ()
    outcome: Outcome | None = None
    found: tuple[StackDrifts, ...] = ()
    lock: str = ""


def look_for_drift(  # noqa: PLR0913 -- each is a part of the world
    compiled: Compiled,
    *,
    aws: Aws,
    clock: Clock,
    listener: Listener,
    taker: Taker,
    announce: Callable[[tuple[Stack, ...]], None],
    scope: Scope = EVERYTHING,
    parallel: int = PARALLEL,
    pool: Pool | None = None,
    chance: Chance = no_chance,
    other: OtherWay | None = None,
) -> DriftResult:
    """
    Let AWS compare each stack with its template, side by side, and read what it found.

    Args:
        compiled: What was compiled.
        aws: Whom to ask.
        clock: Tells the time.
        listener: Is told what happens while it runs.
        taker: Who takes the lock: the operator, and an id that no other run has.
        announce: Is told which stacks will be compared, before anything is started.
        scope: Compare these stacks only.
        parallel: How many stacks at a time.
        pool: Makes the calls; a pool of threads unless given.
        chance: Keeps stacks from asking AWS in step.
        other: The way that was not asked for: what stands that way is not called absent.

    Raises:
        KeyboardInterrupt: Before anything was started; later it becomes part of the outcome.
    """
    manifest = compiled.manifest
    with pool_of(pool, parallel) as calls:
        try:
            findings = tuple(account_finding(aws, manifest))
            if findings:
                return DriftResult(exit_code=FINDINGS, findings=findings)
            seen = observe(aws, manifest, calls, with_outputs=False)
        except AwsError as error:
            return DriftResult(exit_code=REFUSED, findings=(error_finding(error),))
        findings = (
            *foreign_stack_sets(manifest, seen),
            *standing_otherwise(aws, manifest, other, seen.values()),
        )
        if findings:
            return DriftResult(exit_code=FINDINGS, findings=findings)
        wanted = tuple(stack for stack in manifest.stacks if scope.covers(stack.id))
        there = tuple(stack for stack in wanted if seen[stack.id].instances)
        absent = tuple(stack for stack in wanted if not seen[stack.id].instances)
        announce(there)
        if not there:
            return DriftResult(exit_code=DONE, absent=absent)
        lease = Lease(aws, manifest, taker, _VERB, clock, chance=chance)
        refusal = taken(lease, manifest)
        if refusal is not None:
            return DriftResult(exit_code=refusal.exit_code, findings=(refusal.finding,))
        by_id = {stack.id: stack for stack in there}
        outcome, lock = and_give_back(
            lease,
            lambda: flow.run(
                Schedule(nodes=tuple(by_id), needs=dict.fromkeys(by_id, frozenset())),
                start=lambda node, _: _comparison(aws, by_id[node]),
                listener=listener,
                clock=clock,
                pool=calls,
                parallel=parallel,
                chance=chance,
                keeper=lease,
            ),
        )
        result = _read(aws, compiled, there, outcome, calls)
        return replace(result, absent=absent, lock=lock)


def _read(
    aws: Aws, compiled: Compiled, there: tuple[Stack, ...], outcome: Outcome, pool: Pool
) -> DriftResult:
    """Return what was found of the stacks that were compared."""
    if outcome.is_interrupted:
        return DriftResult(exit_code=outcome.exit_code, outcome=outcome)
    compared = [stack for stack in there if isinstance(outcome.ends[stack.id], Done)]
    calls = [pool.submit(partial(aws.drift, stack.stack_set)) for stack in compared]
    try:
        found = tuple(
            StackDrifts(
                stack=stack,
                drifts=tuple(without_attached(compiled, stack, one) for one in call.result()),
            )
            for stack, call in zip(compared, calls, strict=True)
        )
    except AwsError as error:
        return DriftResult(exit_code=REFUSED, findings=(error_finding(error),), outcome=outcome)
    return DriftResult(exit_code=outcome.exit_code or _verdict(found), outcome=outcome, found=found)


def _verdict(found: tuple[StackDrifts, ...]) -> int:
    statuses = {drift.status for one in found for drift in one.drifts}
    if statuses <= {"IN_SYNC"}:
        return DONE
    # What could not be found out is no drift, and no reason to be content.
    return FINDINGS if "DRIFTED" in statuses else REFUSED


def _comparison(aws: Aws, stack: Stack) -> Job:
    try:
        return (yield from _comparison_or_raise(aws, stack))
    except AwsError as error:
        return failed_call(stack, error)


def _comparison_or_raise(aws: Aws, stack: Stack) -> Generator[str, None, Done | Failed]:
    name = stack.stack_set
    while True:
        definition = yield from answered(partial(aws.stack_set, name), "looking")
        previous = yield from answered(partial(aws.last_operation, name), "looking")
        if definition is None:
            return failed_call(stack, _gone())
        if previous is None or not previous.is_unfinished:
            break
        if not is_ours(previous.id):
            return failed_call(stack, not_ours(previous))
        if _is_comparison(previous):
            return (yield from _followed(aws, stack, previous.id, "following an earlier run"))
        yield from until_decided(aws, name, previous.id, "waiting for an earlier run")
    operation = operation_id(_VERB, definition, previous)
    yield from answered(partial(aws.detect_drift, name, operation), "starting")
    return (yield from _followed(aws, stack, operation, "comparing"))


def _followed(
    aws: Aws, stack: Stack, operation: str, doing: str
) -> Generator[str, None, Done | Failed]:
    decided = yield from until_decided(aws, stack.stack_set, operation, doing)
    if decided.status != "SUCCEEDED":
        return failed_operation(aws, stack, decided, None)
    return Done(what="compared")


def _is_comparison(operation: Operation) -> bool:
    return f"-{_VERB}-" in operation.id


def _gone() -> AwsError:
    return AwsError(
        code="StackSetNotFoundException",
        reason="the stack set was there a moment ago and is not any more",
        call="DescribeStackSet",
    )
