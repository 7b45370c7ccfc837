"""Drift over moto's real services: what was changed behind CloudFormation's back is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.embedded import Sandbox, embedded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.engine.values import Json

EAST = "eu-central-1"
ROLE = "arn:aws:iam::111122223333:root"


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with embedded() as sandbox:
        yield sandbox


def deploy(box: Sandbox, resources: Mapping[str, Any]) -> dict[str, str]:
    """Create the stack `app`; return the physical ids."""
    cloudformation = box.client("cloudformation", EAST)
    cloudformation.create_stack(
        StackName="app",
        TemplateBody=json.dumps({"Resources": resources}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Tags=[{"Key": "Environment", "Value": "test"}],
    )
    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack.get("StackStatusReason")
    found = cloudformation.describe_stack_resources(StackName="app")["StackResources"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


def drift(box: Sandbox) -> dict[str, tuple[str, list[tuple[str, str, str, str]]]]:
    """Return what differs, by logical id: the status, and each property's difference."""
    cloudformation = box.client("cloudformation", EAST)
    cloudformation.detect_stack_drift(StackName="app")
    found = cloudformation.describe_stack_resource_drifts(StackName="app")["StackResourceDrifts"]
    return {
        each["LogicalResourceId"]: (
            each["StackResourceDriftStatus"],
            [tuple(one.values()) for one in each["PropertyDifferences"]],
        )
        for each in found
        if each["StackResourceDriftStatus"] != "IN_SYNC"
    }


def named(kind: str, properties: Json) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def test_a_network_that_was_changed_by_hand(box: Sandbox) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}
    ids = deploy(
        box,
        {
            "Vpc": named("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": True}),
            "Subnet": named(
                "AWS::EC2::Subnet", {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}
            ),
            "Group": named(
                "AWS::EC2::SecurityGroup",
                {
                    "GroupDescription": "web",
                    "VpcId": {"Ref": "Vpc"},
                    "SecurityGroupIngress": [rule],
                },
            ),
            "Alone": named(
                "AWS::EC2::SecurityGroupIngress",
                {**rule, "FromPort": 80, "ToPort": 80, "GroupId": {"Ref": "Group"}},
            ),
            "Lost": named(
                "AWS::EC2::SecurityGroupIngress",
                {**rule, "FromPort": 81, "ToPort": 81, "GroupId": {"Ref": "Group"}},
            ),
        },
    )
    assert drift(box) == {}
    ec2 = box.client("ec2", EAST)
    ec2.modify_vpc_attribute(VpcId=ids["Vpc"], EnableDnsHostnames={"Value": False})
    ec2.authorize_security_group_ingress(
        GroupId=ids["Group"], IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )
    ec2.revoke_security_group_ingress(
        GroupId=ids["Group"], IpProtocol="tcp", FromPort=81, ToPort=81, CidrIp="10.0.0.0/8"
    )
    ec2.delete_subnet(SubnetId=ids["Subnet"])

    found = drift(box)

    assert found["Vpc"] == ("MODIFIED", [("/EnableDnsHostnames", "true", "false", "NOT_EQUAL")])
    assert found["Subnet"] == ("DELETED", [])
    assert found["Lost"] == ("DELETED", [])
    status, differences = found["Group"]
    assert status == "MODIFIED"
    ((path, expected, actual, kind),) = differences
    assert (path.rpartition("/")[0], expected, kind) == ("/SecurityGroupIngress", "null", "ADD")
    assert json.loads(actual)["FromPort"] == 22
    assert set(found) == {"Group", "Lost", "Subnet", "Vpc"}


