"""The port with stack sets, and what is asked beside them, in the sandbox."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.answers import Change
from compiler.deploy.aws import connect
from compiler.deploy.port import AwsError, Definition, Place
from compiler.deploy.targets import Targets
from compiler.sandbox.embedded import ACCOUNT, serve
from tests.unit.sandbox.engine.organization import Organization, found

if TYPE_CHECKING:
    from compiler.deploy.port import Aws
    from compiler.sandbox.embedded import Sandbox

REGION = "eu-central-1"
HERE = Place(account=ACCOUNT, region=REGION)
THERE = Place(account="222233334444", region=REGION)
NAME = "shop-prod-media"
NAMED = f"shop-media-{ACCOUNT}"
FIRST, SECOND, THIRD = "stackferry-one", "stackferry-two", "stackferry-three"


def template(**bucket: object) -> str:
    properties = {"BucketName": {"Fn::Sub": "shop-media-${AWS::AccountId}"}, **bucket}
    return json.dumps(
        {
            "Resources": {
                "Media": {
                    "Type": "AWS::S3::Bucket",
                    "DeletionPolicy": "Retain",
                    "UpdateReplacePolicy": "Retain",
                    "Properties": properties,
                }
            },
            "Outputs": {"Name": {"Value": {"Ref": "Media"}}},
        }
    )


DEFINITION = Definition(
    name=NAME,
    description="stackferry: eu-central-1/media of shop-prod",
    template=template(),
    parameters={},
    tags={"Environment": "prod"},
    capabilities=("CAPABILITY_NAMED_IAM",),
)
RENAMED = replace(DEFINITION, template=template(BucketName="shop-pictures"))
VERSIONED = replace(DEFINITION, template=template(VersioningConfiguration={"Status": "Enabled"}))


ALONE = replace(
    DEFINITION,
    template=json.dumps({"Resources": json.loads(template(BucketName=NAMED))["Resources"]}),
)
"""As resources are imported: without outputs, and with the name that they have."""


@pytest.fixture
def organization(sandbox: Sandbox) -> Organization:
    return found(sandbox)


@pytest.fixture
def aws(sandbox: Sandbox) -> Aws:
    assert sandbox.account == ACCOUNT
    return connect(region=REGION)


def deployed(aws: Aws, *places: Place, definition: Definition = DEFINITION) -> None:
    aws.create_stack_set(definition, "token")
    aws.create_instances(NAME, places, FIRST)
    assert aws.operation(NAME, FIRST).status == "SUCCEEDED"


def test_a_stack_set_spans_accounts_that_are_read_through_the_role(aws: Aws) -> None:
    deployed(aws, HERE, THERE)

    here, there = aws.instances(NAME)

    assert [(one.place, one.status) for one in (here, there)] == [
        (HERE, "CURRENT"),
        (THERE, "CURRENT"),
    ]
    assert aws.outputs(THERE, there.stack_id) == {"Name": "shop-media-222233334444"}
    assert [one.physical_id for one in aws.resources(HERE, here.stack_id)] == [
        f"shop-media-{ACCOUNT}"
    ]
    assert aws.overrides(NAME, THERE) == {}
    assert aws.marked() == {NAME: "stackferry: eu-central-1/media of shop-prod"}
    aws.delete_instances(NAME, (THERE,), SECOND)
    assert aws.operation(NAME, SECOND).status == "SUCCEEDED"
    assert [one.place for one in aws.instances(NAME)] == [HERE]


def test_a_preview_of_an_instance_changes_nothing(aws: Aws, sandbox: Sandbox) -> None:
    deployed(aws, HERE)
    (instance,) = aws.instances(NAME)

    preview = aws.preview(HERE, instance.stack_id, RENAMED, (), "stackferry-preview")

    assert preview.refusal == ""
    assert preview.changes == (
        Change(
            logical_id="Media",
            type="AWS::S3::Bucket",
            action="Modify",
            replacement="True",
            policy_action="ReplaceAndRetain",
            physical_id=f"shop-media-{ACCOUNT}",
            properties=("BucketName",),
            recreating=("BucketName",),
        ),
    )
    left = sandbox.client("cloudformation", REGION).list_change_sets(StackName=instance.stack_id)
    assert left["Summaries"] == []
    assert [one.status for one in aws.instances(NAME)] == ["CURRENT"]


def test_an_unknown_parameter_that_is_new_is_the_previews_refusal(aws: Aws) -> None:
    deployed(aws, HERE)
    (instance,) = aws.instances(NAME)
    more = json.loads(template())
    more["Parameters"] = {"VpcId": {"Type": "String"}}

    preview = aws.preview(
        HERE,
        instance.stack_id,
        replace(DEFINITION, template=json.dumps(more)),
        ("VpcId",),
        "stackferry-preview",
    )

    assert preview.assumed == ("VpcId",)
    assert preview.refusal.startswith("CreateChangeSet: ValidationError: ")


def test_drift_of_a_stack_set_is_found_in_its_resources(aws: Aws, sandbox: Sandbox) -> None:
    deployed(aws, HERE, THERE, definition=VERSIONED)
    (before, _) = aws.drift(NAME)
    sandbox.client("s3", REGION).put_bucket_versioning(
        Bucket=f"shop-media-{ACCOUNT}", VersioningConfiguration={"Status": "Suspended"}
    )

    aws.detect_drift(NAME, SECOND)
    aws.detect_drift(NAME, SECOND)
    here, there = aws.drift(NAME)

    assert aws.operation(NAME, SECOND).status == "SUCCEEDED"
    assert before.status == "NOT_CHECKED"
    assert (here.status, there.status, there.resources) == ("DRIFTED", "IN_SYNC", ())
    (resource,) = here.resources
    assert (resource.logical_id, resource.status, resource.differences) == (
        "Media",
        "MODIFIED",
        ("/VersioningConfiguration/Status: Enabled expected, Suspended found",),
    )
    assert here.checked is not None


def test_a_stack_that_a_stack_set_let_go_of_is_taken_in_again(aws: Aws) -> None:
    deployed(aws, HERE)
    (instance,) = aws.instances(NAME)
    aws.delete_instances(NAME, (HERE,), SECOND, retain=True)
    assert aws.instances(NAME) == ()

    aws.import_stack(NAME, HERE, instance.stack_id, THIRD)

    assert aws.operation(NAME, THIRD).status == "SUCCEEDED"
    (again,) = aws.instances(NAME)
    assert (again.stack_id, again.status) == (instance.stack_id, "CURRENT")
    with pytest.raises(ValueError, match="does not stand in"):
        aws.import_stack(NAME, THERE, instance.stack_id, THIRD)


def test_what_a_deleted_stack_retained_is_made_a_stack_again(aws: Aws) -> None:
    deployed(aws, HERE)
    (instance,) = aws.instances(NAME)
    aws.delete_instances(NAME, (HERE,), SECOND)
    assert aws.stack_status(HERE, instance.stack_id) == "DELETE_COMPLETE"
    identifiers = {"Media": {"BucketName": f"shop-media-{ACCOUNT}"}}

    adopted = aws.adopt(HERE, "shop-prod-media-again", ALONE, identifiers, THIRD)
    again = aws.adopt(HERE, "shop-prod-media-again", ALONE, identifiers, THIRD)

    assert again == adopted
    assert aws.stack_status(HERE, adopted) == "IMPORT_COMPLETE"
    assert [one.physical_id for one in aws.resources(HERE, adopted)] == [f"shop-media-{ACCOUNT}"]
    aws.delete_stack(HERE, adopted, (), "stackferry-four")
    aws.delete_stack(HERE, adopted, (), "stackferry-four")
    assert aws.stack_status(HERE, adopted) == "DELETE_COMPLETE"


def test_what_nobody_has_cannot_be_adopted_and_leaves_no_stack(aws: Aws, sandbox: Sandbox) -> None:
    with pytest.raises(AwsError):
        aws.adopt(HERE, "again", ALONE, {"Media": {"BucketName": "nobodys"}}, THIRD)

    assert sandbox.client("cloudformation", REGION).describe_stacks()["Stacks"] == []


def test_a_large_template_is_deployed_from_its_bucket(aws: Aws, sandbox: Sandbox) -> None:
    bucket = "stackferry-artifacts"
    assert not aws.has_bucket(bucket, REGION)
    sandbox.client("s3", REGION).create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    assert aws.has_bucket(bucket, REGION)
    large = json.loads(template())
    large["Description"] = "x" * 1000
    large["Metadata"] = {"Padding": "x" * 60_000}
    text = json.dumps(large)

    url = aws.upload(bucket, REGION, "abc.json", text)
    deployed(aws, HERE, definition=replace(DEFINITION, template=text, template_url=url))
    preview = aws.preview(
        HERE,
        aws.instances(NAME)[0].stack_id,
        replace(VERSIONED, template=text, template_url=url),
        (),
        "stackferry-preview",
    )

    assert url == "https://stackferry-artifacts.s3.eu-central-1.amazonaws.com/abc.json"
    assert aws.upload(bucket, REGION, "abc.json", text) == url
    assert (preview.changes, preview.refusal) == ((), "")
    definition = aws.stack_set(NAME)
    assert definition is not None
    assert json.loads(definition.template) == large


def test_a_served_sandbox_reads_templates_by_the_address_that_it_is_asked_at() -> None:
    with serve() as served:
        aws = connect(region=REGION, endpoint_url=served.url)
        served.sandbox.client("s3", REGION).create_bucket(
            Bucket="stackferry-artifacts",
            CreateBucketConfiguration={"LocationConstraint": REGION},
        )

        url = aws.upload("stackferry-artifacts", REGION, "abc.json", template())
        deployed(aws, HERE, definition=replace(DEFINITION, template_url=url))

        assert url == f"{served.url}/stackferry-artifacts/abc.json"
        assert [one.status for one in aws.instances(NAME)] == ["CURRENT"]


@pytest.mark.parametrize(
    ("region", "url"),
    [
        ("us-east-1", "https://artifacts.s3.us-east-1.amazonaws.com/abc.json"),
        ("us-gov-west-1", "https://artifacts.s3.us-gov-west-1.amazonaws.com/abc.json"),
        ("cn-north-1", "https://artifacts.s3.cn-north-1.amazonaws.com.cn/abc.json"),
    ],
)
def test_an_address_is_that_of_its_region_and_partition(
    sandbox: Sandbox, region: str, url: str
) -> None:
    where = {} if region == "us-east-1" else {"LocationConstraint": region}
    sandbox.client("s3", region).create_bucket(
        Bucket="artifacts", **({"CreateBucketConfiguration": where} if where else {})
    )

    assert connect(region=region).upload("artifacts", region, "abc.json", "{}") == url


def test_a_bucket_is_emptied_of_versions_and_delete_markers(aws: Aws, sandbox: Sandbox) -> None:
    deployed(aws, THERE, definition=VERSIONED)
    bucket = "shop-media-222233334444"
    s3 = sandbox.client("s3", REGION, THERE.account)
    for key in ("a", "a", "b"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.delete_object(Bucket=bucket, Key="b")
    assert aws.is_filled(THERE, bucket)

    assert aws.empty(THERE, bucket) == 4

    assert not aws.is_filled(THERE, bucket)
    assert aws.empty(THERE, bucket) == 0


def test_a_lock_is_written_once(aws: Aws) -> None:
    name = "/stackferry/shop-prod/lock"

    assert aws.parameter(name) is None
    assert aws.create_parameter(name, "ours")
    assert aws.create_parameter(name, "ours")
    assert not aws.create_parameter(name, "theirs")
    aws.replace_parameter(name, "ours, later")
    assert aws.parameter(name) == "ours, later"
    aws.delete_parameter(name)
    aws.delete_parameter(name)
    assert aws.parameter(name) is None


def test_units_tell_their_accounts_and_get_their_stacks(organization: Organization) -> None:
    aws = connect(
        region=REGION,
        targets=Targets(
            accounts=(organization.first, organization.second),
            organizational_units=(organization.shops,),
            permission_model="SERVICE_MANAGED",
            max_concurrent=5,
        ),
    )
    accounts = tuple(sorted((organization.first, organization.second)))
    places = tuple(Place(account=account, region=REGION) for account in accounts)

    assert aws.accounts_in(organization.shops) == accounts
    assert aws.accounts_in(organization.test) == (organization.second,)
    assert aws.accounts_in(organization.root) == accounts
    assert aws.accounts_in(organization.empty) == ()
    assert connect(region=REGION).accounts_in(organization.root) == tuple(
        sorted((ACCOUNT, *accounts))
    )
    deployed(aws, *places)
    assert [(one.place, one.status) for one in aws.instances(NAME)] == [
        (place, "CURRENT") for place in places
    ]
    aws.update_stack_set(VERSIONED, SECOND)
    assert aws.operation(NAME, SECOND).status == "SUCCEEDED"
    aws.delete_instances(NAME, places, THIRD)
    assert aws.operation(NAME, THIRD).status == "SUCCEEDED"
    aws.delete_stack_set(NAME)
    assert aws.stack_set(NAME) is None


def test_a_failure_within_the_tolerance_is_told(sandbox: Sandbox) -> None:
    aws = connect(region=REGION, targets=Targets(failure_tolerance=1, max_concurrent=2))
    # Its name is taken there.
    sandbox.client("s3", REGION, THERE.account).create_bucket(
        Bucket="shop-media-222233334444",
        CreateBucketConfiguration={"LocationConstraint": REGION},
    )
    aws.create_stack_set(DEFINITION, "token")
    aws.create_instances(NAME, (HERE, THERE), FIRST)

    operation = aws.operation(NAME, FIRST)

    assert operation.status == "SUCCEEDED"
    assert list(operation.results) == [THERE]
    assert "ResourceLogicalId:Media" in operation.results[THERE]
