"""Databases for the tests, and what stands around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.kms import KeyHandler
from compiler.sandbox.handlers.rds_groups import DbParameterGroupHandler, DbSubnetGroupHandler
from compiler.sandbox.handlers.rds_instances import DbInstanceHandler

if TYPE_CHECKING:
    from compiler.sandbox.handler import Properties, Scope

INSTANCES = DbInstanceHandler()
PRIMARY = {
    "DBInstanceIdentifier": "orders",
    "DBInstanceClass": "db.m6g.large",
    "Engine": "postgres",
    "EngineVersion": "16.3",
    "AllocatedStorage": "100",
    "MasterUsername": "shop",
    "MasterUserPassword": "long-enough",
    "BackupRetentionPeriod": 7,
}
"""A primary, as small as a template can say it."""


def subnets_in(scope: Scope, zones: str) -> list[str]:
    """Make a VPC with a subnet in each of *zones*."""
    ec2 = scope.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{scope.region}{zone}"
        )["Subnet"]["SubnetId"]
        for n, zone in enumerate(zones)
    ]


def subnet_group(scope: Scope, name: str = "shop", zones: str = "ab") -> str:
    given = {
        "DBSubnetGroupName": name,
        "DBSubnetGroupDescription": name,
        "SubnetIds": subnets_in(scope, zones),
    }
    return DbSubnetGroupHandler().create(scope, given).physical_id


def vpc_of(scope: Scope, group: str) -> str:
    rds = scope.client("rds")
    answer = rds.describe_db_subnet_groups(DBSubnetGroupName=group)
    return str(answer["DBSubnetGroups"][0]["VpcId"])


def security_group(scope: Scope, vpc: str, name: str = "db") -> str:
    made = scope.client("ec2").create_security_group(GroupName=name, Description=name, VpcId=vpc)
    return str(made["GroupId"])


def parameter_group(scope: Scope, name: str = "shop", family: str = "postgres16") -> str:
    given = {"DBParameterGroupName": name, "Family": family, "Description": name}
    return DbParameterGroupHandler().create(scope, given).physical_id


def key_in(scope: Scope) -> str:
    return str(KeyHandler().create(scope, {}).attributes["Arn"])


def primary(scope: Scope, **changed: Any) -> str:  # noqa: ANN401 -- JSON
    """Create a primary and return its ARN."""
    created = INSTANCES.create(scope, {**PRIMARY, **changed})
    return str(created.attributes["DBInstanceArn"])


def replica_of(source: str, **changed: Any) -> Properties:  # noqa: ANN401 -- JSON
    """Return the properties of a replica in another region."""
    return {
        "DBInstanceIdentifier": "orders-copy",
        "DBInstanceClass": "db.m6g.large",
        "SourceDBInstanceIdentifier": source,
        "SourceRegion": "us-east-1",
        **changed,
    }


def described(scope: Scope, name: str) -> dict[str, Any]:
    """Return what RDS itself tells of an instance."""
    answer = scope.client("rds").describe_db_instances(DBInstanceIdentifier=name)
    found: dict[str, Any] = answer["DBInstances"][0]
    return found
