"""
Automatic deployment: service-managed stack sets follow accounts into and out of their units.

AWS does so when Organizations tells it; here it is done when somebody looks at the stack set.
Source: CloudFormation User Guide, automatic deployments for StackSets in Organizations, 2026-11-24.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import ApiError
from compiler.sandbox.engine.set_operations import add_instances, begin
from compiler.sandbox.engine.set_organizations import suspended
from compiler.sandbox.engine.set_records import INOPERABLE
from compiler.sandbox.engine.set_running import enter
from compiler.sandbox.engine.set_targets import Targets, targets_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.set_records import StackSet
    from compiler.sandbox.engine.world import World

# The preferences of the user's own operations do not apply to automatic ones.
_PREFERENCES: Mapping[str, Any] = {
    "OperationPreferences": {
        "FailureTolerancePercentage": 100,
        "RegionConcurrencyType": "PARALLEL",
    }
}


def follow_accounts(world: World, stack_set: StackSet) -> None:
    """Deploy to accounts that came into the units of *stack_set*, and leave those that went."""
    if not stack_set.auto_deployment.get("Enabled") or stack_set.under_way():
        return
    wanted = _wanted(world, stack_set)
    missing = {place: unit for place, unit in wanted.items() if place not in stack_set.instances}
    if missing:
        operation = begin(world, stack_set, _PREFERENCES, "CREATE", missing)
        add_instances(stack_set, operation)
        enter(world, stack_set, operation)
        return
    left = {
        place: each.unit
        for place, each in stack_set.instances.items()
        if place not in wanted and each.status != INOPERABLE
    }
    resting = suspended(world, stack_set.place) if left else frozenset()
    gone = {place: unit for place, unit in left.items() if place[0] not in resting}
    if gone:
        operation = begin(world, stack_set, _PREFERENCES, "DELETE", gone)
        operation.retains = bool(stack_set.auto_deployment.get("RetainStacksOnAccountRemoval"))
        enter(world, stack_set, operation)


def units_followed(stack_set: StackSet) -> dict[str, list[str]]:
    """Return the units whose accounts *stack_set* follows, and into which regions."""
    found: dict[str, list[str]] = {}
    for action, given in stack_set.deployments:
        asked = given["DeploymentTargets"]
        for unit in asked["OrganizationalUnitIds"]:
            before, regions = found.get(unit, []), list(given["Regions"])
            if action == "CREATE":
                found[unit] = sorted({*before, *regions})
            elif not asked.get("Accounts"):
                found[unit] = [region for region in before if region not in regions]
    return {unit: regions for unit, regions in sorted(found.items()) if regions}


def _wanted(world: World, stack_set: StackSet) -> Targets:
    """Return where instances should be by all that was asked for, in order."""
    found: Targets = {}
    for action, given in stack_set.deployments:
        try:
            targets = targets_of(world, stack_set, given)
        except ApiError:  # the unit is gone, and its accounts with it
            continue
        if action == "CREATE":
            found |= {place: unit for place, unit in targets.items() if place not in found}
        else:
            found = {place: unit for place, unit in found.items() if place not in targets}
    return found
