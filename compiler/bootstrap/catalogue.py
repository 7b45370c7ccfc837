"""
What cfn-lint knows of permissions: which a type's handlers need, and what IAM makes of each.

Both are read from the installed cfn-lint, so that they follow the registry with it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_FALLBACK_REGION = "us-east-1"
"""Its schemas stand in for those of a region that cfn-lint does not know."""


def handler_permissions(type_: str, region: str) -> tuple[str, ...] | None:
    """
    Return what the handlers of a resource type ask of its services, tagging included, sorted.

    Args:
        type_: `AWS::RDS::DBInstance`.
        region: Whose schema is read.

    Returns:
        Nothing (`None`) where the registry does not say.
    """
    schema = _schema(type_, region)
    if schema is None:
        return None
    found = {
        permission
        for handler in schema.get("handlers", {}).values()
        for permission in handler.get("permissions", ())
    }
    tagging = schema.get("tagging")
    if isinstance(tagging, dict):
        found |= set(tagging.get("permissions", ()))
    return tuple(sorted(found)) or None


def kinds_of(action: str) -> tuple[str, ...] | None:
    """
    Return the kinds of resources to which a policy can narrow an action, sorted.

    Args:
        action: `rds:CreateDBInstance`.

    Returns:
        None of them if only `*` will do; nothing (`None`) where IAM does not know the action, and
        for wildcards.
    """
    service, _, verb = action.partition(":")
    found = _services().get(service, {}).get("Actions", {}).get(verb.lower())
    if found is None:
        return None
    return tuple(sorted(found.get("Resources", ())))


@cache
def _schema(type_: str, region: str) -> Mapping[str, Any] | None:
    from cfnlint.helpers import REGIONS  # noqa: PLC0415 -- half a second, and not always needed
    from cfnlint.schema import ResourceNotFoundError  # noqa: PLC0415 -- as above
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # noqa: PLC0415 -- as above

    known = region if region in REGIONS else _FALLBACK_REGION
    try:
        found: Mapping[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema(known, type_).schema
    except ResourceNotFoundError:
        return None
    return found


@cache
def _services() -> Mapping[str, Any]:
    from cfnlint.data import AdditionalSpecs  # noqa: PLC0415 -- as above
    from cfnlint.helpers import load_resource  # noqa: PLC0415 -- as above

    found: Mapping[str, Any] = load_resource(AdditionalSpecs, "Policies.json")  # type: ignore[no-untyped-call] # has no types
    return found
