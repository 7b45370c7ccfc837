"""Subnets: one for each tier and zone, where the spec says or the carving puts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Sub, ec2

from compiler.components import addresses
from compiler.components.sides import cidrs_of, vpc_of, zones_of
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Resource, Symbol
from spec import names
from spec.subnets import given, network, subnets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Network

    from compiler.phases import Phase
    from compiler.symbols import Address
    from spec.findings import Path
    from spec.model import Spec
    from spec.model.network import Tier
    from spec.names import Side


def resources(spec: Spec, phase: Phase, side: Side) -> Iterator[Resource]:
    """Yield the subnets of *side*, tier by tier."""
    zone_paths = dict(zones_of(spec, side))
    for (tier, zone), cidr in subnets(vpc_of(spec, side)).items():
        address = addresses.subnet(side, tier, zone)
        name = f"{names.prefix(spec)}-{tier}-{zone}"
        body = ec2.Subnet(
            address.logical_id,
            AvailabilityZone=_pinned(spec, side, zone),
            CidrBlock=str(cidr),
            Tags=tag_list(spec, phase, name),
            VpcId=Symbol(addresses.vpc(side)),
        )
        if tier == "public":
            body.MapPublicIpOnLaunch = vpc_of(spec, side).public_addresses
        yield Resource(
            stack=address.stack,
            body=body,
            component=(side, "vpc"),
            origins={
                "Properties": zone_paths[zone],
                "Properties.CidrBlock": _origin(spec, side, tier, zone),
                "Properties.MapPublicIpOnLaunch": (side, "vpc", "public_addresses"),
                **tag_origins(spec, phase, name),
            },
            after=_secondary(spec, side, cidr),
        )


def _pinned(spec: Spec, side: Side, zone: str) -> Sub:
    """
    Return *zone* as a part of the stack's region: `${AWS::Region}a`.

    The same zone as the name itself, since a template is deployed to one region only. Written out,
    it is what linters warn of (W3010), because they cannot know that.
    """
    return Sub("${AWS::Region}" + zone.removeprefix(names.region_of(spec, side)))


def _origin(spec: Spec, side: Side, tier: Tier, zone: str) -> Path:
    """Return the subnet's own key where it has one, else the range that it is carved from."""
    if zone in given(vpc_of(spec, side), tier):
        return (side, "vpc", "subnets", tier, zone)
    return (side, "vpc", "cidr")


def _secondary(spec: Spec, side: Side, subnet: IPv4Network) -> tuple[Address, ...]:
    """Return the secondary range around *subnet*: AWS refuses the subnet before it."""
    return tuple(
        addresses.secondary_cidr(side, cidr)
        for cidr, _ in cidrs_of(spec, side)[1:]
        if (block := network(cidr)) is not None and subnet.subnet_of(block)
    )
