"""VPC endpoints: gateways to S3 and DynamoDB, and interfaces to other services."""

from __future__ import annotations

import json
from typing import Any

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.identity import without_system
from compiler.sandbox.handlers.replies import (
    JSON,
    Backend,
    ask,
    ask_or_none,
    beneath,
    document,
    refuse,
)
from compiler.sandbox.handlers.tagging import retag, specification

_GATEWAY_SERVICES = ("s3", "dynamodb")
_SETS = (
    ("RouteTableIds", "AddRouteTableIds", "RemoveRouteTableIds"),
    ("SubnetIds", "AddSubnetIds", "RemoveSubnetIds"),
    ("SecurityGroupIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds"),
)


class VpcEndpointHandler:
    """Gateway and interface endpoints."""

    type_name = "AWS::EC2::VPCEndpoint"
    supported = frozenset(
        {
            "VpcId",
            "ServiceName",
            "VpcEndpointType",
            "RouteTableIds",
            "SubnetIds",
            "SecurityGroupIds",
            "PolicyDocument",
            "PrivateDnsEnabled",
            "Tags",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the endpoint."""
        kind = properties.get("VpcEndpointType", "Gateway")
        _refuse_service(scope, properties["ServiceName"], kind)
        _refuse_private_dns(scope, properties, kind)
        for name, _, _ in _SETS:
            _refuse_missing(scope, name, properties.get(name, ()))
        policy = properties.get("PolicyDocument")
        endpoint = ask(
            scope.client("ec2"),
            "create_vpc_endpoint",
            VpcId=properties["VpcId"],
            ServiceName=properties["ServiceName"],
            VpcEndpointType=kind,
            RouteTableIds=properties.get("RouteTableIds"),
            SubnetIds=properties.get("SubnetIds"),
            SecurityGroupIds=properties.get("SecurityGroupIds"),
            PolicyDocument=None if policy is None else document(policy),
            # EC2's own default is true for interfaces; CloudFormation's is false.
            PrivateDnsEnabled=properties.get("PrivateDnsEnabled", False),
            TagSpecifications=specification(scope, properties.get("Tags"), "vpc-endpoint"),
        )["VpcEndpoint"]
        return _described(endpoint)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change policy, tables, subnets, groups and private DNS."""
        del old
        have = _find(scope, physical_id)
        if have is None:
            refuse(
                "InvalidVpcEndpointId.NotFound",
                f"The Vpc Endpoint Id '{physical_id}' does not exist",
            )
        kind = new.get("VpcEndpointType", "Gateway")
        _refuse_private_dns(scope, new, kind)
        told = _told(have)
        changed: dict[str, Any] = {}
        for name, add, remove in _SETS:
            before, after = told.get(name, []), list(new.get(name, []))
            _refuse_missing(scope, name, after)
            changed[add] = [x for x in after if x not in before] or None
            changed[remove] = [x for x in before if x not in after] or None
        policy = new.get("PolicyDocument")
        if policy is None:
            changed["ResetPolicy"] = True
        else:
            changed["PolicyDocument"] = document(policy)
        ask(scope.client("ec2"), "modify_vpc_endpoint", VpcEndpointId=physical_id, **changed)
        held = beneath("ec2", scope.account, scope.region).vpc_end_points[physical_id]
        # moto's ModifyVpcEndpoint knows neither ResetPolicy nor PrivateDnsEnabled, and
        # leaves the routes of a gateway as they were.
        if policy is None:
            held.policy_document = json.dumps(held.DEFAULT_POLICY)
        held.private_dns_enabled = new.get("PrivateDnsEnabled", False)
        _reroute(scope, held, told.get("RouteTableIds", []))
        retag(scope, physical_id, new.get("Tags"))
        return _described(_find(scope, physical_id) or have)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the endpoint, its interfaces and its routes."""
        del properties
        if _find(scope, physical_id) is None:
            return
        held = beneath("ec2", scope.account, scope.region).vpc_end_points[physical_id]
        before = list(held.route_table_ids)
        held.route_table_ids = []
        _reroute(scope, held, before)
        ask(scope.client("ec2"), "delete_vpc_endpoints", VpcEndpointIds=[physical_id])

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the endpoint."""
        found = _find(scope, physical_id)
        return None if found is None else _told(found)


def _told(endpoint: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: endpoint[name]
        for name in ("VpcId", "ServiceName", "VpcEndpointType", "PrivateDnsEnabled")
    }
    told["PolicyDocument"] = json.loads(endpoint["PolicyDocument"])
    told["Tags"] = without_system(endpoint.get("Tags", ()))
    groups = [group["GroupId"] for group in endpoint.get("Groups", ())]
    for name, ids in (
        ("RouteTableIds", endpoint.get("RouteTableIds")),
        ("SubnetIds", endpoint.get("SubnetIds")),
        ("SecurityGroupIds", groups),
    ):
        if ids:
            told[name] = list(ids)
    return told


def _reroute(scope: Scope, held: Backend, before: list[str]) -> None:
    """Give every table of a gateway endpoint its route, and take it from those that left."""
    prefix_list = held.destination_prefix_list_id
    if prefix_list is None:
        return
    ec2 = beneath("ec2", scope.account, scope.region)
    for table_id in before:
        if table_id not in held.route_table_ids and table_id in ec2.route_tables:
            ec2.delete_route(table_id, None, destination_prefix_list_id=prefix_list)
    for table_id in held.route_table_ids:
        if table_id not in before:
            ec2.create_route(
                table_id, None, gateway_id=held.id, destination_prefix_list_id=prefix_list
            )


def _refuse_service(scope: Scope, service: str, kind: str) -> None:
    start = "cn.com.amazonaws." if scope.partition == "aws-cn" else "com.amazonaws."
    plain = f"com.amazonaws.{scope.region}."
    valid = service.startswith((f"{start}{scope.region}.", plain, "com.amazonaws.vpce."))
    if kind == "Gateway":
        valid = valid and service.rsplit(".", 1)[-1] in _GATEWAY_SERVICES
    if not valid:
        refuse("InvalidServiceName", f"The Vpc Endpoint Service '{service}' does not exist")


def _refuse_private_dns(scope: Scope, properties: Properties, kind: str) -> None:
    if kind != "Interface" or not properties.get("PrivateDnsEnabled", False):
        return
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        name = attribute[0].upper() + attribute[1:]
        answer = ask(
            scope.client("ec2"),
            "describe_vpc_attribute",
            VpcId=properties["VpcId"],
            Attribute=attribute,
        )
        if not answer[name]["Value"]:
            refuse(
                "InvalidParameter",
                "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC "
                f"attributes set to true for {properties['VpcId']}",
            )


def _refuse_missing(scope: Scope, name: str, ids: JSON) -> None:
    """Refuse ids that do not exist; moto takes any for an endpoint."""
    for one in ids:
        if name == "RouteTableIds":
            ask(scope.client("ec2"), "describe_route_tables", RouteTableIds=[one])
        elif name == "SubnetIds":
            ask(scope.client("ec2"), "describe_subnets", SubnetIds=[one])
        else:
            ask(scope.client("ec2"), "describe_security_groups", GroupIds=[one])


def _find(scope: Scope, endpoint_id: str) -> dict[str, Any] | None:
    answer = ask_or_none(
        scope.client("ec2"),
        "describe_vpc_endpoints",
        "InvalidVpcEndpointId.NotFound",
        VpcEndpointIds=[endpoint_id],
    )
    for endpoint in answer["VpcEndpoints"] if answer else ():
        if endpoint["State"].lower() != "deleted":
            found: dict[str, Any] = endpoint
            return found
    return None


def _described(endpoint: dict[str, Any]) -> Created:
    endpoint_id = endpoint["VpcEndpointId"]
    return Created(
        physical_id=endpoint_id,
        attributes={
            "Id": endpoint_id,
            "CreationTimestamp": endpoint["CreationTimestamp"].isoformat(),
            "NetworkInterfaceIds": list(endpoint.get("NetworkInterfaceIds", ())),
            "DnsEntries": [
                f"{entry['HostedZoneId']}:{entry['DnsName']}"
                for entry in endpoint.get("DnsEntries", ())
            ],
        },
    )


HANDLERS: tuple[Handler, ...] = (VpcEndpointHandler(),)
