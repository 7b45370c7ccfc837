"""Tests of networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.components import addresses, network
from compiler.symbols import Address
from tests.unit.compiler.components.media import media, side
from tests.unit.compiler.components.places import built, symbol, tagged

if TYPE_CHECKING:
    from compiler.symbols import Resource
    from spec.model import Spec

STACK = addresses.vpc("source").stack


def of_source(spec: Spec) -> dict[str, Resource]:
    """Return the resources of the source's network by logical id."""
    return {
        address.logical_id: resource
        for address, resource in built(spec, network).items()
        if address.stack == STACK
    }


def bodies(spec: Spec) -> dict[str, Any]:
    return {name: resource.body.to_dict() for name, resource in of_source(spec).items()}


def of_type(spec: Spec, kind: str) -> dict[str, Any]:
    return {name: body["Properties"] for name, body in bodies(spec).items() if body["Type"] == kind}


def here(logical_id: str, attribute: str | None = None) -> dict[str, Any]:
    return symbol(Address(stack=STACK, logical_id=logical_id), attribute)


def with_source(**vpc: Any) -> Spec:  # noqa: ANN401 - pieces of a spec
    return media(source=side("us-east-1", "10.0.0.0/16", **vpc))


def test_both_sides_have_the_same_network_in_their_own_ranges() -> None:
    found = built(media(), network)

    ids: dict[str, set[str]] = {"source": set(), "target": set()}
    for address in found:
        assert address.stack.name == "network"
        ids[address.stack.side].add(address.logical_id)
    assert ids["source"] == ids["target"]


def test_a_vpc_resolves_private_names() -> None:
    assert bodies(media())["Vpc"] == {
        "Type": "AWS::EC2::VPC",
        "Properties": {
            "CidrBlock": "10.0.0.0/16",
            "EnableDnsHostnames": True,
            "EnableDnsSupport": True,
            "Tags": tagged("streaming-staging"),
        },
    }


def test_each_tier_has_a_subnet_in_each_zone() -> None:
    assert {
        name: (subnet["CidrBlock"], subnet["AvailabilityZone"])
        for name, subnet in of_type(media(), "AWS::EC2::Subnet").items()
    } == {
        "PublicSubnet1a": ("10.0.24.0/22", {"Fn::Sub": "${AWS::Region}a"}),
        "PublicSubnet1b": ("10.0.56.0/22", {"Fn::Sub": "${AWS::Region}b"}),
        "PrivateSubnet1a": ("10.0.0.0/20", {"Fn::Sub": "${AWS::Region}a"}),
        "PrivateSubnet1b": ("10.0.32.0/20", {"Fn::Sub": "${AWS::Region}b"}),
        "DatabaseSubnet1a": ("10.0.16.0/21", {"Fn::Sub": "${AWS::Region}a"}),
        "DatabaseSubnet1b": ("10.0.48.0/21", {"Fn::Sub": "${AWS::Region}b"}),
    }


def test_public_subnets_map_public_addresses_only_where_asked() -> None:
    assert bodies(media())["PublicSubnet1a"] == {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "AvailabilityZone": {"Fn::Sub": "${AWS::Region}a"},
            "CidrBlock": "10.0.24.0/22",
            "MapPublicIpOnLaunch": False,
            "Tags": tagged("streaming-staging-public-us-east-1a"),
            "VpcId": here("Vpc"),
        },
    }
    subnets = of_type(with_source(public_addresses=True), "AWS::EC2::Subnet")
    assert {name: subnet.get("MapPublicIpOnLaunch") for name, subnet in subnets.items()} == {
        "PublicSubnet1a": True,
        "PublicSubnet1b": True,
        "PrivateSubnet1a": None,
        "PrivateSubnet1b": None,
        "DatabaseSubnet1a": None,
        "DatabaseSubnet1b": None,
    }


def test_a_subnet_in_a_secondary_range_waits_for_it() -> None:
    found = of_source(
        with_source(
            secondary_cidrs=["10.2.0.0/16", "10.20.0.0/16"],
            subnets={"private": {"us-east-1a": "10.20.0.0/20"}},
        )
    )

    assert found["SecondaryCidr10x2x0x0x16"].body.to_dict() == {
        "Type": "AWS::EC2::VPCCidrBlock",
        "Properties": {"CidrBlock": "10.2.0.0/16", "VpcId": here("Vpc")},
    }
    assert {
        name: [address.logical_id for address in resource.after]
        for name, resource in found.items()
        if "Subnet1" in name and resource.after
    } == {"PrivateSubnet1a": ["SecondaryCidr10x20x0x0x16"]}


