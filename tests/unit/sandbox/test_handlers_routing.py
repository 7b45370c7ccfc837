from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.sandbox.handlers_ground import assert_refused, scope_in, services
from tests.unit.sandbox.handlers_ground_vpc import (
    ASSOCIATIONS,
    GATEWAYS,
    NAMED,
    NATS,
    PEERINGS,
    RENAMED,
    ROUTES,
    TABLES,
    attached_gateway,
    nat_of,
    refused_delete,
    subnet_in,
    table_in,
    vpc_in,
)
from tests.unit.sandbox.handlers_lives import Life, lived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Properties, Scope


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def test_a_route_table_lives(scope: Scope) -> None:
    life = Life(
        handler=TABLES,
        scope=scope,
        start={"VpcId": vpc_in(scope), "Tags": NAMED},
        changes={"Tags": RENAMED},
    )
    assert life.covered == TABLES.supported
    lived(life)


def test_a_route_lives_through_all_its_targets(scope: Scope) -> None:
    vpc, peer = vpc_in(scope), vpc_in(scope_in("eu-west-1"), "10.9.0.0/16")
    gateway = attached_gateway(scope, vpc)
    nat = NATS.create(scope, nat_of(scope, vpc)).physical_id
    peering = PEERINGS.create(
        scope, {"VpcId": vpc, "PeerVpcId": peer, "PeerRegion": "eu-west-1"}
    ).physical_id
    where = {"RouteTableId": table_in(scope, vpc), "DestinationCidrBlock": "0.0.0.0/0"}
    forms: list[Properties] = [
        {**where, "GatewayId": gateway},
        {**where, "NatGatewayId": nat},
        {**where, "VpcPeeringConnectionId": peering},
    ]

    route = ROUTES.create(scope, forms[0]).physical_id

    assert frozenset().union(*forms) == ROUTES.supported
    assert ROUTES.read(scope, route) == forms[0]
    for old, new in zip(forms, [*forms[1:], forms[0]], strict=True):
        assert ROUTES.update(scope, route, old, new).physical_id == route
        assert ROUTES.read(scope, route) == new
    ROUTES.delete(scope, route, forms[0])
    assert ROUTES.read(scope, route) is None
    ROUTES.delete(scope, route, forms[0])


def test_a_second_route_for_one_range_is_refused(scope: Scope) -> None:
    vpc = vpc_in(scope)
    given = {
        "RouteTableId": table_in(scope, vpc),
        "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": attached_gateway(scope, vpc),
    }
    ROUTES.create(scope, given)

    assert_refused("RouteAlreadyExists", "0.0.0.0/0 already exists", ROUTES, scope, given)


def test_a_route_to_a_gateway_that_is_not_attached_is_refused(scope: Scope) -> None:
    gateway = GATEWAYS.create(scope, {}).physical_id
    table = table_in(scope, vpc_in(scope))
    given = {
        "RouteTableId": table,
        "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": gateway,
    }

    assert_refused(
        "InvalidParameterValue",
        f"route table {table} and network gateway {gateway} belong to different networks",
        ROUTES,
        scope,
        given,
    )


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("InvalidInternetGatewayID.NotFound", {"GatewayId": "igw-0"}),
        ("InvalidNatGatewayID.NotFound", {"NatGatewayId": "nat-0"}),
        ("InvalidVpcPeeringConnectionID.NotFound", {"VpcPeeringConnectionId": "pcx-0"}),
        ("InvalidParameterCombination", {}),
        ("InvalidParameterCombination", {"GatewayId": "igw-0", "NatGatewayId": "nat-0"}),
    ],
)
def test_a_route_to_nowhere_is_refused(scope: Scope, code: str, target: Properties) -> None:
    where = {"RouteTableId": table_in(scope, vpc_in(scope)), "DestinationCidrBlock": "10.9.0.0/16"}

    assert_refused(code, "", ROUTES, scope, {**where, **target})


def test_a_route_over_a_deleted_peering_is_refused(scope: Scope) -> None:
    vpc, peer = vpc_in(scope), vpc_in(scope, "10.9.0.0/16")
    peering = PEERINGS.create(scope, {"VpcId": vpc, "PeerVpcId": peer}).physical_id
    PEERINGS.delete(scope, peering, {})
    given = {
        "RouteTableId": table_in(scope, vpc),
        "DestinationCidrBlock": "10.9.0.0/16",
        "VpcPeeringConnectionId": peering,
    }

    assert_refused("InvalidStateTransition", "is not active", ROUTES, scope, given)


def test_a_route_over_a_peering_of_other_networks_is_refused(scope: Scope) -> None:
    one, two = vpc_in(scope), vpc_in(scope, "10.9.0.0/16")
    peering = PEERINGS.create(scope, {"VpcId": one, "PeerVpcId": two}).physical_id
    given = {
        "RouteTableId": table_in(scope, vpc_in(scope, "10.5.0.0/16")),
        "DestinationCidrBlock": "10.9.0.0/16",
        "VpcPeeringConnectionId": peering,
    }

    assert_refused("InvalidParameterValue", "different networks", ROUTES, scope, given)


def test_the_accepter_routes_over_the_same_peering(scope: Scope) -> None:
    there = scope_in("eu-west-1")
    vpc, peer = vpc_in(scope), vpc_in(there, "10.9.0.0/16")
    peering = PEERINGS.create(
        scope, {"VpcId": vpc, "PeerVpcId": peer, "PeerRegion": "eu-west-1"}
    ).physical_id
    given = {
        "RouteTableId": table_in(there, peer),
        "DestinationCidrBlock": "10.0.0.0/16",
        "VpcPeeringConnectionId": peering,
    }

    route = ROUTES.create(there, given)

    assert ROUTES.read(there, route.physical_id) == given


def test_an_association_lives(scope: Scope) -> None:
    vpc = vpc_in(scope)
    life = Life(
        handler=ASSOCIATIONS,
        scope=scope,
        start={"RouteTableId": table_in(scope, vpc), "SubnetId": subnet_in(scope, vpc)},
    )
    assert life.covered == ASSOCIATIONS.supported
    lived(life)


def test_a_subnet_has_one_table_of_its_own_vpc(scope: Scope) -> None:
    vpc, other = vpc_in(scope), vpc_in(scope, "10.9.0.0/16")
    given = {"RouteTableId": table_in(scope, vpc), "SubnetId": subnet_in(scope, vpc)}
    foreign = {**given, "RouteTableId": table_in(scope, other)}

    assert_refused("InvalidParameterValue", "different networks", ASSOCIATIONS, scope, foreign)
    association = ASSOCIATIONS.create(scope, given)
    assert_refused("Resource.AlreadyAssociated", "conflicts", ASSOCIATIONS, scope, given)
    assert ASSOCIATIONS.read(scope, association.physical_id) == given


def test_a_table_that_a_subnet_uses_is_not_deleted(scope: Scope) -> None:
    vpc = vpc_in(scope)
    table = table_in(scope, vpc)
    ASSOCIATIONS.create(scope, {"RouteTableId": table, "SubnetId": subnet_in(scope, vpc)})

    assert "DependencyViolation" in refused_delete(TABLES, scope, table)
