"""Drift of a stack set over moto's real services, in two accounts and regions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.embedded import Sandbox, embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME, OTHER = "111122223333", "444455556666"
EAST, WEST = "eu-central-1", "eu-west-1"


@pytest.fixture(name="box")
def _box() -> Iterator[Sandbox]:
    with embedded() as sandbox:
        yield sandbox


def template() -> str:
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}
    return json.dumps(
        {
            "Resources": {
                "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
                "Group": {
                    "Type": "AWS::EC2::SecurityGroup",
                    "Properties": {
                        "GroupDescription": "web",
                        "VpcId": {"Ref": "Vpc"},
                        "SecurityGroupIngress": [rule],
                    },
                },
                "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7}},
            }
        }
    )


def detect(sets: Any, name: str) -> dict[tuple[str, str], str]:  # noqa: ANN401 -- boto3
    """Detect drift; return the status by account and region."""
    sets.detect_stack_set_drift(StackSetName="net", OperationId=name)
    listed = sets.list_stack_instances(StackSetName="net")["Summaries"]
    return {(each["Account"], each["Region"]): each["DriftStatus"] for each in listed}


def drifted(sets: Any, account: str, region: str, name: str) -> dict[str, str]:  # noqa: ANN401 -- boto3
    """Return the status of what has drifted, by logical id."""
    found = sets.list_stack_instance_resource_drifts(
        StackSetName="net",
        StackInstanceAccount=account,
        StackInstanceRegion=region,
        OperationId=name,
        StackInstanceResourceDriftStatuses=["MODIFIED", "DELETED"],
    )["Summaries"]
    return {each["LogicalResourceId"]: each["StackResourceDriftStatus"] for each in found}


def test_what_was_changed_by_hand_is_told_for_the_instance_and_the_whole(box: Sandbox) -> None:
    sets = box.client("cloudformation", EAST)
    sets.create_stack_set(StackSetName="net", TemplateBody=template())
    sets.create_stack_instances(StackSetName="net", Accounts=[HOME, OTHER], Regions=[EAST, WEST])
    everywhere = dict.fromkeys([(a, r) for r in (EAST, WEST) for a in (HOME, OTHER)], "IN_SYNC")
    assert detect(sets, "first") == everywhere

    there = box.client("cloudformation", WEST, OTHER)
    (stack,) = there.describe_stacks()["Stacks"]
    ids = {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for each in there.describe_stack_resources(StackName=stack["StackName"])["StackResources"]
    }
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
    ec2 = box.client("ec2", WEST, OTHER)
    ec2.authorize_security_group_ingress(GroupId=ids["Group"], **rule)
    box.client("logs", WEST, OTHER).delete_log_group(logGroupName=ids["Log"])

    assert detect(sets, "second") == {**everywhere, (OTHER, WEST): "DRIFTED"}
    assert drifted(sets, OTHER, WEST, "second") == {"Group": "MODIFIED", "Log": "DELETED"}
    assert drifted(sets, HOME, WEST, "second") == {}
    told = sets.describe_stack_set(StackSetName="net")["StackSet"]["StackSetDriftDetectionDetails"]
    assert (told["DriftStatus"], told["DriftDetectionStatus"]) == ("DRIFTED", "COMPLETED")
    assert (told["DriftedStackInstancesCount"], told["InSyncStackInstancesCount"]) == (1, 3)
