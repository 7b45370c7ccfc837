"""The smallest example cut over and its source retired, as one types it, in the sandbox."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.cli.program import run
from compiler.cli.sandbox import provide
from compiler.deploy.cutover.rehearsal import Rehearsal, rehearsal_path, write_rehearsal
from compiler.deploy.path.states import read_states, whole
from compiler.sandbox.embedded import embedded
from tests.functional.documents import valid

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLE = Path("templates_out/hello-trial")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Iterator[Path]:
    """Stand in `warm`, in a sandbox inside this process."""
    folder = tmp_path / EXAMPLE.name
    shutil.copytree(EXAMPLE, folder)
    states = read_states(folder)
    assert not isinstance(states, tuple)
    with embedded() as sandbox:
        provide(sandbox, whole(states))
        words = ["--yes", "--force", "--reason", "a test"]
        assert run(["deploy", str(folder), "--to", "warm", *words]) == 0
        yield folder


def rehearsed(folder: Path) -> None:
    states = read_states(folder)
    assert not isinstance(states, tuple)
    manifest = states["warm"].manifest
    write_rehearsal(
        rehearsal_path(folder),
        Rehearsal(
            migration="hello-trial",
            spec_file=manifest.spec_file,
            spec_sha256=manifest.spec_sha256,
            rehearsed=datetime(2026, 11, 24, tzinfo=UTC),
            seconds={"fence": 1.0},
            downtime_seconds=5.0,
        ),
    )


def test_an_example_is_cut_over_and_its_source_is_retired(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, named = ["--acknowledge", "hello-trial"], str(folder)
    capsys.readouterr()

    # Nothing begins that was not rehearsed, or acknowledged by its own name.
    assert run(["cutover", named, "--json", *name]) == 1
    refused = valid("cutover", capsys.readouterr().out)
    assert run(["retire", named, "--json", *name]) == 1
    too_early = valid("retire", capsys.readouterr().out)
    rehearsed(folder)
    assert run(["cutover", named, "--acknowledge", "shop-prod"]) == 2
    assert run(["cutover", named, "--yes"]) == 2
    errors = capsys.readouterr().err
    assert not (folder / "reports").exists()
    assert run(["cutover", named, *name, "--force", "--reason", "tonight or never"]) == 0
    told = capsys.readouterr().out.splitlines()
    # What is left is to verify it, and to settle.
    assert run(["cutover", named, "--settle", "--json"]) == 0
    settled = valid("cutover", capsys.readouterr().out)
    assert run(["retire", named, *name]) == 0
    retired = capsys.readouterr().out.splitlines()

    assert ([one["code"] for one in refused["findings"]], refused["run"]) == (["SF662"], None)
    assert ([one["code"] for one in too_early["findings"]], too_early["run"]) == (["SF665"], None)
    assert "the folder is of hello-trial, not of shop-prod." in errors
    assert "no way leads back from switch; --yes is not enough" in errors
    for line in (
        "On from promote to switch: ONE WAY for data. It takes about 1 m.",
        "  10 s  measured by the rehearsal",
        "  switch, eu-north-1/access: update",
        "hello-trial stands in switch.",
        "The target serves.",
        f"    $ stackferry deploy {folder} --to settle",
    ):
        assert line in told
    assert any("s of at most 30 m 00 s] eu-west-1/access: updated" in line for line in told)
    assert [one["to"] for one in settled["run"]["transitions"]] == ["settle"]
    assert settled["downtime"]["began"] == ""
    assert "hello-trial stands in retire." in retired
    assert "What is left of the source, read back from AWS:" in retired
    evidence = json.loads((folder / "evidence" / "fence.json").read_text(encoding="utf-8"))
    assert evidence["forced"]["reason"] == "tonight or never"
    _are_told(folder / "reports")


def _are_told(reports: Path) -> None:
    texts = sorted(reports.glob("*.md"))
    assert [text.read_text(encoding="utf-8").splitlines()[0] for text in texts] == [
        "# Cutover of hello-trial",
        "# Cutover of hello-trial",
        "# Retirement of hello-trial",
    ]
    cutover, _, retirement = (
        text.with_suffix(".json").read_text(encoding="utf-8") for text in texts
    )
    document = valid("cutover", cutover)
    assert [one["to"] for one in document["run"]["transitions"]] == ["fence", "promote", "switch"]
    assert document["run"]["reason"] == "tonight or never"
    downtime = document["downtime"]
    assert 0 < downtime["seconds"] < downtime["expected_seconds"] < downtime["announced_seconds"]
    assert document["run"]["ending"]["serving"] == "target"
    left = valid("retire", retirement)["left"]
    assert {(one["type"], one["found"]) for one in left} == {
        ("AWS::KMS::Key", "there"),
        ("AWS::Logs::LogGroup", "not told"),
        ("AWS::S3::Bucket", "there"),
    }
