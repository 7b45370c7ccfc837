"""plan, and deploy of saved plans, as they are typed, against a sandbox that is served."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from compiler.cli.program import run
from compiler.manifest import FromOutput, to_bytes
from compiler.sandbox.embedded import Served, serve
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, migration, stack
from tests.functional.documents import valid
from tests.unit.sandbox.engine.organization import found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from compiler.manifest import Stack

NETWORK, STORAGE, TOPICS = f"{SOURCE}/network", f"{SOURCE}/bucket-media", f"{TARGET}/topics"
OTHER = "444455556666"


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


def written(folder: Path, templates: dict[str, str]) -> str:
    """Write a compiled migration into *folder*, and return its name."""
    stacks = stacks_of(templates)
    manifest = replace(migration().manifest, stacks=stacks)
    for one in stacks:
        file = folder / one.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(templates[one.id])
        assert hashlib.sha256(file.read_bytes()).hexdigest() == one.sha256
    (folder / "manifest.json").write_bytes(to_bytes(manifest))
    return str(folder)


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


@pytest.fixture(name="served")
def _served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with serve() as served:
        for name, value in served.environment(TARGET).items():
            monkeypatch.setenv(name, value)
        yield served


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> str:
    return written(tmp_path / "shop-prod", texts())


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


FRESH = """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  + us-east-1/network: create, since it is not there yet
  + us-east-1/bucket-media: create, since it is not there yet
        VpcId = (known after us-east-1/network: VpcId)
  + eu-central-1/topics: create, since it is not there yet

3 to create.
"""


def test_a_plan_changes_nothing(
    served: Served, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "plan", folder) == FRESH
    assert everything(served) == []


def test_a_plan_of_updates_tells_what_happens_and_leaves_nothing_behind(
    served: Served, folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "deploy", folder, "--yes")
    before = everything(served)
    changed = written(tmp_path / "changed", texts(cidr="10.9.0.0/16", topic="Sales"))

    assert said(capsys, "plan", changed) == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  ~ us-east-1/network: update, since the template changed
        CloudFormation says:
          -/+ Vpc (AWS::EC2::VPC vpc-1) replaced: CidrBlock; the old one is deleted
              source.vpc
  ? us-east-1/bucket-media: update only if a value that it reads changes
        VpcId = (known after us-east-1/network: VpcId)
        CloudFormation is asked again right before its update, as it holds Bucket
  ~ eu-central-1/topics: update, since the template changed
        CloudFormation says:
          ~ Orders (AWS::SNS::Topic arn:aws:sns:eu-central-1:111122223333:orders) in place:
              DisplayName
              topics

2 to update, 1 to check.
"""
    )
    assert everything(served) == before


def test_a_bucket_is_not_replaced_unless_somebody_said_so(
    served: Served, folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "deploy", folder, "--yes")
    before = everything(served)
    changed = written(tmp_path / "changed", texts(bucket="shop-prod-films"))

    refused = said(capsys, "deploy", changed, "--yes", code=1)

    assert refused == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  = us-east-1/network: unchanged
  ~ us-east-1/bucket-media: update, since the template changed
        VpcId = vpc-1
        CloudFormation says:
          -/+ Bucket (AWS::S3::Bucket shop-prod-media) replaced: BucketName; the old one is retained
              buckets.media
  = eu-central-1/topics: unchanged

1 to update, 2 unchanged.

error[SF512]: Resource that holds data would be lost
  --> shop.yaml: buckets.media
