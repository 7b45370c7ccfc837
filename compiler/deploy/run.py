"""
The two verbs: deploy and destroy, from a compiled folder to a result.

Everything that touches the world comes in as an argument: AWS, the clock, the pool of threads, the
operator's consent, and who is told. Nothing is printed here.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy import flow, removal
from compiler.deploy.checks import foreign_stack_sets
from compiler.deploy.execute import Deployment
from compiler.deploy.exit_codes import DONE, FINDINGS, REFUSED
from compiler.deploy.observe import account_finding, error_finding, observe
from compiler.deploy.outcome import Done, Failed, Outcome
from compiler.deploy.port import Aws, AwsError, Place
from compiler.deploy.prepare import ANYTHING, Wish, prepare
from compiler.deploy.wanted import place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import timedelta

    from compiler.deploy.clock import Clock
    from compiler.deploy.flow import Listener, Pool
    from compiler.deploy.folder import Compiled
    from compiler.deploy.plan import Plan, Seen
    from compiler.deploy.removal import Leftover, RemovalPlan
    from spec.findings import Finding

PARALLEL = 8
"""How many stacks are dealt with at a time unless told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    A stack as AWS tells it after a run.

    Attributes:
        stack: Its id.
        place: Where it stands.
        status: Of StackSets, with the stack's own: `CURRENT (CREATE_COMPLETE)`; or `absent`.
        took: How long this run worked on it; nothing if it did not.
    """

    stack: str
    place: Place
    status: str
    took: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployResult:
    """
    How a deploy ended.

    Attributes:
        exit_code: 0 done, 1 findings or not wanted, 3 AWS refused or failed, 130 interrupted.
        findings: What kept it from starting.
        plan: The plan, where it came so far.
        outcome: How it went, where it was started.
        standing: What exists where, read back; empty where nothing was started.
    """

    exit_code: int
    findings: tuple[Finding, ...] = ()
    plan: Plan | None = None
    outcome: Outcome | None = None
    standing: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyResult:
    """
    How a destroy ended.

    Attributes:
        exit_code: 0 done, 1 findings or not wanted, 3 AWS refused or failed or something is
            left, 130
            interrupted.
        findings: What kept it from starting.
        plan: The plan, where it came so far.
        outcome: How it went, where it was started.
        left: What is still there although nothing keeps it; asked for only if it was started.
    """

    exit_code: int
    findings: tuple[Finding, ...] = ()
    plan: RemovalPlan | None = None
    outcome: Outcome | None = None
    left: tuple[Leftover, ...] = field(default_factory=tuple)


def deploy(  # each is a part of the world  # noqa: PLR0913 -- each is a part of the whole
    compiled: Compiled,
    *,
    aws: Aws,
    clock: Clock,
    listener: Listener,
    confirm: Callable[[Plan], bool],
    wish: Wish = ANYTHING,
    parallel: int = PARALLEL,
    pool: Pool | None = None,
) -> DeployResult:
    """
    Bring AWS to what was compiled.

    Args:
        compiled: What was compiled.
        aws: Whom to ask.
        clock: Tells the time; also for the timestamp tag.
        listener: Is told what happens while it runs.
        confirm: Is shown the plan before anything is done, and says whether to go on. Not asked if
            there is nothing to do.
        wish: What the operator asks for.
        parallel: How many stacks at a time.
        pool: Makes the calls; a pool of *parallel* threads unless given.

    Raises:
        KeyboardInterrupt: Before anything was started; later it becomes part of the outcome.
        Exception: Our bug.
    """
    with _pool(pool, parallel) as calls:
        prepared = prepare(compiled, wish, aws=aws, pool=calls)
        made = prepared.plan
        if made is None or prepared.exit_code is not None:
            return DeployResult(
                exit_code=prepared.exit_code or FINDINGS, findings=prepared.findings, plan=made
            )
        if not made.is_idle and not confirm(made):
            return DeployResult(exit_code=FINDINGS, plan=made)
        deployment = Deployment(aws=aws, compiled=compiled, plan=made, began=clock.now())
        outcome = flow.run(
            deployment.nodes,
            needs=deployment.needs,
            start=deployment.start,
            listener=listener,
            clock=clock,
            pool=calls,
            parallel=parallel,
        )
        return DeployResult(
            exit_code=outcome.exit_code,
            plan=made,
            outcome=outcome,
            standing=() if outcome.is_interrupted else _standing(aws, made, outcome, calls),
        )


def destroy(  # each is a part of the world  # noqa: PLR0913 -- each is a part of the whole
    compiled: Compiled,
    *,
    aws: Aws,
    clock: Clock,
    listener: Listener,
    confirm: Callable[[RemovalPlan], bool],
    unprotect: bool = False,
    parallel: int = PARALLEL,
    pool: Pool | None = None,
) -> DestroyResult:
    """
    Remove what the manifest names, what others need last.

    Args:
        compiled: What was compiled.
        aws: Whom to ask.
        clock: Tells the time.
        listener: Is told what happens while it runs.
        confirm: Is shown the plan before anything is done, and says whether to go on. Not asked if
            there is nothing to do.
        unprotect: Whether the deletion protection of databases may be turned off.
        parallel: How many stacks at a time.
        pool: Makes the calls; a pool of *parallel* threads unless given.

    Raises:
        KeyboardInterrupt: Before anything was started; later it becomes part of the outcome.
        Exception: Our bug.
    """
    manifest = compiled.manifest
    with _pool(pool, parallel) as calls:
        try:
            findings = tuple(account_finding(aws, manifest))
            if findings:
                return DestroyResult(exit_code=FINDINGS, findings=findings)
            seen = observe(aws, manifest, calls, with_outputs=False)
            found = removal.find(aws, manifest, seen, calls)
        except AwsError as error:
            return DestroyResult(exit_code=REFUSED, findings=(error_finding(error),))
        findings = (
            *foreign_stack_sets(manifest, seen),
            *removal.obstacles(manifest, found, unprotect=unprotect),
        )
        made = removal.plan_removal(manifest, seen, found, unprotect=unprotect)
        if findings:
            return DestroyResult(exit_code=FINDINGS, findings=findings, plan=made)
        if made.steps and not confirm(made):
            return DestroyResult(exit_code=FINDINGS, plan=made)
        outcome = flow.run(
            tuple(step.stack.id for step in made.steps),
            needs=removal.needs(made),
            start=lambda node, _: removal.start(aws, made, node),
            listener=listener,
            clock=clock,
            pool=calls,
            parallel=parallel,
        )
        if outcome.is_interrupted:
            return DestroyResult(exit_code=outcome.exit_code, plan=made, outcome=outcome)
        return _looked_once_more(aws, made, outcome, seen, calls)


def _looked_once_more(
    aws: Aws, made: RemovalPlan, outcome: Outcome, seen: Mapping[str, Seen], pool: Pool
) -> DestroyResult:
    try:
        left = removal.leftovers(aws, made.manifest, seen, pool)
    except AwsError as error:
        return DestroyResult(
            exit_code=REFUSED, findings=(error_finding(error),), plan=made, outcome=outcome
        )
    code = outcome.exit_code or (REFUSED if left else DONE)
    return DestroyResult(exit_code=code, plan=made, outcome=outcome, left=left)


def _standing(aws: Aws, made: Plan, outcome: Outcome, pool: Pool) -> tuple[Standing, ...]:
    """Read back what exists where; of what cannot be read, the reason."""
    calls = [
        pool.submit(partial(_status, aws, step.stack.stack_set, place_of(step.stack)))
        for step in made.steps
    ]
    return tuple(
        Standing(
            stack=step.stack.id,
            place=place_of(step.stack),
            status=call.result(),
            took=end.took
            if isinstance(end := outcome.ends.get(step.stack.id), Done | Failed)
            else None,
        )
        for step, call in zip(made.steps, calls, strict=True)
    )


def _status(aws: Aws, stack_set: str, place: Place) -> str:
    try:
        instance = next((one for one in aws.instances(stack_set) if one.place == place), None)
        if instance is None:
            return "absent"
        if not instance.stack_id:
            return instance.status
        status = aws.stack_status(place, instance.stack_id)
    except AwsError as error:
        return f"unreadable: {error.reason}"
    # StackSets has AWS delete a stack whose creation failed, and keeps its id.
    is_gone = status in {"", "DELETE_COMPLETE"}
    return "absent, its creation failed" if is_gone else f"{instance.status} ({status})"


@contextmanager
def _pool(given: Pool | None, parallel: int) -> Iterator[Pool]:
    if given is not None:
        yield given
        return
    threads = ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="aws")
    try:
        yield threads
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
