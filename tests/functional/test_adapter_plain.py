"""A committed example without stack sets: deployed, left alone, changed and removed."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.aws import connect
from compiler.deploy.clock import WallClock
from compiler.deploy.deploying import DeployResult, deploy
from compiler.deploy.destroying import DestroyResult, destroy
from compiler.deploy.port import MARK_TAG
from compiler.deploy.wanted import place_of
from compiler.deploy.wish import Wish
from compiler.report.plain import PlainProgress
from compiler.sandbox.embedded import Sandbox, embedded
from tests.fakes.taker import new_taker
from tests.functional.standing import compiled_in, provided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.folder import Compiled
    from compiler.deploy.port import Aws

LOGS = "eu-west-1/logs"


@pytest.fixture
def hello() -> Compiled:
    return compiled_in("hello-trial")


@pytest.fixture
def sandbox(hello: Compiled) -> Iterator[Sandbox]:
    with embedded(account=hello.manifest.target_account) as running:
        provided(running, hello)
        yield running


def without_stack_sets(what: Compiled) -> Aws:
    return connect(
        region=what.manifest.target_region,
        via="stacks",
        places={one.stack_set: place_of(one) for one in what.manifest.stacks},
    )


def run_deploy(what: Compiled) -> DeployResult:
    return deploy(
        what,
        aws=without_stack_sets(what),
        clock=WallClock(),
        listener=PlainProgress(io.StringIO()),
        taker=new_taker(),
        confirm=lambda _: True,
        wish=Wish(via="stacks"),
    )


def run_destroy(what: Compiled) -> DestroyResult:
    return destroy(
        what,
        aws=without_stack_sets(what),
        clock=WallClock(),
        listener=PlainProgress(io.StringIO()),
        taker=new_taker(),
        confirm=lambda _: True,
        unprotect=True,
    )


def with_longer_logs(what: Compiled) -> Compiled:
    template = json.loads(what.templates[LOGS])
    bucket = template["Resources"]["LogBucket"]["Properties"]
    bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] = 400
    return replace(what, templates={**what.templates, LOGS: json.dumps(template)})


def stacks(sandbox: Sandbox, region: str) -> dict[str, tuple[str, str]]:
    """Status and mark of the stacks of a region that are there, by name."""
    found = sandbox.client("cloudformation", region).describe_stacks()["Stacks"]
    return {
        one["StackName"]: (
            one["StackStatus"],
            next(tag["Value"] for tag in one["Tags"] if tag["Key"] == MARK_TAG),
        )
        for one in found
    }


# Others measure what runs here again and again; tracing it takes longer than it does itself.
@pytest.mark.no_cover
@pytest.mark.slow
def test_an_example_goes_its_whole_way_without_stack_sets(
    sandbox: Sandbox, hello: Compiled
) -> None:
    manifest = hello.manifest
    regions = (manifest.source_region, manifest.target_region)

    first = run_deploy(hello)
    standing = {region: stacks(sandbox, region) for region in regions}
    second = run_deploy(hello)
    third = run_deploy(with_longer_logs(hello))
    changed = stacks(sandbox, "eu-west-1")
    last = run_deploy(with_longer_logs(hello))
    gone = run_destroy(with_longer_logs(hello))

    assert first.outcome is not None
    assert [one.reason for one in first.outcome.failures] == []
    assert {one.status for one in first.standing} == {"CURRENT (CREATE_COMPLETE)"}
    assert standing == {
        region: {
            one.stack_set: ("CREATE_COMPLETE", f"stackferry: {one.id} of hello-trial")
            for one in manifest.stacks
            if one.region == region
        }
        for region in regions
    }
    assert second.plan is not None
    assert second.plan.is_idle
    assert third.exit_code == 0
    assert third.plan is not None
    acted = {one.stack.id: one.action for one in third.plan.steps if one.action != "skip"}
    assert acted[LOGS] == "update"
    logs = next(one for one in manifest.stacks if one.id == LOGS)
    assert changed[logs.stack_set][0] == "UPDATE_COMPLETE"
    assert last.plan is not None
    assert last.plan.is_idle
    assert (gone.exit_code, gone.left) == (0, ())
    assert {region: stacks(sandbox, region) for region in regions} == {
        region: {} for region in regions
    }
    sets = sandbox.client("cloudformation", manifest.target_region)
    assert sets.list_stack_sets(Status="ACTIVE")["Summaries"] == []
