from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.backends import get_backend

from compiler.sandbox.handlers.peering import VpcPeeringConnectionHandler
from compiler.sandbox.handlers.vpc import VpcCidrBlockHandler, VpcHandler
from tests.unit.sandbox.handlers_ground import assert_refused, pairs, scope_in, services
from tests.unit.sandbox.handlers_lives import Life, lived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Scope

PEERINGS = VpcPeeringConnectionHandler()
VPCS = VpcHandler()
BLOCKS = VpcCidrBlockHandler()
OTHER_ACCOUNT = "210987654321"


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def vpc_in(scope: Scope, cidr: str) -> str:
    return VPCS.create(scope, {"CidrBlock": cidr}).physical_id


def in_other_account(scope: Scope) -> Scope:
    """Return *scope* in an account whose role a client there has assumed."""
    role = boto3.client("sts", region_name=scope.region).assume_role(
        RoleArn=f"arn:aws:iam::{OTHER_ACCOUNT}:role/any", RoleSessionName="test"
    )["Credentials"]

    def client(service: str, region: str | None = None) -> Any:  # noqa: ANN401 -- boto3
        # The stubs know clients by the literal name of their service only.
        make: Any = boto3.client
        return make(
            service,
            region_name=region or scope.region,
            aws_access_key_id=role["AccessKeyId"],
            aws_secret_access_key=role["SecretAccessKey"],
            aws_session_token=role["SessionToken"],
        )

    return replace(scope, account=OTHER_ACCOUNT, client=client)


def status(scope: Scope, peering: str) -> str:
    answer = scope.client("ec2").describe_vpc_peering_connections(VpcPeeringConnectionIds=[peering])
    return str(answer["VpcPeeringConnections"][0]["Status"]["Code"])


def test_a_peering_across_regions_lives(scope: Scope) -> None:
    life = Life(
        handler=PEERINGS,
        scope=scope,
        start={
            "VpcId": vpc_in(scope, "10.0.0.0/16"),
            "PeerVpcId": vpc_in(scope_in("eu-west-1"), "10.1.0.0/16"),
            "PeerRegion": "eu-west-1",
            "PeerOwnerId": scope.account,
            "PeerRoleArn": f"arn:aws:iam::{scope.account}:role/one",
            "AssumeRoleRegion": "us-east-1",
            "Tags": pairs(("Name", "one")),
        },
        changes={
            "Tags": pairs(("Name", "two")),
            "PeerRoleArn": f"arn:aws:iam::{scope.account}:role/two",
            "AssumeRoleRegion": None,
        },
    )
    assert life.covered == PEERINGS.supported
    lived(life)


def test_a_peering_within_the_account_is_active_on_both_sides(scope: Scope) -> None:
    there = scope_in("eu-west-1")
    given = {
        "VpcId": vpc_in(scope, "10.0.0.0/16"),
        "PeerVpcId": vpc_in(there, "10.1.0.0/16"),
        "PeerRegion": "eu-west-1",
    }

    peering = PEERINGS.create(scope, given).physical_id

    assert [status(side, peering) for side in (scope, there)] == ["active", "active"]
    PEERINGS.delete(scope, peering, given)
    assert status(there, peering) == "deleted"


def test_a_peering_without_a_region_is_within_the_stacks_region(scope: Scope) -> None:
    given = {
        "VpcId": vpc_in(scope, "10.0.0.0/16"),
        "PeerVpcId": vpc_in(scope, "10.1.0.0/16"),
    }

    peering = PEERINGS.create(scope, given).physical_id

    assert (PEERINGS.read(scope, peering) or {})["PeerRegion"] == "us-east-1"
    assert status(scope, peering) == "active"


