"""
The peering between the two VPCs, and the routes through it.

The connection stands in the source; in one account CloudFormation accepts it, across accounts
through a role in the target's. Its id is known only after that, so each side's routes are a stack
of their own, `peering-routes`. Every private and database table of a side leads to every range of
the other: services reach the other side's databases, and databases answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ec2

from compiler.components import addresses
from compiler.components.sides import SIDES, cidrs_of, other, zones_of
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Address, Resource, StackKey, Symbol, logical
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield the connection and both sides' routes, while there are two sides."""
    if not all(phase.stands(side) for side in SIDES):
        return
    yield _connection(spec, phase)
    for side in SIDES:
        yield from _routes(spec, side)


def _connection(spec: Spec, phase: Phase) -> Resource:
    address = addresses.peering()
    name = f"{names.prefix(spec)}-peering"
    body = ec2.VPCPeeringConnection(
        address.logical_id,
        PeerRegion=spec.target.region,
        PeerVpcId=Symbol(addresses.vpc("target")),
        Tags=tag_list(spec, phase, name),
        VpcId=Symbol(addresses.vpc("source")),
    )
    if spec.accounts.source != spec.accounts.target:
        body.PeerOwnerId = spec.accounts.target
        if spec.accounts.peering_role is not None:
            body.PeerRoleArn = spec.accounts.peering_role
    return Resource(
        stack=address.stack,
        body=body,
        component=("source", "vpc"),
        origins={
            "Properties.PeerOwnerId": ("accounts", "target"),
            "Properties.PeerRegion": ("target", "region"),
            "Properties.PeerRoleArn": ("accounts", "peering_role"),
            "Properties.PeerVpcId": ("target", "vpc"),
            **tag_origins(spec, phase, name),
        },
    )


def _routes(spec: Spec, side: Side) -> Iterator[Resource]:
    stack = StackKey(side=side, name="peering-routes")
    for table, words, table_path in _tables(spec, side):
        for cidr, path in cidrs_of(spec, other(side)):
            yield Resource(
                stack=stack,
                body=ec2.Route(
                    logical(*words, "to", addresses.cidr_word(cidr)),
                    DestinationCidrBlock=cidr,
                    RouteTableId=Symbol(table),
                    VpcPeeringConnectionId=Symbol(addresses.peering()),
                ),
                component=(side, "vpc"),
                origins={
                    "Properties.DestinationCidrBlock": path,
                    "Properties.RouteTableId": table_path,
                },
            )


def _tables(spec: Spec, side: Side) -> Iterator[tuple[Address, tuple[str, ...], Path]]:
    """Yield the tables that lead to the other side: address, words for names, spec path."""
    for zone, path in zones_of(spec, side):
        yield (
            addresses.route_table(side, "private", zone),
            ("private", "route", zone.rsplit("-", 1)[-1]),
            path,
        )
    yield addresses.route_table(side, "database", None), ("database", "route"), (side, "vpc")
