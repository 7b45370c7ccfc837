"""A slow sandbox over HTTP: operations take their time, and go on by themselves."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.embedded import serve
from tests.functional.served_clients import HOME, REGION, Client, with_keys

if TYPE_CHECKING:
    from collections.abc import Callable

EACH = 1.0
BODY = json.dumps({"Resources": {"Log": {"Type": "AWS::Logs::LogGroup"}}})


def start(sets: Client, region: str, name: str) -> None:
    sets.create_stack_instances(
        StackSetName="logs", Accounts=[HOME], Regions=[region], OperationId=name
    )


def status(sets: Client, name: str) -> str:
    found = sets.describe_stack_set_operation(StackSetName="logs", OperationId=name)
    return str(found["StackSetOperation"]["Status"])


def until(reached: Callable[[], bool]) -> float:
    """Wait for *reached*; return how many seconds that took."""
    began = time.monotonic()
    while not reached():
        assert time.monotonic() - began < 30, "it does not go on"
        time.sleep(0.02)
    return time.monotonic() - began


def test_operations_run_one_after_the_other_while_somebody_looks_from_outside() -> None:
    with serve(seconds_per_instance=EACH) as served:
        sets = with_keys(served.environment(REGION), "cloudformation")
        logs = with_keys(served.environment("eu-west-1"), "logs", "eu-west-1")
        sets.create_stack_set(
            StackSetName="logs", TemplateBody=BODY, ManagedExecution={"Active": True}
        )
        start(sets, REGION, "first")
        start(sets, "eu-west-1", "second")
        at_first = (status(sets, "first"), status(sets, "second"))
        with pytest.raises(ClientError, match="OperationIdAlreadyExistsException"):
            start(sets, REGION, "first")
        # Nobody asks CloudFormation meanwhile.
        took = until(lambda: len(logs.describe_log_groups()["logGroups"]) == 1)
        at_last = status(sets, "second")

    assert at_first == ("RUNNING", "QUEUED")
    assert took > EACH
    assert at_last == "SUCCEEDED"


def test_the_command_serves_slowly_on_request() -> None:
    command = [str(Path(sys.executable).with_name("stackferry")), "sandbox", "--port", "0"]
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [*command, "--slow", str(EACH)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline().removeprefix("export ") for _ in range(5)]
    environment = dict(line.strip().split("=", 1) for line in lines)
    try:
        cloudformation = with_keys(environment, "cloudformation")
        cloudformation.create_stack(StackName="alone", TemplateBody=BODY)
        cloudformation.create_stack_set(StackSetName="logs", TemplateBody=BODY)
        start(cloudformation, "eu-west-1", "o")
        with pytest.raises(ClientError, match="OperationInProgressException"):
            start(cloudformation, REGION, "another")
        (stack,) = cloudformation.describe_stacks()["Stacks"]
        begun = (stack["StackStatus"], status(cloudformation, "o"))
        until(lambda: status(cloudformation, "o") == "SUCCEEDED")
        (stack,) = cloudformation.describe_stacks()["Stacks"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)

    assert begun == ("CREATE_IN_PROGRESS", "RUNNING")
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert process.returncode == 0
