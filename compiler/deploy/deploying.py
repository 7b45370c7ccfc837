"""
The verb deploy, from a compiled folder to a result.

Everything that touches the world comes in as an argument: AWS, the clock, the pool of threads, the
operator's consent, and who is told. Nothing is printed here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy import flow
from compiler.deploy.consent import changed_meanwhile
from compiler.deploy.durations import deploy_schedule
from compiler.deploy.execute import Deployment
from compiler.deploy.exit_codes import FINDINGS
from compiler.deploy.frame import PARALLEL, and_give_back, pool_of, taken
from compiler.deploy.lease import Lease
from compiler.deploy.outcome import Done, Failed, Outcome
from compiler.deploy.patience import Chance, no_chance
from compiler.deploy.port import GONE, AwsError
from compiler.deploy.prepare import prepare
from compiler.deploy.wanted import place_of
from compiler.deploy.wish import ANYTHING, Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import timedelta

    from compiler.deploy.clock import Clock
    from compiler.deploy.flow import Listener, Pool
    from compiler.deploy.folder import Compiled
    from compiler.deploy.lease import Taker
    from compiler.deploy.otherwise import OtherWay
    from compiler.deploy.plan import Plan
    from compiler.deploy.port import Aws, Instance, Place
    from compiler.manifest import Stack
    from spec.findings import Finding


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
        exit_code: 0 done, 1 findings or not wanted, 3 AWS refused or failed, 4 locked, 130
            interrupted.
        findings: What kept it from starting.
        plan: The plan, where it came so far.
        outcome: How it went, where it was started.
        standing: What exists where, read back; empty where nothing was started.
        lock: What kept the lock from being given back; empty if nothing did.
    """

    exit_code: int
    findings: tuple[Finding, ...] = ()
    plan: Plan | None = None
    outcome: Outcome | None = None
    standing: tuple[Standing, ...] = ()
    lock: str = ""


def deploy(  # noqa: PLR0913 -- each is a part of the world
    compiled: Compiled,
    *,
    aws: Aws,
    clock: Clock,
    listener: Listener,
    taker: Taker,
    confirm: Callable[[Plan], bool],
    wish: Wish = ANYTHING,
    parallel: int = PARALLEL,
    pool: Pool | None = None,
    chance: Chance = no_chance,
    other: OtherWay | None = None,
) -> DeployResult:
    """
    Bring AWS to what was compiled.

    Args:
        compiled: What was compiled.
        aws: Whom to ask.
        clock: Tells the time; also for the timestamp tag.
        listener: Is told what happens while it runs.
        taker: Who takes the lock: the operator, and an id that no other run has.
        confirm: Is shown the plan before anything is done, and says whether to go on. Not asked if
            there is nothing to do.
        wish: What the operator asks for.
        parallel: How many stacks at a time.
        pool: Makes the calls; a pool of threads unless given.
        chance: Keeps stacks, and runs, from asking AWS in step.
        other: The way that was not asked for: nothing is deployed beside what stands that way.

    Raises:
        KeyboardInterrupt: Before anything was started; later it becomes part of the outcome.
        Exception: Our bug.
    """
    with pool_of(pool, parallel) as calls:
        prepared = prepare(compiled, wish, aws=aws, pool=calls, other=other)
        made = prepared.plan
        if made is None or prepared.exit_code is not None:
            return DeployResult(
                exit_code=prepared.exit_code or FINDINGS, findings=prepared.findings, plan=made
            )
        if made.is_idle:
            # Nothing is written, so nobody has to be kept off.
            outcome = Outcome(ends={})
            return DeployResult(
                exit_code=outcome.exit_code,
                plan=made,
                outcome=outcome,
                standing=_standing(aws, made, outcome, calls),
            )
        if not confirm(made):
            return DeployResult(exit_code=FINDINGS, plan=made)

        is_back = wish.crossing is not None and wish.crossing.leg.is_back
        verb = "rollback" if is_back else "deploy"
        lease = Lease(aws, compiled.manifest, taker, verb, clock, chance=chance)
        refusal = taken(lease, compiled.manifest)
        if refusal is not None:
            return DeployResult(exit_code=refusal.exit_code, findings=(refusal.finding,), plan=made)

        def work() -> DeployResult:
            again = prepare(compiled, _unseen(wish), aws=aws, pool=calls, other=other)
            if again.plan is None or again.exit_code is not None:
                return DeployResult(
                    exit_code=again.exit_code or FINDINGS, findings=again.findings, plan=made
                )
            if changed := tuple(changed_meanwhile(made, again.plan)):
                return DeployResult(exit_code=FINDINGS, findings=changed, plan=made)
            deployment = Deployment(
                aws=aws, compiled=compiled, plan=made, began=clock.now(), crossing=wish.crossing
            )
            outcome = flow.run(
                deploy_schedule(compiled, made, deployment.needs, deployment.beside),
                start=deployment.start,
                listener=listener,
                clock=clock,
                pool=calls,
                parallel=parallel,
                chance=chance,
                keeper=lease,
            )
            return DeployResult(
                exit_code=outcome.exit_code,
                plan=made,
                outcome=outcome,
                standing=_standing(aws, made, outcome, calls) if outcome.is_whole else (),
            )

        result, lock = and_give_back(lease, work)
        return replace(result, lock=lock)


def _unseen(wish: Wish) -> Wish:
    """Return *wish* without what was asked and compared before: previews, and a saved plan."""
    return replace(wish, guard=replace(wish.guard, is_off=True), saved=None)


def _standing(aws: Aws, made: Plan, outcome: Outcome, pool: Pool) -> tuple[Standing, ...]:
    """Read back what exists where, in its own account first; of what cannot be read, the reason."""
    gone = made.transition.removals.steps if made.transition else ()
    stacks = (
        *((step.stack, step.places) for step in made.steps),
        *((step.stack, step.elsewhere) for step in gone),
    )
    calls = [pool.submit(partial(_statuses, aws, stack, places)) for stack, places in stacks]
    return tuple(
        Standing(
            stack=stack.id,
            place=place,
            status=status,
            took=end.took if isinstance(end := outcome.ends.get(stack.id), Done | Failed) else None,
        )
        for (stack, _), call in zip(stacks, calls, strict=True)
        for place, status in call.result().items()
    )


def _statuses(aws: Aws, stack: Stack, others: tuple[Place, ...]) -> Mapping[Place, str]:
    own = place_of(stack)
    places = (own, *(place for place in others if place != own))
    try:
        found = {one.place: one for one in aws.instances(stack.stack_set)}
    except AwsError as error:
        return dict.fromkeys(places, f"unreadable: {error.reason}")
    return {place: _status(aws, place, found.get(place)) for place in places}


def _status(aws: Aws, place: Place, instance: Instance | None) -> str:
    if instance is None:
        return "absent"
    if not instance.stack_id:
        return instance.status
    try:
        status = aws.stack_status(place, instance.stack_id)
    except AwsError as error:
        # StackSets tells how it stands; that its account is not to be read is another matter.
        return f"{instance.status}, its stack unreadable: {error.reason}"
    # StackSets has AWS delete a stack whose creation failed, and keeps its id.
    return "absent, its creation failed" if status in GONE else f"{instance.status} ({status})"
