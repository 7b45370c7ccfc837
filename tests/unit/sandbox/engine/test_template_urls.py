"""Templates by their address in S3, and how large a template may be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.sandbox.embedded import Sandbox
    from tests.unit.sandbox.engine.shelf import Client

EAST, OTHER = "eu-central-1", "444455556666"
ADDRESS = f"https://templates.s3.{EAST}.amazonaws.com/sub/a.json"
MORE = (
    "\nFor more information check "
    "http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
)


def template(size: int = 0) -> str:
    """Return a template of a topic; of *size* bytes, if that is more than it needs."""
    body = {"Description": "", "Resources": {"A": {"Type": "AWS::SNS::Topic"}}}
    missing = size - len(json.dumps(body))
    return json.dumps({**body, "Description": "x" * max(missing, 0)})


@pytest.fixture(autouse=True)
def bucket(box: Sandbox) -> Any:  # noqa: ANN401 -- boto3
    s3 = box.client("s3", EAST)
    place = {"LocationConstraint": EAST}
    s3.create_bucket(Bucket="templates", CreateBucketConfiguration=place)
    s3.put_object(Bucket="templates", Key="sub/a.json", Body=template().encode())
    return s3


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as refused:
        call()
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


@pytest.mark.parametrize(
    "url",
    [
        ADDRESS,
        f"https://s3.{EAST}.amazonaws.com/templates/sub/a.json",
        f"https://templates.s3-{EAST}.amazonaws.com/sub/a.json",
        f"https://templates.s3.dualstack.{EAST}.amazonaws.com/sub/a.json",
        "https://templates.s3.amazonaws.com/sub/a.json",
        "https://s3.amazonaws.com/templates/sub%2Fa.json",
    ],
)
def test_an_object_can_be_named_in_each_of_its_spellings(cloudformation: Client, url: str) -> None:
    found = cloudformation.get_template_summary(TemplateURL=url)

    assert found["ResourceTypes"] == ["AWS::SNS::Topic"]


def test_every_call_that_takes_a_template_takes_its_address(cloudformation: Client) -> None:
    cloudformation.validate_template(TemplateURL=ADDRESS)
    cloudformation.create_stack(StackName="app", TemplateURL=ADDRESS)
    assert (
        refusal(lambda: cloudformation.update_stack(StackName="app", TemplateURL=ADDRESS))
        == "ValidationError: No updates are to be performed."
    )
    cloudformation.create_change_set(
        StackName="next", ChangeSetName="c", ChangeSetType="CREATE", TemplateURL=ADDRESS
    )
    cloudformation.create_stack_set(StackSetName="set", TemplateURL=ADDRESS)
    cloudformation.update_stack_set(StackSetName="set", TemplateURL=ADDRESS)

    found = cloudformation.describe_stack_set(StackSetName="set")["StackSet"]
    assert found["TemplateBody"] == template()


def test_a_version_of_an_object_can_be_named(cloudformation: Client, bucket: Client) -> None:
    bucket.put_bucket_versioning(Bucket="templates", VersioningConfiguration={"Status": "Enabled"})
    old = bucket.put_object(Bucket="templates", Key="sub/a.json", Body=template(100).encode())
    bucket.put_object(Bucket="templates", Key="sub/a.json", Body=b"{}")

    found = cloudformation.get_template_summary(
        TemplateURL=f"{ADDRESS}?versionId={old['VersionId']}"
    )

    assert found["ResourceTypes"] == ["AWS::SNS::Topic"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nowhere", "TemplateURL must be a supported URL."),
        ("https://example.com/a.json", "TemplateURL must be a supported URL."),
        (ADDRESS.replace("https", "http"), "TemplateURL must be a supported URL."),
        (f"https://s3.{EAST}.amazonaws.com/templates", "TemplateURL must be a supported URL."),
        (
            "s3://templates/sub/a.json",
            "S3 error: Domain name specified in templates is not a valid S3 domain",
        ),
        (f"{ADDRESS}.gone", f"S3 error: The specified key does not exist.{MORE}"),
        (
            ADDRESS.replace("templates", "nobodys-bucket"),
            f"S3 error: The specified bucket does not exist{MORE}",
        ),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(
    cloudformation: Client, url: str, message: str
) -> None:
    assert (
        refusal(lambda: cloudformation.create_stack(StackName="app", TemplateURL=url))
        == f"ValidationError: {message}"
    )


def test_another_accounts_template_is_read_only_where_its_bucket_lets_it_be(
    box: Sandbox, bucket: Client
) -> None:
    other = box.client("cloudformation", EAST, OTHER)
    assert refusal(lambda: other.validate_template(TemplateURL=ADDRESS)) == (
        f"ValidationError: S3 error: Access Denied{MORE}"
    )
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::templates/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    bucket.put_bucket_policy(Bucket="templates", Policy=json.dumps(policy))

    assert other.validate_template(TemplateURL=ADDRESS)["Parameters"] == []


def test_a_template_is_given_once(cloudformation: Client) -> None:
    both = {"TemplateBody": template(), "TemplateURL": ADDRESS}
    told = [
        refusal(lambda: cloudformation.create_stack(StackName="app", **both)),
        refusal(lambda: cloudformation.validate_template(**both)),
    ]

    assert (
        told
        == ["ValidationError: You must specify either Template URL or Template Body, but not both."]
        * 2
    )


def test_a_larger_template_goes_through_s3_only(cloudformation: Client, bucket: Client) -> None:
    cloudformation.validate_template(TemplateBody=template(51_200))
    large = template(51_201)
    told = refusal(lambda: cloudformation.create_stack(StackName="app", TemplateBody=large))
    assert told.startswith("ValidationError: 1 validation error detected: Value '{")
    assert told.endswith(
        "at 'templateBody' failed to satisfy constraint: Member must have length less than or "
        "equal to 51200"
    )
    bucket.put_object(Bucket="templates", Key="sub/a.json", Body=large.encode())

    made = cloudformation.create_change_set(
        StackName="app", ChangeSetName="c", ChangeSetType="CREATE", TemplateURL=ADDRESS
    )

    found = cloudformation.describe_change_set(ChangeSetName=made["Id"])
    assert found["Status"] == "CREATE_COMPLETE"


def test_no_template_is_larger_than_a_megabyte(cloudformation: Client, bucket: Client) -> None:
    bucket.put_object(Bucket="templates", Key="sub/a.json", Body=b"x" * 1_000_001)

    assert refusal(lambda: cloudformation.validate_template(TemplateURL=ADDRESS)) == (
        "ValidationError: Template may not exceed 1000000 bytes in size."
    )
