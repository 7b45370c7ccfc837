"""Several accounts of one served sandbox: what is seen from where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.embedded import Served, serve
from tests.functional.served_clients import HOME, OTHER, REGION, Client, through_role, with_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

READER = f"arn:aws:iam::{OTHER}:role/AWSCloudFormationStackSetExecutionRole"
BUCKET = "orders-of-the-other-account"


@pytest.fixture(name="served", scope="module")
def _served() -> Iterator[Served]:
    with serve() as served:
        yield served


@pytest.fixture(name="instance", scope="module")
def _instance(served: Served) -> str:
    """Deploy a stack set of `HOME` into `OTHER`; return the id of its stack."""
    sets = home(served, "cloudformation")
    sets.create_stack_set(StackSetName="orders", TemplateBody=template())
    sets.create_stack_instances(
        StackSetName="orders", Accounts=[OTHER], Regions=[REGION], OperationId="o"
    )
    found = sets.describe_stack_instance(
        StackSetName="orders", StackInstanceAccount=OTHER, StackInstanceRegion=REGION
    )["StackInstance"]
    assert found["Status"] == "CURRENT", found.get("StatusReason")
    return str(found["StackId"])


def template() -> str:
    return json.dumps(
        {
            "Resources": {
                "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}},
                "Parameter": {
                    "Type": "AWS::SSM::Parameter",
                    "Properties": {"Name": "/orders/bucket", "Type": "String", "Value": "x"},
                },
                "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
            },
            "Outputs": {"Vpc": {"Value": {"Ref": "Vpc"}}},
        }
    )


def home(served: Served, service: str) -> Client:
    return with_keys(served.environment(REGION, HOME), service)


def other(served: Served, service: str) -> Client:
    return through_role(served.environment(REGION, HOME), READER, service)


def code(client: Client, operation: str, **asked: str) -> str:
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**asked)
    return str(refused.value.response["Error"]["Code"])


def test_an_instance_stands_in_its_account_and_is_read_with_that_accounts_credentials(
    served: Served, instance: str
) -> None:
    outside = home(served, "cloudformation")
    inside = other(served, "cloudformation")

    assert f":{OTHER}:stack/StackSet-orders-" in instance
    assert code(outside, "describe_stacks", StackName=instance) == "ValidationError"
    assert code(outside, "describe_stack_events", StackName=instance) == "ValidationError"
    assert outside.describe_stacks()["Stacks"] == []
    outside.delete_stack(StackName=instance)
    (stack,) = inside.describe_stacks(StackName=instance)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["Outputs"][0]["OutputKey"] == "Vpc"


def test_a_stack_set_is_seen_by_its_administrator_alone(served: Served, instance: str) -> None:
    inside = other(served, "cloudformation")

    assert instance
    assert inside.list_stack_sets()["Summaries"] == []
    seen = code(inside, "describe_stack_set", StackSetName="orders")
    assert seen == "StackSetNotFoundException"
    (summary,) = home(served, "cloudformation").list_stack_sets()["Summaries"]
    assert summary["StackSetName"] == "orders"


def test_what_the_instance_made_is_seen_from_its_account_alone(
    served: Served, instance: str
) -> None:
    assert instance
    outside, inside = home(served, "ssm"), other(served, "ssm")
    assert code(outside, "get_parameter", Name="/orders/bucket") == "ParameterNotFound"
    assert inside.get_parameter(Name="/orders/bucket")["Parameter"]["Value"] == "x"

    vpcs = [
        [vpc["CidrBlock"] for vpc in client.describe_vpcs()["Vpcs"]]
        for client in (home(served, "ec2"), other(served, "ec2"))
    ]
    assert vpcs == [["172.31.0.0/16"], ["172.31.0.0/16", "10.0.0.0/16"]]

    ours, theirs = home(served, "s3"), other(served, "s3")
    assert code(ours, "head_bucket", Bucket=BUCKET) == "403"
    assert code(ours, "list_objects_v2", Bucket=BUCKET) == "AccessDenied"
    assert ours.list_buckets()["Buckets"] == []
    assert [bucket["Name"] for bucket in theirs.list_buckets()["Buckets"]] == [BUCKET]


def test_the_same_names_are_free_in_each_account(served: Served) -> None:
    body = json.dumps({"Resources": {"Log": {"Type": "AWS::Logs::LogGroup"}}})
    ids = []
    for client in (home(served, "cloudformation"), other(served, "cloudformation")):
        ids.append(client.create_stack(StackName="same", TemplateBody=body)["StackId"])
        client.create_stack_set(StackSetName="same", TemplateBody=body)

    assert [each.split(":")[4] for each in ids] == [HOME, OTHER]


def test_an_organization_deploys_into_the_accounts_of_its_units(served: Served) -> None:
    organizations = home(served, "organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    asked = {"AccountName": "shop", "Email": "shop@shop.example"}
    member = organizations.create_account(**asked)["CreateAccountStatus"]["AccountId"]
    sets = home(served, "cloudformation")
    sets.activate_organizations_access()
    body = json.dumps({"Resources": {"Log": {"Type": "AWS::Logs::LogGroup"}}})
    sets.create_stack_set(
        StackSetName="units",
        TemplateBody=body,
        PermissionModel="SERVICE_MANAGED",
        AutoDeployment={"Enabled": False},
    )
    sets.create_stack_instances(
        StackSetName="units",
        Regions=[REGION],
        DeploymentTargets={"OrganizationalUnitIds": [root]},
    )

    (found,) = sets.list_stack_instances(StackSetName="units")["Summaries"]
    there = with_keys(served.environment(REGION, member), "logs")

    assert (found["Account"], found["Status"]) == (member, "CURRENT")
    assert len(there.describe_log_groups()["logGroups"]) == 1
    organizations.register_delegated_administrator(
        AccountId=member, ServicePrincipal="member.org.stacksets.cloudformation.amazonaws.com"
    )
    delegate = with_keys(served.environment(REGION, member), "cloudformation")
    (summary,) = delegate.list_stack_sets(CallAs="DELEGATED_ADMIN")["Summaries"]
    assert summary["StackSetName"] == "units"
