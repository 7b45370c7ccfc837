"""Saved plans as they are typed: written, carried out once, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.cli.program import run
from tests.functional.planned_shop import (
    FRESH,
    NETWORK,
    OTHER,
    everything,
    said,
)

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.sandbox.embedded import Served


def test_a_saved_plan_is_carried_out_once(
    served: Served, folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "plan.json")
    assert said(capsys, "plan", folder, "--out", file) == (
        f"{FRESH}Written to {file}. To carry out exactly this: stackferry deploy --plan {file}\n"
    )

    first = said(capsys, "deploy", "--plan", file)
    second = said(capsys, "deploy", "--plan", file, code=1)

    assert first.startswith(FRESH)
    assert "Done in " in first
    assert second.count("error[SF511]: Saved plan is not what would be done now") == 3
    assert len(everything(served)) == 6


def test_a_plan_that_something_speaks_against_is_not_saved(
    served: Served, folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.json"

    told = said(capsys, "plan", folder, "--accounts", OTHER, "--out", str(file), code=1)

    assert "error[SF515]: Stack cannot stand in several accounts" in told
    assert "Fan out only what stands by itself: --only us-east-1/network --only eu" in told
    assert not file.exists()
    assert everything(served) == []


@pytest.mark.usefixtures("served")
def test_a_file_that_is_no_plan_is_said_to_be_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text("{}")

    assert run(["deploy", "--plan", "plan.json"]) == 2
    assert capsys.readouterr().err == (
        'Error: "plan.json" is no saved plan of this version (folder: Field required). '
        "Name a file that `stackferry plan --out` of this version wrote.\n"
    )


@pytest.mark.usefixtures("served")
def test_a_plan_that_cannot_be_written_is_said_to_be(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plan", folder, "--out", str(tmp_path / "none" / "plan.json")]) == 2
    assert "No such file or directory" in capsys.readouterr().err


def test_a_saved_plan_holds_what_was_asked_for(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["deploy", folder, "--plan", "plan.json", "--only", NETWORK]) == 2
    assert "--plan holds what was asked for; leave --only out." in capsys.readouterr().err
