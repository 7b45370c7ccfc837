"""Tests of the peering and its routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.components import addresses, peering
from compiler.phases import ORDER
from compiler.symbols import StackKey
from spec.model import Spec
from tests.unit.compiler.components.media import MEDIA, media, side
from tests.unit.compiler.components.places import built, symbol, tagged

if TYPE_CHECKING:
    from spec.names import Side


def routes(spec: Spec, of: str) -> dict[str, tuple[object, object]]:
    """Return table and destination by logical id."""
    found = {}
    for address, resource in built(spec, peering).items():
        if address.stack.name == "peering-routes" and address.stack.side == of:
            properties = resource.body.to_dict()["Properties"]
            assert properties["VpcPeeringConnectionId"] == symbol(addresses.peering())
            found[address.logical_id] = (
                properties["RouteTableId"],
                properties["DestinationCidrBlock"],
            )
    return found


def test_one_account_peers_without_a_role() -> None:
    assert built(media(), peering)[addresses.peering()].body.to_dict() == {
        "Type": "AWS::EC2::VPCPeeringConnection",
        "Properties": {
            "PeerRegion": "eu-central-1",
            "PeerVpcId": symbol(addresses.vpc("target")),
            "Tags": tagged("streaming-staging-peering"),
            "VpcId": symbol(addresses.vpc("source")),
        },
    }


def test_two_accounts_peer_through_a_role_in_the_targets() -> None:
    role = "arn:aws:iam::444455556666:role/AcceptPeering"
    spec = media(
        accounts={"source": "111122223333", "target": "444455556666", "peering_role": role},
        databases={},
    )

    found = built(spec, peering)[addresses.peering()]

    assert found.body.to_dict()["Properties"] == {
        "PeerOwnerId": "444455556666",
        "PeerRegion": "eu-central-1",
        "PeerRoleArn": role,
        "PeerVpcId": symbol(addresses.vpc("target")),
        "Tags": tagged("streaming-staging-peering"),
        "VpcId": symbol(addresses.vpc("source")),
    }
    assert found.origins["Properties.PeerRoleArn"] == ("accounts", "peering_role")


def test_every_private_and_database_table_leads_to_the_other_side() -> None:
    assert routes(media(), "target") == {
        "PrivateRoute1aTo10x0x0x0x16": routed("target", "1a", "10.0.0.0/16"),
        "PrivateRoute1bTo10x0x0x0x16": routed("target", "1b", "10.0.0.0/16"),
        "DatabaseRouteTo10x0x0x0x16": routed("target", None, "10.0.0.0/16"),
    }


def test_secondary_ranges_are_reached_as_well() -> None:
    target = side("eu-central-1", "10.1.0.0/16", secondary_cidrs=["10.3.0.0/16"])
    spec = Spec.model_validate({**MEDIA, "target": target}, strict=False)

    assert routes(spec, "source") == {
        "PrivateRoute1aTo10x1x0x0x16": routed("source", "1a", "10.1.0.0/16"),
        "PrivateRoute1aTo10x3x0x0x16": routed("source", "1a", "10.3.0.0/16"),
        "PrivateRoute1bTo10x1x0x0x16": routed("source", "1b", "10.1.0.0/16"),
        "PrivateRoute1bTo10x3x0x0x16": routed("source", "1b", "10.3.0.0/16"),
        "DatabaseRouteTo10x1x0x0x16": routed("source", None, "10.1.0.0/16"),
        "DatabaseRouteTo10x3x0x0x16": routed("source", None, "10.3.0.0/16"),
    }
    stack = StackKey(side="source", name="peering-routes")
    assert {
        resource.origins["Properties.DestinationCidrBlock"]
        for address, resource in built(spec, peering).items()
        if address.stack == stack
    } == {("target", "vpc", "cidr"), ("target", "vpc", "secondary_cidrs", 0)}


def routed(of: Side, zone: str | None, cidr: str) -> tuple[object, object]:
    table = addresses.route_table(of, "private" if zone else "database", zone)
    return symbol(table), cidr


def test_the_peering_and_its_routes_stand_until_the_source_goes() -> None:
    assert {phase: len(built(media(), peering, phase=phase)) for phase in ORDER} == {
        **dict.fromkeys(ORDER, 7),
        "retire": 0,
    }
