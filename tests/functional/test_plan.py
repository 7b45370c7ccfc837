"""plan as it is typed, against a sandbox that is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.cli.program import run
from tests.fakes.migration import TARGET
from tests.functional.documents import valid
from tests.functional.planned_shop import (
    FRESH,
    OTHER,
    TOPICS,
    everything,
    said,
    texts,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.sandbox.embedded import Served


def test_a_plan_changes_nothing(
    served: Served, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "plan", folder) == FRESH
    assert everything(served) == []


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


def test_a_plan_needs_no_aws_but_the_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "templates_out/hello-trial", "--sandbox"]) == 0
    assert capsys.readouterr().out.endswith("\n14 to create, 2 actions.\n")
