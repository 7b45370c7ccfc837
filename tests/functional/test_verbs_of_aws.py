"""deploy, destroy, export and sandbox, as they are typed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from compiler.cli.program import run
from compiler.sandbox.embedded import Served, serve
from tests.functional.documents import valid

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "templates_out/hello-trial"
STACKFERRY = str(Path(sys.executable).with_name("stackferry"))


@pytest.fixture(name="served")
def _served() -> Iterator[Served]:
    with serve() as served:
        yield served


def stackferry(served: Served, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **served.environment("eu-north-1")}
    return subprocess.run(  # noqa: S603 -- our own command
        [STACKFERRY, *arguments],
        env=environment,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


TO = ("--to", "replicate", "--force", "--reason", "a trial")


@pytest.mark.slow
def test_a_migration_is_deployed_left_alone_and_destroyed_over_http(
    served: Served, tmp_path: Path
) -> None:
    # A copy, since the reason is written beside it.
    folder = str(copytree(FOLDER, tmp_path / "hello-trial"))
    first = stackferry(served, "deploy", folder, *TO, "--yes")
    again = stackferry(served, "deploy", folder, "--yes")
    gone = stackferry(served, "destroy", folder, "--yes", "--name", "hello-trial")

    assert (first.returncode, again.returncode, gone.returncode) == (0, 0, 0), first.stdout
    assert "Plan for hello-trial\n" in first.stdout
    assert "eu-north-1/service-web" in first.stdout
    assert "Nothing to do: AWS has what was compiled." in again.stdout
    assert (
        "Looked once more: no stack set, no stack and no lock of this migration is left."
        in gone.stdout
    )


def test_one_region_says_what_waits_for_the_other(served: Served) -> None:
    source = stackferry(served, "deploy", FOLDER, "--yes", "--region", "eu-west-1")

    assert source.returncode == 0
    assert "! eu-west-1/peering: not now: " in source.stdout
    assert "+ eu-north-1" not in source.stdout


@pytest.mark.parametrize("verb", ["deploy", "destroy"])
def test_nobody_to_be_asked_is_a_mistake_of_usage(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([verb, FOLDER]) == 2
    assert "give --yes" in capsys.readouterr().err


def test_a_region_that_nothing_is_compiled_for_is_a_mistake_of_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["deploy", FOLDER, "--sandbox", "--region", "us-east-1"]) == 2
    assert "there is eu-north-1, eu-west-1" in capsys.readouterr().err


def test_a_sandbox_has_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["deploy", FOLDER, "--sandbox", "--endpoint-url", "http://127.0.0.1:1"]) == 2
    assert "exclude each other" in capsys.readouterr().err


def test_no_answer_at_an_address_is_told_in_words(served: Served) -> None:
    unanswered = stackferry(
        served, "deploy", FOLDER, "--yes", "--endpoint-url", "http://127.0.0.1:1"
    )

    assert unanswered.returncode == 3
    assert "error[SF525]" in unanswered.stdout
    assert "Traceback" not in unanswered.stderr


def test_a_deploy_into_the_sandbox_reads_back_from_the_services(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["deploy", FOLDER, "--sandbox", "--to", "replicate"]) == 0

    _, _, inventory = capsys.readouterr().out.partition("read back from the services:\n")
    alike = re.sub(r"(vpc|pcx)-[0-9a-f]{17}|StackSet-\S+", "…", inventory)
    assert alike == Path("tests/functional/hello_inventory.txt").read_text(encoding="utf-8")


def test_the_exported_script_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "cli", FOLDER]) == 0
    assert capsys.readouterr().out.startswith("#!/bin/sh\n# Deploys hello-trial ")


def test_the_sandbox_serves_until_it_is_stopped() -> None:
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [STACKFERRY, "sandbox", "templates_out/streaming-staging", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(5)]
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)

    assert [line.partition("=")[0] for line in lines] == [
        "export AWS_ACCESS_KEY_ID",
        "export AWS_SECRET_ACCESS_KEY",
        "export AWS_DEFAULT_REGION",
        "export AWS_REGION",
        "export AWS_ENDPOINT_URL",
    ]
    assert process.returncode == 0
    assert errors.count("provided: certificate arn:aws:acm:") == 3


def test_a_sandbox_in_the_background_of_a_script_can_be_stopped_and_tells_where_it_is() -> None:
    # A shell that is no terminal's starts what ends in & with SIGINT ignored.
    script = f"trap '' INT; exec {STACKFERRY} sandbox templates_out/hello-trial --port 0 --json"
    process = subprocess.Popen(  # noqa: S603 -- our own command
        ["/bin/sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    text = "".join(iter(process.stdout.readline, "}\n")) + "}\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

    document = valid("sandbox", text)
    assert process.returncode == 0
    assert document["environment"]["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert document["provided"] == []


def test_a_port_that_is_taken_is_a_mistake_of_usage(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    port = served.url.rpartition(":")[2]

    assert run(["sandbox", "--port", port]) == 2
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err
