from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.handler import Refused
from compiler.sandbox.handlers.addresses import EipHandler, NatGatewayHandler
from compiler.sandbox.handlers.internet_gateways import (
    InternetGatewayHandler,
    VpcGatewayAttachmentHandler,
)
from compiler.sandbox.handlers.peering import VpcPeeringConnectionHandler
from compiler.sandbox.handlers.routing import (
    RouteHandler,
    RouteTableHandler,
    SubnetRouteTableAssociationHandler,
)
from compiler.sandbox.handlers.vpc import SubnetHandler, VpcCidrBlockHandler, VpcHandler
from tests.unit.sandbox.handlers_ground import assert_refused, pairs, scope_in, services
from tests.unit.sandbox.handlers_lives import Life, lived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Handler, Properties, Scope

VPCS = VpcHandler()
BLOCKS = VpcCidrBlockHandler()
SUBNETS = SubnetHandler()
GATEWAYS = InternetGatewayHandler()
ATTACHMENTS = VpcGatewayAttachmentHandler()
TABLES = RouteTableHandler()
ROUTES = RouteHandler()
ASSOCIATIONS = SubnetRouteTableAssociationHandler()
ADDRESSES = EipHandler()
NATS = NatGatewayHandler()
PEERINGS = VpcPeeringConnectionHandler()
NAMED = pairs(("Name", "one"))
RENAMED = pairs(("Name", "two"), ("Extra", "three"))
RESOURCE_NAME = {
    "HostnameType": "resource-name",
    "EnableResourceNameDnsARecord": True,
    "EnableResourceNameDnsAAAARecord": False,
}


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def vpc_in(scope: Scope, cidr: str = "10.0.0.0/16") -> str:
    return VPCS.create(scope, {"CidrBlock": cidr}).physical_id


def subnet_in(scope: Scope, vpc: str, cidr: str = "10.0.0.0/24", zone: str = "a") -> str:
    given = {"VpcId": vpc, "CidrBlock": cidr, "AvailabilityZone": f"{scope.region}{zone}"}
    return SUBNETS.create(scope, given).physical_id


def attached_gateway(scope: Scope, vpc: str) -> str:
    gateway = GATEWAYS.create(scope, {}).physical_id
    ATTACHMENTS.create(scope, {"VpcId": vpc, "InternetGatewayId": gateway})
    return gateway


def table_in(scope: Scope, vpc: str) -> str:
    return TABLES.create(scope, {"VpcId": vpc}).physical_id


def refused_delete(handler: Handler, scope: Scope, physical_id: str) -> str:
    with pytest.raises(Refused) as refused:
        handler.delete(scope, physical_id, {})
    assert handler.read(scope, physical_id) is not None
    return str(refused.value)


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


def test_an_internet_gateway_lives(scope: Scope) -> None:
    life = Life(handler=GATEWAYS, scope=scope, start={"Tags": NAMED}, changes={"Tags": RENAMED})
    assert life.covered == GATEWAYS.supported
    lived(life)


def test_an_attachment_lives(scope: Scope) -> None:
    one, two = (GATEWAYS.create(scope, {}).physical_id for _ in range(2))
    life = Life(
        handler=ATTACHMENTS,
        scope=scope,
        start={"VpcId": vpc_in(scope), "InternetGatewayId": one},
        changes={"InternetGatewayId": two},
    )
    assert life.covered == ATTACHMENTS.supported
    lived(life)


def test_an_attached_gateway_is_not_deleted(scope: Scope) -> None:
    gateway = attached_gateway(scope, vpc_in(scope))

    assert "DependencyViolation" in refused_delete(GATEWAYS, scope, gateway)


def test_a_gateway_that_cannot_be_exchanged_stays(scope: Scope) -> None:
    vpc = vpc_in(scope)
    gateway = attached_gateway(scope, vpc)
    old = {"VpcId": vpc, "InternetGatewayId": gateway}

    with pytest.raises(Refused):
        ATTACHMENTS.update(scope, f"IGW|{vpc}", old, {**old, "InternetGatewayId": "igw-0"})

    assert ATTACHMENTS.read(scope, f"IGW|{vpc}") == old


def test_a_second_gateway_of_a_vpc_is_refused(scope: Scope) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    given = {"VpcId": vpc, "InternetGatewayId": GATEWAYS.create(scope, {}).physical_id}

    assert_refused("InvalidParameterValue", "already has", ATTACHMENTS, scope, given)


def test_a_gateway_that_is_attached_elsewhere_is_refused(scope: Scope) -> None:
    gateway = attached_gateway(scope, vpc_in(scope))
    given = {"VpcId": vpc_in(scope, "10.1.0.0/16"), "InternetGatewayId": gateway}

    assert_refused("Resource.AlreadyAssociated", gateway, ATTACHMENTS, scope, given)


