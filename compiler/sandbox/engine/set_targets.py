"""Which accounts and regions a call on a stack set means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import invalid, unsupported
from compiler.sandbox.engine.set_organizations import members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.sandbox.engine.set_records import StackSet
    from compiler.sandbox.engine.world import Place, World

Targets = dict["Place", str]
"""By account and region, region after region: the unit that brought it in, or an empty text."""

_NO_PLACES = "Accounts and Regions must both be specified."
_ONLY_UNITS = (
    "StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target"
)
_ONLY_ACCOUNTS = "StackSets with SELF_MANAGED permission model can only have accounts as target"
_NO_UNITS = "OrganizationalUnitIds are required"


def names_targets(given: Mapping[str, Any]) -> bool:
    """Tell whether the call names any account, unit or region."""
    return bool(given.get("Accounts") or given.get("Regions") or given.get("DeploymentTargets"))


def targets_of(
    world: World, stack_set: StackSet, given: Mapping[str, Any], *, is_creation: bool = False
) -> Targets:
    """
    Return the places that a call names.

    Args:
        world: Whose Organizations knows the units.
        stack_set: Self-managed ones take accounts, service-managed ones take units.
        given: The call.
        is_creation: Whether it is `CreateStackInstances`, which takes no `UNION`.

    Raises:
        ApiError: `ValidationError`: the wrong kind of target, or none.
    """
    asked = given.get("DeploymentTargets") or {}
    if asked.get("AccountsUrl"):
        what = "the parameter AccountsUrl"
        raise unsupported(what)
    if stack_set.is_service_managed:
        accounts = _of_units(world, stack_set, given, is_creation=is_creation)
    else:
        accounts = dict.fromkeys(_of_itself(given), "")
    regions: Sequence[str] = given.get("Regions") or ()
    if not regions or not (accounts or stack_set.is_service_managed):
        raise invalid(_NO_PLACES)
    return {(account, region): unit for region in regions for account, unit in accounts.items()}


def _of_itself(given: Mapping[str, Any]) -> Sequence[str]:
    asked = given.get("DeploymentTargets") or {}
    if asked.get("OrganizationalUnitIds") or asked.get("AccountFilterType"):
        raise invalid(_ONLY_ACCOUNTS)
    plain: Sequence[str] = given.get("Accounts") or ()
    targeted: Sequence[str] = asked.get("Accounts") or ()
    if plain and targeted:
        message = "Specify either Accounts or DeploymentTargets, but not both."
        raise invalid(message)
    return plain or targeted


def _of_units(
    world: World, stack_set: StackSet, given: Mapping[str, Any], *, is_creation: bool
) -> dict[str, str]:
    """Return the accounts that the call means, with their units."""
    asked = given.get("DeploymentTargets") or {}
    if given.get("Accounts") or not asked:
        raise invalid(_ONLY_UNITS)
    units = asked.get("OrganizationalUnitIds") or ()
    if not units:
        raise invalid(_NO_UNITS)
    found: dict[str, str] = {}
    for unit in units:
        for account in members(world, stack_set.place, unit):
            found.setdefault(account, unit)
    named = asked.get("Accounts") or ()
    # Without a word about it, accounts come in addition to units.
    # Source: CloudFormation API Reference, DeploymentTargets, 2026-11-24.
    kind = asked.get("AccountFilterType") or ("UNION" if named else "NONE")
    if kind == "NONE":
        return found
    if not named:
        message = f"Accounts are required with the account filter type {kind}"
        raise invalid(message)
    if kind == "INTERSECTION":
        return {account: unit for account, unit in found.items() if account in named}
    if kind == "DIFFERENCE":
        return {account: unit for account, unit in found.items() if account not in named}
    if is_creation:
        message = "The account filter type UNION is not supported for CreateStackInstances"
        raise invalid(message)
    known = {account: each.unit for (account, _), each in stack_set.instances.items()}
    return {**found, **{account: known.get(account, "") for account in named}}
