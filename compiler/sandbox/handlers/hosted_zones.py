"""The handler of `AWS::Route53::HostedZone`, and zones that are there before any stack is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.identity import (
    Pair,
    as_pairs,
    merged,
    physical_name,
    without_system,
)
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ID = re.compile(r"Z[A-Z0-9]{1,31}")
_NAME = re.compile(
    r"(?=.{1,255}\.?$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{1,63}\.?"
)


def import_hosted_zone(zone_id: str, name: str, *, account: str, partition: str = "aws") -> None:
    """
    Put a public hosted zone with exactly this id into *account*.

    Args:
        zone_id: `Z` and up to 31 capitals and digits.
        name: The zone's domain, with or without its last dot.
        account: Twelve digits.
        partition: The partition whose Route 53 holds it.

    Raises:
        ValueError: *zone_id* is not one of Route 53's.
    """
    if not _ID.fullmatch(zone_id):
        msg = f"{zone_id!r} is not the id of a hosted zone"
        raise ValueError(msg)
    held = beneath("route53", account, partition)
    if zone_id in held.zones:
        return
    # Route 53 chooses the id of a zone, so there is no other door than this one.
    zone = held.create_hosted_zone(absolute(name), private_zone=False)
    del held.zones[zone.resource_id]
    zone.resource_id = zone_id
    held.zones[zone_id] = zone


def absolute(name: str) -> str:
    """Return a domain name as Route 53 keeps it: lower case, with its last dot."""
    return f"{name.lower().rstrip('.')}."


class HostedZoneHandler:
    """Hosted zones: public, or private to VPCs of one or several regions."""

    type_name = "AWS::Route53::HostedZone"
    supported = frozenset({"HostedZoneConfig", "HostedZoneTags", "Name", "VPCs"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a zone and associate its VPCs."""
        name = properties["Name"]
        if not _NAME.fullmatch(str(name).lower()):
            refuse("InvalidDomainName", f"{name} is not a valid domain name")
        vpcs = _vpcs(properties)
        for vpc in vpcs:
            _refuse_vpc(scope, vpc, name, None)
        made = ask(
            scope.client("route53"),
            "create_hosted_zone",
            Name=name,
            CallerReference=physical_name(scope, limit=128),
            HostedZoneConfig={"Comment": _comment(properties), "PrivateZone": bool(vpcs)},
            VPC=vpcs[0] if vpcs else None,
        )
        zone_id = made["HostedZone"]["Id"].rpartition("/")[2]
        try:
            for vpc in vpcs[1:]:
                _associate(scope, zone_id, vpc)
            set_tags(scope, "hostedzone", zone_id, properties.get("HostedZoneTags"))
        except Refused:
            ask(scope.client("route53"), "delete_hosted_zone", Id=zone_id)
            raise
        return _described(scope, zone_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Move between VPCs, and change comment and tags."""
        del old
        told = _told(scope, physical_id) or {}
        # What is associated, not what the template said: an update may have stopped half-way.
        before, after = _vpcs({"VPCs": told.get("VPCs")}), _vpcs(new)
        if bool(before) != bool(after):
            refuse(
                "InvalidVPCId" if before else "PublicZoneVPCAssociation",
                "A hosted zone cannot be turned from public into private or back.",
            )
        for vpc in after:
            if vpc not in before:
                _refuse_vpc(scope, vpc, new["Name"], physical_id)
        for vpc in after:
            if vpc not in before:
                _associate(scope, physical_id, vpc)
        for vpc in before:
            if vpc not in after:
                ask(
                    scope.client("route53"),
                    "disassociate_vpc_from_hosted_zone",
                    HostedZoneId=physical_id,
                    VPC=vpc,
                )
        ask(
            scope.client("route53"),
            "update_hosted_zone_comment",
            Id=physical_id,
            Comment=_comment(new),
        )
        set_tags(scope, "hostedzone", physical_id, new.get("HostedZoneTags"))
        return _described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete a zone that holds nothing but its own records."""
        del properties
        if _told(scope, physical_id) is not None:
            ask(scope.client("route53"), "delete_hosted_zone", Id=physical_id)
            beneath("route53", scope.account, scope.partition).resource_tags.pop(physical_id, None)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the zone; its name without the last dot, as templates write it."""
        told = _told(scope, physical_id)
        if told is None:
            return None
        read: dict[str, Any] = {
            "Name": told["HostedZone"]["Name"].rstrip("."),
            "HostedZoneTags": get_tags(scope, "hostedzone", physical_id),
        }
        if comment := told["HostedZone"]["Config"].get("Comment"):
            read["HostedZoneConfig"] = {"Comment": comment}
        if vpcs := told.get("VPCs"):
            read["VPCs"] = [{"VPCId": vpc["VPCId"], "VPCRegion": vpc["VPCRegion"]} for vpc in vpcs]
        return read


def get_tags(scope: Scope, kind: str, resource_id: str) -> list[dict[str, str]]:
    """Read the tags of a zone or a health check."""
    answer = ask(
        scope.client("route53"), "list_tags_for_resource", ResourceType=kind, ResourceId=resource_id
    )
    return without_system(answer["ResourceTagSet"]["Tags"])


def set_tags(scope: Scope, kind: str, resource_id: str, own: Iterable[Pair] | None) -> None:
    """
    Set the tags of a zone or a health check: its own over the stack's.

    CloudFormation gives its own `aws:` tags to neither.
    """
    tags = merged(scope, own)
    wanted = {key: value for key, value in tags.items() if not key.startswith("aws:")}
    have = get_tags(scope, kind, resource_id)
    gone = sorted({pair["Key"] for pair in have} - set(wanted))
    if wanted or gone:
        ask(
            scope.client("route53"),
            "change_tags_for_resource",
            ResourceType=kind,
            ResourceId=resource_id,
            AddTags=as_pairs(wanted) or None,
            RemoveTagKeys=gone or None,
        )


def _vpcs(properties: Properties) -> list[dict[str, str]]:
    return [
        {"VPCRegion": vpc["VPCRegion"], "VPCId": vpc["VPCId"]}
        for vpc in properties.get("VPCs") or []
    ]


def _comment(properties: Properties) -> str:
    return str((properties.get("HostedZoneConfig") or {}).get("Comment", ""))


def _refuse_vpc(scope: Scope, vpc: Mapping[str, str], name: str, own_id: str | None) -> None:
    found = ask_or_none(
        scope.client("ec2", vpc["VPCRegion"]),
        "describe_vpcs",
        "InvalidVpcID.NotFound",
        VpcIds=[vpc["VPCId"]],
    )
    if found is None:
        refuse(
            "InvalidVPCId",
            f"The VPC: {vpc['VPCId']} in region: {vpc['VPCRegion']} that you provided does not "
            "exist or is not authorized to make the association.",
        )
    zones = beneath("route53", scope.account, scope.partition).zones
    for zone_id, zone in zones.items():
        inside = {held.get("vpc_id") for held in zone.vpcs}
        if zone_id != own_id and zone.name == absolute(name) and vpc["VPCId"] in inside:
            refuse(
                "ConflictingDomainExists",
                f"The VPC {vpc['VPCId']} in region {vpc['VPCRegion']} has already been associated "
                f"with the hosted zone {zone_id} with the same domain name.",
            )


def _associate(scope: Scope, zone_id: str, vpc: Mapping[str, str]) -> None:
    ask(
        scope.client("route53"),
        "associate_vpc_with_hosted_zone",
        HostedZoneId=zone_id,
        VPC=vpc,
    )


def _told(scope: Scope, zone_id: str) -> dict[str, Any] | None:
    return ask_or_none(scope.client("route53"), "get_hosted_zone", "NoSuchHostedZone", Id=zone_id)


def _described(scope: Scope, zone_id: str) -> Created:
    told = _told(scope, zone_id)
    if told is None:
        refuse("NoSuchHostedZone", f"No hosted zone found with ID: {zone_id}")
    servers = (told.get("DelegationSet") or {}).get("NameServers") or []
    attributes: dict[str, Any] = {"Id": zone_id}
    if not told["HostedZone"]["Config"].get("PrivateZone"):
        attributes["NameServers"] = servers
    return Created(physical_id=zone_id, attributes=attributes)


HANDLERS: tuple[Handler, ...] = (HostedZoneHandler(),)
