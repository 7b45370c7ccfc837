"""Every answer is lost once: what was taken is asked for again, and done once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pytest

from compiler.deploy.aws import connect
from compiler.deploy.port import Definition, Place
from compiler.sandbox.embedded import ACCOUNT, serve
from tests.functional.losing import losing

if TYPE_CHECKING:
    from compiler.deploy.port import Aws
    from compiler.sandbox.embedded import Sandbox

HERE = Place(account=ACCOUNT, region="eu-central-1")
NAME = "shop-prod-media"

TEMPLATE = json.dumps(
    {
        "Resources": {
            "Media": {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "Retain",
                "Properties": {"BucketName": "shop-media"},
            }
        }
    }
)
DEFINITION = Definition(
    name=NAME,
    description="stackferry: eu-central-1/media of shop-prod",
    template=TEMPLATE,
    parameters={},
    tags={},
    capabilities=(),
)
VERSIONED = replace(
    DEFINITION,
    template=TEMPLATE.replace(
        '"shop-media"', '"shop-media", "VersioningConfiguration": {"Status": "Enabled"}'
    ),
)


def through(url: str, via: Literal["stacksets", "stacks"]) -> Aws:
    return connect(region=HERE.region, endpoint_url=url, via=via, places={NAME: HERE})


def operations(sandbox: Sandbox, via: str) -> list[str]:
    """What was begun, oldest first: by the stack set, or else by the stack's own history."""
    client = sandbox.client("cloudformation", HERE.region)
    if via == "stacksets":
        found = client.list_stack_set_operations(StackSetName=NAME)["Summaries"]
        return [str(one["OperationId"]) for one in reversed(found)]
    stacks = client.list_stacks()["StackSummaries"]
    assert len(stacks) == 1
    events = client.describe_stack_events(StackName=stacks[0]["StackId"])["StackEvents"]
    return [
        str(one["ClientRequestToken"])
        for one in reversed(events)
        if one["LogicalResourceId"] == NAME
        and one["ResourceStatus"] in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}
    ]


@pytest.mark.parametrize("via", ["stacksets", "stacks"])
def test_stacks_are_created_changed_and_deleted_once(
    via: Literal["stacksets", "stacks"],
) -> None:
    with serve() as served:
        with losing(served.url) as (url, sent):
            aws = through(url, via)
            aws.create_stack_set(DEFINITION, "token")
            aws.create_instances(NAME, (HERE,), "stackferry-create-1")
            created = aws.operation(NAME, "stackferry-create-1")
            (instance,) = aws.instances(NAME)
            preview = aws.preview(HERE, instance.stack_id, VERSIONED, (), "stackferry-preview")
            aws.update_stack_set(VERSIONED, "stackferry-update-2")
            updated = aws.operation(NAME, "stackferry-update-2")
            begun = operations(served.sandbox, via)
            aws.delete_instances(NAME, (HERE,), "stackferry-delete-3")
            deleted = aws.operation(NAME, "stackferry-delete-3")
            aws.delete_stack_set(NAME)
            adopted = aws.adopt(
                HERE,
                "shop-again",
                DEFINITION,
                {"Media": {"BucketName": "shop-media"}},
                "stackferry-adopt-4",
            )

        assert (created.status, updated.status, deleted.status) == ("SUCCEEDED",) * 3
        assert [one.logical_id for one in preview.changes] == ["Media"]
        # The first token of a plain stack names the stack as well.
        assert [one[:19] for one in begun] == ["stackferry-create-1", "stackferry-update-2"]
        client = served.sandbox.client("cloudformation", HERE.region)
        (left,) = client.describe_stacks()["Stacks"]
        assert (left["StackId"], left["StackStatus"]) == (adopted, "IMPORT_COMPLETE")
        assert sent["CreateChangeSet"] >= 4
        assert sent["ExecuteChangeSet"] >= 2


def test_a_lock_that_was_taken_is_known_again() -> None:
    with serve() as served, losing(served.url) as (url, _):
        aws = through(url, "stacksets")

        assert aws.create_parameter("/lock", "ours")
        assert not aws.create_parameter("/lock", "theirs")
        aws.replace_parameter("/lock", "ours, later")
        assert aws.parameter("/lock") == "ours, later"
        aws.delete_parameter("/lock")
        assert aws.parameter("/lock") is None


def test_objects_are_put_and_deleted_whoever_hears_of_it() -> None:
    with serve() as served, losing(served.url) as (url, sent):
        s3 = served.sandbox.client("s3", HERE.region)
        s3.create_bucket(
            Bucket="shop-media", CreateBucketConfiguration={"LocationConstraint": HERE.region}
        )
        aws = through(url, "stacksets")

        aws.upload("shop-media", HERE.region, "abc.json", "{}")
        aws.upload("shop-media", HERE.region, "abc.json", "{}")
        assert s3.get_object(Bucket="shop-media", Key="abc.json")["Body"].read() == b"{}"
        assert aws.empty(HERE, "shop-media") == 1
        assert not aws.is_filled(HERE, "shop-media")

    assert sent["PUT S3"] == 2
