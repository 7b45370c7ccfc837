"""A real process that is stopped while AWS is at work, and one that goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.aws import connect
from compiler.deploy.clock import WallClock
from compiler.deploy.folder import Compiled, read_folder
from compiler.deploy.lease import Lease, Taker
from compiler.sandbox.embedded import Served, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "templates_out/hello-trial"
STACKFERRY = str(Path(sys.executable).with_name("stackferry"))
LOCK = "/stackferry/hello-trial/lock"
HOME = "eu-north-1"


@pytest.fixture(name="slow")
def _slow() -> Iterator[Served]:
    with serve(seconds_per_instance=2.0) as served:
        yield served


@pytest.fixture(name="quick")
def _quick() -> Iterator[Served]:
    with serve() as served:
        yield served


def begun(served: Served, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 -- our own command
        [STACKFERRY, *arguments],
        env={**os.environ, **served.environment(HOME)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(served: Served, *arguments: str) -> tuple[int, str, str]:
    with begun(served, *arguments) as process:
        out, errors = process.communicate(timeout=300)
    return process.returncode, out, errors


def until_it_creates(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = ""
    while ": creating" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    return said


def locks(served: Served) -> list[str]:
    found = served.sandbox.client("ssm", HOME).describe_parameters(
        ParameterFilters=[{"Key": "Name", "Option": "BeginsWith", "Values": ["/stackferry"]}]
    )
    return [one["Name"] for one in found["Parameters"]]


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_a_stopped_deploy_says_what_goes_on_and_the_typed_command_ends_it(
    slow: Served, number: signal.Signals
) -> None:
    arguments = ("deploy", FOLDER, "--yes")
    with begun(slow, *arguments) as process:
        until_it_creates(process)
        at_work = locks(slow)
        process.send_signal(number)
        out, errors = process.communicate(timeout=60)

    assert process.returncode == 130, out + errors
    assert at_work == [LOCK]
    assert locks(slow) == []
    assert "Interrupted. AWS goes on with what was started:\n" in out
    assert f"To go on: stackferry deploy {FOLDER} --yes\nNothing is started twice.\n" in out
    assert "Traceback" not in errors

    code, out, errors = ended(slow, *arguments)
    assert code == 0, out + errors
    assert "Done in " in out


def test_one_stop_that_comes_twice_in_a_moment_is_one(slow: Served) -> None:
    with begun(slow, "deploy", FOLDER, "--yes") as process:
        until_it_creates(process)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=60)

    assert process.returncode == 130, out + errors
    assert locks(slow) == []
    assert "Interrupted. AWS goes on with what was started:\n" in out
    assert "Stopped at once" not in errors


@pytest.mark.slow
def test_a_second_signal_ends_the_process_at_once() -> None:
    command = [STACKFERRY, "sandbox", FOLDER, "--port", "0", "--slow", "5"]
    with subprocess.Popen(  # noqa: S603 -- our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as sandbox:
        assert sandbox.stdout is not None
        given = [sandbox.stdout.readline().removeprefix("export ").strip() for _ in range(5)]
        environment = {**os.environ, **dict(line.split("=", 1) for line in given)}
        with subprocess.Popen(  # noqa: S603 -- our own command
            [STACKFERRY, "deploy", FOLDER, "--yes"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            until_it_creates(process)
            # From now on no call is answered.
            sandbox.send_signal(signal.SIGSTOP)
            time.sleep(2)
            process.send_signal(signal.SIGINT)
            time.sleep(1)
            is_waiting = process.poll() is None
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=10)
        sandbox.send_signal(signal.SIGCONT)
        sandbox.send_signal(signal.SIGTERM)
        sandbox.communicate(timeout=60)

    assert is_waiting
    assert process.returncode == 130
    assert errors.endswith("Stopped at once. What AWS was asked for goes on.\n")


def test_who_comes_second_is_told_who_is_at_work_and_unlock_removes_the_lock(
    quick: Served,
) -> None:
    compiled = read_folder(Path(FOLDER))
    assert isinstance(compiled, Compiled)
    there = connect(region=HOME, endpoint_url=quick.url)
    taker = Taker(owner="ada@desk", run="a run that died")
    assert Lease(there, compiled.manifest, taker, "deploy", WallClock()).take() is None

    code, out, _ = ended(quick, "deploy", FOLDER, "--yes")
    assert (code, "error[SF514]" in out, "ada@desk is at work" in out) == (4, True, True)

    nobody_asked, _, errors = ended(quick, "unlock", FOLDER)
    assert (nobody_asked, "give --yes" in errors) == (2, True)
    assert locks(quick) == [LOCK]

    code, out, _ = ended(quick, "unlock", FOLDER, "--yes")
    assert code == 0
    assert out.startswith('ada@desk is at work on "hello-trial": deploy, since ')
    assert out.endswith("\nThe lock was removed.\n")
    assert locks(quick) == []

    assert ended(quick, "unlock", FOLDER, "--yes") == (0, "Nobody holds the lock.\n", "")


@pytest.mark.slow
def test_documents_tell_what_was_done_and_progress_goes_to_the_standard_error(
    quick: Served,
) -> None:
    code, out, errors = ended(quick, "deploy", FOLDER, "--yes", "--json")
    document = json.loads(out)

    assert code == 0, errors
    assert document["command"] == "deploy"
    assert (document["exit_code"], document["stopped"], document["lock"]) == (0, "", "")
    assert {one["end"] for one in document["stacks"]} == {"done"}
    assert {one["status"] for one in document["standing"]} == {"CURRENT (CREATE_COMPLETE)"}
    assert all(one["ended_seconds"] >= one["started_seconds"] for one in document["stacks"])
    assert "eu-north-1/network: created in " in errors

    code, out, _ = ended(quick, "unlock", FOLDER, "--yes", "--json")
    assert (code, json.loads(out)) == (
        0,
        {
            "command": "unlock",
            "exit_code": 0,
            "findings": [],
            "folder": FOLDER,
            "holder": None,
            "is_removed": False,
            "migration": "hello-trial",
            "version": 1,
        },
    )