def test_a_gateway_stays_while_public_addresses_need_it(scope: Scope) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    nat = NATS.create(scope, nat_of(scope, vpc)).physical_id

    said = refused_delete(ATTACHMENTS, scope, f"IGW|{vpc}")
    NATS.delete(scope, nat, {})
    ATTACHMENTS.delete(scope, f"IGW|{vpc}", {})

    assert "has some mapped public address(es)" in said
    assert ATTACHMENTS.read(scope, f"IGW|{vpc}") is None


@pytest.mark.parametrize("public", [True, False])
def test_a_gateway_stays_for_instances_with_public_addresses_only(
    scope: Scope, *, public: bool
) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    subnet = SUBNETS.create(
        scope, {"VpcId": vpc, "CidrBlock": "10.0.0.0/24", "MapPublicIpOnLaunch": public}
    ).physical_id
    run_in(scope, subnet)

    if public:
        assert "mapped public" in refused_delete(ATTACHMENTS, scope, f"IGW|{vpc}")
    else:
        ATTACHMENTS.delete(scope, f"IGW|{vpc}", {})
        assert ATTACHMENTS.read(scope, f"IGW|{vpc}") is None


@pytest.mark.parametrize("scheme", ["internet-facing", "internal"])
def test_a_load_balancer_holds_what_it_stands_in(scope: Scope, scheme: str) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    subnets = [subnet_in(scope, vpc), subnet_in(scope, vpc, "10.0.1.0/24", "b")]
    scope.client("elbv2").create_load_balancer(Name="web", Subnets=subnets, Scheme=scheme)

    for subnet in subnets:
        assert "DependencyViolation" in refused_delete(SUBNETS, scope, subnet)
    if scheme == "internet-facing":
        assert "mapped public" in refused_delete(ATTACHMENTS, scope, f"IGW|{vpc}")
    else:
        ATTACHMENTS.delete(scope, f"IGW|{vpc}", {})


def test_an_instance_that_is_gone_holds_no_subnet(scope: Scope) -> None:
    subnet = subnet_in(scope, vpc_in(scope))
    instance = run_in(scope, subnet)
    assert "DependencyViolation" in refused_delete(SUBNETS, scope, subnet)

    scope.client("ec2").terminate_instances(InstanceIds=[instance])
    SUBNETS.delete(scope, subnet, {})

    assert SUBNETS.read(scope, subnet) is None


def run_in(scope: Scope, subnet: str) -> str:
    ec2 = scope.client("ec2")
    image = ec2.register_image(Name="image", RootDeviceName="/dev/xvda")["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)
    return str(made["Instances"][0]["InstanceId"])


def nat_of(scope: Scope, vpc: str) -> Properties:
    address = ADDRESSES.create(scope, {"Domain": "vpc"})
    return {
        "SubnetId": subnet_in(scope, vpc),
        "AllocationId": address.attributes["AllocationId"],
        "ConnectivityType": "public",
        "Tags": NAMED,
    }


def test_an_address_lives(scope: Scope) -> None:
    life = Life(
        handler=ADDRESSES,
        scope=scope,
        start={"Domain": "vpc", "Tags": NAMED},
        changes={"Tags": RENAMED},
    )
    assert life.covered == ADDRESSES.supported
    lived(life)


def test_a_nat_gateway_lives(scope: Scope) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    life = Life(handler=NATS, scope=scope, start=nat_of(scope, vpc), changes={"Tags": RENAMED})
    assert life.covered == NATS.supported
    lived(life)


def test_a_deleted_nat_gateway_leaves_subnet_and_address_free(scope: Scope) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    given = nat_of(scope, vpc)
    nat = NATS.create(scope, given).physical_id
    address = scope.client("ec2").describe_addresses()["Addresses"][0]["PublicIp"]
    assert "InvalidIPAddress.InUse" in refused_delete(ADDRESSES, scope, address)

    NATS.delete(scope, nat, given)
    SUBNETS.delete(scope, given["SubnetId"], {})
    ADDRESSES.delete(scope, address, {})

    assert SUBNETS.read(scope, given["SubnetId"]) is None
    assert ADDRESSES.read(scope, address) is None


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("MissingParameter", {"AllocationId": None}),
        ("InvalidAllocationID.NotFound", {"AllocationId": "eipalloc-0123456789abcdef0"}),
        ("InvalidParameterCombination", {"ConnectivityType": "private"}),
        ("InvalidSubnetID.NotFound", {"SubnetId": "subnet-0123456789abcdef0"}),
    ],
)
def test_a_nat_gateway_without_what_it_needs_is_refused(
    scope: Scope, code: str, changed: Properties
) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    given = {**nat_of(scope, vpc), **changed}

    assert_refused(
        code, "", NATS, scope, {key: value for key, value in given.items() if value is not None}
    )


def test_a_public_nat_gateway_needs_a_way_out(scope: Scope) -> None:
    given = nat_of(scope, vpc_in(scope))

    assert_refused("Gateway.NotAttached", "has no Internet gateway", NATS, scope, given)


def test_an_address_serves_one_nat_gateway(scope: Scope) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    given = nat_of(scope, vpc)
    NATS.create(scope, given)

    assert_refused("Resource.AlreadyAssociated", "is already", NATS, scope, given)


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
