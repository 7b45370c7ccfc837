from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused
from compiler.sandbox.handlers.endpoints import VpcEndpointHandler
from compiler.sandbox.handlers.flow_logs import FlowLogHandler
from tests.unit.sandbox.handlers_ground import assert_refused, pairs, scope_in, services
from tests.unit.sandbox.handlers_lives import Life, lived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Properties, Scope

ENDPOINTS = VpcEndpointHandler()
FLOW_LOGS = FlowLogHandler()
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}],
}


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def vpc_in(scope: Scope, *, names: bool = True) -> str:
    ec2 = scope.client("ec2")
    vpc = str(ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": names})
    return vpc


def tables(scope: Scope, vpc: str) -> list[str]:
    ec2 = scope.client("ec2")
    return [ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2)]


def routed(scope: Scope) -> list[str]:
    answer = scope.client("ec2").describe_route_tables()
    return [
        table["RouteTableId"]
        for table in answer["RouteTables"]
        if any(route.get("GatewayId", "").startswith("vpce-") for route in table["Routes"])
    ]


def interface(scope: Scope) -> dict[str, Any]:
    ec2 = scope.client("ec2")
    vpc = vpc_in(scope)
    return {
        "VpcId": vpc,
        "ServiceName": "com.amazonaws.us-east-1.secretsmanager",
        "VpcEndpointType": "Interface",
        "SubnetIds": [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24")["Subnet"]["SubnetId"]
            for n in range(2)
        ],
        "SecurityGroupIds": [
            ec2.create_security_group(GroupName=n, Description=n, VpcId=vpc)["GroupId"]
            for n in ("one", "two")
        ],
        "PrivateDnsEnabled": True,
    }


def test_a_gateway_endpoint_lives(scope: Scope) -> None:
    vpc = vpc_in(scope)
    one, two = tables(scope, vpc)
    lived(
        Life(
            handler=ENDPOINTS,
            scope=scope,
            start={
                "VpcId": vpc,
                "ServiceName": "com.amazonaws.us-east-1.s3",
                "VpcEndpointType": "Gateway",
                "RouteTableIds": [one],
                "PolicyDocument": POLICY,
                "Tags": pairs(("Name", "one")),
            },
            changes={
                "RouteTableIds": [one, two],
                "PolicyDocument": None,
                "Tags": pairs(("Name", "two")),
            },
            elsewhere=frozenset({"PrivateDnsEnabled", "SecurityGroupIds", "SubnetIds"}),
        )
    )


def test_a_gateway_endpoint_is_a_route_in_each_of_its_tables(scope: Scope) -> None:
    vpc = vpc_in(scope)
    one, two = tables(scope, vpc)
    old = {"VpcId": vpc, "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": [one]}
    new = {**old, "RouteTableIds": [two]}

    endpoint = ENDPOINTS.create(scope, old).physical_id
    seen = [routed(scope)]
    ENDPOINTS.update(scope, endpoint, old, new)
    seen.append(routed(scope))
    ENDPOINTS.delete(scope, endpoint, new)
    seen.append(routed(scope))

    assert seen == [[one], [two], []]


def test_an_interface_endpoint_lives(scope: Scope) -> None:
    given = interface(scope)
    one, two = given["SubnetIds"]
    group, other = given["SecurityGroupIds"]
    life = Life(
        handler=ENDPOINTS,
        scope=scope,
        start={**given, "SubnetIds": [one], "SecurityGroupIds": [group]},
        changes={
            "SubnetIds": [one, two],
            "SecurityGroupIds": [other],
            "PrivateDnsEnabled": False,
        },
        elsewhere=frozenset({"PolicyDocument", "RouteTableIds", "Tags"}),
    )
    assert life.covered | {"RouteTableIds", "PolicyDocument", "Tags"} == ENDPOINTS.supported
    lived(life)


def test_an_interface_endpoint_leaves_no_interfaces_behind(scope: Scope) -> None:
    given = interface(scope)
    endpoint = ENDPOINTS.create(scope, given)

    ENDPOINTS.delete(scope, endpoint.physical_id, given)

    assert len(endpoint.attributes["NetworkInterfaceIds"]) == 2
    assert scope.client("ec2").describe_network_interfaces()["NetworkInterfaces"] == []


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("InvalidServiceName", {"ServiceName": "com.amazonaws.eu-west-1.s3"}),
        ("InvalidServiceName", {"ServiceName": "com.amazonaws.us-east-1.kms"}),
        ("InvalidVpcID.NotFound", {"VpcId": "vpc-0123456789abcdef0"}),
        ("InvalidRouteTableID.NotFound", {"RouteTableIds": ["rtb-0123456789abcdef0"]}),
    ],
)
def test_a_gateway_endpoint_to_nowhere_is_refused(
    scope: Scope, code: str, changed: Properties
) -> None:
    given = {"VpcId": vpc_in(scope), "ServiceName": "com.amazonaws.us-east-1.s3", **changed}

    assert_refused(code, "", ENDPOINTS, scope, given)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("InvalidSubnetID.NotFound", {"SubnetIds": ["subnet-0123456789abcdef0"]}),
        ("InvalidGroup.NotFound", {"SecurityGroupIds": ["sg-0123456789abcdef0"]}),
    ],
)
def test_an_interface_endpoint_in_nothing_is_refused(
    scope: Scope, code: str, changed: Properties
) -> None:
    assert_refused(code, "", ENDPOINTS, scope, {**interface(scope), **changed})