"Bucket" (shop-prod-media) of "us-east-1/bucket-media", in us-east-1 of 111122223333, would be
replaced by a new one, since BucketName changes; the old one stays, but outside of the stack.
help: Take the change back. Only if nothing needs what it holds, run this again with
--allow-replacement us-east-1/bucket-media:Bucket.
"""
    )
    assert everything(served) == before
    allowed = said(capsys, "deploy", changed, "--yes", "--allow-replacement", "shop-prod-media")
    assert "Done in " in allowed
    buckets = served.sandbox.client("s3", SOURCE).list_buckets()["Buckets"]
    assert sorted(one["Name"] for one in buckets) == ["shop-prod-films", "shop-prod-media"]


def test_a_loss_that_shows_only_when_a_value_is_known_stops_the_update(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = texts()
    named[STORAGE] = named[STORAGE].replace('"shop-prod-media"', '{"Fn::Sub": "media-${VpcId}"}')
    said(capsys, "deploy", written(tmp_path / "named", named), "--yes")
    moved = {**named, NETWORK: texts(cidr="10.9.0.0/16")[NETWORK]}

    told = said(capsys, "deploy", written(tmp_path / "moved", moved), "--yes", code=3)

    assert "? us-east-1/bucket-media: update only if a value that it reads changes" in told
    assert "error[SF512]: us-east-1/bucket-media failed" in told
    assert len(served.sandbox.client("s3", SOURCE).list_buckets()["Buckets"]) == 1


def test_a_saved_plan_is_carried_out_once(
    served: Served, folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "plan.json")
    assert said(capsys, "plan", folder, "--out", file) == (
        f"{FRESH}Written to {file}. To carry out exactly this: stackferry deploy --plan {file}\n"
    )

    first = said(capsys, "deploy", "--plan", file)
    second = said(capsys, "deploy", "--plan", file, code=1)

    assert first.startswith(FRESH)
    assert "Done in " in first
    assert second.count("error[SF511]: Saved plan is not what would be done now") == 3
    assert len(everything(served)) == 6


def test_a_plan_that_something_speaks_against_is_not_saved(
    served: Served, folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.json"

    told = said(capsys, "plan", folder, "--accounts", OTHER, "--out", str(file), code=1)

    assert "error[SF515]: Stack cannot stand in several accounts" in told
    assert "Fan out only what stands by itself: --only us-east-1/network --only eu" in told
    assert not file.exists()
    assert everything(served) == []


@pytest.mark.usefixtures("served")
def test_a_file_that_is_no_plan_is_said_to_be_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text("{}")

    assert said(capsys, "deploy", "--plan", "plan.json", code=1) == (
        """\
error[SF511]: Saved plan is not what would be done now
  --> plan.json
"plan.json" is no saved plan of this version (folder: Field required).
help: Name a file that `stackferry plan --out` of this version wrote.
"""
    )


def test_a_document_is_not_asked_about(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plan.json").write_text("{}")

    assert run(["deploy", folder, "--json"]) == 2
    assert "nobody is asked; give --yes or --plan." in capsys.readouterr().err
    assert run(["deploy", "--plan", str(tmp_path / "plan.json"), "--json"]) == 2
    told = capsys.readouterr()
    assert (told.out, "is no saved plan of this version" in told.err) == ("", True)


@pytest.mark.usefixtures("served")
def test_a_plan_that_cannot_be_written_is_said_to_be(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plan", folder, "--out", str(tmp_path / "none" / "plan.json")]) == 2
    assert "No such file or directory" in capsys.readouterr().err


def test_a_plan_is_a_document(
    served: Served, folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = valid("plan", said(capsys, "plan", folder, "--json"))
    said(capsys, "deploy", folder, "--yes")
    changed = written(tmp_path / "changed", texts(bucket="shop-prod-films"))
    refused = valid("plan", said(capsys, "plan", changed, "--json", code=1))

    assert [step["action"] for step in fresh["steps"]] == ["create", "create", "create"]
    assert (fresh["exit_code"], fresh["is_idle"], fresh["findings"]) == (0, False, [])
    assert [step["action"] for step in refused["steps"]] == ["skip", "update", "skip"]
    (change,) = refused["steps"][1]["previews"][0]["changes"]
    assert (change["logical_id"], change["replacement"]) == ("Bucket", "True")
    assert [one["code"] for one in refused["findings"]] == ["SF512"]
    assert served.url


def test_a_plan_without_stack_sets_comes_to_the_same(
    served: Served, folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "deploy", folder, "--yes", "--via", "stacks")
    assert len(everything(served)) == 3
    changed = written(tmp_path / "changed", texts(topic="Sales"))

    told = said(capsys, "plan", changed, "--via", "stacks")

    assert told == (
        """\
