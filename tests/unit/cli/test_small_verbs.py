"""`explain`, `schema` and `init`."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from compiler.cli.program import run
from spec.codes import CARDS
from spec.schema import json_schema
from spec.starter import starter

if TYPE_CHECKING:
    from pathlib import Path


def test_a_card_is_explained_however_the_code_is_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["explain", "sf104"]) == 0
    assert capsys.readouterr().out == dedent("""\
        error[SF104]: Line is indented with a tab

        A tab is as wide as each editor likes, so YAML forbids it (YAML 1.2.2, 2021-10-01, 6.1).

        Way out: Indent with spaces; most editors convert a whole file at once.
    """)


@pytest.mark.parametrize("code", sorted(CARDS))
def test_every_code_can_be_explained(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    card = CARDS[code]

    assert run(["explain", code]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{card.severity}[{code}]: {card.title}\n")
    assert " ".join(card.fix.split()) in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 110


def test_all_codes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 0
    assert [line[:5] for line in capsys.readouterr().out.splitlines()] == sorted(CARDS)


def test_an_unknown_code_is_a_mistake_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "SF999"]) == 2
    assert "There is no code 'SF999'." in capsys.readouterr().err


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 0
    out, err = capsys.readouterr()
    assert out == json_schema()
    assert json.loads(out)["title"] == "A stackferry spec"
    assert err == ""


def test_a_spec_to_begin_with_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["init"]) == 0
    assert (tmp_path / "migration.yaml").read_text() == starter()
    assert capsys.readouterr() == (
        "",
        "Wrote migration.yaml. Edit it, then run: stackferry validate migration.yaml\n",
    )
    assert run(["validate", "migration.yaml"]) == 0


def test_a_spec_to_begin_with_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "-"]) == 0
    assert capsys.readouterr() == (starter(), "")


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mine")

    assert run(["init", str(path)]) == 2
    assert path.read_text() == "mine"
    assert f"{path} exists already" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_no_bug(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "missing" / "migration.yaml"

    assert run(["init", str(path)]) == 2
    assert f"cannot write {path}: No such file or directory" in capsys.readouterr().err