def test_private_names_need_a_vpc_with_names(scope: Scope) -> None:
    given = {
        "VpcId": vpc_in(scope, names=False),
        "ServiceName": "com.amazonaws.us-east-1.logs",
        "VpcEndpointType": "Interface",
        "PrivateDnsEnabled": True,
    }

    assert_refused("InvalidParameter", "enableDnsHostnames", ENDPOINTS, scope, given)


def role_for_logs(scope: Scope) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    made = scope.client("iam").create_role(
        RoleName="flow", AssumeRolePolicyDocument=json.dumps(trust)
    )
    return str(made["Role"]["Arn"])


def test_a_flow_log_into_cloudwatch_lives(scope: Scope) -> None:
    scope.client("logs").create_log_group(logGroupName="/flow")
    life = Life(
        handler=FLOW_LOGS,
        scope=scope,
        start={
            "ResourceId": vpc_in(scope),
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogDestinationType": "cloud-watch-logs",
            "LogGroupName": "/flow",
            "DeliverLogsPermissionArn": role_for_logs(scope),
            "MaxAggregationInterval": 60,
            "LogFormat": "${srcaddr} ${dstaddr}",
            "Tags": pairs(("Name", "one")),
        },
        changes={"Tags": pairs(("Name", "two"))},
    )
    assert life.covered | {"LogDestination"} == FLOW_LOGS.supported
    lived(life)


@pytest.mark.parametrize(
    ("kind", "destination"),
    [
        ("s3", "arn:aws:s3:::flow"),
        ("cloud-watch-logs", "arn:aws:logs:us-east-1:123456789012:log-group:/flow"),
    ],
)
def test_a_flow_log_tells_the_destination_it_was_given(
    scope: Scope, kind: str, destination: str
) -> None:
    scope.client("s3").create_bucket(Bucket="flow")
    scope.client("logs").create_log_group(logGroupName="/flow")
    given = {
        "ResourceId": vpc_in(scope),
        "ResourceType": "VPC",
        "TrafficType": "REJECT",
        "LogDestinationType": kind,
        "LogDestination": destination,
    }
    if kind != "s3":
        given["DeliverLogsPermissionArn"] = role_for_logs(scope)

    log = FLOW_LOGS.create(scope, given).physical_id

    told = FLOW_LOGS.read(scope, log) or {}
    assert {name: told.get(name) for name in given} == given


@pytest.mark.parametrize(
    ("code", "part", "changed"),
    [
        ("InvalidVpcID.NotFound", "vpc-0", {"ResourceId": "vpc-0123456789abcdef0"}),
        ("InvalidParameter", "can't be empty", {"DeliverLogsPermissionArn": None}),
        ("InvalidParameter", "Unable to assume", {"DeliverLogsPermissionArn": "arn:aws:iam::1:x"}),
        (
            "400",
            "does not exist",
            {"LogDestinationType": "s3", "LogDestination": "arn:aws:s3:::no"},
        ),
    ],
)
def test_a_flow_log_that_cannot_deliver_is_refused(
    scope: Scope, code: str, part: str, changed: Properties
) -> None:
    given = {
        "ResourceId": vpc_in(scope),
        "ResourceType": "VPC",
        "TrafficType": "ALL",
        "LogGroupName": "/flow",
        "DeliverLogsPermissionArn": role_for_logs(scope),
        **changed,
    }
    if changed.get("LogDestinationType") == "s3":
        del given["LogGroupName"]

    assert_refused(code, part, FLOW_LOGS, scope, {k: v for k, v in given.items() if v is not None})


def test_a_resource_is_logged_once_into_one_place(scope: Scope) -> None:
    given = {
        "ResourceId": vpc_in(scope),
        "ResourceType": "VPC",
        "TrafficType": "ALL",
        "LogGroupName": "/flow",
        "DeliverLogsPermissionArn": role_for_logs(scope),
    }
    FLOW_LOGS.create(scope, given)

    with pytest.raises(Refused) as refused:
        FLOW_LOGS.create(scope, given)

    assert refused.value.code == "FlowLogAlreadyExists"
