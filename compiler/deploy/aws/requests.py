"""How the words of the port are put into requests of CloudFormation, and read again. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.deploy.port import Definition, Place
    from compiler.deploy.targets import Targets


def template_of(definition: Definition) -> dict[str, object]:
    """Return the template as a request has it: by its address if it has one."""
    if definition.template_url:
        return {"TemplateURL": definition.template_url}
    return {"TemplateBody": definition.template}


def parameters_of(values: Mapping[str, str]) -> list[dict[str, object]]:
    """Return parameters as a request has them, sorted by name."""
    return [
        {"ParameterKey": name, "ParameterValue": value} for name, value in sorted(values.items())
    ]


def tags_of(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as a request has them, sorted by key."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def values_of(parameters: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the values of *parameters* as an answer has them, by name."""
    return {one["ParameterKey"]: one.get("ParameterValue", "") for one in parameters}


def tags_in(found: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of a stack or stack set as an answer has it, by key."""
    return {one["Key"]: one["Value"] for one in found.get("Tags", ())}


def definition_of(definition: Definition, targets: Targets) -> dict[str, object]:
    """
    Return what CreateStackSet and UpdateStackSet have in common.

    Roles that are not AWS's own are named each time: an update without them is refused
    (CloudFormation API reference, UpdateStackSet, AdministrationRoleARN, read 2026-11-24). A stack
    set that AWS Organizations serves must say whether accounts that join get stacks: they do not,
    since no plan would have shown it.
    """
    request: dict[str, object] = {
        "StackSetName": definition.name,
        "Description": definition.description,
        **template_of(definition),
        "Parameters": parameters_of(definition.parameters),
        "Tags": tags_of(definition.tags),
        "Capabilities": list(definition.capabilities),
        "PermissionModel": targets.permission_model,
        **as_whom(targets),
    }
    if targets.permission_model == "SERVICE_MANAGED":
        return {**request, "AutoDeployment": {"Enabled": False}}
    if targets.administration_role:
        request["AdministrationRoleARN"] = targets.administration_role
    if targets.execution_role:
        request["ExecutionRoleName"] = targets.execution_role
    return request


def as_whom(targets: Targets) -> dict[str, object]:
    """Return `CallAs`, which only service-managed stack sets take, and all their calls need."""
    return {"CallAs": targets.call_as} if targets.permission_model == "SERVICE_MANAGED" else {}


def preferences(targets: Targets) -> dict[str, object]:
    """
    Return how an operation goes about its accounts.

    Regions at the same time: a stack set of ours has one. `STRICT_FAILURE_TOLERANCE`, AWS's
    default, never works on more than tolerance + 1 accounts at a time; who asks for more gets it by
    `SOFT_FAILURE_TOLERANCE`, at the price that more may fail before the operation stops
    (CloudFormation API reference, StackSetOperationPreferences, read 2026-11-24).
    """
    given: dict[str, object] = {
        "FailureToleranceCount": targets.failure_tolerance,
        "MaxConcurrentCount": targets.max_concurrent,
        "RegionConcurrencyType": "PARALLEL",
    }
    if targets.max_concurrent > targets.failure_tolerance + 1:
        given["ConcurrencyMode"] = "SOFT_FAILURE_TOLERANCE"
    return given


def where(places: tuple[Place, ...], targets: Targets, units: tuple[str, ...]) -> dict[str, object]:
    """
    Return the accounts and regions of a request.

    A service-managed stack set goes by organizational units, of which only the accounts of *places*
    are meant.

    Args:
        places: Where.
        targets: Who makes the roles.
        units: The organizational units that hold the accounts; of a service-managed one only.

    Raises:
        ValueError: StackSets would take more places than these, every account in every region; or
            no unit is named.
    """
    accounts = sorted({place.account for place in places})
    regions = sorted({place.region for place in places})
    if len(accounts) * len(regions) != len(places):
        message = f"not every account in every region: {places}"
        raise ValueError(message)
    if targets.permission_model == "SELF_MANAGED":
        return {"Accounts": accounts, "Regions": regions}
    if not units:
        message = "a service-managed stack set needs organizational units"
        raise ValueError(message)
    return {
        "DeploymentTargets": {
            "Accounts": accounts,
            "AccountFilterType": "INTERSECTION",
            "OrganizationalUnitIds": sorted(units),
        },
        "Regions": regions,
    }
