"""Subnet groups and parameter groups of RDS."""

from __future__ import annotations

from typing import Any

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.identity import as_pairs, merged, physical_name, without_system
from compiler.sandbox.handlers.rds_shape import FAMILIES
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse
from compiler.sandbox.handlers.tagging import changes

_LEAST_ZONES = 2


class DbSubnetGroupHandler:
    """Subnet groups; names are kept in lower case."""

    type_name = "AWS::RDS::DBSubnetGroup"
    supported = frozenset({"DBSubnetGroupName", "DBSubnetGroupDescription", "SubnetIds", "Tags"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the group; refuse one name twice and one zone alone."""
        name = str(properties.get("DBSubnetGroupName") or physical_name(scope, lower=True)).lower()
        if self._find(scope, name) is not None:
            refuse("DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists.")
        _refuse_subnets(scope, properties["SubnetIds"])
        ask(
            scope.client("rds"),
            "create_db_subnet_group",
            DBSubnetGroupName=name,
            DBSubnetGroupDescription=properties["DBSubnetGroupDescription"],
            SubnetIds=properties["SubnetIds"],
            Tags=as_pairs(merged(scope, properties.get("Tags"))),
        )
        return self._described(scope, name)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change description, subnets and tags."""
        del old
        _refuse_subnets(scope, new["SubnetIds"])
        rds, ec2 = (beneath(name, scope.account, scope.region) for name in ("rds", "ec2"))
        used = _subnets_in_use(scope, physical_id)
        if used - set(new["SubnetIds"]):
            refuse(
                "SubnetAlreadyInUse",
                "Some of the subnets to be deleted are currently in use: "
                f"{', '.join(sorted(used - set(new['SubnetIds'])))}",
            )
        # moto's ModifyDBSubnetGroup takes the group out of its list and does not put it back.
        held = rds.subnet_groups[physical_id]
        held.description = new["DBSubnetGroupDescription"]
        held.subnets = [ec2.get_subnet(subnet_id) for subnet_id in new["SubnetIds"]]
        retag(scope, held.arn, new)
        return self._described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete a group in which no instance stands."""
        del properties
        if self._find(scope, physical_id) is None:
            return
        users = instances_with(scope, "DBSubnetGroup", physical_id)
        if users:
            refuse(
                "InvalidDBSubnetGroupStateFault",
                f"Cannot delete the subnet group '{physical_id}' because at least one database "
                f"instance: {users[0]} is still using it.",
            )
        ask(scope.client("rds"), "delete_db_subnet_group", DBSubnetGroupName=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the group."""
        group = self._find(scope, physical_id)
        if group is None:
            return None
        return {
            "DBSubnetGroupName": group["DBSubnetGroupName"],
            "DBSubnetGroupDescription": group["DBSubnetGroupDescription"],
            "SubnetIds": [subnet["SubnetIdentifier"] for subnet in group["Subnets"]],
            "Tags": tags_of(scope, group["DBSubnetGroupArn"]),
        }

    def _find(self, scope: Scope, name: str) -> dict[str, Any] | None:
        answer = ask_or_none(
            scope.client("rds"),
            "describe_db_subnet_groups",
            "DBSubnetGroupNotFoundFault",
            DBSubnetGroupName=name,
        )
        return answer["DBSubnetGroups"][0] if answer else None

    def _described(self, scope: Scope, name: str) -> Created:
        group = self._find(scope, name) or {}
        return Created(
            physical_id=name, attributes={"DBSubnetGroupArn": group.get("DBSubnetGroupArn", "")}
        )


class DbParameterGroupHandler:
    """Parameter groups; names are kept in lower case."""

    type_name = "AWS::RDS::DBParameterGroup"
    supported = frozenset({"DBParameterGroupName", "Family", "Description", "Parameters", "Tags"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the group with its parameters."""
        name = str(
            properties.get("DBParameterGroupName") or physical_name(scope, lower=True)
        ).lower()
        if properties["Family"] not in FAMILIES:
            refuse(
                "InvalidParameterValue",
                f"ParameterGroupFamily {properties['Family']} is not a valid parameter group "
                "family",
            )
        ask(
            scope.client("rds"),
            "create_db_parameter_group",
            DBParameterGroupName=name,
            DBParameterGroupFamily=properties["Family"],
            Description=properties["Description"],
            Tags=as_pairs(merged(scope, properties.get("Tags"))),
        )
        try:
            self._set(scope, name, properties)
        except Refused:
            ask(scope.client("rds"), "delete_db_parameter_group", DBParameterGroupName=name)
            raise
        return self._described(scope, name)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change parameters and tags; a parameter that left gets the engine's default back."""
        held = beneath("rds", scope.account, scope.region).db_parameter_groups[physical_id]
        for name in set(old.get("Parameters", {})) - set(new.get("Parameters", {})):
            # moto has no ResetDBParameterGroup.
            held.parameters.pop(name, None)
        self._set(scope, physical_id, new)
        retag(scope, held.arn, new)
        return self._described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete a group that no instance uses."""
        del properties
        if self._find(scope, physical_id) is None:
            return
        if instances_with(scope, "DBParameterGroups", physical_id):
            refuse(
                "InvalidDBParameterGroupState",
                "One or more database instances are still members of this parameter group "
                f"{physical_id}, so the group cannot be deleted",
            )
        ask(scope.client("rds"), "delete_db_parameter_group", DBParameterGroupName=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the group with the parameters that it sets."""
        group = self._find(scope, physical_id)
        if group is None:
            return None
        answer = ask(
            scope.client("rds"), "describe_db_parameters", DBParameterGroupName=physical_id
        )
        return {
            "DBParameterGroupName": group["DBParameterGroupName"],
            "Family": group["DBParameterGroupFamily"],
            "Description": group["Description"],
            "Parameters": {p["ParameterName"]: p["ParameterValue"] for p in answer["Parameters"]},
            "Tags": tags_of(scope, group["DBParameterGroupArn"]),
        }

    def _set(self, scope: Scope, name: str, properties: Properties) -> None:
        parameters = properties.get("Parameters") or {}
        if not parameters:
            return
        ask(
            scope.client("rds"),
            "modify_db_parameter_group",
            DBParameterGroupName=name,
            Parameters=[
                {"ParameterName": key, "ParameterValue": value, "ApplyMethod": "pending-reboot"}
                for key, value in sorted(parameters.items())
            ],
        )

    def _find(self, scope: Scope, name: str) -> dict[str, Any] | None:
        # moto lists everything where RDS would answer DBParameterGroupNotFound.
        for group in ask(scope.client("rds"), "describe_db_parameter_groups")["DBParameterGroups"]:
            if group["DBParameterGroupName"] == name:
                found: dict[str, Any] = group
                return found
        return None

    def _described(self, scope: Scope, name: str) -> Created:
        group = self._find(scope, name) or {}
        return Created(
            physical_id=name,
            attributes={
                "DBParameterGroupName": name,
                "DBParameterGroupArn": group.get("DBParameterGroupArn", ""),
            },
        )


def retag(scope: Scope, arn: str, properties: Properties) -> None:
    """Give an RDS resource exactly the stack's tags and its own."""
    rds = scope.client("rds")
    have = ask(rds, "list_tags_for_resource", ResourceName=arn)["TagList"]
    added, removed = changes(
        {tag["Key"]: tag["Value"] for tag in have}, merged(scope, properties.get("Tags"))
    )
    if removed:
        ask(rds, "remove_tags_from_resource", ResourceName=arn, TagKeys=removed)
    if added:
        ask(rds, "add_tags_to_resource", ResourceName=arn, Tags=as_pairs(added))


def tags_of(scope: Scope, arn: str) -> list[dict[str, str]]:
    """Read the tags of an RDS resource, sorted, without those of AWS."""
    answer = ask(scope.client("rds"), "list_tags_for_resource", ResourceName=arn)
    return without_system(answer["TagList"])


def instances_with(scope: Scope, kind: str, name: str) -> list[str]:
    """List the instances that use a group: *kind* is `DBSubnetGroup` or `DBParameterGroups`."""
    users = []
    for instance in ask(scope.client("rds"), "describe_db_instances")["DBInstances"]:
        if kind == "DBSubnetGroup":
            used = [instance.get("DBSubnetGroup", {}).get("DBSubnetGroupName")]
        else:
            used = [group["DBParameterGroupName"] for group in instance["DBParameterGroups"]]
        if name in used:
            users.append(instance["DBInstanceIdentifier"])
    return sorted(users)


def _refuse_subnets(scope: Scope, subnet_ids: list[str]) -> None:
    answer = ask_or_none(
        scope.client("ec2"),
        "describe_subnets",
        "InvalidSubnetID.NotFound",
        SubnetIds=list(subnet_ids),
    )
    if answer is None:
        refuse("InvalidSubnet", f"Some input subnets in :{list(subnet_ids)} are invalid.")
    subnets = answer["Subnets"]
    if len({subnet["VpcId"] for subnet in subnets}) > 1:
        refuse(
            "InvalidParameterValue",
            "The new Subnets are not in the same Vpc as the existing subnet group",
        )
    zones = sorted({subnet["AvailabilityZone"] for subnet in subnets})
    if len(zones) < _LEAST_ZONES:
        refuse(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current "
            f"AZ coverage: {', '.join(zones)}. Add subnets to cover at least 2 AZs.",
        )


def _subnets_in_use(scope: Scope, name: str) -> set[str]:
    """Tell in which subnets of a group instances stand: RDS puts each into one of its zone's."""
    used = set()
    for instance in ask(scope.client("rds"), "describe_db_instances")["DBInstances"]:
        group = instance.get("DBSubnetGroup", {})
        if group.get("DBSubnetGroupName") != name:
            continue
        for subnet in group["Subnets"]:
            if subnet["SubnetAvailabilityZone"]["Name"] == instance["AvailabilityZone"]:
                used.add(subnet["SubnetIdentifier"])
                break
    return used


HANDLERS: tuple[Handler, ...] = (DbSubnetGroupHandler(), DbParameterGroupHandler())
