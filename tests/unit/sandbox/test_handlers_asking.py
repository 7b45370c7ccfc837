"""How handlers ask a service, name resources and read policies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused, Scope
from compiler.sandbox.handlers.grants import allows, matches
from compiler.sandbox.handlers.identity import merged, physical_name, without_system
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, document, shaped
from tests.unit.sandbox.handlers_ground import (
    STACK_TAGS,
    SYSTEM_TAGS,
    SandboxClients,
    pairs,
    scope_in,
    services,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def test_values_get_the_types_that_the_operation_asks_for(scope: Scope) -> None:
    model = scope.client("elbv2").meta.service_model.operation_model("CreateTargetGroup")

    given = shaped(
        model.input_shape,
        {
            "Port": "80",
            "HealthCheckPort": 81,
            "HealthCheckEnabled": "true",
            "Matcher": {"HttpCode": 200},
            "Tags": [{"Key": "a", "Value": True}],
            "HealthCheckIntervalSeconds": "soon",
            "Unknown": "1",
        },
    )

    assert given == {
        "Port": 80,
        "HealthCheckPort": "81",
        "HealthCheckEnabled": True,
        "Matcher": {"HttpCode": "200"},
        "Tags": [{"Key": "a", "Value": "true"}],
        "HealthCheckIntervalSeconds": "soon",
        "Unknown": "1",
    }


def test_what_the_service_refuses_is_refused_in_its_words(scope: Scope) -> None:
    with pytest.raises(Refused) as refused:
        ask(scope.client("iam"), "get_role", RoleName="nobody")
    assert refused.value.code == "NoSuchEntity"
    assert str(refused.value) == "Role nobody not found (Code: NoSuchEntity)"

    assert ask_or_none(scope.client("iam"), "get_role", "NoSuchEntity", RoleName="nobody") is None
    with pytest.raises(Refused):
        ask_or_none(scope.client("iam"), "get_role", "Other", RoleName="nobody")


def test_a_parameter_that_the_operation_does_not_know_is_refused_by_name(scope: Scope) -> None:
    with pytest.raises(Refused) as refused:
        ask(scope.client("iam"), "get_role", RoleName="nobody", Colour="blue", Empty=None)

    assert refused.value.code == "ValidationError"
    assert "Colour" in refused.value.reason
    assert "Empty" not in refused.value.reason


def test_a_document_is_text_whatever_it_was(scope: Scope) -> None:
    del scope
    assert document({"a": [1]}) == '{"a": [1]}'
    assert document('{"a":1}') == '{"a":1}'


def test_a_made_up_name_fits_its_limit_and_begins_with_its_stack(scope: Scope) -> None:
    long = replace(scope, stack_name="s" * 100)

    assert physical_name(scope).startswith("shop-Thing-")
    assert physical_name(scope, lower=True).startswith("shop-thing-")
    assert len(physical_name(long, limit=32)) == 32
    assert len({physical_name(scope) for _ in range(20)}) == 20


def test_own_tags_lie_over_those_of_the_stack(scope: Scope) -> None:
    tags = merged(scope, pairs(("Owner", "me"), ("Name", "x")))

    assert tags == {**STACK_TAGS, **SYSTEM_TAGS, "Owner": "me", "Name": "x"}
    assert list(tags) == sorted(tags)
    assert without_system(pairs(*SYSTEM_TAGS.items(), ("b", "2"), ("a", "1"))) == pairs(
        ("a", "1"), ("b", "2")
    )


def statement(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {
        "Effect": "Allow",
        "Principal": {"Service": ["s3.amazonaws.com", "logs.amazonaws.com"]},
        "Action": ["s3:Get*", "s3:PutObject"],
        "Resource": "arn:aws:s3:::a/*",
        **changed,
    }


@pytest.mark.parametrize(
    ("statements", "is_allowed"),
    [
        ([], False),
        ([statement()], True),
        ([statement(Action="*", Resource="*")], True),
        ([statement(Action="S3:getobject")], True),
        ([statement(Action="s3:PutObject")], False),
        ([statement(Resource="arn:aws:s3:::b/*")], False),
        ([statement(Principal="*")], True),
        ([statement(Principal={"AWS": "*"})], True),
        ([statement(Principal={"Service": "ec2.amazonaws.com"})], False),
        ([statement(), statement(Effect="Deny", Principal="*", Action="s3:*")], False),
        (
            [
                statement(),
                statement(
                    Effect="Deny",
                    Principal="*",
                    Condition={"Bool": {"aws:SecureTransport": "false"}},
                ),
            ],
            True,
        ),
    ],
)
def test_a_policy_grants_what_its_statements_say(
    statements: list[dict[str, Any]], *, is_allowed: bool
) -> None:
    found = allows(
        [document({"Statement": statements})],
        action="s3:GetObject",
        resource="arn:aws:s3:::a/b",
        principal=[("Service", "s3.amazonaws.com")],
    )

    assert found is is_allowed


def test_several_policies_grant_together_and_one_of_a_role_names_nobody() -> None:
    plain = {key: value for key, value in statement().items() if key != "Principal"}
    denied = {**plain, "Effect": "Deny"}

    one, two = {"Statement": plain}, {"Statement": [denied]}

    def allowed(*policies: dict[str, Any]) -> bool:
        return allows(policies, action="s3:GetObject", resource="arn:aws:s3:::a/b")

    assert (allowed(one), allowed(two), allowed(one, two)) == (True, False, False)


def test_only_the_star_and_the_question_mark_are_special_in_a_pattern() -> None:
    assert matches("a.*?", "a.bc")
    assert not matches("a.b", "axb")
    assert not matches("a", "ab")


def test_a_region_that_does_not_exist_is_refused_by_name(scope: Scope) -> None:
    nowhere = replace(scope, region="eu-centre-1", client=SandboxClients("eu-centre-1"))
    said = "The region 'eu-centre-1' is not supported for this operation"

    with pytest.raises(Refused, match=said):
        beneath("ec2", nowhere.account, nowhere.region)
    with pytest.raises(Refused, match=said):
        ask(nowhere.client("ec2"), "create_vpc", CidrBlock="10.0.0.0/16")
