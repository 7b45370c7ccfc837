"""cfn-lint on templates made by hand, so that what it says is known."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import cfnlint.api
import pytest
from cfnlint.config import ManualArgs

from compiler.lint import lint
from compiler.manifest import Manifest, Stack
from spec.findings import at

if TYPE_CHECKING:
    from pathlib import Path


CLEAN = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
BAD = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16", "EnableDnsSupport": 7}}


def template(resource: object) -> bytes:
    return json.dumps({"Resources": {"Vpc": resource}}).encode()


def stack(region: str) -> Stack:
    return Stack(
        id=f"{region}/network",
        side="source",
        name="network",
        region=region,
        account="111122223333",
        file=f"{region}/network.json",
        stack_set="shop",
        sha256="0" * 64,
        size_bytes=2,
        needs_artifact_bucket=False,
        capabilities=(),
        component=("source", "vpc"),
        parameters={},
        outputs=(),
        after=(),
        stateful=(),
        retained=(),
        origins={"Resources.Vpc.Properties.EnableDnsSupport": ("source", "vpc", "dns")},
    )


def manifest(*regions: str) -> Manifest:
    return Manifest(
        name="shop",
        environment="prod",
        phase="replicate",
        spec_file="migration.yaml",
        spec_sha256="0" * 64,
        source_region=regions[0],
        target_region="eu-central-1",
        home_region="us-east-1",
        target_account="111122223333",
        tags={},
        stacks=tuple(stack(region) for region in regions),
        batches=(),
    )


def test_an_error_lands_on_the_spec_path_that_the_place_came_from() -> None:
    (finding,) = lint(
        manifest("us-east-1"), {"us-east-1/network.json": template(BAD)}, cache=None, workers=1
    )

    assert (finding.code, finding.where) == ("SF401", at("source", "vpc", "dns"))
    assert finding.detail == (
        "7 is not of type 'boolean' (E3012), in us-east-1/network.json"
        " at Resources.Vpc.Properties.EnableDnsSupport."
    )


def test_a_rule_that_weighs_several_properties_lands_on_the_value_that_it_quotes() -> None:
    old = {
        "Type": "AWS::RDS::DBInstance",
        "DeletionPolicy": "Snapshot",
        "UpdateReplacePolicy": "Snapshot",
        "Properties": {
            "Engine": "postgres",
            "EngineVersion": "12.3",
            "DBInstanceClass": "db.t3.medium",
            "AllocatedStorage": "20",
            "StorageEncrypted": True,
        },
    }
    origins = {
        "Resources.Db.Properties.Engine": ("databases", "catalog", "engine"),
        "Resources.Db.Properties.EngineVersion": ("databases", "catalog", "version"),
    }
    compiled = manifest("us-east-1")
    compiled = replace(compiled, stacks=(replace(compiled.stacks[0], origins=origins),))
    texts = {"us-east-1/network.json": json.dumps({"Resources": {"Db": old}}).encode()}

    (finding,) = lint(compiled, texts, cache=None, workers=1)

    assert (finding.code, finding.where) == ("SF402", at("databases", "catalog", "version"))


def test_a_warning_is_a_warning() -> None:
    text = json.dumps(
        {"Parameters": {"Unused": {"Type": "String"}}, "Resources": {"Vpc": CLEAN}}
    ).encode()

    (finding,) = lint(
        manifest("us-east-1"), {"us-east-1/network.json": text}, cache=None, workers=1
    )

    assert (finding.code, finding.where) == ("SF402", at("source", "vpc"))


def test_workers_say_the_same_as_one_process_in_the_order_of_the_manifest() -> None:
    texts = {"us-east-1/network.json": template(BAD), "eu-west-1/network.json": template(BAD)}
    both = manifest("us-east-1", "eu-west-1")

    found = lint(both, texts, cache=None, workers=2)

    assert found == lint(both, texts, cache=None, workers=1)
    assert [finding.detail.split(" in ")[1].split("/")[0] for finding in found] == [
        "us-east-1",
        "eu-west-1",
    ]


# Others measure what runs here again and again; tracing it takes longer than it does itself.
@pytest.mark.no_cover
def test_what_makes_it_fast_hides_nothing_that_cfn_lint_says() -> None:
    resources: dict[str, object] = {
        "Vpc": BAD,
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"a": 1}}},
        "Database": {
            "Type": "AWS::RDS::DBInstance",
            "Properties": {
                "DBInstanceClass": "db.none.such",
                "Engine": "postgres",
                "SourceDBInstanceIdentifier": "arn:aws:rds:us-east-1:111122223333:db:catalog",
                "StorageEncrypted": True,
            },
        },
        "Balancer": {
            "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Properties": {"Subnets": ["subnet-1"], "SecurityGroups": ["group"]},
        },
    }
    text = json.dumps({"Resources": resources})

    found = lint(
        manifest("us-east-1"), {"us-east-1/network.json": text.encode()}, cache=None, workers=1
    )

    said = cfnlint.api.lint(text, config=ManualArgs(regions=["us-east-1"]))
    assert len(said) > 5
    assert sorted(re.findall(r"\(([EW]\d+)\), in", str([one.detail for one in found]))) == sorted(
        one.rule.id for one in said
    )


def test_a_known_verdict_is_not_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {"us-east-1/network.json": template(BAD)}
    first = lint(manifest("us-east-1"), texts, cache=tmp_path, workers=1)
    monkeypatch.setitem(__import__("sys").modules, "cfnlint.helpers", None)

    assert lint(manifest("us-east-1"), texts, cache=tmp_path, workers=1) == first


# Others measure what runs here again and again; tracing it takes longer than it does itself.
@pytest.mark.no_cover
def test_a_verdict_is_of_one_text_in_one_region_by_one_cfn_lint(tmp_path: Path) -> None:
    lint(
        manifest("us-east-1"), {"us-east-1/network.json": template(BAD)}, cache=tmp_path, workers=1
    )
    lint(
        manifest("us-east-1"),
        {"us-east-1/network.json": template(CLEAN)},
        cache=tmp_path,
        workers=1,
    )
    lint(
        manifest("eu-west-1"),
        {"eu-west-1/network.json": template(CLEAN)},
        cache=tmp_path,
        workers=1,
    )

    assert len(list(tmp_path.glob("*.json"))) == 3


# Others measure what runs here again and again; tracing it takes longer than it does itself.
@pytest.mark.no_cover
def test_a_verdict_that_cannot_be_read_is_made_again(tmp_path: Path) -> None:
    texts = {"us-east-1/network.json": template(BAD)}
    first = lint(manifest("us-east-1"), texts, cache=tmp_path, workers=1)
    for path in tmp_path.glob("*.json"):
        path.write_text("[{")

    assert lint(manifest("us-east-1"), texts, cache=tmp_path, workers=1) == first


def test_a_cache_that_cannot_be_written_changes_nothing_but_the_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    texts = {"us-east-1/network.json": template(CLEAN)}

    assert lint(manifest("us-east-1"), texts, cache=blocked / "below", workers=1) == ()


def test_a_users_own_settings_switch_no_rule_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".cfnlintrc").write_text("ignore_checks: [E]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    found = lint(
        manifest("us-east-1"), {"us-east-1/network.json": template(BAD)}, cache=None, workers=1
    )

    assert [finding.code for finding in found] == ["SF401"]


def test_a_region_without_schemas_is_a_warning_on_the_side_that_names_it() -> None:
    unknown = replace(manifest("xx-moon-1"), target_region="eu-central-1")

    (finding,) = lint(unknown, {"xx-moon-1/network.json": template(CLEAN)}, cache=None, workers=1)

    assert (finding.code, finding.where) == ("SF403", at("source", "region"))


def test_the_text_that_is_no_template_is_an_error_on_the_component() -> None:
    (finding,) = lint(
        manifest("us-east-1"), {"us-east-1/network.json": b"[1"}, cache=None, workers=1
    )

    assert (finding.code, finding.where) == ("SF401", at("source", "vpc"))
