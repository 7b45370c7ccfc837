"""Stacks over moto's real services: what the service shows is what the stack says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.embedded import Sandbox, embedded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.engine.values import Json

HOME, EAST, WEST = "111122223333", "eu-central-1", "eu-west-1"


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with embedded() as sandbox:
        yield sandbox


def vpc(cidr: str, **tags: str) -> dict[str, Any]:
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": cidr, "Tags": listed}}


def subnet(cidr: str, zone: str) -> dict[str, Any]:
    properties = {"VpcId": {"Ref": "Vpc"}, "CidrBlock": cidr, "AvailabilityZone": zone}
    return {"Type": "AWS::EC2::Subnet", "Properties": properties}


def run(
    box: Sandbox, verb: str, resources: Mapping[str, Any], region: str = EAST, **more: Json
) -> str:
    cloudformation = box.client("cloudformation", region)
    call = getattr(cloudformation, f"{verb}_stack")
    body = json.dumps({"Resources": resources})
    stack_id = call(StackName="app", TemplateBody=body, **more)["StackId"]
    (stack,) = cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
    status: str = stack["StackStatus"]
    return status


def networks(box: Sandbox, region: str = EAST) -> list[dict[str, Any]]:
    found = box.client("ec2", region).describe_vpcs()["Vpcs"]
    return [network for network in found if not network["IsDefault"]]


def test_a_refused_resource_leaves_nothing_behind(box: Sandbox) -> None:
    resources = {
        "Vpc": vpc("10.0.0.0/16"),
        "Inside": subnet("10.0.0.0/24", f"{EAST}a"),
        "Outside": {**subnet("10.9.0.0/24", f"{EAST}b"), "DependsOn": "Inside"},
    }

    assert run(box, "create", resources) == "ROLLBACK_COMPLETE"
    assert networks(box) == []
    events = box.client("cloudformation", EAST).describe_stack_events(StackName="app")
    failed = [e for e in events["StackEvents"] if e["ResourceStatus"] == "CREATE_FAILED"]
    assert [e["LogicalResourceId"] for e in failed] == ["Outside"]
    assert "InvalidSubnet.Range" in failed[0]["ResourceStatusReason"]


def test_a_replaced_network_takes_its_subnets_along(box: Sandbox) -> None:
    before = {"Vpc": vpc("10.0.0.0/16"), "A": subnet("10.0.0.0/24", f"{EAST}a")}
    after = {"Vpc": vpc("10.1.0.0/16"), "A": subnet("10.1.0.0/24", f"{EAST}a")}
    run(box, "create", before)

    assert run(box, "update", after) == "UPDATE_COMPLETE"

    (network,) = networks(box)
    assert network["CidrBlock"] == "10.1.0.0/16"
    mine = [{"Name": "vpc-id", "Values": [network["VpcId"]]}]
    found = box.client("ec2", EAST).describe_subnets(Filters=mine)["Subnets"]
    assert [each["CidrBlock"] for each in found] == ["10.1.0.0/24"]


def test_a_failed_update_restores_the_service_too(box: Sandbox) -> None:
    before = {"Vpc": vpc("10.0.0.0/16", Name="old"), "A": subnet("10.0.0.0/24", f"{EAST}a")}
    broken = {
        "Vpc": vpc("10.0.0.0/16", Name="new"),
        "A": subnet("10.0.1.0/24", f"{EAST}a"),
        "B": {**subnet("10.9.0.0/24", f"{EAST}b"), "DependsOn": "A"},
    }
    run(box, "create", before, Tags=[{"Key": "Team", "Value": "blue"}])

    status = run(box, "update", broken, Tags=[{"Key": "Team", "Value": "red"}])

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    (network,) = networks(box)
    tags = {tag["Key"]: tag["Value"] for tag in network["Tags"]}
    assert (tags["Name"], tags["Team"]) == ("old", "blue")
    mine = [{"Name": "vpc-id", "Values": [network["VpcId"]]}]
    found = box.client("ec2", EAST).describe_subnets(Filters=mine)["Subnets"]
    assert [each["CidrBlock"] for each in found] == ["10.0.0.0/24"]


def database(box: Sandbox, **more: Json) -> dict[str, Any]:
    ec2 = box.client("ec2", EAST)
    default = [{"Name": "default-for-az", "Values": ["true"]}]
    subnets = [each["SubnetId"] for each in ec2.describe_subnets(Filters=default)["Subnets"]]
    return {
        "Group": {
            "Type": "AWS::RDS::DBSubnetGroup",
            "Properties": {"DBSubnetGroupDescription": "all", "SubnetIds": subnets},
        },
        "Database": {
            "Type": "AWS::RDS::DBInstance",
            "Properties": {
                "DBInstanceClass": "db.t3.medium",
                "AllocatedStorage": "20",
                "Engine": "postgres",
                "MasterUsername": "master",
                "MasterUserPassword": "longenough1",
                "DBSubnetGroupName": {"Ref": "Group"},
            },
            **more,
        },
    }


@pytest.mark.parametrize(
    ("policy", "snapshots", "instances"),
    [({}, 1, 0), ({"DeletionPolicy": "Delete"}, 0, 0), ({"DeletionPolicy": "Retain"}, 0, 1)],
)
def test_a_database_leaves_what_its_policy_says(
    box: Sandbox, policy: dict[str, str], snapshots: int, instances: int
) -> None:
    rds = box.client("rds", EAST)
    resources = database(box, **policy)
    assert run(box, "create", resources) == "CREATE_COMPLETE"
    (made,) = rds.describe_db_instances()["DBInstances"]
    assert made["AllocatedStorage"] == 20

    run(box, "update", {"Group": resources["Group"]})

    manual = rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    assert len(manual) == snapshots
    assert len(rds.describe_db_instances()["DBInstances"]) == instances


def test_a_stack_set_builds_a_network_in_each_region_and_takes_it_away(box: Sandbox) -> None:
    home = box.client("cloudformation", EAST)
    body = {
        "Parameters": {"Cidr": {"Type": "String", "Default": "10.0.0.0/16"}},
        "Resources": {
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": {"Ref": "Cidr"}}}
        },
    }
    home.create_stack_set(StackSetName="net", TemplateBody=json.dumps(body))
    home.create_stack_instances(StackSetName="net", Accounts=[HOME], Regions=[EAST])
    home.create_stack_instances(
        StackSetName="net",
        Accounts=[HOME],
        Regions=[WEST],
        ParameterOverrides=[{"ParameterKey": "Cidr", "ParameterValue": "10.1.0.0/16"}],
    )

    built = {region: networks(box, region)[0]["CidrBlock"] for region in (EAST, WEST)}
    assert built == {EAST: "10.0.0.0/16", WEST: "10.1.0.0/16"}

    home.delete_stack_instances(
        StackSetName="net", Accounts=[HOME], Regions=[EAST, WEST], RetainStacks=False
    )
    home.delete_stack_set(StackSetName="net")
    assert networks(box, EAST) + networks(box, WEST) == []
