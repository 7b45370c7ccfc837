from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.handler import Refused
from tests.unit.sandbox.handlers_ground import assert_refused, scope_in, services
from tests.unit.sandbox.handlers_ground_vpc import (
    BLOCKS,
    NAMED,
    PEERINGS,
    RENAMED,
    RESOURCE_NAME,
    SUBNETS,
    VPCS,
    attached_gateway,
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


def test_a_vpc_lives(scope: Scope) -> None:
    life = Life(
        handler=VPCS,
        scope=scope,
        start={
            "CidrBlock": "10.0.0.0/16",
            "InstanceTenancy": "default",
            "EnableDnsSupport": True,
            "EnableDnsHostnames": True,
            "Tags": NAMED,
        },
        changes={"EnableDnsHostnames": False, "EnableDnsSupport": False, "Tags": RENAMED},
        elsewhere=frozenset({"InstanceTenancy"}),  # see below: there is a way out only
    )
    assert life.covered == VPCS.supported
    lived(life)


def test_a_vpc_takes_its_flags_as_text(scope: Scope) -> None:
    vpc = VPCS.create(scope, {"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": "true"})

    told = VPCS.read(scope, vpc.physical_id)

    assert told is not None
    assert told["EnableDnsHostnames"] is True


def test_a_vpc_tells_its_attributes(scope: Scope) -> None:
    vpc = VPCS.create(scope, {"CidrBlock": "10.0.0.0/16"})

    attributes = dict(vpc.attributes)

    assert attributes["VpcId"] == vpc.physical_id
    assert attributes["CidrBlock"] == "10.0.0.0/16"
    assert attributes["DefaultSecurityGroup"].startswith("sg-")
    assert attributes["DefaultNetworkAcl"].startswith("acl-")


def test_dedicated_tenancy_can_be_left_but_not_entered(scope: Scope) -> None:
    given = {"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "dedicated"}
    vpc = VPCS.create(scope, given).physical_id
    plain = {"CidrBlock": "10.0.0.0/16"}

    VPCS.update(scope, vpc, given, plain)

    assert (VPCS.read(scope, vpc) or {})["InstanceTenancy"] == "default"
    with pytest.raises(Refused, match="tenancy value dedicated is not supported"):
        VPCS.update(scope, vpc, plain, given)


@pytest.mark.parametrize(
    ("code", "properties"),
    [
        ("MissingParameter", {}),
        ("InvalidParameterValue", {"CidrBlock": "ten"}),
        ("InvalidVpc.Range", {"CidrBlock": "10.0.0.0/8"}),
    ],
)
def test_a_vpc_without_a_good_range_is_refused(
    scope: Scope, code: str, properties: Properties
) -> None:
    assert_refused(code, "", VPCS, scope, properties)


@pytest.mark.parametrize("kind", ["subnet", "gateway", "table", "group", "endpoint"])
def test_a_vpc_with_something_in_it_is_not_deleted(scope: Scope, kind: str) -> None:
    vpc = vpc_in(scope)
    ec2 = scope.client("ec2")
    if kind == "subnet":
        subnet_in(scope, vpc)
    elif kind == "gateway":
        attached_gateway(scope, vpc)
    elif kind == "table":
        table_in(scope, vpc)
    elif kind == "group":
        ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)
    else:
        ec2.create_vpc_endpoint(
            VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", VpcEndpointType="Gateway"
        )

    said = refused_delete(VPCS, scope, vpc)

    assert said == (
        f"The vpc '{vpc}' has dependencies and cannot be deleted. (Code: DependencyViolation)"
    )


def test_a_further_range_lives(scope: Scope) -> None:
    life = Life(
        handler=BLOCKS,
        scope=scope,
        start={"VpcId": vpc_in(scope), "CidrBlock": "10.1.0.0/16"},
    )
    assert life.covered == BLOCKS.supported
    lived(life)


def test_a_further_range_that_overlaps_the_vpc_is_refused(scope: Scope) -> None:
    given = {"VpcId": vpc_in(scope), "CidrBlock": "10.0.128.0/17"}

    assert_refused("InvalidVpc.Range", "conflicts with the CIDR", BLOCKS, scope, given)


def test_a_further_range_that_overlaps_a_peer_is_refused(scope: Scope) -> None:
    vpc, peer = vpc_in(scope), vpc_in(scope_in("eu-west-1"), "10.9.0.0/16")
    PEERINGS.create(scope, {"VpcId": vpc, "PeerVpcId": peer, "PeerRegion": "eu-west-1"})

    given = {"VpcId": vpc, "CidrBlock": "10.9.4.0/24"}

    assert_refused("InvalidVpc.Range", peer, BLOCKS, scope, given)


def test_a_further_range_with_a_subnet_in_it_stays(scope: Scope) -> None:
    vpc = vpc_in(scope)
    block = BLOCKS.create(scope, {"VpcId": vpc, "CidrBlock": "10.1.0.0/16"}).physical_id
    subnet_in(scope, vpc, "10.1.0.0/24")

    assert "InvalidCidrBlock.InUse" in refused_delete(BLOCKS, scope, block)


def test_a_subnet_lives(scope: Scope) -> None:
    life = Life(
        handler=SUBNETS,
        scope=scope,
        start={
            "VpcId": vpc_in(scope),
            "CidrBlock": "10.0.1.0/24",
            "AvailabilityZone": "us-east-1b",
            "MapPublicIpOnLaunch": False,
            "Tags": NAMED,
        },
        changes={
            "MapPublicIpOnLaunch": True,
            "PrivateDnsNameOptionsOnLaunch": RESOURCE_NAME,
            "Tags": RENAMED,
        },
    )
    assert life.covered | {"AvailabilityZoneId"} == SUBNETS.supported
    lived(life)


def test_a_subnet_can_be_pinned_by_the_id_of_its_zone(scope: Scope) -> None:
    given = {"VpcId": vpc_in(scope), "CidrBlock": "10.0.1.0/24", "AvailabilityZoneId": "use1-az1"}

    subnet = SUBNETS.create(scope, given)

    told = SUBNETS.read(scope, subnet.physical_id) or {}
    assert told["AvailabilityZoneId"] == "use1-az1"
    assert subnet.attributes["AvailabilityZone"] == told["AvailabilityZone"]


@pytest.mark.parametrize(
    ("code", "part", "changed"),
    [
        ("InvalidParameterValue", "eu-west-1a", {"AvailabilityZone": "eu-west-1a"}),
        ("InvalidParameterValue", "use1-az9", {"AvailabilityZoneId": "use1-az9"}),
        (
            "InvalidParameterCombination",
            "Only one",
            {"AvailabilityZone": "us-east-1a", "AvailabilityZoneId": "use1-az6"},
        ),
        ("InvalidSubnet.Range", "10.5.0.0/24", {"CidrBlock": "10.5.0.0/24"}),
        ("InvalidSubnet.Conflict", "10.0.0.0/25", {"CidrBlock": "10.0.0.0/25"}),
        ("InvalidVpcID.NotFound", "vpc-0", {"VpcId": "vpc-0123456789abcdef0"}),
    ],
)
def test_a_subnet_in_the_wrong_place_is_refused(
    scope: Scope, code: str, part: str, changed: Properties
) -> None:
    vpc = vpc_in(scope)
    subnet_in(scope, vpc)

    assert_refused(
        code, part, SUBNETS, scope, {"VpcId": vpc, "CidrBlock": "10.0.1.0/24", **changed}
    )


def test_a_subnet_with_an_interface_in_it_is_not_deleted(scope: Scope) -> None:
    subnet = subnet_in(scope, vpc_in(scope))
    scope.client("ec2").create_network_interface(SubnetId=subnet)

    assert "DependencyViolation" in refused_delete(SUBNETS, scope, subnet)
