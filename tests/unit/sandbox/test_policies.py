"""What is read of IAM policies."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.sandbox.policies import lets_in, may, names_of, unconditional

HOME = "111122223333"
ADMIN = f"arn:aws:iam::{HOME}:role/Admin"
TARGET = "arn:aws:iam::444455556666:role/Target"
ASSUME = "sts:AssumeRole"


def statement(**parts: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {"Statement": [{"Effect": "Allow", "Action": ASSUME, **parts}]}


@pytest.mark.parametrize(
    "principal",
    ["*", {"AWS": "*"}, {"AWS": HOME}, {"AWS": [TARGET, f"arn:aws:iam::{HOME}:root"]}],
)
def test_an_account_is_let_in_under_each_of_its_names(principal: object) -> None:
    policy = statement(Principal=principal)

    assert lets_in(policy, {"AWS": names_of(HOME, "aws")}, ASSUME)


@pytest.mark.parametrize(
    "parts",
    [
        {"Principal": {"AWS": TARGET}},
        {"Principal": {"Service": HOME}},
        {"Principal": {"AWS": HOME}, "Effect": "Deny"},
        {"Principal": {"AWS": HOME}, "Action": "sts:TagSession"},
        {"Principal": {"AWS": HOME}, "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Principal": {"AWS": HOME}, "Condition": {"StringEquals": {"sts:ExternalId": "x"}}},
        {},
    ],
)
def test_anything_else_does_not_let_it_in(parts: dict[str, Any]) -> None:
    assert not lets_in(statement(**parts), {"AWS": names_of(HOME, "aws")}, ASSUME)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"StringEquals": {"aws:SourceAccount": HOME}}, True),
        ({"StringEquals": {"AWS:SourceAccount": ["9", HOME]}}, True),
        ({"StringEquals": {"aws:SourceAccount": "1111*"}}, False),
        ({"StringLike": {"aws:SourceAccount": "1111*"}}, True),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudformation:*:{HOME}:stackset/*"}}, True),
        ({"ArnEquals": {"aws:SourceArn": "arn:aws:cloudformation:*:9:stackset/*"}}, False),
    ],
)
def test_conditions_are_held_against_what_is_known(condition: object, *, holds: bool) -> None:
    facts = {
        "aws:SourceAccount": HOME,
        "aws:SourceArn": f"arn:aws:cloudformation:eu-central-1:{HOME}:stackset/net:1",
    }
    policy = statement(Principal={"Service": "cloudformation.amazonaws.com"}, Condition=condition)

    found = lets_in(policy, {"Service": ["cloudformation.amazonaws.com"]}, ASSUME, facts=facts)

    assert found is holds


def test_a_single_statement_may_stand_without_a_list() -> None:
    policy = {"Statement": {"Effect": "Allow", "Action": "STS:*", "Principal": {"AWS": ADMIN}}}

    assert lets_in(policy, {"AWS": [ADMIN]}, ASSUME)
    assert not lets_in({}, {"AWS": [ADMIN]}, ASSUME)


def test_a_policy_of_a_resource_names_the_resource() -> None:
    policy = statement(Principal="*", Action=["s3:Get*"], Resource="arn:aws:s3:::box/*")

    asked = {"AWS": names_of(HOME, "aws")}
    assert lets_in(policy, asked, "s3:GetObject", resource="arn:aws:s3:::box/a/b")
    assert not lets_in(policy, asked, "s3:GetObject", resource="arn:aws:s3:::other/a")
    assert not lets_in(policy, asked, "s3:PutObject", resource="arn:aws:s3:::box/a")


def test_a_role_may_what_is_allowed_and_nowhere_denied() -> None:
    allowed = statement(Resource="arn:aws:iam::*:role/Target")
    denied = statement(Resource=TARGET, Effect="Deny")

    assert may([allowed], ASSUME, TARGET)
    assert not may([allowed, denied], ASSUME, TARGET)
    assert not may([statement(Resource=ADMIN)], ASSUME, TARGET)
    assert not may([], ASSUME, TARGET)


def test_a_statement_whose_condition_does_not_hold_says_nothing() -> None:
    by_tls = {"Bool": {"aws:SecureTransport": "false"}}
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Deny", "Action": "s3:*", "Condition": by_tls},
            {"Effect": "Allow", "Action": "s3:GetObject"},
        ],
    }

    assert unconditional(policy, {"aws:SecureTransport": "true"})["Statement"] == [
        {"Effect": "Allow", "Action": "s3:GetObject"}
    ]
    assert unconditional(policy, {"aws:SecureTransport": "false"})["Statement"] == [
        {"Effect": "Deny", "Action": "s3:*"},
        {"Effect": "Allow", "Action": "s3:GetObject"},
    ]
