"""What is written for an account: whole, within the limits of AWS, or refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.bootstrap.build import build
from compiler.bootstrap.ground import Wish
from compiler.lint import lint
from tests.unit.bootstrap.policies import (
    ACCOUNT,
    EXAMPLES,
    Call,
    bootstrap,
    example,
    execution_role,
    template,
)
from tests.unit.bootstrap.two_accounts import compiled_from


@pytest.mark.parametrize("name", EXAMPLES)
def test_cfn_lint_has_nothing_to_say_about_what_is_written(name: str) -> None:
    made = bootstrap(name, Wish(with_buckets=True))
    prepared = made.accounts[0]

    findings = lint(prepared.manifest, prepared.files, cache=None, workers=1)

    assert len(prepared.texts) == 3
    assert findings == ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_equal_input_gives_equal_bytes_that_fit_into_a_request(name: str) -> None:
    one, other = (bootstrap(name, Wish(with_buckets=True)).accounts[0].files for _ in range(2))

    assert one == other
    assert max(len(text) for text in one.values()) <= 51_200


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_policy_is_larger_than_iam_takes_and_no_sid_stands_twice(name: str) -> None:
    body = template(bootstrap(name), "us-east-1/execution")

    policies = [
        one["Properties"]["PolicyDocument"]
        for one in body["Resources"].values()
        if one["Type"] == "AWS::IAM::ManagedPolicy"
    ]

    assert 1 <= len(policies) <= 10
    for policy in policies:
        assert len("".join(json.dumps(policy).split())) <= 6_144
    sids = [one["Sid"] for policy in policies for one in policy["Statement"]]
    assert len(sids) == len(set(sids))


def test_what_handlers_name_and_the_role_does_not_get_is_told_with_its_reason() -> None:
    left_out = {one.permission: one.why for one in bootstrap("shop-prod").accounts[0].left_out}

    assert left_out["s3:DeleteObject"] == (
        "no template needs it, and it reaches what is not the migration's to change"
    )
    assert left_out["s3:REST.PUT.OBJECT"] == "IAM knows no such action"
    assert left_out["rds:AddRoleToDBInstance"] == (
        "only AssociatedRoles needs it, which no template sets"
    )
    assert left_out["ec2:Get*"] == "too wide: what is needed is spelled out"


def test_a_property_that_needs_a_withheld_permission_brings_it() -> None:
    compiled = example("shop-prod")
    id_ = "us-west-2/database-orders"
    body = json.loads(compiled.templates[id_])
    body["Resources"]["Database"]["Properties"]["AssociatedRoles"] = []
    texts = {**compiled.templates, id_: json.dumps(body)}
    call = Call(
        action="rds:AddRoleToDBInstance",
        resource=f"arn:aws:rds:us-west-2:{ACCOUNT}:db:shop-prod-orders",
        region="us-west-2",
    )

    without = build(compiled.manifest, compiled.templates, Wish())
    made = build(compiled.manifest, texts, Wish())

    assert not execution_role(without).allows(call)
    assert execution_role(made).allows(call)


def test_a_type_that_the_registry_does_not_know_is_refused() -> None:
    compiled = example("hello-trial")
    id_ = "eu-west-1/keys"
    body = json.loads(compiled.templates[id_])
    body["Resources"]["Odd"] = {"Type": "AWS::No::Such", "Properties": {}}

    made = build(compiled.manifest, {**compiled.templates, id_: json.dumps(body)}, Wish())

    assert [one.code for one in made.findings] == ["SF562"]
    assert made.is_refused


def test_more_operators_than_a_trust_policy_holds_are_refused() -> None:
    operators = tuple(f"arn:aws:iam::{ACCOUNT}:role/operator-{number:03}" for number in range(60))

    made = bootstrap("hello-trial", Wish(operators=operators))

    (finding,) = made.findings
    assert (finding.code, finding.way_out) == (
        "SF563",
        "Name fewer operators, or several by one ARN with a wildcard.",
    )
    assert made.is_refused


def test_a_template_that_no_request_takes_is_refused() -> None:
    compiled = example("shop-prod")
    manifest = replace(
        compiled.manifest,
        tags={f"Tag{number:02}": "x" * 250 for number in range(48)},
    )

    made = build(manifest, compiled.templates, Wish())

    assert [one.code for one in made.findings] == ["SF563"]
    assert "us-east-1/execution would have 5" in made.findings[0].detail


def test_other_partitions_have_arns_and_principals_of_their_own() -> None:
    text = Path("spec/examples/minimal.yaml").read_text(encoding="utf-8")
    text = text.replace("eu-west-1", "cn-north-1").replace("eu-north-1", "cn-northwest-1")
    compiled = compiled_from(text)

    made = build(compiled.manifest, compiled.templates, Wish(with_buckets=True))

    written = b"".join(made.accounts[0].texts.values()).decode()
    assert "arn:aws:" not in written
    assert "arn:aws-cn:iam::111122223333:role/hello-trial-*" in written
    assert '"ec2.amazonaws.com.cn"' in written
