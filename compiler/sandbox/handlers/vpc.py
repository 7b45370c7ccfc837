"""VPCs, their address ranges, subnets and internet gateways."""

from __future__ import annotations

import ipaddress
from typing import Any

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.dependents import (
    of_subnet,
    of_vpc,
)
from compiler.sandbox.handlers.identity import without_system
from compiler.sandbox.handlers.peering import overlap_with_active_peer
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse
from compiler.sandbox.handlers.tagging import retag, specification

_NO_VPC = "InvalidVpcID.NotFound"
_NO_SUBNET = "InvalidSubnetID.NotFound"

_DNS = (
    ("EnableDnsSupport", "enableDnsSupport", True),
    ("EnableDnsHostnames", "enableDnsHostnames", False),
)
"""Property, EC2's attribute, and what a new VPC has."""


class VpcHandler:
    """VPCs with an IPv4 range of their own; ranges of an IPAM pool are not played."""

    type_name = "AWS::EC2::VPC"
    supported = frozenset(
        {"CidrBlock", "InstanceTenancy", "EnableDnsSupport", "EnableDnsHostnames", "Tags"}
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the VPC, then set the attributes that EC2 takes one by one."""
        if "CidrBlock" not in properties:
            refuse("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
        _canonical(properties["CidrBlock"])
        vpc_id = ask(
            scope.client("ec2"),
            "create_vpc",
            CidrBlock=properties["CidrBlock"],
            InstanceTenancy=properties.get("InstanceTenancy"),
            TagSpecifications=specification(scope, properties.get("Tags"), "vpc"),
        )["Vpc"]["VpcId"]
        try:
            self._set_dns(scope, vpc_id, properties)
        except Refused:
            ask(scope.client("ec2"), "delete_vpc", VpcId=vpc_id)
            raise
        return self._described(scope, vpc_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Set DNS attributes, tenancy and tags."""
        before, after = (part.get("InstanceTenancy", "default") for part in (old, new))
        if before != after:
            ask(
                scope.client("ec2"),
                "modify_vpc_tenancy",
                VpcId=physical_id,
                InstanceTenancy=after,
            )
        self._set_dns(scope, physical_id, new)
        retag(scope, physical_id, new.get("Tags"))
        return self._described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete a VPC in which nothing is left."""
        del properties
        if _vpc(scope, physical_id) is None:
            return
        if of_vpc(scope, physical_id):
            refuse(
                "DependencyViolation",
                f"The vpc '{physical_id}' has dependencies and cannot be deleted.",
            )
        ask(scope.client("ec2"), "delete_vpc", VpcId=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the VPC and its DNS attributes."""
        vpc = _vpc(scope, physical_id)
        if vpc is None:
            return None
        told: dict[str, Any] = {
            "CidrBlock": vpc["CidrBlock"],
            "InstanceTenancy": vpc["InstanceTenancy"],
            "Tags": without_system(vpc.get("Tags", ())),
        }
        for name, attribute, _ in _DNS:
            answer = ask(
                scope.client("ec2"),
                "describe_vpc_attribute",
                VpcId=physical_id,
                Attribute=attribute,
            )
            told[name] = answer[name]["Value"]
        return told

    def _set_dns(self, scope: Scope, vpc_id: str, properties: Properties) -> None:
        for name, _, default in _DNS:
            ask(
                scope.client("ec2"),
                "modify_vpc_attribute",
                VpcId=vpc_id,
                **{name: {"Value": properties.get(name, default)}},
            )

    def _described(self, scope: Scope, vpc_id: str) -> Created:
        ec2 = scope.client("ec2")
        vpc = ask(ec2, "describe_vpcs", VpcIds=[vpc_id])["Vpcs"][0]
        inside = [{"Name": "vpc-id", "Values": [vpc_id]}]
        groups = ask(
            ec2,
            "describe_security_groups",
            Filters=[*inside, {"Name": "group-name", "Values": ["default"]}],
        )["SecurityGroups"]
        acls = ask(
            ec2,
            "describe_network_acls",
            Filters=[*inside, {"Name": "default", "Values": ["true"]}],
        )["NetworkAcls"]
        return Created(
            physical_id=vpc_id,
            attributes={
                "VpcId": vpc_id,
                "CidrBlock": vpc["CidrBlock"],
                "CidrBlockAssociations": [
                    a["AssociationId"] for a in vpc["CidrBlockAssociationSet"]
                ],
                "DefaultSecurityGroup": groups[0]["GroupId"],
                "DefaultNetworkAcl": acls[0]["NetworkAclId"],
                "Ipv6CidrBlocks": [
                    a["Ipv6CidrBlock"] for a in vpc.get("Ipv6CidrBlockAssociationSet", ())
                ],
            },
        )


class VpcCidrBlockHandler:
    """
    Further IPv4 ranges of a VPC.

    Refused are the ranges that overlap one of the VPC's own or, while a peering is active, one of
    the peer's. Source: VPC user guide, "VPC CIDR blocks", 2026-11-23.
    """

    type_name = "AWS::EC2::VPCCidrBlock"
    supported = frozenset({"VpcId", "CidrBlock"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Associate the range."""
        vpc = _vpc(scope, properties["VpcId"])
        if vpc is None:
            refuse(_NO_VPC, f"The vpc ID '{properties['VpcId']}' does not exist")
        cidr = _canonical(properties["CidrBlock"])
        for association in vpc["CidrBlockAssociationSet"]:
            if association["CidrBlockState"]["State"] not in {"associated", "associating"}:
                continue
            if ipaddress.ip_network(association["CidrBlock"]).overlaps(cidr):
                refuse(
                    "InvalidVpc.Range",
                    f"The CIDR '{cidr}' conflicts with the CIDR "
                    f"'{association['CidrBlock']}' of {properties['VpcId']}.",
                )
        peer = overlap_with_active_peer(scope, properties["VpcId"], str(cidr))
        if peer is not None:
            refuse(
                "InvalidVpc.Range",
                f"The CIDR '{cidr}' conflicts with a CIDR of the peered VPC {peer}.",
            )
        association_id = ask(
            scope.client("ec2"),
            "associate_vpc_cidr_block",
            VpcId=properties["VpcId"],
            CidrBlock=str(cidr),
        )["CidrBlockAssociation"]["AssociationId"]
        return self._described(association_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change nothing: every property replaces."""
        del scope, old, new
        return self._described(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Take the range away, unless a subnet stands in it."""
        del properties
        found = self._find(scope, physical_id)
        if found is None:
            return
        vpc_id, cidr = found
        subnets = ask(
            scope.client("ec2"),
            "describe_subnets",
            Filters=[{"Name": "vpc-id", "Values": [vpc_id]}],
        )["Subnets"]
        block = ipaddress.ip_network(cidr)
        if any(ipaddress.ip_network(s["CidrBlock"]).overlaps(block) for s in subnets):
            refuse("InvalidCidrBlock.InUse", f"The vpc CIDR '{cidr}' currently in use")
        ask(scope.client("ec2"), "disassociate_vpc_cidr_block", AssociationId=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the VPC and the range of the association."""
        found = self._find(scope, physical_id)
        return None if found is None else {"VpcId": found[0], "CidrBlock": found[1]}

    def _find(self, scope: Scope, association_id: str) -> tuple[str, str] | None:
        for vpc in ask(scope.client("ec2"), "describe_vpcs")["Vpcs"]:
            for association in vpc.get("CidrBlockAssociationSet", ()):
                alive = association["CidrBlockState"]["State"] in {"associated", "associating"}
                if association["AssociationId"] == association_id and alive:
                    return vpc["VpcId"], association["CidrBlock"]
        return None

    def _described(self, association_id: str) -> Created:
        return Created(physical_id=association_id, attributes={"Id": association_id})


class SubnetHandler:
    """IPv4 subnets, pinned to a zone by its name or its id."""

    type_name = "AWS::EC2::Subnet"
    supported = frozenset(
        {
            "VpcId",
            "CidrBlock",
            "AvailabilityZone",
            "AvailabilityZoneId",
            "MapPublicIpOnLaunch",
            "PrivateDnsNameOptionsOnLaunch",
            "Tags",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the subnet, then set the attributes that EC2 takes one by one."""
        zone, zone_id = (
            properties.get(name) for name in ("AvailabilityZone", "AvailabilityZoneId")
        )
        self._refuse_zone(scope, zone, zone_id)
        _canonical(properties["CidrBlock"])
        subnet_id = ask(
            scope.client("ec2"),
            "create_subnet",
            VpcId=properties["VpcId"],
            CidrBlock=properties["CidrBlock"],
            AvailabilityZone=zone,
            AvailabilityZoneId=zone_id,
            TagSpecifications=specification(scope, properties.get("Tags"), "subnet"),
        )["Subnet"]["SubnetId"]
        try:
            self._set(scope, subnet_id, properties)
        except Refused:
            ask(scope.client("ec2"), "delete_subnet", SubnetId=subnet_id)
            raise
        return self._described(scope, subnet_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Set what can be set, and the tags."""
        del old
        self._set(scope, physical_id, new)
        retag(scope, physical_id, new.get("Tags"))
        return self._described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete a subnet in which no network interface is left."""
        del properties
        if self._find(scope, physical_id) is None:
            return
        if of_subnet(scope, physical_id):
            refuse(
                "DependencyViolation",
                f"The subnet '{physical_id}' has dependencies and cannot be deleted.",
            )
        ask(scope.client("ec2"), "delete_subnet", SubnetId=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the subnet."""
        subnet = self._find(scope, physical_id)
        if subnet is None:
            return None
        told = {
            name: subnet[name]
            for name in (
                "VpcId",
                "CidrBlock",
                "AvailabilityZone",
                "AvailabilityZoneId",
                "MapPublicIpOnLaunch",
                "PrivateDnsNameOptionsOnLaunch",
            )
        }
        told["Tags"] = without_system(subnet.get("Tags", ()))
        return told

    def _set(self, scope: Scope, subnet_id: str, properties: Properties) -> None:
        ask(
            scope.client("ec2"),
            "modify_subnet_attribute",
            SubnetId=subnet_id,
            MapPublicIpOnLaunch={"Value": properties.get("MapPublicIpOnLaunch", False)},
        )
        # moto's ModifySubnetAttribute knows one of the three options; DescribeSubnets tells them
        # all.
        held = beneath("ec2", scope.account, scope.region).get_subnet(subnet_id)
        options = properties.get("PrivateDnsNameOptionsOnLaunch", {})
        held.private_dns_name_options_on_launch = {
            "HostnameType": options.get("HostnameType", "ip-name"),
            **{
                name: str(options.get(name, False)).lower() == "true"
                for name in ("EnableResourceNameDnsARecord", "EnableResourceNameDnsAAAARecord")
            },
        }

    def _refuse_zone(self, scope: Scope, zone: str | None, zone_id: str | None) -> None:
        zones = ask(scope.client("ec2"), "describe_availability_zones")["AvailabilityZones"]
        if zone is not None and zone_id is not None:
            refuse(
                "InvalidParameterCombination",
                "Only one of availabilityZone and availabilityZoneId may be given.",
            )
        for given, key, noun in (
            (zone, "ZoneName", "availabilityZone"),
            (zone_id, "ZoneId", "availabilityZoneId"),
        ):
            names = sorted(z[key] for z in zones)
            if given is not None and given not in names:
                refuse(
                    "InvalidParameterValue",
                    f"Value ({given}) for parameter {noun} is invalid. Subnets can currently only "
                    f"be created in the following availability zones: {', '.join(names)}.",
                )

    def _find(self, scope: Scope, subnet_id: str) -> dict[str, Any] | None:
        answer = ask_or_none(
            scope.client("ec2"), "describe_subnets", _NO_SUBNET, SubnetIds=[subnet_id]
        )
        return answer["Subnets"][0] if answer and answer["Subnets"] else None

    def _described(self, scope: Scope, subnet_id: str) -> Created:
        subnet = ask(scope.client("ec2"), "describe_subnets", SubnetIds=[subnet_id])["Subnets"][0]
        names = ("SubnetId", "VpcId", "CidrBlock", "AvailabilityZone", "AvailabilityZoneId")
        return Created(
            physical_id=subnet_id,
            attributes={name: subnet[name] for name in names} | {"Ipv6CidrBlocks": []},
        )


def _vpc(scope: Scope, vpc_id: str) -> dict[str, Any] | None:
    answer = ask_or_none(scope.client("ec2"), "describe_vpcs", _NO_VPC, VpcIds=[vpc_id])
    return answer["Vpcs"][0] if answer and answer["Vpcs"] else None


def _canonical(cidr: str) -> ipaddress.IPv4Network:
    """Return *cidr* as EC2 keeps it: with the host bits cleared."""
    try:
        return ipaddress.IPv4Network(cidr, strict=False)
    except ValueError:
        refuse(
            "InvalidParameterValue",
            f"Value ({cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.",
        )


HANDLERS: tuple[Handler, ...] = (VpcHandler(), VpcCidrBlockHandler(), SubnetHandler())
