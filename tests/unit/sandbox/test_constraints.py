"""Texts and lists that AWS refuses before it looks at anything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.embedded import embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = json.dumps({"Resources": {"Log": {"Type": "AWS::Logs::LogGroup"}}})
NO_MATCH = "failed to satisfy constraint: Member must satisfy regular expression pattern: "
TOO_LONG = "failed to satisfy constraint: Member must have length less than or equal to "


@pytest.fixture(name="cloudformation", scope="module")
def _cloudformation() -> Iterator[Any]:
    with embedded() as box:
        yield box.client("cloudformation")


def refusal(client: Any, operation: str, **given: Any) -> str:  # noqa: ANN401 -- boto3
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**given)
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    return str(refused.value.response["Error"]["Message"])


def test_a_name_must_have_its_pattern(cloudformation: Any) -> None:  # noqa: ANN401 -- boto3
    message = refusal(cloudformation, "create_change_set", StackName="app", ChangeSetName="1st")

    assert message == (
        f"1 validation error detected: Value '1st' at 'changeSetName' {NO_MATCH}"
        "[a-zA-Z][-a-zA-Z0-9]*"
    )


def test_an_operation_id_must_have_its_pattern_and_length(
    cloudformation: Any,  # noqa: ANN401 -- boto3
) -> None:
    where = {"StackSetName": "net", "Accounts": ["111122223333"], "Regions": ["eu-central-1"]}
    long = "o" * 129

    spaced = refusal(cloudformation, "create_stack_instances", **where, OperationId="one two")
    too_long = refusal(cloudformation, "create_stack_instances", **where, OperationId=long)

    assert spaced == (
        f"1 validation error detected: Value 'one two' at 'operationId' {NO_MATCH}"
        "[a-zA-Z0-9][-a-zA-Z0-9]*"
    )
    assert too_long == f"1 validation error detected: Value '{long}' at 'operationId' {TOO_LONG}128"


def test_all_that_is_wrong_is_told_at_once(cloudformation: Any) -> None:  # noqa: ANN401 -- boto3
    message = refusal(
        cloudformation,
        "create_stack_instances",
        StackSetName="net",
        DeploymentTargets={"Accounts": ["12"], "OrganizationalUnitIds": ["shops"]},
        Regions=["eu central 1"],
    )

    assert message.startswith("3 validation errors detected: ")
    for part in (
        f"Value '12' at 'deploymentTargets.accounts.1.member' {NO_MATCH}^[0-9]{{12}}$",
        "Value 'shops' at 'deploymentTargets.organizationalUnitIds.1.member'",
        "Value 'eu central 1' at 'regions.1.member'",
    ):
        assert part in message


def test_a_list_may_be_too_long(cloudformation: Any) -> None:  # noqa: ANN401 -- boto3
    tags = [{"Key": f"k{number}", "Value": "v"} for number in range(51)]

    message = refusal(cloudformation, "create_stack", StackName="app", TemplateBody=BODY, Tags=tags)

    assert message.endswith(f"at 'tags' {TOO_LONG}50")
