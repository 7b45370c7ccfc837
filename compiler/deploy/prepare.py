"""From a compiled folder and what AWS has to a plan, or to what speaks against it. Only reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compiler.deploy.checks import before_deploy
from compiler.deploy.exit_codes import FINDINGS, REFUSED
from compiler.deploy.observe import account_finding, error_finding, look_up, observe
from compiler.deploy.plan import GUARDED, Guard, Plan, Seen, plan
from compiler.deploy.port import Aws, AwsError
from compiler.deploy.targets import EVERYTHING, OWN_ACCOUNTS, Scope, Targets, Via

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.flow import Pool
    from compiler.deploy.folder import Compiled
    from spec.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    What the operator asks for.

    Attributes:
        scope: Deploy these stacks only.
        targets: Into which accounts.
        in_all_units: Whether it is to be every account of the units in *targets*.
        refresh_images: Look up images anew instead of keeping those that are in use.
        guard: What keeps updates from losing what cannot be made again.
        via: How stacks are brought about.
    """

    scope: Scope = EVERYTHING
    targets: Targets = OWN_ACCOUNTS
    in_all_units: bool = False
    refresh_images: bool = False
    guard: Guard = GUARDED
    via: Via = "stacksets"


ANYTHING = Wish()
"""Everything that was compiled, in its own accounts, and nothing may be lost."""


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


def prepare(compiled: Compiled, wish: Wish, *, aws: Aws, pool: Pool) -> Prepared:
    """Ask AWS what it has, and plan; every finding at once."""
    try:
        findings = tuple(account_finding(aws, compiled.manifest))
        if findings:
            return Prepared(findings=findings, exit_code=FINDINGS)
        seen = observe(aws, compiled.manifest, pool)
        looked_up, not_found = look_up(aws, compiled, seen, refresh=wish.refresh_images)
    except AwsError as error:
        return Prepared(findings=(error_finding(error),), exit_code=REFUSED)
    made = plan(compiled, seen, looked_up, scope=wish.scope, targets=wish.targets, guard=wish.guard)
    findings = (*before_deploy(seen, made), *not_found)
    return Prepared(
        plan=made, seen=seen, findings=findings, exit_code=FINDINGS if findings else None
    )
