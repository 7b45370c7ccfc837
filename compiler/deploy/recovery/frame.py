"""
The verb recover: look, say what is possible, and carry out the one that was chosen.

Without a choice nothing is changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.deploy import flow
from compiler.deploy.exit_codes import DONE, FINDINGS, REFUSED
from compiler.deploy.frame import PARALLEL, and_give_back, pool_of, taken
from compiler.deploy.lease import Lease
from compiler.deploy.observe import account_refusal
from compiler.deploy.otherwise import OtherWay, standing_otherwise
from compiler.deploy.patience import Chance, no_chance
from compiler.deploy.recovery.carry_out import carry_out
from compiler.deploy.recovery.options import options_of
from compiler.deploy.recovery.sightings import Sighting, sightings
from compiler.deploy.recovery.steps import Choice, RecoveryPlan, plan_recovery
from compiler.deploy.recovery.troubles import Trouble, kind_of
from compiler.deploy.timeline import Schedule
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compiler.deploy.clock import Clock
    from compiler.deploy.flow import Listener, Pool
    from compiler.deploy.folder import Compiled
    from compiler.deploy.lease import Taker
    from compiler.deploy.outcome import Outcome
    from compiler.deploy.port import Aws
    from compiler.deploy.targets import Via


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverResult:
    """
    What is in trouble, and what became of a recovery.

    Attributes:
        exit_code: 0 nothing is in trouble, or the chosen way out was carried out; 1 something is in
            trouble, findings, or not wanted; 3 AWS refused or failed; 4 locked; 130 interrupted.
        findings: What speaks against it.
        troubles: What was in trouble at first, in the manifest's order.
        plan: What was chosen, where it came so far.
        outcome: How it went, where it was started.
        after: What is in trouble afterwards; asked for only if it was started.
        lock: What kept the lock from being given back; empty if nothing did.
    """

    exit_code: int
    findings: tuple[Finding, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    plan: RecoveryPlan | None = None
    outcome: Outcome | None = None
    after: tuple[Trouble, ...] = ()
    lock: str = ""


def troubles_of(seen: tuple[Sighting, ...], compiled: Compiled, via: Via) -> tuple[Trouble, ...]:
    """Return what is wrong with what was *seen*, with the ways out. Pure."""
    return tuple(
        Trouble(kind=kind, sighting=one, options=options_of(kind, one, compiled, via))
        for one in seen
        if (kind := kind_of(one)) is not None
    )


def recover(  # noqa: PLR0913 -- each is a part of the world
    compiled: Compiled,
    *,
    aws: Aws,
    clock: Clock,
    listener: Listener,
    taker: Taker,
    confirm: Callable[[RecoveryPlan], bool],
    choice: Choice | None = None,
    only: str | None = None,
    earlier: Mapping[str, str] | None = None,
    via: Via = "stacksets",
    parallel: int = PARALLEL,
    pool: Pool | None = None,
    chance: Chance = no_chance,
    other: OtherWay | None = None,
) -> RecoverResult:
    """
    Say what is in trouble, and carry out a chosen way out.

    Args:
        compiled: What was compiled.
        aws: Whom to ask.
        clock: Tells the time.
        listener: Is told what happens while it runs.
        taker: Who takes the lock; nobody does without a choice.
        confirm: Is shown the steps before anything is done, and says whether to go on.
        choice: The way out; without one nothing is done.
        only: Look at this stack only.
        earlier: Templates of stacks with a promoted database as they were while that was a replica,
            by id, see `compiler.deploy.recovery.promotion.forms_before`.
        via: How stacks are brought about.
        parallel: How many stacks are looked at at a time.
        pool: Makes the calls; a pool of threads unless given.
        chance: Keeps runs from asking AWS in step.
        other: The way that was not asked for: what stands that way is not called well.

    Raises:
        KeyboardInterrupt: Before anything was started; later it becomes part of the outcome.
        Exception: Our bug.
    """
    with pool_of(pool, parallel) as calls:
        stranger = account_refusal(aws, compiled.manifest)
        if stranger is not None:
            return RecoverResult(exit_code=stranger.exit_code, findings=(stranger.finding,))

        def sight(only: str | None) -> tuple[Sighting, ...]:
            return tuple(
                replace(one, before=(earlier or {}).get(one.stack.id, ""))
                for one in sightings(aws, compiled, calls, only=only)
            )

        def look(only: str | None) -> tuple[Trouble, ...]:
            return troubles_of(sight(only), compiled, via)

        seen = sight(only)
        found = troubles_of(seen, compiled, via)
        findings = () if seen else standing_otherwise(aws, compiled.manifest, other)
        if choice is None or findings:
            code = FINDINGS if findings else _code_of(found)
            return RecoverResult(exit_code=code, findings=findings, troubles=found)
        plan = plan_recovery(compiled, found, choice, via)
        if not isinstance(plan, RecoveryPlan):
            return RecoverResult(exit_code=FINDINGS, findings=plan, troubles=found)
        if not confirm(plan):
            return RecoverResult(exit_code=FINDINGS, troubles=found, plan=plan)
        lease = Lease(aws, compiled.manifest, taker, "recover", clock, chance=chance)
        refusal = taken(lease, compiled.manifest)
        if refusal is not None:
            return RecoverResult(
                exit_code=refusal.exit_code,
                findings=(refusal.finding,),
                troubles=found,
                plan=plan,
            )
        stack = plan.trouble.stack

        def work() -> RecoverResult:
            again = plan_recovery(compiled, look(stack), choice, via)
            if again != plan:
                return RecoverResult(
                    exit_code=FINDINGS, findings=(_changed(plan),), troubles=found, plan=plan
                )
            outcome = flow.run(
                Schedule(nodes=(stack,), needs={stack: frozenset()}),
                start=lambda *_: carry_out(aws, plan),
                listener=listener,
                clock=clock,
                pool=calls,
                parallel=1,
                chance=chance,
                keeper=lease,
            )
            return RecoverResult(
                exit_code=outcome.exit_code,
                troubles=found,
                plan=plan,
                outcome=outcome,
                after=look(stack) if outcome.is_whole else (),
            )

        result, lock = and_give_back(lease, work)
        return replace(result, lock=lock)


def _code_of(found: tuple[Trouble, ...]) -> int:
    if any(one.kind == "unreadable" for one in found):
        return REFUSED
    return FINDINGS if found else DONE


def _changed(plan: RecoveryPlan) -> Finding:
    return Finding(
        code="SF511",
        where=at(*plan.trouble.sighting.stack.component),
        detail=(
            f'What AWS has of "{plan.trouble.stack}" changed between the plan and the lock. '
            "Nothing was touched."
        ),
        way_out="Somebody was at work meanwhile. Look again: run `stackferry recover`.",
    )