Plan for shop-prod
Stacks are made directly, by change sets; phase replicate.

  = us-east-1/network: unchanged
  = us-east-1/bucket-media: unchanged
  ~ eu-central-1/topics: update, since the template changed
        CloudFormation says:
          ~ Orders (AWS::SNS::Topic arn:aws:sns:eu-central-1:111122223333:orders) in place:
              DisplayName
              topics

1 to update, 2 unchanged.
"""
    )
    said(capsys, "deploy", changed, "--yes", "--via", "stacks")
    assert said(capsys, "plan", changed, "--via", "stacks").endswith("\n3 unchanged.\n")


def test_a_stack_is_fanned_out_and_taken_back(
    served: Served, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    only = ("--only", TOPICS)
    fanned = said(capsys, "deploy", folder, "--yes", *only, "--accounts", OTHER)
    assert f"        creates its stack in 111122223333, {OTHER}\n" in fanned
    assert said(capsys, "plan", folder, *only).endswith("\n1 unchanged.\n")

    back = said(capsys, "deploy", folder, "--yes", *only, "--accounts", "")

    assert f"        deletes its stack in {OTHER}\n" in back
    found = served.sandbox.client("cloudformation", TARGET).list_stack_instances(
        StackSetName="shop-prod-eu-central-1-topics"
    )
    assert [one["Account"] for one in found["Summaries"]] == ["111122223333"]


def test_the_management_account_cannot_be_served_by_its_own_organization(
    served: Served, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    organization = found(served.sandbox)

    told = said(
        capsys,
        *("plan", folder, "--only", TOPICS, "--accounts", "all", "--service-managed"),
        *("--organizational-unit", organization.root),
        code=1,
    )

    assert "error[SF516]: Options do not fit together" in told
    assert f"The account {ACCOUNT} is in none of the units" in told


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--region", "eu-west-9"), "nothing is compiled for the region eu-west-9; there is"),
        (("--only", "us-east-1/netwrk"), "no stack is called us-east-1/netwrk. Did you mean"),
        (("--only", "x"), "no stack is called x. There is us-east-1/network, us-east-1/bucket"),
        (("--accounts", "4444,all"), "--accounts: 4444 is no account; one has twelve digits."),
        (("--sandbox", "--endpoint-url", "http://127.0.0.1:1"), "exclude each other"),
    ],
)
@pytest.mark.parametrize("verb", ["plan", "deploy"])
def test_options_that_cannot_be_are_a_mistake_of_usage(
    verb: str,
    arguments: tuple[str, ...],
    why: str,
    folder: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    yes = ("--yes",) if verb == "deploy" else ()

    assert run([verb, folder, *arguments, *yes]) == 2
    assert why in capsys.readouterr().err


def test_a_saved_plan_holds_what_was_asked_for(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["deploy", folder, "--plan", "plan.json", "--only", NETWORK]) == 2
    assert "--plan holds what was asked for; leave --only out." in capsys.readouterr().err


def test_a_deploy_of_nothing_is_a_mistake_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["deploy", "--yes"]) == 2
    assert "name the folder that was compiled into, or a saved plan" in capsys.readouterr().err


@pytest.mark.usefixtures("served")
def test_options_that_do_not_fit_are_findings(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(capsys, "plan", folder, "--via", "stacks", "--accounts", OTHER, code=1)

    assert told == (
        """\
error[SF516]: Options do not fit together
  --> shop.yaml
With --via stacks each stack is made directly in its own account. Other accounts, units, and how
stack sets work through them, are a matter of stack sets.
help: Leave --via stacks out, or deploy without these options.
"""
    )


def test_a_plan_needs_no_aws_but_the_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "templates_out/hello-trial", "--sandbox"]) == 0
    assert capsys.readouterr().out.endswith("\n14 to create.\n")
