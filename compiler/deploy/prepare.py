"""From a compiled folder and what AWS has to a plan, or to what speaks against it. Only reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy.checks import before_deploy
from compiler.deploy.exit_codes import FINDINGS, REFUSED
from compiler.deploy.observe import account_finding, error_finding, look_up, observe
from compiler.deploy.plan import Plan, plan
from compiler.deploy.port import Aws, AwsError

if TYPE_CHECKING:
    from compiler.deploy.flow import Pool
    from compiler.deploy.folder import Compiled
    from compiler.deploy.targets import Scope, Targets
    from spec.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """
    A plan, or why there is none.

    Attributes:
        plan: The plan, where it came so far.
        findings: What speaks against carrying it out.
        exit_code: What a command that stops here ends with; nothing if it may go on.
    """

    plan: Plan | None = None
    findings: tuple[Finding, ...] = ()
    exit_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    What the operator asks for.

    Attributes:
        scope: Deploy these stacks only.
        targets: Into which accounts.
        refresh_images: Look up images anew instead of keeping those that are in use.
    """

    scope: Scope
    targets: Targets
    refresh_images: bool = False


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
    made = plan(compiled, seen, looked_up, scope=wish.scope, targets=wish.targets)
    findings = (*before_deploy(seen, made), *not_found)
    return Prepared(plan=made, findings=findings, exit_code=FINDINGS if findings else None)