def test_a_zone_more_moves_nothing() -> None:
    two = bodies(with_source(endpoints=[], nat="per_zone"))
    three = bodies(
        with_source(zones=["us-east-1a", "us-east-1b", "us-east-1c"], endpoints=[], nat="per_zone")
    )

    assert {name: three[name] for name in two} == two
    assert all(name.endswith("1c") for name in three.keys() - two.keys())


def test_the_internet_route_waits_for_the_attachment() -> None:
    route = of_source(media())["PublicInternetRoute"]

    assert route.body.to_dict() == {
        "Type": "AWS::EC2::Route",
        "Properties": {
            "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": here("InternetGateway"),
            "RouteTableId": here("PublicRouteTable"),
        },
    }
    assert route.after == (addresses.internet_gateway_attachment("source"),)
    assert bodies(media())["InternetGatewayAttachment"] == {
        "Type": "AWS::EC2::VPCGatewayAttachment",
        "Properties": {"InternetGatewayId": here("InternetGateway"), "VpcId": here("Vpc")},
    }


def test_each_subnet_stands_in_the_table_of_its_tier() -> None:
    tables = of_type(media(), "AWS::EC2::SubnetRouteTableAssociation")

    assert tables == {
        "PublicRouteTableAssociation1a": {
            "RouteTableId": here("PublicRouteTable"),
            "SubnetId": here("PublicSubnet1a"),
        },
        "PublicRouteTableAssociation1b": {
            "RouteTableId": here("PublicRouteTable"),
            "SubnetId": here("PublicSubnet1b"),
        },
        "PrivateRouteTableAssociation1a": {
            "RouteTableId": here("PrivateRouteTable1a"),
            "SubnetId": here("PrivateSubnet1a"),
        },
        "PrivateRouteTableAssociation1b": {
            "RouteTableId": here("PrivateRouteTable1b"),
            "SubnetId": here("PrivateSubnet1b"),
        },
        "DatabaseRouteTableAssociation1a": {
            "RouteTableId": here("DatabaseRouteTable"),
            "SubnetId": here("DatabaseSubnet1a"),
        },
        "DatabaseRouteTableAssociation1b": {
            "RouteTableId": here("DatabaseRouteTable"),
            "SubnetId": here("DatabaseSubnet1b"),
        },
    }


def test_one_nat_gateway_carries_both_zones() -> None:
    found = of_source(media())

    assert found["NatGateway1a"].body.to_dict() == {
        "Type": "AWS::EC2::NatGateway",
        "Properties": {
            "AllocationId": here("NatIp1a", "AllocationId"),
            "SubnetId": here("PublicSubnet1a"),
            "Tags": tagged("streaming-staging-nat-us-east-1a"),
        },
    }
    attached = (addresses.internet_gateway_attachment("source"),)
    assert (found["NatIp1a"].after, found["NatGateway1a"].after) == (attached, attached)
    assert through_nat(media()) == {"1a": here("NatGateway1a"), "1b": here("NatGateway1a")}


def test_each_zone_may_have_a_nat_gateway_of_its_own() -> None:
    assert through_nat(with_source(nat="per_zone")) == {
        "1a": here("NatGateway1a"),
        "1b": here("NatGateway1b"),
    }


def test_without_nat_private_subnets_have_no_way_out() -> None:
    spec = with_source(nat="none")

    assert through_nat(spec) == {}
    assert of_type(spec, "AWS::EC2::NatGateway") == of_type(spec, "AWS::EC2::EIP") == {}


def through_nat(spec: Spec) -> dict[str, Any]:
    return {
        name.removeprefix("PrivateInternetRoute"): route["NatGatewayId"]
        for name, route in of_type(spec, "AWS::EC2::Route").items()
        if name != "PublicInternetRoute"
    }


def test_database_subnets_have_no_route_to_the_internet() -> None:
    routes = of_type(with_source(nat="per_zone"), "AWS::EC2::Route")

    assert here("DatabaseRouteTable") not in [route["RouteTableId"] for route in routes.values()]


def test_s3_is_a_gateway_in_every_table() -> None:
    assert bodies(media())["S3Endpoint"] == {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {
            "RouteTableIds": [
                here("PublicRouteTable"),
                here("PrivateRouteTable1a"),
                here("PrivateRouteTable1b"),
                here("DatabaseRouteTable"),
            ],
            "ServiceName": "com.amazonaws.us-east-1.s3",
            "Tags": tagged("streaming-staging-s3"),
            "VpcEndpointType": "Gateway",
            "VpcId": here("Vpc"),
        },
    }
    assert "EndpointSecurityGroup" not in bodies(media())


