"""
Route tables, the routes in them, and NAT.

One table for the public subnets, one for each zone's private subnet (so that a zone may get a NAT
gateway of its own without any subnet changing its table), one for the database subnets, which have
no way to the internet. Routes to the other side come with the peering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ec2

from compiler.components import addresses
from compiler.components.sides import vpc_of, zones_of
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Address, Resource, Symbol, logical
from spec import names
from spec.model.network import TIERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side

ANYWHERE = "0.0.0.0/0"


def resources(spec: Spec, phase: Phase, side: Side) -> Iterator[Resource]:
    """Yield tables, associations, internet routes and NAT of *side*."""
    yield from _tables(spec, phase, side)
    yield from _associations(spec, side)
    yield _public_internet_route(side)
    yield from _nat_gateways(spec, phase, side)
    yield from _private_internet_routes(spec, side)


def nat_zone(spec: Spec, side: Side, zone: str) -> str | None:
    """
    Return the zone whose NAT gateway carries what leaves *zone*.

    Returns:
        A zone's full name, or `None` where there is no NAT. With one gateway, it stands in the zone
        that the spec names first.
    """
    vpc = vpc_of(spec, side)
    match vpc.nat:
        case "one":
            return vpc.zones[0]
        case "per_zone":
            return zone
        case "none":
            return None


def _word(zone: str) -> str:
    """Return the last word of a zone's name, `1a`, as the addresses use it."""
    return zone.rsplit("-", 1)[-1]


def _address(side: Side, *words: str) -> Address:
    return Address(stack=addresses.vpc(side).stack, logical_id=logical(*words))


def _tables(spec: Spec, phase: Phase, side: Side) -> Iterator[Resource]:
    zones = zones_of(spec, side)
    tables: tuple[tuple[Address, str, Path], ...] = (
        (addresses.route_table(side, "public", None), "public", (side, "vpc")),
        *(
            (addresses.route_table(side, "private", zone), f"private-{zone}", path)
            for zone, path in zones
        ),
        (addresses.route_table(side, "database", None), "database", (side, "vpc")),
    )
    for address, words, path in tables:
        name = f"{names.prefix(spec)}-{words}"
        yield Resource(
            stack=address.stack,
            body=ec2.RouteTable(
                address.logical_id,
                Tags=tag_list(spec, phase, name),
                VpcId=Symbol(addresses.vpc(side)),
            ),
            component=(side, "vpc"),
            origins={"Properties": path, **tag_origins(spec, phase, name)},
        )


def _associations(spec: Spec, side: Side) -> Iterator[Resource]:
    for tier in TIERS:
        for zone, path in zones_of(spec, side):
            address = _address(side, tier, "route", "table", "association", _word(zone))
            table = addresses.route_table(side, tier, zone if tier == "private" else None)
            yield Resource(
                stack=address.stack,
                body=ec2.SubnetRouteTableAssociation(
                    address.logical_id,
                    RouteTableId=Symbol(table),
                    SubnetId=Symbol(addresses.subnet(side, tier, zone)),
                ),
                component=(side, "vpc"),
                origins={"Properties": path},
            )


def _public_internet_route(side: Side) -> Resource:
    address = addresses.public_internet_route(side)
    return Resource(
        stack=address.stack,
        body=ec2.Route(
            address.logical_id,
            DestinationCidrBlock=ANYWHERE,
            GatewayId=Symbol(addresses.internet_gateway(side)),
            RouteTableId=Symbol(addresses.route_table(side, "public", None)),
        ),
        component=(side, "vpc"),
        # The route names the gateway, and AWS refuses it until the gateway is attached.
        after=(addresses.internet_gateway_attachment(side),),
    )


def _nat_gateways(spec: Spec, phase: Phase, side: Side) -> Iterator[Resource]:
    attached = (addresses.internet_gateway_attachment(side),)
    used = {nat_zone(spec, side, zone) for zone, _ in zones_of(spec, side)}
    for zone, path in zones_of(spec, side):
        if zone not in used:
            continue
        ip, gateway = _address(side, "nat", "ip", _word(zone)), _nat_gateway(side, zone)
        name = f"{names.prefix(spec)}-nat-{zone}"
        origins = {
            "Properties": path,
            **tag_origins(spec, phase, name),
        }
        yield Resource(
            stack=ip.stack,
            body=ec2.EIP(ip.logical_id, Domain="vpc", Tags=tag_list(spec, phase, name)),
            component=(side, "vpc", "nat"),
            origins=origins,
            after=attached,
        )
        yield Resource(
            stack=gateway.stack,
            body=ec2.NatGateway(
                gateway.logical_id,
                AllocationId=Symbol(ip, "AllocationId"),
                SubnetId=Symbol(addresses.subnet(side, "public", zone)),
                Tags=tag_list(spec, phase, name),
            ),
            component=(side, "vpc", "nat"),
            origins=origins,
            # A gateway that gets no way out fails, and AWS says so only minutes later.
            after=attached,
        )


def _nat_gateway(side: Side, zone: str) -> Address:
    return _address(side, "nat", "gateway", _word(zone))


def _private_internet_routes(spec: Spec, side: Side) -> Iterator[Resource]:
    for zone, path in zones_of(spec, side):
        through = nat_zone(spec, side, zone)
        if through is None:
            continue
        address = _address(side, "private", "internet", "route", _word(zone))
        yield Resource(
            stack=address.stack,
            body=ec2.Route(
                address.logical_id,
                DestinationCidrBlock=ANYWHERE,
                NatGatewayId=Symbol(_nat_gateway(side, through)),
                RouteTableId=Symbol(addresses.route_table(side, "private", zone)),
            ),
            component=(side, "vpc"),
            origins={"Properties": path, "Properties.NatGatewayId": (side, "vpc", "nat")},
        )
