"""`prove` as it is typed, on a small spec and on what it compiles to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.cli.program import run
from tests.functional.documents import valid
from tests.unit.cli.small_folder import SMALL, written

EDITED = (
    SMALL.read_text(encoding="utf-8")
    .replace("storage_gib: 100", "storage_gib: 100\n    user: owner_app")
    .replace("  media: {}", "  films: {}")
)
"""Another user of the database, and another name of the bucket."""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    return written(tmp_path / "small")


def golden(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def test_a_path_is_told_step_by_step(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prove", folder]) == 0

    assert capsys.readouterr().out == golden("small_proof.txt")


def test_a_step_may_be_told_alone_with_all_that_is_unchanged(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prove", folder, "--phase", "promote", "--all"]) == 0

    assert capsys.readouterr().out == golden("small_proof_of_promotion.txt")


def test_an_edited_spec_is_proven_against_what_was_compiled_before(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = written(tmp_path / "edited", EDITED)

    assert run(["prove", edited, "--against", folder, "--phase", "warm"]) == 1

    assert capsys.readouterr().out == golden("edited_proof.txt")


def test_a_spec_is_compiled_in_passing(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del folder
    assert run(["prove", "small/small.yaml", "--against", "small/small.yaml", "--json"]) == 0
    document = valid("prove", capsys.readouterr().out)

    assert list(tmp_path.iterdir()) == [tmp_path / "small"]
    assert (document["migration"], document["is_proven"]) == ("shop-test", True)
    assert {one["fate"] for step in document["steps"] for one in step["resources"]} == {"unchanged"}
    assert [step["after"] for step in document["steps"]][:2] == ["prepare", "replicate"]


def test_a_document_tells_every_resource_with_its_line(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = written(tmp_path / "edited", EDITED)

    assert run(["prove", edited, "--against", folder, "--phase", "warm", "--json"]) == 1
    document = valid("prove", capsys.readouterr().out)

    (step,) = document["steps"]
    assert (step["door"], step["is_proven"]) == (None, False)
    (database,) = (one for one in step["resources"] if one["stack"] == "eu-west-1/database-orders")
    assert database == {
        "stack": "eu-west-1/database-orders",
        "logical_id": "Database",
        "type": "AWS::RDS::DBInstance",
        "name": "shop-test-orders",
        "fate": "replaced",
        "is_stateful": True,
        "is_derived": False,
        "policy": "Snapshot",
        "properties": [
            {
                "name": "MasterUsername",
                "effect": "replaces",
                "why": "createOnlyProperties of its registry schema",
            }
        ],
        "reason": "MasterUsername changes, and that takes a new resource (createOnlyProperties of"
        " its registry schema). CloudFormation refuses that as long as it is called"
        ' "shop-test-orders", as the new one would be.',
        "path": "databases.orders.user",
        "line": 20,
        "code": "SF410",
    }
    assert [one["code"] for one in document["findings"]] == ["SF410", "SF410", "SF411", "SF411"]


def test_phases_that_only_one_side_has_are_named(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compile", "small/small.yaml", "--no-lint", "--out", "one", "--phase", "warm"]) == 0
    capsys.readouterr()

    assert run(["prove", folder, "--against", "one/shop-test"]) == 0
    out = capsys.readouterr().out

    assert "\nprepare: not compiled in one/shop-test, so not proven.\n" in out
    assert out.endswith("Proven: 1 step, and nothing is lost that cannot be made again.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--phase", "prepare"], "no step of small/shop-test leads into prepare."),
        (["--against", "x", "--deployed"], "--deployed and --against exclude each other."),
        (["--against", "nowhere"], "cannot read nowhere: No such file or directory"),
    ],
)
def test_what_cannot_be_asked_is_a_mistake_of_usage(
    folder: str, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prove", folder, *arguments]) == 2

    assert said in capsys.readouterr().err


def test_two_migrations_are_not_compared(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SMALL.read_text(encoding="utf-8").replace("name: shop", "name: store")
    other = written(tmp_path / "other", text)

    assert run(["prove", folder, "--against", other]) == 2

    assert "is shop-test, and other/store-test is store-test" in capsys.readouterr().err


def test_a_spec_that_does_not_compile_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(SMALL.read_text(encoding="utf-8").replace("eu-north-1", "eu-nord-1"), "utf-8")

    assert run(["prove", str(bad)]) == 1
    assert "error[SF220]" in capsys.readouterr().out
    assert run(["prove", str(bad), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["migration"], document["steps"]) == ("", [])
    assert "SF220" in {one["code"] for one in document["findings"]}
