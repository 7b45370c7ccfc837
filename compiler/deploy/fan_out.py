"""What may be fanned out into other accounts, and which options go together. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.path.standing import MARKER
from compiler.manifest import FromOutput
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.plan import Plan, Step
    from compiler.deploy.targets import Targets, Via
    from compiler.manifest import Manifest, Stack


def options_that_do_not_fit(targets: Targets, via: Via, *, in_all_units: bool) -> Iterator[Finding]:
    """SF516: options were given that exclude, or need, each other."""
    is_managed = targets.permission_model == "SERVICE_MANAGED"
    units = ", ".join(targets.organizational_units)
    if units and not is_managed:
        yield _no_fit(
            f"--organizational-unit names {units}, but only service-managed stack sets know units.",
            "Add --service-managed, or name accounts instead of units.",
        )
    if targets.call_as == "DELEGATED_ADMIN" and not is_managed:
        yield _no_fit(
            "--delegated-admin is about service-managed stack sets, and these are self-managed.",
            "Add --service-managed, or leave --delegated-admin out.",
        )
    if is_managed and not units:
        yield _no_fit(
            "Service-managed stack sets go into accounts of organizational units, and none is "
            "named.",
            "Name the units with --organizational-unit.",
        )
    if in_all_units and not units:
        yield _no_fit(
            "--accounts all means every account of some organizational units, and none is named.",
            "Name the units with --organizational-unit, or the accounts themselves.",
        )
    if via == "stacks" and _is_about_stack_sets(targets):
        yield _no_fit(
            "With --via stacks each stack is made directly in its own account. Other accounts, "
            "units, and how stack sets work through them, are a matter of stack sets.",
            "Leave --via stacks out, or deploy without these options.",
        )


def _is_about_stack_sets(targets: Targets) -> bool:
    return bool(
        targets.accounts
        or targets.organizational_units
        or targets.permission_model == "SERVICE_MANAGED"
        or targets.call_as == "DELEGATED_ADMIN"
        or targets.failure_tolerance
        or targets.max_concurrent > 1
    )


def accounts_outside_the_units(plan: Plan, members: frozenset[str]) -> Iterator[Finding]:
    """
    SF516: a service-managed stack set is to go into an account that is in none of its units.

    Args:
        plan: The plan.
        members: The accounts in the units that were named.
    """
    units = ", ".join(plan.targets.organizational_units)
    outside: dict[str, list[str]] = {}
    for step in plan.steps:
        for place in step.places:
            if units and place.account not in members:
                outside.setdefault(place.account, []).append(step.stack.id)
    for account, stacks in sorted(outside.items()):
        yield _no_fit(
            f"The account {account} is in none of the units {units}, and service-managed stack "
            f"sets reach no other. It is to have {', '.join(stacks)}.",
            "Name a unit that has the account, or deploy these stacks without --service-managed.",
        )


def stacks_that_cannot_be_fanned_out(plan: Plan, templates: Mapping[str, str]) -> Iterator[Finding]:
    """
    SF515: a stack is to stand in several accounts, and fits into one only.

    Args:
        plan: The plan.
        templates: The text of each template, by the id of its stack.
    """
    reasons = {
        step.stack.id: tuple(ties_of(plan.manifest, step.stack, templates[step.stack.id]))
        for step in plan.steps
    }
    free = [id_ for id_, ties in reasons.items() if not ties]
    for step in plan.steps:
        others = sorted(_other_accounts(step))
        if not others or not reasons[step.stack.id]:
            continue
        yield Finding(
            code="SF515",
            where=at(*step.stack.component),
            detail=(
                f'The stack "{step.stack.id}" is to stand in {", ".join(others)} too, but it is '
                f"tied to {step.stack.account}: {'; '.join(reasons[step.stack.id])}."
            ),
            way_out=(
                f"Fan out only what stands by itself: {' '.join(f'--only {id_}' for id_ in free)}."
                if free
                else "Deploy without --accounts: no stack of this plan stands by itself."
            ),
        )


def _other_accounts(step: Step) -> set[str]:
    return {place.account for place in step.places} - {step.stack.account}


def ties_of(manifest: Manifest, stack: Stack, template: str) -> Iterator[str]:
    """Yield in words what ties a stack to its account; one without a tie can stand in any."""
    read = {one.stack for one in stack.parameters.values() if isinstance(one, FromOutput)}
    if read:
        yield f"it reads values of {', '.join(sorted(read))}"
    readers = sorted(
        other.id
        for other in manifest.stacks
        if other.account != stack.account
        and any(
            isinstance(one, FromOutput) and one.stack == stack.id
            for one in other.parameters.values()
        )
    )
    if readers:
        yield f"{', '.join(readers)} in another account reads its values"
    if (stack.side, stack.name) == ("target", MARKER):
        yield "it says where the migration stands"
    if stack.account in template:
        yield "its template names that account"


def _no_fit(detail: str, way_out: str) -> Finding:
    return Finding(code="SF516", where=at(), detail=detail, way_out=way_out)