def test_stores_and_keys_that_were_changed_by_hand(box: Sandbox) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "kms:*", "Resource": "*"}
        ],
    }
    reading = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": ROLE},
                "Action": "s3:GetObject",
                "Resource": {"Fn::Sub": "${Bucket.Arn}/*"},
            }
        ],
    }
    ids = deploy(
        box,
        {
            "Key": named("AWS::KMS::Key", {"KeyPolicy": policy, "EnableKeyRotation": True}),
            "Bucket": named(
                "AWS::S3::Bucket",
                {
                    "BucketName": "assets-1",
                    "VersioningConfiguration": {"Status": "Enabled"},
                    "Tags": [{"Key": "Own", "Value": "1"}],
                },
            ),
            "Policy": named(
                "AWS::S3::BucketPolicy", {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": reading}
            ),
            "Logs": named("AWS::Logs::LogGroup", {"RetentionInDays": 7}),
            "Parameter": named("AWS::SSM::Parameter", {"Type": "String", "Value": "old"}),
            "Secret": named(
                "AWS::SecretsManager::Secret",
                {"Name": "s", "Description": "old", "GenerateSecretString": {}},
            ),
        },
    )
    assert drift(box) == {}
    s3 = box.client("s3", EAST)
    s3.put_bucket_versioning(Bucket="assets-1", VersioningConfiguration={"Status": "Suspended"})
    s3.put_bucket_tagging(
        Bucket="assets-1", Tagging={"TagSet": [{"Key": "Environment", "Value": "test"}]}
    )
    s3.delete_bucket_policy(Bucket="assets-1")
    box.client("kms", EAST).disable_key_rotation(KeyId=ids["Key"])
    box.client("logs", EAST).put_retention_policy(logGroupName=ids["Logs"], retentionInDays=30)
    box.client("ssm", EAST).put_parameter(
        Name=ids["Parameter"], Value="new", Type="String", Overwrite=True
    )
    box.client("secretsmanager", EAST).update_secret(SecretId="s", Description="new")

    assert drift(box) == {
        "Bucket": (
            "MODIFIED",
            [
                ("/Tags/0", '{"Key": "Own", "Value": "1"}', "null", "REMOVE"),
                ("/VersioningConfiguration/Status", "Enabled", "Suspended", "NOT_EQUAL"),
            ],
        ),
        "Key": ("MODIFIED", [("/EnableKeyRotation", "true", "false", "NOT_EQUAL")]),
        "Logs": ("MODIFIED", [("/RetentionInDays", "7", "30", "NOT_EQUAL")]),
        "Parameter": ("MODIFIED", [("/Value", "old", "new", "NOT_EQUAL")]),
        "Policy": ("DELETED", []),
        "Secret": ("MODIFIED", [("/Description", "old", "new", "NOT_EQUAL")]),
    }


def test_databases_and_roles_that_were_changed_by_hand(box: Sandbox) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    deploy(
        box,
        {
            "Database": named(
                "AWS::RDS::DBInstance",
                {
                    "DBInstanceIdentifier": "orders",
                    "DBInstanceClass": "db.t3.medium",
                    "AllocatedStorage": "20",
                    "Engine": "postgres",
                    "MasterUsername": "master",
                    "MasterUserPassword": "longenough1",
                },
            ),
            "Role": named("AWS::IAM::Role", {"RoleName": "web", "AssumeRolePolicyDocument": trust}),
            "Inline": named(
                "AWS::IAM::Policy",
                {
                    "PolicyName": "p",
                    "Roles": [{"Ref": "Role"}],
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
                    },
                },
            ),
        },
    )
    assert drift(box) == {"Inline": ("NOT_CHECKED", [])}
    box.client("rds", EAST).modify_db_instance(
        DBInstanceIdentifier="orders", DBInstanceClass="db.r6g.large", ApplyImmediately=True
    )
    opened = json.loads(json.dumps(trust).replace("ec2.", "lambda."))
    box.client("iam").update_assume_role_policy(RoleName="web", PolicyDocument=json.dumps(opened))

    found = drift(box)

    assert found["Database"] == (
        "MODIFIED",
        [("/DBInstanceClass", "db.t3.medium", "db.r6g.large", "NOT_EQUAL")],
    )
    assert found["Role"] == (
        "MODIFIED",
        [
            (
                "/AssumeRolePolicyDocument/Statement/0/Principal/Service",
                "ec2.amazonaws.com",
                "lambda.amazonaws.com",
                "NOT_EQUAL",
            )
        ],
    )
