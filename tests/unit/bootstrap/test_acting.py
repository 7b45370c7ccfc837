"""What actions take in another account: each of their calls on what they name, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.bootstrap.build import build
from compiler.bootstrap.ground import Wish
from compiler.manifest import Action, Computed, FactSource, FromOutput
from tests.unit.bootstrap.policies import Call, Role, execution_role
from tests.unit.bootstrap.two_accounts import (
    OPERATOR,
    SOURCE,
    TARGET,
    compiled_from,
    spec_of_two_accounts,
)

if TYPE_CHECKING:
    from compiler.kinds import ActionKind

REGION = "us-east-1"
ROLE = f"arn:aws:iam::{SOURCE}:role/shop-prod-media"


def action(kind: ActionKind, account: str = SOURCE, **facts: str | FactSource) -> Action:
    return Action(
        kind=kind,
        key="",
        side="source",
        region=REGION,
        account=account,
        component=(),
        facts={
            name: Computed(value=value) if isinstance(value, str) else value
            for name, value in facts.items()
        },
    )


ACTIONS = (
    action("peering dns", peering=FromOutput(stack="x", output="Y"), role="requester"),
    action("copy existing objects", bucket="shop-media", role_arn=ROLE),
    action("sever connections", database="shop-prod-catalog"),
    action("invalidate cache", distribution=FromOutput(stack="x", output="Y"), paths="/*"),
    action("empty bucket", bucket="shop-old"),
)


def role(*actions: Action, account: str = SOURCE) -> Role:
    compiled = compiled_from(spec_of_two_accounts())
    manifest = replace(compiled.manifest, actions=actions)
    return execution_role(build(manifest, compiled.templates, Wish(operators=(OPERATOR,))), account)


def call(verb: str, resource: str = "*", region: str = REGION, *facts: tuple[str, str]) -> Call:
    return Call(action=verb, resource=resource, region=region, facts=facts)


PASSED = ("iam:PassedToService", "batchoperations.s3.amazonaws.com")

CALLS = {
    "peering dns": (
        call("ec2:DescribeVpcPeeringConnections"),
        call(
            "ec2:ModifyVpcPeeringConnectionOptions",
            f"arn:aws:ec2:{REGION}:{SOURCE}:vpc-peering-connection/pcx-1",
        ),
    ),
    "copy existing objects": (
        call("s3:CreateJob"),
        call("s3:ListJobs"),
        call("s3:DescribeJob", f"arn:aws:s3:{REGION}:{SOURCE}:job/1"),
        call("s3:UpdateJobStatus", f"arn:aws:s3:{REGION}:{SOURCE}:job/1"),
        call("s3:ListBucketVersions", "arn:aws:s3:::shop-media"),
        call("iam:PassRole", ROLE, REGION, PASSED),
    ),
    "sever connections": (
        call("rds:DescribeDBInstances", f"arn:aws:rds:{REGION}:{SOURCE}:db:shop-prod-catalog"),
        call("rds:DescribeEvents"),
        call("rds:RebootDBInstance", f"arn:aws:rds:{REGION}:{SOURCE}:db:shop-prod-catalog"),
    ),
    "invalidate cache": tuple(
        call(f"cloudfront:{verb}", f"arn:aws:cloudfront::{SOURCE}:distribution/E1")
        for verb in ("CreateInvalidation", "GetInvalidation", "ListInvalidations")
    ),
    "empty bucket": (
        call("s3:ListBucketVersions", "arn:aws:s3:::shop-old"),
        call("s3:DeleteObjectVersion", "arn:aws:s3:::shop-old/a/b.png"),
    ),
}

BEYOND = (
    call(
        "ec2:ModifyVpcPeeringConnectionOptions",
        f"arn:aws:ec2:eu-west-3:{SOURCE}:vpc-peering-connection/pcx-1",
        "eu-west-3",
    ),
    call("s3:CreateJob", "*", "eu-west-3"),
    call("iam:PassRole", f"arn:aws:iam::{SOURCE}:role/admin", REGION, PASSED),
    call("rds:RebootDBInstance", f"arn:aws:rds:{REGION}:{SOURCE}:db:crm"),
    call("s3:DeleteObjectVersion", "arn:aws:s3:::shop-media/a/b.png"),
    call("s3:DeleteObject", "arn:aws:s3:::shop-old/a/b.png"),
)


@pytest.mark.parametrize("one", ACTIONS, ids=lambda one: one.kind)
def test_every_call_of_an_action_is_allowed_where_the_manifest_lists_it(one: Action) -> None:
    without, with_it = role(), role(one)

    assert [call for call in CALLS[one.kind] if not with_it.allows(call)] == []
    assert not all(without.allows(call) for call in CALLS[one.kind])


def test_what_no_action_names_stays_closed() -> None:
    found = role(*ACTIONS)

    assert [call for call in BEYOND if found.allows(call)] == []


def test_a_bucket_whose_name_is_not_known_opens_none() -> None:
    found = role(action("empty bucket", bucket=FromOutput(stack="x", output="Y")))

    assert found.statements == role().statements


def test_in_the_target_account_who_deploys_acts_with_its_own_credentials() -> None:
    ours = tuple(replace(one, account=TARGET) for one in ACTIONS)

    assert role(*ours, account=TARGET).statements == role(account=TARGET).statements


def test_actions_of_another_account_give_nothing_here() -> None:
    ours = tuple(replace(one, account=TARGET) for one in ACTIONS)

    assert role(*ours).statements == role().statements