def test_interfaces_admit_https_from_every_range_of_the_vpc() -> None:
    spec = with_source(endpoints=["logs"], secondary_cidrs=["10.2.0.0/16"])
    found = bodies(spec)

    assert found["LogsEndpoint"]["Properties"] == {
        "PrivateDnsEnabled": True,
        "SecurityGroupIds": [here("EndpointSecurityGroup", "GroupId")],
        "ServiceName": "com.amazonaws.us-east-1.logs",
        "SubnetIds": [here("PrivateSubnet1a"), here("PrivateSubnet1b")],
        "Tags": tagged("streaming-staging-logs"),
        "VpcEndpointType": "Interface",
        "VpcId": here("Vpc"),
    }
    assert found["EndpointSecurityGroup"]["Properties"] == {
        "GroupDescription": "VPC endpoints",
        "SecurityGroupEgress": [
            {
                "CidrIp": "127.0.0.1/32",
                "Description": "Nothing leaves from here",
                "IpProtocol": "-1",
            }
        ],
        "Tags": tagged("streaming-staging-endpoints"),
        "VpcId": here("Vpc"),
    }
    assert found["EndpointIngress10x0x0x0x16"]["Properties"] == {
        "CidrIp": "10.0.0.0/16",
        "Description": "HTTPS from the VPC",
        "FromPort": 443,
        "GroupId": here("EndpointSecurityGroup", "GroupId"),
        "IpProtocol": "tcp",
        "ToPort": 443,
    }
    assert found["EndpointIngress10x2x0x0x16"]["Properties"]["CidrIp"] == "10.2.0.0/16"
    assert "S3Endpoint" not in found


def test_a_session_through_ssm_gets_both_interfaces() -> None:
    endpoints = of_type(with_source(endpoints=["ssm", "secretsmanager"]), "AWS::EC2::VPCEndpoint")

    assert {name: endpoint["ServiceName"] for name, endpoint in endpoints.items()} == {
        "SecretsmanagerEndpoint": "com.amazonaws.us-east-1.secretsmanager",
        "SsmEndpoint": "com.amazonaws.us-east-1.ssm",
        "SsmmessagesEndpoint": "com.amazonaws.us-east-1.ssmmessages",
    }


def test_flow_logs_go_to_an_encrypted_group_that_outlives_the_stack() -> None:
    found = bodies(media())

    assert found["FlowLogGroup"] == {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "KmsKeyId": symbol(addresses.key("source", "logs"), "Arn"),
            "LogGroupName": "/stackferry/streaming-staging/flow-logs",
            "RetentionInDays": 30,
            "Tags": tagged(),
        },
    }
    assert found["FlowLog"]["Properties"] == {
        "DeliverLogsPermissionArn": here("FlowLogRole", "Arn"),
        "LogDestinationType": "cloud-watch-logs",
        "LogGroupName": here("FlowLogGroup"),
        "ResourceId": here("Vpc"),
        "ResourceType": "VPC",
        "Tags": tagged("streaming-staging-flow-logs"),
        "TrafficType": "ALL",
    }


def test_the_role_of_flow_logs_writes_into_its_group_alone() -> None:
    spec = media(
        source=side("cn-north-1", "10.0.0.0/16"), target=side("cn-northwest-1", "10.1.0.0/16")
    )
    group = (
        "arn:aws-cn:logs:cn-north-1:111122223333:log-group:/stackferry/streaming-staging/flow-logs"
    )

    assert bodies(spec)["FlowLogRole"]["Properties"] == {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": "111122223333"},
                        "ArnLike": {
                            "aws:SourceArn": "arn:aws-cn:ec2:cn-north-1:111122223333:vpc-flow-log/*"
                        },
                    },
                }
            ],
        },
        "Policies": [
            {
                "PolicyName": "write",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": [
                                "logs:CreateLogStream",
                                "logs:DescribeLogStreams",
                                "logs:PutLogEvents",
                            ],
                            "Resource": [group, f"{group}:*"],
                        },
                        {
                            "Effect": "Allow",
                            "Action": "logs:DescribeLogGroups",
                            "Resource": "arn:aws-cn:logs:cn-north-1:111122223333:log-group:*",
                        },
                    ],
                },
            }
        ],
        "RoleName": "streaming-staging-flow-logs-cn-north-1",
        "Tags": tagged(SourceRegion="cn-north-1", TargetRegion="cn-northwest-1"),
    }


def test_flow_logs_may_be_left_out() -> None:
    assert not [name for name in bodies(with_source(flow_logs=False)) if "FlowLog" in name]
