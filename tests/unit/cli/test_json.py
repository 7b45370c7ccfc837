"""What the verbs that need no AWS print with `--json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.cli.program import run
from compiler.itinerary import from_bytes
from compiler.phases import ORDER
from spec.codes import CARDS
from spec.starter import starter
from tests.functional.documents import valid

if TYPE_CHECKING:
    from collections.abc import Callable

MINIMAL = "spec/examples/minimal.yaml"
HELLO = "templates_out/hello-trial"


@pytest.fixture(name="printed")
def _printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    return lambda: capsys.readouterr().out


def test_validate_prints_the_same_document_as_its_format(printed: Callable[[], str]) -> None:
    assert run(["validate", "--json", MINIMAL]) == 0
    text = printed()
    assert run(["validate", "--format", "json", MINIMAL]) == 0

    assert text == printed()
    (file,) = valid("validate", text)["files"]
    assert file["file"] == MINIMAL


def test_validate_tells_the_place_by_line_and_by_path(
    tmp_path: Path, printed: Callable[[], str]
) -> None:
    bad = tmp_path / "bad.yaml"
    text = Path(MINIMAL).read_text(encoding="utf-8").replace("eu-north-1", "eu-nord-1")
    bad.write_text(text, encoding="utf-8")

    assert run(["validate", "--json", str(bad)]) == 1
    (file,) = valid("validate", printed())["files"]
    assert file["errors"] == len(file["findings"]) - file["warnings"] > 0
    (found,) = (one for one in file["findings"] if one["path"] == "target.region")
    assert "eu-nord-1" in bad.read_text(encoding="utf-8").splitlines()[found["line"] - 1]


def test_compile_tells_what_was_written_and_then_what_would_change(
    tmp_path: Path, printed: Callable[[], str]
) -> None:
    common = ["compile", MINIMAL, "--out", str(tmp_path), "--no-lint", "--json"]
    folder = str(tmp_path / "hello-trial")

    assert run(common) == 0
    (file,) = valid("compile", printed())["files"]
    assert {**file, "findings": []} == {
        "file": MINIMAL,
        "errors": 0,
        "warnings": len(file["findings"]),
        "findings": [],
        "folder": folder,
        "regions": ["eu-north-1", "eu-west-1"],
        "phases": list(ORDER),
        "templates": len(list(Path(folder).glob("*/*.json"))),
        "is_linted": False,
        "is_written": True,
        "differences": [],
    }

    (tmp_path / "hello-trial" / "eu-west-1" / "keys.json").unlink()
    assert run([*common, "--check"]) == 1
    (file,) = valid("compile", printed())["files"]
    assert (file["is_written"], file["differences"]) == (False, ["missing: eu-west-1/keys.json"])


def test_compile_tells_what_keeps_a_spec_from_being_compiled(
    tmp_path: Path, printed: Callable[[], str]
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("version: 1\n", encoding="utf-8")

    assert run(["compile", str(bad), "--out", str(tmp_path / "out"), "--json"]) == 1
    (file,) = valid("compile", printed())["files"]
    assert file["errors"] == len(file["findings"]) > 0
    assert (file["folder"], file["templates"], file["is_written"]) == (None, 0, False)
    assert not (tmp_path / "out").exists()


def test_lint_tells_how_many_templates_it_read(tmp_path: Path, printed: Callable[[], str]) -> None:
    assert run(["lint", HELLO, "--cache", str(tmp_path), "--json"]) == 0

    itinerary = from_bytes(Path(HELLO, "manifest.json").read_bytes())
    assert valid("lint", printed()) == {
        "command": "lint",
        "version": 1,
        "folder": HELLO,
        "templates": len(itinerary.stacks),
        "findings": [],
    }


def test_export_puts_the_script_into_the_document(printed: Callable[[], str]) -> None:
    assert run(["export", "cli", HELLO]) == 0
    script = printed()
    assert run(["export", "cli", HELLO, "--json"]) == 0

    document = valid("export", printed())
    assert (document["tool"], document["folder"], document["script"]) == ("cli", HELLO, script)


def test_init_tells_where_it_wrote_what(tmp_path: Path, printed: Callable[[], str]) -> None:
    path = tmp_path / "new.yaml"

    assert run(["init", str(path), "--json"]) == 0
    document = valid("init", printed())
    assert (document["path"], document["text"]) == (str(path), starter())
    assert path.read_text(encoding="utf-8") == starter()

    assert run(["init", "-", "--json"]) == 0
    assert valid("init", printed())["path"] is None


def test_explain_prints_one_card_or_all_of_them(printed: Callable[[], str]) -> None:
    assert run(["explain", "sf203", "--json"]) == 0
    (card,) = valid("explain", printed())["codes"]
    assert card["title"] == CARDS["SF203"].title

    assert run(["explain", "--json"]) == 0
    assert [one["code"] for one in valid("explain", printed())["codes"]] == sorted(CARDS)


def test_a_file_that_cannot_be_read_is_told_beside_the_document(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["validate", "--json", "nowhere.yaml"]) == 2
    out, err = capsys.readouterr()

    assert json.loads(out)["files"] == []
    assert err == "Error: cannot read nowhere.yaml: No such file or directory\n"
