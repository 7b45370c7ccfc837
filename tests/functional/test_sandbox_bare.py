"""A bare sandbox: like an account in which nobody has prepared anything."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.functional.served_clients import HOME, OTHER, REGION, Client, through_role, with_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ADMINISTRATION = "AWSCloudFormationStackSetAdministrationRole"
EXECUTION = "AWSCloudFormationStackSetExecutionRole"
NO_ADMINISTRATION = (
    f"Account {HOME} should have '{ADMINISTRATION}' role with trust relationship to "
    "CloudFormation service."
)
NO_EXECUTION = (
    f"Account {OTHER} should have '{EXECUTION}' role with trust relationship to Role "
    f"'{ADMINISTRATION}'."
)
BODY = json.dumps({"Resources": {"Log": {"Type": "AWS::Logs::LogGroup"}}})


@pytest.fixture(name="environment")
def _environment() -> Iterator[Mapping[str, str]]:
    command = [str(Path(sys.executable).with_name("stackferry")), "sandbox", "--port", "0"]
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [*command, "templates_out/streaming-staging", "--bare"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline().removeprefix("export ") for _ in range(5)]
    yield dict(line.strip().split("=", 1) for line in lines)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert "provided:" not in errors


def statement(**parts: object) -> str:
    content = [{"Effect": "Allow", "Action": "sts:AssumeRole", **parts}]
    return json.dumps({"Version": "2012-10-17", "Statement": content})


def deploy(sets: Client, name: str) -> tuple[str, str]:
    """Deploy into the other account; return the result and its reason."""
    sets.create_stack_instances(
        StackSetName="logs", Accounts=[OTHER], Regions=[REGION], OperationId=name
    )
    found = sets.list_stack_set_operation_results(StackSetName="logs", OperationId=name)
    (result,) = found["Summaries"]
    return result["Status"], result.get("StatusReason", "")


def test_stack_sets_need_their_two_roles_and_nothing_is_provided(
    environment: Mapping[str, str],
) -> None:
    sets = with_keys(environment, "cloudformation")
    there = {**environment, "AWS_ACCESS_KEY_ID": f"AKIASBOX{OTHER}"}
    reader = f"arn:aws:iam::{OTHER}:role/{EXECUTION}"
    sets.create_stack_set(StackSetName="logs", TemplateBody=BODY)

    assert with_keys(environment, "iam").list_roles()["Roles"] == []
    assert deploy(sets, "nothing") == ("FAILED", NO_ADMINISTRATION)
    iam = with_keys(environment, "iam")
    iam.create_role(
        RoleName=ADMINISTRATION,
        AssumeRolePolicyDocument=statement(Principal={"Service": "cloudformation.amazonaws.com"}),
    )
    iam.put_role_policy(
        RoleName=ADMINISTRATION,
        PolicyName="assume",
        PolicyDocument=statement(Resource=f"arn:*:iam::*:role/{EXECUTION}"),
    )
    assert deploy(sets, "half") == ("FAILED", NO_EXECUTION)
    with pytest.raises(ClientError, match="AccessDenied"):
        through_role(environment, reader, "cloudformation")
    with_keys(there, "iam").create_role(
        RoleName=EXECUTION,
        AssumeRolePolicyDocument=statement(Principal={"AWS": f"arn:aws:iam::{HOME}:root"}),
    )
    assert deploy(sets, "whole") == ("SUCCEEDED", "")
    (stack,) = through_role(environment, reader, "cloudformation").describe_stacks()["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
