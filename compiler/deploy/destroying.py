"""The verb destroy, from a compiled folder to a result; the world comes in as arguments."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compiler.deploy import flow, removal
from compiler.deploy.checks import foreign_stack_sets
from compiler.deploy.consent import removal_changed_meanwhile
from compiler.deploy.durations import removal_schedule
from compiler.deploy.emptying import strange_buckets
from compiler.deploy.exit_codes import DONE, FINDINGS, REFUSED
from compiler.deploy.frame import PARALLEL, and_give_back, pool_of, taken
from compiler.deploy.lease import Lease, lock_name
from compiler.deploy.left_behind import log_groups
from compiler.deploy.observe import account_finding, error_finding, observe
from compiler.deploy.otherwise import OtherWay, standing_otherwise
from compiler.deploy.patience import Chance, no_chance
from compiler.deploy.port import Aws, AwsError
from compiler.deploy.removal import Leftover

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compiler.deploy.clock import Clock
    from compiler.deploy.flow import Listener, Pool
    from compiler.deploy.folder import Compiled
    from compiler.deploy.lease import Taker
    from compiler.deploy.outcome import Outcome
    from compiler.deploy.plan import Seen
    from compiler.deploy.removal import RemovalPlan
    from spec.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyResult:
    """
    How a destroy ended.

    Attributes:
        exit_code: 0 done, 1 findings or not wanted, 3 AWS refused or failed or something is left, 4
            locked, 130 interrupted.
        findings: What kept it from starting.
        plan: The plan, where it came so far.
        outcome: How it went, where it was started.
        left: What is still there although nothing keeps it; asked for only if it was started.
        lock: What kept the lock from being given back; empty if nothing did.
    """

    exit_code: int
    findings: tuple[Finding, ...] = ()
    plan: RemovalPlan | None = None
    outcome: Outcome | None = None
    left: tuple[Leftover, ...] = field(default_factory=tuple)
    lock: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    seen: Mapping[str, Seen]
    plan: RemovalPlan
    findings: tuple[Finding, ...]


def destroy(  # noqa: PLR0913 -- each is a part of the world
    compiled: Compiled,
    *,
    aws: Aws,
    clock: Clock,
    listener: Listener,
    taker: Taker,
    confirm: Callable[[RemovalPlan], bool],
    unprotect: bool = False,
    empty: frozenset[str] = frozenset(),
    parallel: int = PARALLEL,
    pool: Pool | None = None,
    chance: Chance = no_chance,
    other: OtherWay | None = None,
) -> DestroyResult:
    """
    Remove what the manifest names, what others need last.

    Args:
        compiled: What was compiled.
        aws: Whom to ask.
        clock: Tells the time.
        listener: Is told what happens while it runs.
        taker: Who takes the lock: the operator, and an id that no other run has.
        confirm: Is shown the plan before anything is done, and says whether to go on. Not asked if
            there is nothing to do.
        unprotect: Whether the deletion protection of databases may be turned off.
        empty: Names or logical ids of the buckets that may be emptied.
        parallel: How many stacks at a time.
        pool: Makes the calls; a pool of threads unless given.
        chance: Keeps stacks, and runs, from asking AWS in step.
        other: The way that was not asked for: what stands that way is not called gone.

    Raises:
        KeyboardInterrupt: Before anything was started; later it becomes part of the outcome.
        Exception: Our bug.
    """
    with pool_of(pool, parallel) as calls:
        at_work = _AtWork(
            compiled=compiled,
            aws=aws,
            clock=clock,
            listener=listener,
            unprotect=unprotect,
            empty=empty,
            parallel=parallel,
            pool=calls,
            chance=chance,
            other=other,
        )
        try:
            findings = tuple(account_finding(aws, compiled.manifest))
            if findings:
                return DestroyResult(exit_code=FINDINGS, findings=findings)
            found = at_work.find()
        except AwsError as error:
            return DestroyResult(exit_code=REFUSED, findings=(error_finding(error),))
        made = found.plan
        if not found.findings and not made.steps:
            # Nothing is written, so nobody has to be kept off.
            return at_work.remove(found, None)
        if found.findings or not confirm(made):
            return DestroyResult(exit_code=FINDINGS, findings=found.findings, plan=made)
        lease = Lease(aws, compiled.manifest, taker, "destroy", clock, chance=chance)
        refusal = taken(lease, compiled.manifest)
        if refusal is not None:
            return DestroyResult(
                exit_code=refusal.exit_code, findings=(refusal.finding,), plan=made
            )
        result, lock = and_give_back(lease, lambda: at_work.look_again_and_remove(found, lease))
        return replace(_without_a_lock(result, aws, compiled), lock=lock)


def _without_a_lock(result: DestroyResult, aws: Aws, compiled: Compiled) -> DestroyResult:
    """Look whether the lock went as well, where everything else was found to be gone."""
    if result.outcome is None or not result.outcome.is_whole or result.exit_code != DONE:
        return result
    name = lock_name(compiled.manifest)
    try:
        if aws.parameter(name) is None:
            return result
    except AwsError as error:
        return replace(result, exit_code=REFUSED, findings=(error_finding(error),))
    left = Leftover(stack=compiled.manifest.name, what=f"the lock, the SSM parameter {name}")
    return replace(result, exit_code=REFUSED, left=(*result.left, left))


@dataclass(frozen=True, slots=True, kw_only=True)
class _AtWork:
    compiled: Compiled
    aws: Aws
    clock: Clock
    listener: Listener
    unprotect: bool
    empty: frozenset[str]
    parallel: int
    pool: Pool
    chance: Chance
    other: OtherWay | None

    def find(self) -> _Found:
        manifest = self.compiled.manifest
        seen = observe(self.aws, manifest, self.pool, with_outputs=False)
        found = removal.find(self.aws, manifest, seen, self.pool, empty=self.empty)
        elsewhere = standing_otherwise(self.aws, manifest, self.other, seen.values())
        return _Found(
            seen=seen,
            plan=removal.plan_removal(
                manifest,
                seen,
                found,
                unprotect=self.unprotect,
                made=log_groups(self.compiled.templates),
            ),
            findings=elsewhere
            or (
                *foreign_stack_sets(manifest, seen),
                *strange_buckets(
                    self.compiled,
                    {id_: one.resources for id_, one in found.items()},
                    self.empty,
                ),
                *removal.obstacles(manifest, found, unprotect=self.unprotect),
            ),
        )

    def look_again_and_remove(self, agreed: _Found, lease: Lease) -> DestroyResult:
        made = agreed.plan
        try:
            again = self.find()
        except AwsError as error:
            return DestroyResult(exit_code=REFUSED, findings=(error_finding(error),), plan=made)
        changed = (*again.findings, *removal_changed_meanwhile(made, again.plan))
        if changed:
            return DestroyResult(exit_code=FINDINGS, findings=changed, plan=made)
        return self.remove(agreed, lease)

    def remove(self, found: _Found, lease: Lease | None) -> DestroyResult:
        made = found.plan
        outcome = flow.run(
            removal_schedule(self.compiled, made, removal.needs(made)),
            start=lambda node, _: removal.start(self.aws, made, node),
            listener=self.listener,
            clock=self.clock,
            pool=self.pool,
            parallel=self.parallel,
            chance=self.chance,
            keeper=lease,
        )
        if not outcome.is_whole:
            return DestroyResult(exit_code=outcome.exit_code, plan=made, outcome=outcome)
        return _looked_once_more(self.aws, made, outcome, found.seen, self.pool)


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
