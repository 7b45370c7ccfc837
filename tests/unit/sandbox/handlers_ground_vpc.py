"""Networks made by the sandbox's own handlers, for the tests of those handlers."""

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
from tests.unit.sandbox.handlers_ground import pairs

if TYPE_CHECKING:
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
