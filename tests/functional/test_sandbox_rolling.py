"""A group whose update policy rolls: a new launch template exchanges its instances."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compiler.sandbox.embedded import Sandbox, embedded

REGION = "eu-central-1"
PARAMETER = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


def template(instance_type: str, image: str, *, rolls: bool, fails: bool = False) -> str:
    group: dict[str, Any] = {
        "Type": "AWS::AutoScaling::AutoScalingGroup",
        "Properties": {
            "MinSize": "2",
            "MaxSize": "4",
            "VPCZoneIdentifier": [{"Ref": "Subnet"}],
            "LaunchTemplate": {
                "LaunchTemplateId": {"Ref": "Launch"},
                "Version": {"Fn::GetAtt": ["Launch", "LatestVersionNumber"]},
            },
        },
    }
    if rolls:
        group["UpdatePolicy"] = {"AutoScalingRollingUpdate": {"MinInstancesInService": 1}}
    resources: dict[str, Any] = {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Subnet": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"},
        },
        "Launch": {
            "Type": "AWS::EC2::LaunchTemplate",
            "Properties": {"LaunchTemplateData": {"ImageId": image, "InstanceType": instance_type}},
        },
        "Group": group,
    }
    if fails:
        resources["Late"] = {
            "Type": "AWS::EC2::Subnet",
            "DependsOn": "Group",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.9.0.0/24"},
        }
    return json.dumps({"Resources": resources})


def running(box: Sandbox) -> list[str]:
    found = box.client("ec2", REGION).describe_instances(
        Filters=[{"Name": "instance-state-name", "Values": ["running"]}]
    )["Reservations"]
    return sorted(one["InstanceType"] for group in found for one in group["Instances"])


def after_an_update(*, rolls: bool, fails: bool = False) -> tuple[str, list[str]]:
    """Change the instance type of a group of two; return the stack's status and what runs then."""
    with embedded() as box:
        stacks = box.client("cloudformation", REGION)
        image = box.client("ssm", REGION).get_parameter(Name=PARAMETER)["Parameter"]["Value"]
        first = template("t3.micro", image, rolls=rolls)
        stacks.create_stack(StackName="group", TemplateBody=first)
        assert running(box) == ["t3.micro", "t3.micro"]
        second = template("t3.large", image, rolls=rolls, fails=fails)
        stacks.update_stack(StackName="group", TemplateBody=second)
        (stack,) = stacks.describe_stacks(StackName="group")["Stacks"]
        return stack["StackStatus"], running(box)


@pytest.mark.parametrize(("rolls", "kind"), [(True, "t3.large"), (False, "t3.micro")])
def test_instances_are_exchanged_where_the_policy_says_so(kind: str, *, rolls: bool) -> None:
    assert after_an_update(rolls=rolls) == ("UPDATE_COMPLETE", [kind, kind])


def test_a_failed_update_brings_the_former_instances_back() -> None:
    found = after_an_update(rolls=True, fails=True)

    assert found == ("UPDATE_ROLLBACK_COMPLETE", ["t3.micro", "t3.micro"])
