"""Names and tokens that AWS does not take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.sandbox.engine.refusals import refusal

if TYPE_CHECKING:
    from tests.unit.sandbox.engine.shelf import Client

BODY = '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}'
LONG = "x" * 129


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (LONG, "Member must have length less than or equal to 128"),
        ("1st", "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"),
        ("my_app", "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"),
        ("app.one", "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"),
    ],
)
def test_a_name_that_is_none_is_refused(cloudformation: Client, name: str, why: str) -> None:
    told = refusal(lambda: cloudformation.create_stack(StackName=name, TemplateBody=BODY))

    assert told == (
        f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy "
        f"constraint: {why}"
    )
    assert cloudformation.list_stacks()["StackSummaries"] == []


@pytest.mark.parametrize(("stack", "change_set"), [("my_app", "c"), ("app", "my_c"), ("app", LONG)])
def test_a_change_set_has_a_name_and_is_of_a_stack_with_a_name(
    cloudformation: Client, stack: str, change_set: str
) -> None:
    told = refusal(
        lambda: cloudformation.create_change_set(
            StackName=stack, ChangeSetName=change_set, ChangeSetType="CREATE", TemplateBody=BODY
        )
    )

    assert told.startswith("1 validation error detected: ")
    assert cloudformation.list_stacks()["StackSummaries"] == []


def test_a_token_that_is_none_is_refused(cloudformation: Client) -> None:
    told = refusal(
        lambda: cloudformation.create_stack(
            StackName="app", TemplateBody=BODY, ClientRequestToken="a_b"
        )
    )

    assert told == (
        "1 validation error detected: Value 'a_b' at 'clientRequestToken' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9][-a-zA-Z0-9]*"
    )
