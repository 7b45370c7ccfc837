"""
VPC endpoints: AWS's services without the internet.

`s3` is a gateway in every route table. The others are interfaces in the private subnets, behind a
security group of their own that admits HTTPS from the VPC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ec2

from compiler.components import addresses
from compiler.components.no_egress import NO_EGRESS
from compiler.components.sides import cidrs_of, vpc_of, zones_of
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Address, Resource, Symbol, logical
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side

_INTERFACES: Mapping[str, tuple[str, ...]] = {
    "ssm": ("ssm", "ssmmessages"),
    "secretsmanager": ("secretsmanager",),
    "logs": ("logs",),
}
"""
Services behind an endpoint of the spec.

A session through SSM needs both. The agent did without `ec2messages` from version 3.3.40.0 on, and
regions opened since 2024 never had it (Systems Manager user guide, "Reference: ec2messages,
ssmmessages, and other API operations", 2026-11). In China some services' names begin with `cn.`;
these do not, nor does S3 (DescribeVpcEndpointServices as listed in aws-cdk pull requests 16139 and
25333).
"""

_HTTPS = 443


def resources(spec: Spec, phase: Phase, side: Side) -> Iterator[Resource]:
    """Yield the endpoints of *side*."""
    wanted = vpc_of(spec, side).endpoints
    if "s3" in wanted:
        yield _gateway(spec, phase, side, wanted.index("s3"))
    if any(name in _INTERFACES for name in wanted):
        yield _security_group(spec, phase, side)
        yield from _ingress(spec, side)
    for position, name in enumerate(wanted):
        for service in _INTERFACES.get(name, ()):
            yield _interface(spec, phase, side, position, service)


def _address(side: Side, *words: str) -> Address:
    return Address(stack=addresses.vpc(side).stack, logical_id=logical(*words))


def _service_name(spec: Spec, side: Side, service: str) -> str:
    return f"com.amazonaws.{names.region_of(spec, side)}.{service}"


def _gateway(spec: Spec, phase: Phase, side: Side, position: int) -> Resource:
    address = _address(side, "s3", "endpoint")
    name = f"{names.prefix(spec)}-s3"
    tables: tuple[tuple[Address, Path], ...] = (
        (addresses.route_table(side, "public", None), (side, "vpc")),
        *(
            (addresses.route_table(side, "private", zone), path)
            for zone, path in zones_of(spec, side)
        ),
        (addresses.route_table(side, "database", None), (side, "vpc")),
    )
    return Resource(
        stack=address.stack,
        body=ec2.VPCEndpoint(
            address.logical_id,
            RouteTableIds=[Symbol(table) for table, _ in tables],
            ServiceName=_service_name(spec, side, "s3"),
            Tags=tag_list(spec, phase, name),
            VpcEndpointType="Gateway",
            VpcId=Symbol(addresses.vpc(side)),
        ),
        component=(side, "vpc", "endpoints", position),
        origins={
            **{f"Properties.RouteTableIds.{place}": path for place, (_, path) in enumerate(tables)},
            **tag_origins(spec, phase, name),
        },
    )


def _security_group(spec: Spec, phase: Phase, side: Side) -> Resource:
    address = _address(side, "endpoint", "security", "group")
    name = f"{names.prefix(spec)}-endpoints"
    return Resource(
        stack=address.stack,
        body=ec2.SecurityGroup(
            address.logical_id,
            GroupDescription="VPC endpoints",
            SecurityGroupEgress=[dict(NO_EGRESS)],
            Tags=tag_list(spec, phase, name),
            VpcId=Symbol(addresses.vpc(side)),
        ),
        component=(side, "vpc", "endpoints"),
        origins=tag_origins(spec, phase, name),
    )


def _ingress(spec: Spec, side: Side) -> Iterator[Resource]:
    for cidr, path in cidrs_of(spec, side):
        address = _address(side, "endpoint", "ingress", addresses.cidr_word(cidr))
        yield Resource(
            stack=address.stack,
            body=ec2.SecurityGroupIngress(
                address.logical_id,
                CidrIp=cidr,
                Description="HTTPS from the VPC",
                FromPort=_HTTPS,
                GroupId=Symbol(_address(side, "endpoint", "security", "group"), "GroupId"),
                IpProtocol="tcp",
                ToPort=_HTTPS,
            ),
            component=(side, "vpc", "endpoints"),
            origins={"Properties.CidrIp": path},
        )


def _interface(spec: Spec, phase: Phase, side: Side, position: int, service: str) -> Resource:
    address = _address(side, service, "endpoint")
    name = f"{names.prefix(spec)}-{service}"
    zones = zones_of(spec, side)
    return Resource(
        stack=address.stack,
        body=ec2.VPCEndpoint(
            address.logical_id,
            PrivateDnsEnabled=True,
            SecurityGroupIds=[Symbol(_address(side, "endpoint", "security", "group"), "GroupId")],
            ServiceName=_service_name(spec, side, service),
            SubnetIds=[Symbol(addresses.subnet(side, "private", zone)) for zone, _ in zones],
            Tags=tag_list(spec, phase, name),
            VpcEndpointType="Interface",
            VpcId=Symbol(addresses.vpc(side)),
        ),
        component=(side, "vpc", "endpoints", position),
        origins={
            **{f"Properties.SubnetIds.{place}": path for place, (_, path) in enumerate(zones)},
            **tag_origins(spec, phase, name),
        },
    )
