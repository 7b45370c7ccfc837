"""Imports over moto's real services: what exists already becomes a stack's, unchanged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.embedded import Sandbox, embedded
from compiler.sandbox.engine.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.sandbox.engine.values import Json

EAST = "eu-central-1"


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with embedded() as sandbox:
        yield sandbox


def bucket(box: Sandbox) -> str:
    place = {"LocationConstraint": EAST}
    box.client("s3", EAST).create_bucket(Bucket="assets-1", CreateBucketConfiguration=place)
    return "assets-1"


def log_group(box: Sandbox) -> str:
    box.client("logs", EAST).create_log_group(logGroupName="/app")
    return "/app"


def secret(box: Sandbox) -> str:
    made = box.client("secretsmanager", EAST).create_secret(Name="word", SecretString="x")
    return str(made["ARN"])


def key(box: Sandbox) -> str:
    return str(box.client("kms", EAST).create_key()["KeyMetadata"]["KeyId"])


def database(box: Sandbox) -> str:
    box.client("rds", EAST).create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t3.medium",
        AllocatedStorage=20,
        Engine="postgres",
        MasterUsername="master",
        MasterUserPassword="longenough1",
    )
    return "orders"


@pytest.mark.parametrize(
    ("kind", "make", "identifier", "properties"),
    [
        ("AWS::S3::Bucket", bucket, "BucketName", {"BucketName": "assets-1"}),
        ("AWS::Logs::LogGroup", log_group, "LogGroupName", {"LogGroupName": "/app"}),
        ("AWS::SecretsManager::Secret", secret, "Id", {"Name": "word"}),
        ("AWS::KMS::Key", key, "KeyId", {"Enabled": True}),
        (
            "AWS::RDS::DBInstance",
            database,
            "DBInstanceIdentifier",
            {
                "DBInstanceIdentifier": "orders",
                "DBInstanceClass": "db.t3.medium",
                "AllocatedStorage": "20",
                "Engine": "postgres",
            },
        ),
    ],
)
def test_a_resource_that_exists_becomes_the_stacks_and_leaves_with_it(
    box: Sandbox,
    kind: str,
    make: Callable[[Sandbox], str],
    identifier: str,
    properties: dict[str, Json],
) -> None:
    physical_id = make(box)
    resource = {"Type": kind, "DeletionPolicy": "Delete", "Properties": properties}
    cloudformation = box.client("cloudformation", EAST)
    made = cloudformation.create_change_set(
        StackName="app",
        ChangeSetName="take",
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps({"Resources": {"Thing": resource}}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Tags=[{"Key": "Team", "Value": "blue"}],
        ResourcesToImport=[
            {
                "ResourceType": kind,
                "LogicalResourceId": "Thing",
                "ResourceIdentifier": {identifier: physical_id},
            }
        ],
    )
    cloudformation.execute_change_set(ChangeSetName=made["Id"])

    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    assert stack["StackStatus"] == "IMPORT_COMPLETE"
    (found,) = cloudformation.describe_stack_resources(StackName="app")["StackResources"]
    assert (found["PhysicalResourceId"], found["ResourceStatus"]) == (
        physical_id,
        "UPDATE_COMPLETE",
    )
    cloudformation.detect_stack_drift(StackName="app")
    drifts = cloudformation.describe_stack_resource_drifts(StackName="app")
    assert [each["StackResourceDriftStatus"] for each in drifts["StackResourceDrifts"]] == [
        "IN_SYNC"
    ]
    assert tags(box, stack["StackId"])["Team"] == "blue"
    cloudformation.delete_stack(StackName=stack["StackId"])
    (stack,) = cloudformation.describe_stacks(StackName=stack["StackId"])["Stacks"]
    assert stack["StackStatus"] == "DELETE_COMPLETE"


def tags(box: Sandbox, stack_id: str) -> dict[str, str]:
    """Return the tags that the service tells of the stack's resource."""
    stack = box.world.find((box.account, EAST), stack_id)
    (record,) = stack.live()
    assert stack.desired is not None
    told = Work(world=box.world, stack=stack, desired=stack.desired).read(record)
    assert told is not None
    found = told["Tags"]
    return found if isinstance(found, dict) else {tag["Key"]: tag["Value"] for tag in found}
