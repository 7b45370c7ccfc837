"""A shop of three stacks, planned as one types it against a sandbox that is served."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.cli.program import run
from compiler.itinerary import itinerary
from compiler.manifest import FromOutput, to_bytes
from compiler.sandbox.embedded import Served, serve
from tests.fakes.migration import SOURCE, TARGET, migration, stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from compiler.manifest import Stack

NETWORK, STORAGE, TOPICS = f"{SOURCE}/network", f"{SOURCE}/bucket-media", f"{TARGET}/topics"
OTHER = "444455556666"

FRESH = """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  + us-east-1/network: create, since it is not there yet
  + us-east-1/bucket-media: create, since it is not there yet
        VpcId = (known after us-east-1/network: VpcId)
  + eu-central-1/topics: create, since it is not there yet

3 to create.
"""


def texts(
    *, cidr: str = "10.0.0.0/16", bucket: str = "shop-prod-media", topic: str = "Orders"
) -> dict[str, str]:
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": cidr}}
    media = {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {"BucketName": bucket, "Tags": [{"Key": "Vpc", "Value": {"Ref": "VpcId"}}]},
    }
    orders = {
        "Type": "AWS::SNS::Topic",
        "Properties": {"TopicName": "orders", "DisplayName": topic},
    }
    templates: dict[str, Any] = {
        NETWORK: {"Resources": {"Vpc": vpc}, "Outputs": {"VpcId": {"Value": {"Ref": "Vpc"}}}},
        STORAGE: {
            "Parameters": {"VpcId": {"Type": "String"}},
            "Resources": {"Bucket": media},
            "Outputs": {},
        },
        TOPICS: {"Resources": {"Orders": orders}, "Outputs": {}},
    }
    return {id_: json.dumps(template) for id_, template in templates.items()}


def stacks_of(templates: dict[str, str]) -> tuple[Stack, ...]:
    return (
        stack(SOURCE, "network", templates[NETWORK], component=("source", "vpc")),
        stack(
            SOURCE,
            "bucket-media",
            templates[STORAGE],
            parameters={"VpcId": FromOutput(stack=NETWORK, output="VpcId")},
            component=("buckets", "media"),
            stateful=("Bucket",),
            retained=("Bucket",),
        ),
        stack(TARGET, "topics", templates[TOPICS], component=("topics",)),
    )


def written(folder: Path, templates: dict[str, str]) -> str:
    """Write a compiled migration into *folder*, and return its name."""
    stacks = stacks_of(templates)
    manifest = replace(migration().manifest, stacks=stacks)
    for one in stacks:
        file = folder / one.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(templates[one.id])
        assert hashlib.sha256(file.read_bytes()).hexdigest() == one.sha256
    (folder / "manifest.json").write_bytes(to_bytes(itinerary([manifest])))
    return str(folder)


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Serve a sandbox, and let the environment lead to it."""
    with serve() as served:
        for name, value in served.environment(TARGET).items():
            monkeypatch.setenv(name, value)
        yield served


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    found = run(list(arguments))
    told = capsys.readouterr()
    assert (found, told.err) == (code, ""), told.out + told.err
    return re.sub("vpc-[0-9a-f]{17}", "vpc-1", told.out)


def everything(served: Served) -> list[str]:
    """Return what there is: stack sets, stacks, change sets that a plan made."""
    sets = served.sandbox.client("cloudformation", TARGET).list_stack_sets(Status="ACTIVE")
    found = [one["StackSetName"] for one in sets["Summaries"]]
    for region in (SOURCE, TARGET):
        client = served.sandbox.client("cloudformation", region)
        for one in client.describe_stacks()["Stacks"]:
            found.append(f"{region} {one['StackStatus']}")
            sets = client.list_change_sets(StackName=one["StackId"])["Summaries"]
            names = [change_set["ChangeSetName"] for change_set in sets]
            found.extend(name for name in names if name.startswith("stackferry-preview-"))
    return sorted(found)
