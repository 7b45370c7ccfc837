from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    assert_read,
    assert_refused,
    live,
    scope_in,
    services,
)
from tests.unit.sandbox.handlers_s3 import BLOCKED, BUCKETS, POLICIES, policy, role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Scope


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def test_a_bucket_policy_is_set_replaced_and_taken_away(scope: Scope) -> None:
    BUCKETS.create(scope, {"BucketName": "plain"})
    other = policy(Action="s3:DeleteObject")

    live(
        POLICIES,
        scope,
        {"Bucket": "plain", "PolicyDocument": policy()},
        {"PolicyDocument": (other, other)},
    )


def test_a_bucket_has_one_policy(scope: Scope) -> None:
    BUCKETS.create(scope, {"BucketName": "plain"})
    POLICIES.create(scope, {"Bucket": "plain", "PolicyDocument": policy()})

    assert_refused(
        "AlreadyExists",
        "already exists on bucket plain",
        POLICIES,
        scope,
        {"Bucket": "plain", "PolicyDocument": policy()},
    )


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"Principal": None}, "Missing required field Principal"),
        ({"Action": None}, "Missing required field Action"),
        ({"Resource": "arn:aws:s3:::other/*"}, "Policy has invalid resource"),
        ({"Action": "sqs:SendMessage"}, "Policy has invalid action"),
        (
            {"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::plain/*"},
            "Action does not apply to any resource(s) in statement",
        ),
        (
            {"Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::plain"},
            "Action does not apply to any resource(s) in statement",
        ),
        (
            {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/nobody"}},
            "Invalid principal in policy",
        ),
    ],
)
def test_a_malformed_bucket_policy_is_refused(
    scope: Scope, changed: dict[str, Any], part: str
) -> None:
    BUCKETS.create(scope, {"BucketName": "plain"})

    assert_refused(
        "MalformedPolicy",
        part,
        POLICIES,
        scope,
        {"Bucket": "plain", "PolicyDocument": policy(**changed)},
    )


def test_a_policy_may_be_given_as_text_that_must_be_json(scope: Scope) -> None:
    BUCKETS.create(scope, {"BucketName": "plain"})

    assert_refused(
        "MalformedPolicy",
        "must be valid JSON",
        POLICIES,
        scope,
        {"Bucket": "plain", "PolicyDocument": "{"},
    )
    given = {"Bucket": "plain", "PolicyDocument": json.dumps(policy())}
    created = POLICIES.create(scope, given)
    assert_read(POLICIES, scope, created, {"PolicyDocument": policy()})


def test_a_policy_may_name_those_that_exist_and_those_of_other_accounts(scope: Scope) -> None:
    BUCKETS.create(scope, {"BucketName": "plain"})
    known = [role(scope), "arn:aws:iam::999999999999:role/unknown", "111122223333"]
    given = {"Bucket": "plain", "PolicyDocument": policy(Principal={"AWS": known})}

    assert_read(POLICIES, scope, POLICIES.create(scope, given), given)


def test_a_policy_for_a_missing_bucket_is_refused(scope: Scope) -> None:
    assert_refused(
        "NoSuchBucket", "not exist", POLICIES, scope, {"Bucket": "x", "PolicyDocument": policy()}
    )


def test_a_public_policy_is_refused_where_public_policies_are_blocked(scope: Scope) -> None:
    BUCKETS.create(scope, {"BucketName": "plain", "PublicAccessBlockConfiguration": BLOCKED})
    public = policy(Effect="Allow", Action="s3:GetObject", Condition=None)

    assert_refused(
        "AccessDenied",
        "public policies are blocked",
        POLICIES,
        scope,
        {"Bucket": "plain", "PolicyDocument": public},
    )
