"""From a compiled folder and what AWS has to a plan, or to what speaks against it. Only reads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.checks import before_deploy, buckets_for
from compiler.deploy.exit_codes import FINDINGS, REFUSED
from compiler.deploy.fan_out import (
    accounts_outside_the_units,
    options_that_do_not_fit,
    stacks_that_cannot_be_fanned_out,
)
from compiler.deploy.losses import against
from compiler.deploy.observe import account_finding, error_finding, is_gone, look_up, observe
from compiler.deploy.orphans import orphans
from compiler.deploy.otherwise import OtherWay, standing_otherwise
from compiler.deploy.path.states import everything
from compiler.deploy.path.survey import against_the_way, promoted, surveyed
from compiler.deploy.plan import Plan, Seen, plan
from compiler.deploy.port import Aws, AwsError
from compiler.deploy.preview import previewed
from compiler.deploy.saved_plan import folder_that_changed, saved, steps_that_differ

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.flow import Pool
    from compiler.deploy.folder import Compiled
    from compiler.deploy.orphans import Orphans
    from compiler.deploy.wish import Wish
    from compiler.manifest import Manifest
    from spec.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """
    A plan, or why there is none.

    Attributes:
        plan: The plan, where it came so far.
        seen: What AWS has of each stack, by its id; empty where it was not read.
        findings: What speaks against carrying it out.
        exit_code: What a command that stops here ends with; nothing if it may go on.
    """

    plan: Plan | None = None
    seen: Mapping[str, Seen] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    exit_code: int | None = None


def prepare(
    compiled: Compiled, wish: Wish, *, aws: Aws, pool: Pool, other: OtherWay | None = None
) -> Prepared:
    """
    Ask AWS what it has and what updates would do, and plan; every finding at once.

    Args:
        compiled: What was compiled.
        wish: What the operator asks for.
        aws: Whom to ask.
        pool: Makes the calls.
        other: The way that was not asked for: nothing is planned beside what stands that way.
    """
    findings = (
        *options_that_do_not_fit(wish.targets, wish.via, in_all_units=wish.in_all_units),
        *(folder_that_changed(wish.saved, compiled.manifest) if wish.saved else ()),
    )
    if findings:
        return Prepared(findings=findings, exit_code=FINDINGS)
    try:
        findings = tuple(account_finding(aws, compiled.manifest))
        if findings:
            return Prepared(findings=findings, exit_code=FINDINGS)
        whole = _whole(compiled.manifest, wish)
        seen = observe(aws, whole, pool)
        beside = orphans(aws, whole)
        findings = standing_otherwise(aws, whole, other, seen.values()) or (
            against_the_way(aws, wish.crossing, seen, tuple(one.stack_set for one in beside.found))
            if wish.crossing
            else ()
        )
        if findings:
            return Prepared(findings=findings, exit_code=FINDINGS)
        return _prepare(compiled, wish, seen, beside, aws=aws, pool=pool)
    except AwsError as error:
        return Prepared(findings=(error_finding(error),), exit_code=REFUSED)


def _whole(manifest: Manifest, wish: Wish) -> Manifest:
    """Return a manifest with all that AWS is asked about."""
    if wish.crossing is None:
        return manifest
    return everything((*(state.manifest for state in wish.crossing.states.values()), manifest))


def _prepare(  # noqa: PLR0913 -- each is a part of the whole
    compiled: Compiled,
    wish: Wish,
    seen: Mapping[str, Seen],
    beside: Orphans,
    *,
    aws: Aws,
    pool: Pool,
) -> Prepared:
    members = frozenset(
        account for unit in wish.targets.organizational_units for account in aws.accounts_in(unit)
    )
    targets = (
        replace(wish.targets, accounts=tuple(sorted(members)))
        if wish.in_all_units
        else wish.targets
    )
    looked_up, not_found = look_up(aws, compiled, seen, refresh=wish.refresh_images)
    crossing = wish.crossing
    aside = promoted(compiled, seen) if crossing is not None and crossing.leg.is_back else ()
    made = replace(
        plan(
            compiled,
            seen,
            looked_up,
            scope=wish.scope,
            targets=targets,
            guard=wish.guard,
            aside=aside,
        ),
        via=wish.via,
        orphans=beside,
    )
    against_it: tuple[Finding, ...] = ()
    if crossing is not None:
        made, against_it = surveyed(
            aws, crossing, made, seen, aside=aside, guard=wish.guard, pool=pool
        )
    findings = (
        *before_deploy(seen, made, _missing_buckets(aws, made), _gone(aws, made, seen, pool)),
        *accounts_outside_the_units(made, members),
        *stacks_that_cannot_be_fanned_out(made, compiled.templates),
        *not_found,
        *against_it,
    )
    if wish.guard.is_off:
        made = replace(made, unasked="--no-preview was given")
    elif findings:
        # Not of somebody else's stack, nor with values that could not be looked up.
        made = replace(made, unasked="something speaks against the plan already")
    else:
        made = previewed(aws, compiled, made, seen, pool)
    findings = (*findings, *against(made, _whole(compiled.manifest, wish).stacks))
    if wish.saved is not None:
        now = saved(compiled, wish.saved.folder, wish, made, seen)
        findings = (*findings, *steps_that_differ(wish.saved, now, compiled.manifest))
    return Prepared(
        plan=made, seen=seen, findings=findings, exit_code=FINDINGS if findings else None
    )


def _gone(aws: Aws, made: Plan, seen: Mapping[str, Seen], pool: Pool) -> frozenset[str]:
    calls = {
        step.stack.id: pool.submit(partial(is_gone, aws, step.stack, seen[step.stack.id]))
        for step in made.steps
    }
    return frozenset(id_ for id_, call in calls.items() if call.result())


def _missing_buckets(aws: Aws, made: Plan) -> frozenset[str]:
    return frozenset(
        bucket
        for bucket, region in set(buckets_for(made).values())
        if not aws.has_bucket(bucket, region)
    )
