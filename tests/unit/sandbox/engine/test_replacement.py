"""What a change of properties does to a resource."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.sandbox.engine.replacement import (
    changes,
    kept_custom_name,
    replacement,
)
from compiler.sandbox.engine.schemas import resource_schema
from compiler.sandbox.engine.values import Mark

DB = "AWS::RDS::DBInstance"
VPC = "AWS::EC2::VPC"


def decided(kind: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    return str(replacement(changes(resource_schema(kind, "eu-central-1"), old, new)))


@pytest.mark.parametrize(
    ("kind", "old", "new", "expected"),
    [
        ("AWS::EC2::VPC", {"CidrBlock": "a"}, {"CidrBlock": "a"}, "False"),
        ("AWS::EC2::VPC", {"CidrBlock": "a"}, {"CidrBlock": "b"}, "True"),
        ("AWS::EC2::VPC", {"CidrBlock": "a"}, {"CidrBlock": Mark.UNKNOWN}, "Conditional"),
        ("AWS::EC2::VPC", {}, {"Tags": [{"Key": "a", "Value": "b"}]}, "False"),
        (VPC, {"InstanceTenancy": "dedicated"}, {"InstanceTenancy": "default"}, "False"),
        (VPC, {"InstanceTenancy": "default"}, {"InstanceTenancy": "dedicated"}, "True"),
        (DB, {"SourceDBInstanceIdentifier": "a"}, {}, "False"),
        (DB, {}, {"SourceDBInstanceIdentifier": "a"}, "True"),
        (DB, {"SourceDBInstanceIdentifier": "a"}, {"SourceDBInstanceIdentifier": "b"}, "True"),
        (DB, {"SourceRegion": "a"}, {}, "True"),
        (DB, {}, {"StorageEncrypted": True}, "True"),
        (DB, {"Engine": "mysql"}, {"Engine": "postgres"}, "True"),
        (DB, {"BackupRetentionPeriod": 1}, {"BackupRetentionPeriod": 2}, "False"),
        (DB, {"MultiAZ": True}, {"MultiAZ": False}, "False"),
        (DB, {"DBInstanceClass": "a"}, {"DBInstanceClass": "b"}, "False"),
        ("AWS::AutoScaling::AutoScalingGroup", {"LaunchTemplate": {"Version": "1"}},
         {"LaunchTemplate": {"Version": "2"}}, "False"),
    ],
)  # fmt: skip
def test_the_registry_and_the_types_own_conditions_decide(
    kind: str, old: dict[str, Any], new: dict[str, Any], expected: str
) -> None:
    assert decided(kind, old, new) == expected


@pytest.mark.parametrize(
    ("kind", "old", "new", "name"),
    [
        (DB, {"DBInstanceIdentifier": "a"}, {"DBInstanceIdentifier": "a"}, "a"),
        (DB, {"DBInstanceIdentifier": "a"}, {"DBInstanceIdentifier": "b"}, None),
        (DB, {}, {}, None),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", {"Name": "t"}, {"Name": "t"}, "t"),
        ("AWS::S3::Bucket", {"BucketName": "b"}, {"BucketName": "b"}, "b"),
        ("AWS::EC2::VPC", {"CidrBlock": "a"}, {"CidrBlock": "b"}, None),
        ("AWS::EC2::Route", {"RouteTableId": "r"}, {"RouteTableId": "r"}, None),
    ],
)
def test_a_name_that_stays_stands_in_the_way_of_a_replacement(
    kind: str, old: dict[str, Any], new: dict[str, Any], name: str | None
) -> None:
    assert kept_custom_name(resource_schema(kind, "eu-central-1"), old, new) == name


def test_a_change_inside_a_property_counts_only_if_that_part_is_create_only() -> None:
    kind = "AWS::Route53::HealthCheck"
    old = {"HealthCheckConfig": {"Type": "HTTP", "ResourcePath": "/"}}
    path = {"HealthCheckConfig": {"Type": "HTTP", "ResourcePath": "/health"}}
    check = {"HealthCheckConfig": {"Type": "HTTPS", "ResourcePath": "/"}}

    assert decided(kind, old, path) == "False"
    assert decided(kind, old, check) == "True"


def test_the_registry_knows_what_is_deleted_first_and_what_is_tagged() -> None:
    attachment = resource_schema("AWS::EC2::VPCGatewayAttachment", "eu-central-1")
    key = resource_schema("AWS::KMS::Key", "eu-central-1")
    template = resource_schema("AWS::EC2::LaunchTemplate", "eu-central-1")

    assert (attachment.deletes_first, attachment.taggable) == (True, False)
    assert (key.taggable, key.system_tags) == (True, False)
    assert template.taggable is False
