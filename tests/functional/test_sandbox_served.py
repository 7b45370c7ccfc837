"""The sandbox over HTTP: the AWS CLI, boto3 from outside, several accounts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from compiler.sandbox.embedded import Served, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REGION = "eu-central-1"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve() as sandbox:
        yield sandbox


def aws(served: Served, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the AWS CLI of this environment against the sandbox."""
    command = [sys.executable, "-m", "awscli", *arguments]
    environment = {**os.environ, **served.environment(REGION), "AWS_PAGER": ""}
    return subprocess.run(  # noqa: S603 -- our own arguments
        command, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def deploy(served: Served, folder: Path, template: dict[str, Any], *more: str) -> Any:  # noqa: ANN401 -- a finished process
    path = folder / "template.json"
    path.write_text(json.dumps(template), encoding="utf-8")
    return aws(
        served,
        *("cloudformation", "deploy", "--stack-name", "net", "--template-file", str(path)),
        *more,
    )


def network(cidr: str, name: str) -> dict[str, Any]:
    return {
        "Parameters": {"Cidr": {"Type": "String", "Default": cidr}},
        "Resources": {
            "Vpc": {
                "Type": "AWS::EC2::VPC",
                "Properties": {
                    "CidrBlock": {"Ref": "Cidr"},
                    "Tags": [{"Key": "Name", "Value": name}],
                },
            },
            "Subnet": {
                "Type": "AWS::EC2::Subnet",
                "Properties": {
                    "VpcId": {"Ref": "Vpc"},
                    "CidrBlock": {"Fn::Select": [0, {"Fn::Cidr": [{"Ref": "Cidr"}, 1, 8]}]},
                },
            },
        },
        "Outputs": {"VpcId": {"Value": {"Ref": "Vpc"}}},
    }


def test_the_aws_cli_deploys_updates_and_deletes(served: Served, tmp_path: Path) -> None:
    ec2 = served.sandbox.client("ec2", REGION)

    created = deploy(served, tmp_path, network("10.0.0.0/16", "one"), "--tags", "Team=blue")
    assert created.returncode == 0, created.stderr
    assert "Successfully created/updated stack - net" in created.stdout
    read = aws(
        served,
        *("cloudformation", "describe-stacks", "--stack-name", "net"),
        *("--query", "Stacks[0].Outputs[0].OutputValue", "--output", "text"),
    )
    (vpc,) = ec2.describe_vpcs(VpcIds=[read.stdout.strip()])["Vpcs"]
    assert vpc["CidrBlock"] == "10.0.0.0/16"
    assert {"Key": "Team", "Value": "blue"} in vpc["Tags"]

    nothing = deploy(
        served,
        tmp_path,
        network("10.0.0.0/16", "one"),
        *("--tags", "Team=blue", "--no-fail-on-empty-changeset"),
    )
    assert "No changes to deploy. Stack net is up to date" in nothing.stdout

    renamed = deploy(served, tmp_path, network("10.0.0.0/16", "two"), "--tags", "Team=blue")
    assert renamed.returncode == 0, renamed.stderr
    (vpc,) = ec2.describe_vpcs(VpcIds=[read.stdout.strip()])["Vpcs"]
    assert {"Key": "Name", "Value": "two"} in vpc["Tags"]

    deleted = aws(served, "cloudformation", "delete-stack", "--stack-name", "net")
    waited = aws(served, "cloudformation", "wait", "stack-delete-complete", "--stack-name", "net")
    assert (deleted.returncode, waited.returncode) == (0, 0)
    assert [v for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]] == []


def test_an_address_that_is_taken_is_an_error_and_no_wait(served: Served) -> None:
    port = int(served.url.rpartition(":")[2])

    with pytest.raises(OSError, match="in use"), serve(port=port, handlers={}):
        pytest.fail("served twice")


def test_a_failing_deployment_fails_the_cli(served: Served, tmp_path: Path) -> None:
    failed = deploy(served, tmp_path, network("10.0.0.0/8", "wide"))

    assert failed.returncode != 0
    assert "Failed to create/update the stack" in failed.stderr
    aws(served, "cloudformation", "delete-stack", "--stack-name", "net")


def test_boto3_reaches_each_account_and_partition(served: Served) -> None:
    found = []
    for account, region in (
        ("111122223333", REGION),
        ("444455556666", "us-gov-west-1"),
        ("777788889999", "cn-north-1"),
    ):
        keys = served.environment(region, account)
        session = boto3.Session(
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            region_name=region,
        )
        cloudformation: Any = session.client("cloudformation", endpoint_url=served.url)
        body = json.dumps(network("10.0.0.0/16", "one"))
        found.append(cloudformation.create_stack(StackName="net", TemplateBody=body)["StackId"])
        (stack,) = cloudformation.describe_stacks(StackName="net")["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"

    assert [":".join(arn.split(":")[:5]) for arn in found] == [
        "arn:aws:cloudformation:eu-central-1:111122223333",
        "arn:aws-us-gov:cloudformation:us-gov-west-1:444455556666",
        "arn:aws-cn:cloudformation:cn-north-1:777788889999",
    ]


def test_stack_sets_work_over_http_and_roles_lead_into_other_accounts(served: Served) -> None:
    home: Any = boto3.client(
        "cloudformation",
        REGION,
        endpoint_url=served.url,
        aws_access_key_id="anything",
        aws_secret_access_key="x",  # noqa: S106 -- any text will do
    )
    home.create_stack_set(StackSetName="net", TemplateBody=json.dumps(network("10.0.0.0/16", "x")))
    home.create_stack_instances(
        StackSetName="net", Accounts=["444455556666"], Regions=["eu-west-1"], OperationId="o"
    )
    instance = home.describe_stack_instance(
        StackSetName="net", StackInstanceAccount="444455556666", StackInstanceRegion="eu-west-1"
    )["StackInstance"]
    assert instance["Status"] == "CURRENT"

    sts: Any = boto3.client(
        "sts",
        REGION,
        endpoint_url=served.url,
        aws_access_key_id="anything",
        aws_secret_access_key="x",  # noqa: S106 -- any text will do
    )
    role = sts.assume_role(RoleArn="arn:aws:iam::444455556666:role/r", RoleSessionName="session")
    there: Any = boto3.client(
        "cloudformation",
        "eu-west-1",
        endpoint_url=served.url,
        aws_access_key_id=role["Credentials"]["AccessKeyId"],
        aws_secret_access_key=role["Credentials"]["SecretAccessKey"],
        aws_session_token=role["Credentials"]["SessionToken"],
    )
    (stack,) = there.describe_stacks(StackName=instance["StackId"])["Stacks"]
    assert stack["Outputs"][0]["OutputKey"] == "VpcId"