@pytest.mark.parametrize(
    ("mine", "mine_too", "theirs", "theirs_too"),
    [
        ("10.0.0.0/16", None, "10.0.0.0/16", None),
        ("10.0.0.0/16", None, "10.0.128.0/17", None),
        ("10.0.0.0/16", "10.1.0.0/16", "10.1.4.0/24", None),
        ("10.0.0.0/16", None, "10.1.0.0/16", "10.0.4.0/24"),
        ("10.0.0.0/16", "10.2.0.0/16", "10.1.0.0/16", "10.2.0.0/20"),
    ],
    ids=["same", "inside", "my second", "their second", "both second"],
)
def test_ranges_that_overlap_are_refused(
    scope: Scope, mine: str, mine_too: str | None, theirs: str, theirs_too: str | None
) -> None:
    there = scope_in("eu-west-1")
    vpc, peer = vpc_in(scope, mine), vpc_in(there, theirs)
    for where, owner, cidr in ((scope, vpc, mine_too), (there, peer, theirs_too)):
        if cidr is not None:
            BLOCKS.create(where, {"VpcId": owner, "CidrBlock": cidr})

    assert_refused(
        "OverlappingCidr",
        "VPC CIDR blocks overlap",
        PEERINGS,
        scope,
        {"VpcId": vpc, "PeerVpcId": peer, "PeerRegion": "eu-west-1"},
    )

    found = scope.client("ec2").describe_vpc_peering_connections()
    assert found["VpcPeeringConnections"] == []


def test_a_range_that_was_taken_away_overlaps_nothing(scope: Scope) -> None:
    vpc, peer = vpc_in(scope, "10.0.0.0/16"), vpc_in(scope, "10.9.0.0/16")
    block = BLOCKS.create(scope, {"VpcId": vpc, "CidrBlock": "10.1.0.0/16"}).physical_id
    BLOCKS.delete(scope, block, {})
    BLOCKS.create(scope, {"VpcId": peer, "CidrBlock": "10.1.0.0/16"})

    peering = PEERINGS.create(scope, {"VpcId": vpc, "PeerVpcId": peer})

    assert status(scope, peering.physical_id) == "active"


def test_a_missing_vpc_on_either_side_is_refused(scope: Scope) -> None:
    vpc = vpc_in(scope, "10.0.0.0/16")
    missing = "vpc-0123456789abcdef0"
    code, part = "InvalidVpcID.NotFound", f"The vpc ID '{missing}' does not exist"

    assert_refused(code, part, PEERINGS, scope, {"VpcId": vpc, "PeerVpcId": missing})
    assert_refused(code, part, PEERINGS, scope, {"VpcId": missing, "PeerVpcId": vpc})


def test_a_peer_is_looked_for_in_its_own_region(scope: Scope) -> None:
    given = {
        "VpcId": vpc_in(scope, "10.0.0.0/16"),
        "PeerVpcId": vpc_in(scope, "10.1.0.0/16"),
        "PeerRegion": "eu-west-1",
    }

    assert_refused("InvalidVpcID.NotFound", given["PeerVpcId"], PEERINGS, scope, given)


def test_two_vpcs_are_peered_once(scope: Scope) -> None:
    given = {
        "VpcId": vpc_in(scope, "10.0.0.0/16"),
        "PeerVpcId": vpc_in(scope, "10.1.0.0/16"),
    }
    PEERINGS.create(scope, given)

    assert_refused("VpcPeeringConnectionAlreadyExists", "pcx-", PEERINGS, scope, given)


def test_another_account_needs_a_role_there(scope: Scope) -> None:
    there = in_other_account(scope_in("eu-west-1"))
    given = {
        "VpcId": vpc_in(scope, "10.0.0.0/16"),
        "PeerVpcId": vpc_in(there, "10.1.0.0/16"),
        "PeerRegion": "eu-west-1",
        "PeerOwnerId": OTHER_ACCOUNT,
    }
    role = f"arn:aws:iam::{OTHER_ACCOUNT}:role/accepter"

    assert_refused("InvalidRequest", "PeerRoleArn", PEERINGS, scope, given)
    with_role = {**given, "PeerRoleArn": role}
    assert_refused("AccessDenied", role, PEERINGS, scope, with_role)
    get_backend("iam")[OTHER_ACCOUNT]["aws"].create_role(
        role_name="accepter",
        assume_role_policy_document="{}",
        path="/",
        permissions_boundary=None,
        description="",
        tags=[],
        max_session_duration="3600",
    )
    peering = PEERINGS.create(scope, with_role).physical_id

    assert [status(side, peering) for side in (scope, there)] == ["active", "active"]
    assert (PEERINGS.read(scope, peering) or {})["PeerRoleArn"] == role
