"""A network for tests of what stands in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.sandbox.handler import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A VPC with a subnet in each of three zones, and two security groups."""

    vpc: str
    subnets: tuple[str, ...]
    small_subnet: str
    groups: tuple[str, ...]


def network(scope: Scope, *, gateway: bool = True) -> Network:
    ec2 = scope.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    if gateway:
        igw = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=igw, VpcId=vpc)
    subnets = tuple(
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{scope.region}{zone}"
        )["Subnet"]["SubnetId"]
        for n, zone in enumerate("aabb" if scope.region == "cn-north-1" else "aabc")  # it has two
    )
    small = ec2.create_subnet(
        VpcId=vpc, CidrBlock="10.0.9.0/28", AvailabilityZone=f"{scope.region}b"
    )["Subnet"]["SubnetId"]
    groups = tuple(
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        for name in ("one", "two")
    )
    return Network(vpc=vpc, subnets=subnets, small_subnet=small, groups=groups)
