"""`diff` as it is typed, on a small spec and on what it compiles to."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.cli.program import run
from tests.functional.documents import valid
from tests.unit.cli.small_folder import SMALL, written


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    return written(tmp_path / "small")


def test_each_step_of_a_path_is_told_in_plain_words(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    phases = ("replicate", "warm", "fence", "promote", "switch", "settle", "unprotect", "retire")
    for phase in phases:
        assert run(["diff", folder, "--to", phase]) == 0

    golden = Path(__file__).with_name("small_differences.txt")
    assert capsys.readouterr().out == golden.read_text(encoding="utf-8")


def test_several_steps_at_once_are_told_with_the_door_of_each(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diff", folder, "--from", "warm", "--to", "switch"]) == 0

    assert capsys.readouterr().out.startswith(
        "shop-test: from warm to switch\n"
        "  from warm to fence (reversible)\n"
        "  from fence to promote (loses the replica)\n"
        "  from promote to switch (one-way for data)\n"
        "\n"
        "database orders\n"
    )


def test_the_way_back_is_told_too(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", folder, "--from", "fence", "--to", "warm"]) == 0

    assert capsys.readouterr().out == (
        "shop-test: back from fence to warm (reversible)\n"
        "\n"
        "database orders\n"
        "  + source: lets 10.20.0.0/16 in on port 5432\n"
        "\n"
        "bucket media\n"
        "  ~ source: may be written\n"
        '  ~ source: its policy says "ReplicateIntoBucket" no longer\n'
        '  ~ source: its policy says "ReplicateObjects" no longer\n'
        "\n"
        "access\n"
        "  ~ source: /shop/test/access says open\n"
        "\n"
        "phase\n"
        "  ~ target: /shop/test/phase says warm\n"
        "\n"
        "Resources: 1 created, 3 changed, 0 removed.\n"
    )


def test_a_document_tells_each_resource_and_value(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diff", folder, "--to", "promote", "--json"]) == 0
    document = valid("diff", capsys.readouterr().out)

    assert document["doors"] == [{"step": "from fence to promote", "door": "loses the replica"}]
    assert document["components"][0] == {
        "component": "database orders",
        "beside_stacks": [],
        "resources": [
            {
                "stack": "eu-north-1/database-orders",
                "logical_id": "Database",
                "type": "AWS::RDS::DBInstance",
                "event": "changed",
                "side": "target",
                "with_stack": False,
                "is_stateful": True,
                "policy": "Snapshot",
                "sentences": ["stops following its source: it is promoted"],
                "values": [
                    {
                        "place": "SourceDBInstanceIdentifier",
                        "before": '"arn:aws:rds:eu-west-1:111122223333:db:shop-test-orders"',
                        "after": None,
                    }
                ],
                "path": "databases.orders",
                "line": 15,
            }
        ],
    }


def test_a_spec_is_compiled_in_passing(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", folder, "--to", "fence"]) == 0
    told = capsys.readouterr().out

    assert run(["diff", "small/small.yaml", "--from", "warm", "--to", "fence"]) == 0
    assert capsys.readouterr().out == told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "prepare"], "name with --from another phase than prepare"),
        (["--from", "warm", "--to", "warm"], "name with --from another phase than warm"),
        ([], "Missing option '--to'"),
    ],
)
def test_what_cannot_be_asked_is_a_mistake_of_usage(
    folder: str, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diff", folder, *arguments]) == 2

    assert said in capsys.readouterr().err


def test_a_phase_that_was_not_compiled_is_named(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    del folder
    assert run(["compile", "small/small.yaml", "--no-lint", "--out", "one", "--phase", "warm"]) == 0
    capsys.readouterr()

    assert run(["diff", "one/shop-test", "--to", "warm"]) == 2
    assert "was compiled for warm, not for replicate" in capsys.readouterr().err


def test_a_spec_that_does_not_compile_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(SMALL.read_text(encoding="utf-8").replace("eu-north-1", "eu-nord-1"), "utf-8")

    assert run(["diff", str(bad), "--to", "warm"]) == 1
    assert "error[SF220]" in capsys.readouterr().out
    assert run(["diff", str(bad), "--to", "warm", "--json"]) == 1
    document = valid("diff", capsys.readouterr().out)
    assert (document["migration"], document["begin"], document["components"]) == ("", None, [])


def test_a_terminal_gets_no_line_that_is_wider(
    folder: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)

    assert run(["diff", folder, "--to", "fence"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if len(line) > 60] == []
