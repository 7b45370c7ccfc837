"""Names that a template gives its resources, and that stand in the way of a replacement."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.prove.changes import Json
    from compiler.prove.registry import Registered

_OWN_NAMES: Mapping[str, str] = {
    "AWS::EC2::LaunchTemplate": "LaunchTemplateName",
    "AWS::EC2::SecurityGroup": "GroupName",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SecretsManager::Secret": "Name",
}
"""
By type, the property that names a resource although its identifier is another one.

Source: CloudFormation Template Reference, Name type, 2026-11-23, and each type's page.
"""


def name_properties(type_: str, registered: Registered | None) -> tuple[str, ...]:
    """Return the properties with which a template names a resource of *type_*; mostly one."""
    if type_ in _OWN_NAMES:
        return (_OWN_NAMES[type_],)
    if registered is None:
        return ()
    return tuple(
        place[0]
        for place in registered.primary_identifier
        if len(place) == 1 and place not in registered.read_only
    )


def own_name(type_: str, registered: Registered | None, properties: Mapping[str, Json]) -> str:
    """Return the name that a template gives a resource; empty where AWS makes one up."""
    names = name_properties(type_, registered)
    found = properties.get(names[0]) if names else None
    return found if isinstance(found, str) else ""


def kept_name(
    type_: str,
    registered: Registered | None,
    before: Mapping[str, Json],
    after: Mapping[str, Json],
) -> str:
    """
    Return the name that a resource keeps, so that it cannot be replaced; empty if it can.

    A replacement would have it while the old one still exists: "cannot update a stack when a
    custom-named resource requires replacing" (CloudFormation Template Reference, Name type,
    2026-11-23).
    """
    if registered is not None and registered.deletes_first:
        return ""
    names = name_properties(type_, registered)
    if not names or any(before.get(name) != after.get(name) for name in names):
        return ""
    if (
        type_ not in _OWN_NAMES
        and registered is not None
        and len(names) != len(registered.primary_identifier)
    ):
        # A part of the identifier that the service gives makes the new one another.
        return ""
    return own_name(type_, registered, after)
