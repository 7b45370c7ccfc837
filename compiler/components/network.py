"""
The network of each side: the stack `network`.

This file makes the VPC, its ranges and its way to the internet; subnets, routes, endpoints and flow
logs have a file each. All of it is one stack, since all of it must stand before anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ec2

from compiler.components import addresses, endpoints, flow_logs, routing, subnetting
from compiler.components.sides import standing, vpc_of
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Resource, Symbol
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.model import Spec
    from spec.names import Side


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield the network of each side that stands."""
    for side in standing(phase):
        yield _vpc(spec, phase, side)
        yield from _secondary_cidrs(spec, side)
        yield from _internet_gateway(spec, phase, side)
        yield from subnetting.resources(spec, phase, side)
        yield from routing.resources(spec, phase, side)
        yield from endpoints.resources(spec, phase, side)
        yield from flow_logs.resources(spec, phase, side)


def _vpc(spec: Spec, phase: Phase, side: Side) -> Resource:
    address = addresses.vpc(side)
    name = names.prefix(spec)
    return Resource(
        stack=address.stack,
        body=ec2.VPC(
            address.logical_id,
            CidrBlock=vpc_of(spec, side).cidr,
            # Interface endpoints' private names and the private zone resolve only with both.
            EnableDnsHostnames=True,
            EnableDnsSupport=True,
            Tags=tag_list(spec, phase, name),
        ),
        component=(side, "vpc"),
        origins={
            "Properties.CidrBlock": (side, "vpc", "cidr"),
            **tag_origins(spec, phase, name),
        },
    )


def _secondary_cidrs(spec: Spec, side: Side) -> Iterator[Resource]:
    """Named after their range, never after their position: adding one moves none."""
    for position, cidr in enumerate(vpc_of(spec, side).secondary_cidrs):
        address = addresses.secondary_cidr(side, cidr)
        yield Resource(
            stack=address.stack,
            body=ec2.VPCCidrBlock(
                address.logical_id, CidrBlock=cidr, VpcId=Symbol(addresses.vpc(side))
            ),
            component=(side, "vpc", "secondary_cidrs", position),
        )


def _internet_gateway(spec: Spec, phase: Phase, side: Side) -> Iterator[Resource]:
    gateway, attachment = (
        addresses.internet_gateway(side),
        addresses.internet_gateway_attachment(side),
    )
    name = names.prefix(spec)
    yield Resource(
        stack=gateway.stack,
        body=ec2.InternetGateway(gateway.logical_id, Tags=tag_list(spec, phase, name)),
        component=(side, "vpc"),
        origins=tag_origins(spec, phase, name),
    )
    yield Resource(
        stack=attachment.stack,
        body=ec2.VPCGatewayAttachment(
            attachment.logical_id,
            InternetGatewayId=Symbol(gateway),
            VpcId=Symbol(addresses.vpc(side)),
        ),
        component=(side, "vpc"),
    )
