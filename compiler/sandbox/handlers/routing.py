"""Route tables, their routes and the subnets that use them."""

from __future__ import annotations

from typing import Any

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.identity import without_system
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse
from compiler.sandbox.handlers.tagging import retag, specification

_NO_TABLE = "InvalidRouteTableID.NotFound"

_TARGETS = ("GatewayId", "NatGatewayId", "VpcPeeringConnectionId")


class RouteTableHandler:
    """Route tables of a VPC, other than its main one."""

    type_name = "AWS::EC2::RouteTable"
    supported = frozenset({"VpcId", "Tags"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the table."""
        table_id = ask(
            scope.client("ec2"),
            "create_route_table",
            VpcId=properties["VpcId"],
            TagSpecifications=specification(scope, properties.get("Tags"), "route-table"),
        )["RouteTable"]["RouteTableId"]
        return self._described(table_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Set the tags."""
        del old
        retag(scope, physical_id, new.get("Tags"))
        return self._described(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete a table that no subnet uses."""
        del properties
        table = _table(scope, physical_id)
        if table is None:
            return
        if table["Associations"]:
            refuse(
                "DependencyViolation",
                f"The routeTable '{physical_id}' has dependencies and cannot be deleted.",
            )
        ask(scope.client("ec2"), "delete_route_table", RouteTableId=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the VPC and the tags."""
        table = _table(scope, physical_id)
        if table is None:
            return None
        return {"VpcId": table["VpcId"], "Tags": without_system(table.get("Tags", ()))}

    def _described(self, table_id: str) -> Created:
        return Created(physical_id=table_id, attributes={"RouteTableId": table_id})


class RouteHandler:
    """
    IPv4 routes to an internet gateway, a NAT gateway or a peering connection.

    The physical id is `<table>|<range>`, as the registry's primary identifier has it.
    """

    type_name = "AWS::EC2::Route"
    supported = frozenset({"RouteTableId", "DestinationCidrBlock", *_TARGETS})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the route, unless the table has one for its range already."""
        table_id, destination = properties["RouteTableId"], properties["DestinationCidrBlock"]
        table = _table(scope, table_id)
        if table is None:
            refuse(_NO_TABLE, f"The routeTable ID '{table_id}' does not exist")
        if _route(table, destination) is not None:
            refuse("RouteAlreadyExists", f"The route identified by {destination} already exists.")
        name, target = _target(properties)
        _refuse_target(scope, table, name, target)
        ask(
            scope.client("ec2"),
            "create_route",
            RouteTableId=table_id,
            DestinationCidrBlock=destination,
            **{name: target},
        )
        return self._described(table_id, destination)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Send the range to another target."""
        table_id, destination = physical_id.split("|")
        before, after = _target(old), _target(new)
        if before != after:
            table = _table(scope, table_id)
            if table is None:
                refuse(_NO_TABLE, f"The routeTable ID '{table_id}' does not exist")
            _refuse_target(scope, table, *after)
            ask(
                scope.client("ec2"),
                "replace_route",
                RouteTableId=table_id,
                DestinationCidrBlock=destination,
                **{after[0]: after[1]},
            )
        return self._described(table_id, destination)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the route."""
        del properties
        table_id, destination = physical_id.split("|")
        table = _table(scope, table_id)
        if table is None or _route(table, destination) is None:
            return
        ask(
            scope.client("ec2"),
            "delete_route",
            RouteTableId=table_id,
            DestinationCidrBlock=destination,
        )

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the route's target."""
        table_id, destination = physical_id.split("|")
        table = _table(scope, table_id)
        route = None if table is None else _route(table, destination)
        if route is None:
            return None
        told = {"RouteTableId": table_id, "DestinationCidrBlock": destination}
        return told | {name: route[name] for name in _TARGETS if route.get(name)}

    def _described(self, table_id: str, destination: str) -> Created:
        return Created(
            physical_id=f"{table_id}|{destination}", attributes={"CidrBlock": destination}
        )


class SubnetRouteTableAssociationHandler:
    """Which table a subnet uses."""

    type_name = "AWS::EC2::SubnetRouteTableAssociation"
    supported = frozenset({"RouteTableId", "SubnetId"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Associate the subnet, unless a table is associated with it already."""
        subnet_id, table_id = properties["SubnetId"], properties["RouteTableId"]
        subnet = ask(scope.client("ec2"), "describe_subnets", SubnetIds=[subnet_id])["Subnets"][0]
        table = _table(scope, table_id)
        if table is None:
            refuse(_NO_TABLE, f"The routeTable ID '{table_id}' does not exist")
        if table["VpcId"] != subnet["VpcId"]:
            refuse(
                "InvalidParameterValue",
                f"Route table {table_id} and subnet {subnet_id} belong to different networks",
            )
        taken = ask(
            scope.client("ec2"),
            "describe_route_tables",
            Filters=[{"Name": "association.subnet-id", "Values": [subnet_id]}],
        )["RouteTables"]
        if taken:
            refuse(
                "Resource.AlreadyAssociated",
                f"the specified association for route table {taken[0]['RouteTableId']} conflicts "
                "with an existing association",
            )
        association_id = ask(
            scope.client("ec2"),
            "associate_route_table",
            RouteTableId=table_id,
            SubnetId=subnet_id,
        )["AssociationId"]
        return self._described(association_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change nothing: every property replaces."""
        del scope, old, new
        return self._described(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Give the subnet back to the main table."""
        del properties
        if self.read(scope, physical_id) is not None:
            ask(scope.client("ec2"), "disassociate_route_table", AssociationId=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read table and subnet."""
        tables = ask(
            scope.client("ec2"),
            "describe_route_tables",
            Filters=[{"Name": "association.route-table-association-id", "Values": [physical_id]}],
        )["RouteTables"]
        for table in tables:
            for association in table["Associations"]:
                if association["RouteTableAssociationId"] == physical_id:
                    return {
                        "RouteTableId": table["RouteTableId"],
                        "SubnetId": association["SubnetId"],
                    }
        return None

    def _described(self, association_id: str) -> Created:
        return Created(physical_id=association_id, attributes={"Id": association_id})


def _table(scope: Scope, table_id: str) -> dict[str, Any] | None:
    answer = ask_or_none(
        scope.client("ec2"), "describe_route_tables", _NO_TABLE, RouteTableIds=[table_id]
    )
    return answer["RouteTables"][0] if answer and answer["RouteTables"] else None


def _route(table: dict[str, Any], destination: str) -> dict[str, Any] | None:
    for route in table["Routes"]:
        if route.get("DestinationCidrBlock") == destination:
            found: dict[str, Any] = route
            return found
    return None


def _target(properties: Properties) -> tuple[str, str]:
    given = [(name, properties[name]) for name in _TARGETS if name in properties]
    if len(given) != 1:
        refuse(
            "InvalidParameterCombination",
            f"Exactly one of the following must be specified: {', '.join(_TARGETS)}",
        )
    return given[0]


def _refuse_target(scope: Scope, table: dict[str, Any], name: str, target: str) -> None:
    check = {
        "GatewayId": _refuse_gateway,
        "NatGatewayId": _refuse_nat,
        "VpcPeeringConnectionId": _refuse_peering,
    }[name]
    check(scope, table, target)


def _refuse_gateway(scope: Scope, table: dict[str, Any], gateway_id: str) -> None:
    gateway = beneath("ec2", scope.account, scope.region).internet_gateways.get(gateway_id)
    if gateway is None:
        refuse(
            "InvalidInternetGatewayID.NotFound",
            f"The internetGateway ID '{gateway_id}' does not exist",
        )
    if gateway.vpc is None or gateway.vpc.id != table["VpcId"]:
        refuse(
            "InvalidParameterValue",
            f"route table {table['RouteTableId']} and network gateway {gateway_id} belong to "
            "different networks",
        )


def _refuse_nat(scope: Scope, table: dict[str, Any], gateway_id: str) -> None:
    gateway = beneath("ec2", scope.account, scope.region).nat_gateways.get(gateway_id)
    if gateway is None or gateway.state == "deleted":
        refuse("InvalidNatGatewayID.NotFound", f"The natGateway ID '{gateway_id}' does not exist")
    if gateway.vpc_id != table["VpcId"]:
        refuse(
            "InvalidParameterValue",
            f"route table {table['RouteTableId']} and NAT gateway {gateway_id} belong to "
            "different networks",
        )


def _refuse_peering(scope: Scope, table: dict[str, Any], connection_id: str) -> None:
    connection = beneath("ec2", scope.account, scope.region).vpc_pcxs.get(connection_id)
    if connection is None:
        refuse(
            "InvalidVpcPeeringConnectionID.NotFound",
            f"The vpcPeeringConnection ID '{connection_id}' does not exist",
        )
    if connection.status["Code"] != "active":
        refuse(
            "InvalidStateTransition",
            f"VPC peering connection {connection_id} is not active: VpcPeeringConnection is in "
            f"{connection.status['Code']} state",
        )
    if table["VpcId"] not in {connection.vpc.id, connection.peer_vpc.id}:
        refuse(
            "InvalidParameterValue",
            f"route table {table['RouteTableId']} and vpc peering connection {connection_id} "
            "belong to different networks",
        )


HANDLERS: tuple[Handler, ...] = (
    RouteTableHandler(),
    RouteHandler(),
    SubnetRouteTableAssociationHandler(),
)
