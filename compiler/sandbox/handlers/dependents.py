"""What stands in a VPC, a subnet or behind a security group, and so keeps it from being deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.replies import ask, beneath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Scope

_GONE = frozenset({"deleted", "failed", "deleting", "rejected", "expired"})


def of_vpc(scope: Scope, vpc_id: str) -> list[str]:
    """
    List what keeps a VPC from being deleted.

    Returns:
        Ids, sorted: subnets, attached gateways, NAT gateways, endpoints, route tables but the main
        one, security groups but the default one, load balancers. Peerings do not: they go with the
        VPC.
    """
    ec2 = scope.client("ec2")
    inside = [{"Name": "vpc-id", "Values": [vpc_id]}]
    found = [s["SubnetId"] for s in ask(ec2, "describe_subnets", Filters=inside)["Subnets"]]
    found += [
        gateway["InternetGatewayId"]
        for gateway in ask(
            ec2,
            "describe_internet_gateways",
            Filters=[{"Name": "attachment.vpc-id", "Values": [vpc_id]}],
        )["InternetGateways"]
    ]
    found += [nat["NatGatewayId"] for nat in live_nat_gateways(scope, vpc_id)]
    found += [
        endpoint["VpcEndpointId"]
        for endpoint in ask(ec2, "describe_vpc_endpoints", Filters=inside)["VpcEndpoints"]
        if endpoint["State"].lower() not in _GONE
    ]
    found += [
        table["RouteTableId"]
        for table in ask(ec2, "describe_route_tables", Filters=inside)["RouteTables"]
        if not any(a.get("Main") for a in table["Associations"])
    ]
    found += [
        group["GroupId"]
        for group in ask(ec2, "describe_security_groups", Filters=inside)["SecurityGroups"]
        if group["GroupName"] != "default"
    ]
    found += [
        balancer["LoadBalancerArn"]
        for balancer in _load_balancers(scope)
        if balancer["VpcId"] == vpc_id
    ]
    return sorted(found)


def of_subnet(scope: Scope, subnet_id: str) -> list[str]:
    """
    List what keeps a subnet from being deleted.

    Returns:
        Ids, sorted: network interfaces (of instances, NAT gateways, interface endpoints), and load
        balancers and databases, for which moto makes no interfaces.
    """
    found = [
        interface["NetworkInterfaceId"] for interface in _interfaces(scope, "subnet-id", subnet_id)
    ]
    found += [
        balancer["LoadBalancerArn"]
        for balancer in _load_balancers(scope)
        if any(zone.get("SubnetId") == subnet_id for zone in balancer["AvailabilityZones"])
    ]
    found += [
        database["DBInstanceIdentifier"]
        for database in _databases(scope)
        if subnet_id in _subnets_of(database)
    ]
    return sorted(found)


def of_security_group(scope: Scope, group_id: str) -> list[str]:
    """
    List what uses a security group.

    Returns:
        Ids, sorted: network interfaces, load balancers, databases, endpoints, and other groups
        whose rules name it.
    """
    ec2 = scope.client("ec2")
    found = [
        interface["NetworkInterfaceId"] for interface in _interfaces(scope, "group-id", group_id)
    ]
    found += [
        balancer["LoadBalancerArn"]
        for balancer in _load_balancers(scope)
        if group_id in balancer.get("SecurityGroups", ())
    ]
    found += [
        database["DBInstanceIdentifier"]
        for database in _databases(scope)
        if any(g["VpcSecurityGroupId"] == group_id for g in database["VpcSecurityGroups"])
    ]
    found += [
        endpoint["VpcEndpointId"]
        for endpoint in ask(ec2, "describe_vpc_endpoints")["VpcEndpoints"]
        if endpoint["State"].lower() not in _GONE
        and any(group["GroupId"] == group_id for group in endpoint.get("Groups", ()))
    ]
    for group in ask(ec2, "describe_security_groups")["SecurityGroups"]:
        if group["GroupId"] != group_id and group_id in _named_in(group):
            found.append(group["GroupId"])
    return sorted(found)


def public_addresses_in(scope: Scope, vpc_id: str) -> list[str]:
    """List, sorted, what holds a public address in a VPC: NAT gateways, balancers, instances."""
    found = [
        nat["NatGatewayId"]
        for nat in live_nat_gateways(scope, vpc_id)
        if any(address.get("PublicIp") for address in nat["NatGatewayAddresses"])
    ]
    found += [
        balancer["LoadBalancerArn"]
        for balancer in _load_balancers(scope)
        if balancer["VpcId"] == vpc_id and balancer.get("Scheme") == "internet-facing"
    ]
    reservations = ask(
        scope.client("ec2"),
        "describe_instances",
        Filters=[
            {"Name": "vpc-id", "Values": [vpc_id]},
            {"Name": "instance-state-name", "Values": ["pending", "running"]},
        ],
    )["Reservations"]
    found += [
        instance["InstanceId"]
        for reservation in reservations
        for instance in reservation["Instances"]
        if _has_public_address(instance)
    ]
    return sorted(found)


def live_nat_gateways(scope: Scope, vpc_id: str) -> list[dict[str, Any]]:
    """Return the NAT gateways of a VPC that are not deleted."""
    answer = ask(
        scope.client("ec2"),
        "describe_nat_gateways",
        Filter=[{"Name": "vpc-id", "Values": [vpc_id]}],
    )
    return [nat for nat in answer["NatGateways"] if nat["State"] not in _GONE]


def _has_public_address(instance: dict[str, Any]) -> bool:
    return bool(instance.get("PublicIpAddress"))


def _interfaces(scope: Scope, name: str, value: str) -> Iterator[dict[str, Any]]:
    """Yield the interfaces that match; moto keeps those of terminated instances, EC2 does not."""
    ec2 = scope.client("ec2")
    answer = ask(ec2, "describe_network_interfaces", Filters=[{"Name": name, "Values": [value]}])
    held = beneath("ec2", scope.account, scope.region)
    for interface in answer["NetworkInterfaces"]:
        instance_id = interface.get("Attachment", {}).get("InstanceId")
        instance = held.get_instance_by_id(instance_id) if instance_id else None
        if instance is None or instance.state != "terminated":
            yield interface


def _load_balancers(scope: Scope) -> list[dict[str, Any]]:
    # The backend, not the client: a stack without balancers should not pay for a client of theirs.
    held = beneath("elbv2", scope.account, scope.region).load_balancers
    if not held:
        return []
    answer = ask(scope.client("elbv2"), "describe_load_balancers")
    balancers: list[dict[str, Any]] = answer["LoadBalancers"]
    return balancers


def _databases(scope: Scope) -> list[dict[str, Any]]:
    if not beneath("rds", scope.account, scope.region).databases:
        return []
    databases: list[dict[str, Any]] = ask(scope.client("rds"), "describe_db_instances")[
        "DBInstances"
    ]
    return databases


def _subnets_of(database: dict[str, Any]) -> Iterator[str]:
    """Yield the subnets in which a database may have its interfaces: those of its zones."""
    for subnet in database.get("DBSubnetGroup", {}).get("Subnets", ()):
        zone = subnet["SubnetAvailabilityZone"]["Name"]
        if database["MultiAZ"] or zone == database["AvailabilityZone"]:
            yield subnet["SubnetIdentifier"]


def _named_in(group: dict[str, Any]) -> Iterator[str]:
    for direction in ("IpPermissions", "IpPermissionsEgress"):
        for permission in group[direction]:
            for pair in permission["UserIdGroupPairs"]:
                yield pair["GroupId"]
