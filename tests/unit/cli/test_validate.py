from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from compiler.cli.program import run
from spec.decoding import MAX_BYTES
from spec.starter import starter


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "good.yaml"
    path.write_text(starter())
    return str(path)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "bad.yaml"
    path.write_text(starter() + "foo: 1\nbar: 2\n")
    return str(path)


@pytest.fixture
def doubtful(tmp_path: Path) -> str:
    path = tmp_path / "doubtful.yaml"
    path.write_text(starter().replace("  hosted_zone_id: Z0123456789ABCDEFGHIJ\n", ""))
    return str(path)


def test_a_good_spec_is_fine(good: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", good]) == 0
    assert capsys.readouterr() == (f"no findings in {good}\n", "")


def test_errors_are_findings(bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", bad]) == 1
    out, err = capsys.readouterr()
    assert out.count("error[SF120]: Unknown key") == 2
    assert out.endswith(f"\n2 errors in {bad}\n")
    assert err == ""


def test_warnings_alone_are_fine(doubtful: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", doubtful]) == 0
    assert capsys.readouterr().out.endswith(f"\n1 warning in {doubtful}\n")


def test_every_file_is_looked_at(good: str, bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", bad, good]) == 1
    out = capsys.readouterr().out
    assert f"2 errors in {bad}\n" in out
    assert out.endswith(f"no findings in {good}\n")


def test_a_file_that_cannot_be_read_hides_nothing_about_the_others(
    bad: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "missing.yaml")

    assert run(["validate", missing, str(tmp_path), bad]) == 2
    out, err = capsys.readouterr()
    assert out.endswith(f"2 errors in {bad}\n")
    assert err == (
        f"Error: cannot read {missing}: No such file or directory\n"
        f"Error: cannot read {tmp_path}: Is a directory\n"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_cannot_be_read(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(good).chmod(0)

    assert run(["validate", good]) == 2
    assert capsys.readouterr().err == f"Error: cannot read {good}: Permission denied\n"


def test_the_standard_input_can_be_validated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"- a\n")))

    assert run(["validate", "-"]) == 1
    assert "<stdin>:1:1" in capsys.readouterr().out


def test_a_stream_without_end_is_too_large(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "/dev/zero"]) == 1
    assert f"{MAX_BYTES:,}" in capsys.readouterr().out


def test_no_file_is_a_mistake_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate"]) == 2
    assert "Missing argument 'FILE...'" in capsys.readouterr().err


@pytest.mark.parametrize("format_", ["json", "sarif", "github", "text"])
def test_every_format_knows_every_finding(
    format_: str, bad: str, good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["validate", "--format", format_, bad, good]) == 1
    out, err = capsys.readouterr()
    assert out.count("There is no key") == 2
    assert err == ""
    if format_ in {"json", "sarif"}:
        json.loads(out)


@pytest.mark.parametrize("format_", ["json", "sarif"])
def test_a_format_for_programs_is_a_document_without_findings_too(
    format_: str, good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["validate", "--format", format_, good]) == 0
    assert json.loads(capsys.readouterr().out)


def test_what_is_no_terminal_gets_no_colour_and_a_fixed_width(
    bad: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    run(["validate", bad])
    first = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "200")
    run(["validate", bad])

    assert capsys.readouterr().out == first
    assert "\x1b" not in first
