"""The deploy of an example, killed over HTTP: another process ends it with the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.embedded import Served, serve

if TYPE_CHECKING:
    from compiler.deploy.targets import Via

FOLDER = "templates_out/hello-trial"
STACKFERRY = str(Path(sys.executable).with_name("stackferry"))
DYING = str(Path(__file__).with_name("dying_deploy.py"))
STRIDE = 13
"""At how many of the calls: each costs two processes."""

ROOT = Path(__file__).parents[2]


def process(served: Served, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- our own command
        argv,
        env={**os.environ, **served.environment("eu-north-1"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def stacks(served: Served) -> list[str]:
    """Names of the stacks in both regions, without what makes each of StackSets' unique."""
    return sorted(
        stack["StackName"]
        for region in ("eu-west-1", "eu-north-1")
        for page in served.sandbox.client("cloudformation", region)
        .get_paginator("list_stacks")
        .paginate()
        for stack in page["StackSummaries"]
        if stack["StackStatus"] != "DELETE_COMPLETE"
    )


@pytest.mark.slow
@pytest.mark.parametrize("via", ["stacksets", "stacks"])
def test_what_a_killed_process_began_another_one_ends(via: Via) -> None:
    with serve() as served:
        whole = process(served, sys.executable, DYING, FOLDER, served.url, via, "0", "")
        assert whole.returncode == 0, whole.stderr
        wanted, calls = stacks(served), int(whole.stdout)

    for number in range(1, calls + 1, STRIDE):
        for moment in ("before the call", "after the call"):
            with serve() as served:
                end = process(
                    served, sys.executable, DYING, FOLDER, served.url, via, str(number), moment
                )
                assert end.returncode == -signal.SIGKILL
                assert process(served, STACKFERRY, "unlock", FOLDER, "--yes").returncode == 0
                again = process(served, STACKFERRY, "deploy", FOLDER, "--via", via, "--yes")

                assert again.returncode == 0, again.stdout + again.stderr
                assert len(stacks(served)) == len(wanted)
