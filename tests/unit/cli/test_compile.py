"""The verbs compile and lint, on the smallest example."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.cli.program import run

MINIMAL = "spec/examples/minimal.yaml"


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.fixture(name="out")
def _out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture(name="verdicts", scope="module")
def _verdicts(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return where lint keeps its verdicts, so that no template is judged twice here."""
    return str(tmp_path_factory.mktemp("verdicts"))


def compile_to(out: Path, *more: str, spec: str = MINIMAL) -> int:
    return run(["compile", spec, "--out", str(out), "--no-lint", *more])


def test_a_spec_becomes_templates_by_region_and_a_manifest(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compile_to(out) == 0

    folder = out / "hello-trial"
    assert sorted(path.name for path in folder.iterdir()) == [
        "eu-north-1",
        "eu-west-1",
        "manifest.json",
    ]
    assert text_of(folder / "eu-west-1" / "network.json") == text_of(
        Path("templates_out/hello-trial/eu-west-1/network.json")
    )
    templates = len(list(folder.glob("*/*.json")))
    assert capsys.readouterr().out.endswith(
        f"{folder}: {templates} templates for eu-north-1, eu-west-1 in 9 phases compiled\n"
    )


def test_one_phase_is_compiled_alone(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compile_to(out, "--phase", "prepare") == 0

    folder = out / "hello-trial"
    written = sorted(path.name for path in (folder / "eu-north-1").iterdir())
    assert written == [
        "access.json",
        "keys.json",
        "logs.json",
        "network.json",
        "peering-routes.json",
        "phase.json",
    ]
    assert " compiled\n" in capsys.readouterr().out
    assert json.loads(text_of(folder / "manifest.json"))["states"][0]["phase"] == "prepare"


def test_check_writes_nothing_and_says_what_would_change(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compile_to(out)
    network = out / "hello-trial" / "eu-west-1" / "network.json"
    network.write_text("{}", encoding="utf-8")
    (out / "hello-trial" / "eu-west-1" / "keys.json").unlink()
    capsys.readouterr()

    assert compile_to(out, "--check") == 1

    assert capsys.readouterr().out.endswith(
        f"{out / 'hello-trial'} is not what the spec compiles to:\n"
        "  differs: eu-west-1/network.json\n"
        "  missing: eu-west-1/keys.json\n"
    )
    assert text_of(network) == "{}"


def test_check_is_content_with_what_was_compiled(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compile_to(out)

    assert compile_to(out, "--check") == 0
    assert capsys.readouterr().out.endswith("hello-trial is what the spec compiles to (compiled)\n")


def test_a_spec_with_errors_writes_nothing(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(text_of(Path(MINIMAL)).replace("eu-north-1", "eu-nord-1"), encoding="utf-8")

    assert compile_to(out, spec=str(bad)) == 1

    assert "error[SF220]" in capsys.readouterr().out
    assert not out.exists()


def test_a_folder_that_cannot_be_written_is_no_bug(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert compile_to(tmp_path / "file" / "out") == 2
    assert "cannot write" in capsys.readouterr().err


def test_a_clean_folder_leaves_lint_nothing_to_say(
    verdicts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = "templates_out/hello-trial"

    assert run(["lint", folder, "--cache", verdicts]) == 0
    templates = len(list(Path(folder).glob("*-*/*.json")))
    assert capsys.readouterr().out == f"{folder}: {templates} templates, nothing to say.\n"


def injected(tmp_path: Path, spec: str) -> Path:
    """Compile a spec whose instance type no region has, past the rules that would refuse it."""
    text = text_of(Path(MINIMAL)).replace("t3.micro", "t3.enormous")
    (tmp_path / spec).write_text(text, encoding="utf-8")
    compile_to(tmp_path / "out", spec=str(tmp_path / spec))
    return tmp_path / "out" / "hello-trial"


def test_a_value_that_aws_does_not_know_is_found_on_its_line(
    tmp_path: Path, verdicts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = injected(tmp_path, "migration.yaml")
    capsys.readouterr()

    code = run(
        ["lint", str(folder), "--cache", verdicts, "--spec", str(tmp_path / "migration.yaml")]
    )

    printed = capsys.readouterr().out
    assert code == 1
    assert (
        f"error[SF401]: Template would be refused\n  --> {tmp_path}/migration.yaml:16:" in printed
    )
    assert "16 |     instance_type: t3.enormous\n   |                    ^^^^^^^^^^^\n" in printed
    assert "'t3.enormous' is not one of" in printed


def test_without_the_spec_lint_names_the_path(
    tmp_path: Path,
    verdicts: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = injected(tmp_path, "migration.yaml")
    (tmp_path / "migration.yaml").unlink()
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()

    assert run(["lint", str(folder), "--cache", verdicts]) == 1
    assert "  --> migration.yaml: services.web.instance_type\n" in capsys.readouterr().out


def test_a_spec_that_changed_since_is_not_pointed_at(
    tmp_path: Path, verdicts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = injected(tmp_path, "migration.yaml")
    changed = tmp_path / "migration.yaml"
    changed.write_text(text_of(changed).replace("hello", "hullo"), encoding="utf-8")
    capsys.readouterr()

    run(["lint", str(folder), "--cache", verdicts, "--spec", str(changed)])

    assert "  --> migration.yaml: services.web.instance_type\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("manifest", "said"),
    [(None, 'There is no "manifest.json" in'), ("{}", "is no manifest of this version")],
)
def test_a_folder_without_a_migration_cannot_be_linted(
    tmp_path: Path, manifest: str | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")

    assert run(["lint", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err


def test_a_template_that_was_changed_by_hand_is_not_linted(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compile_to(out)
    network = out / "hello-trial" / "eu-west-1" / "network.json"
    template = json.loads(network.read_bytes())
    template["Description"] = "by hand"
    network.write_text(json.dumps(template), encoding="utf-8")

    assert run(["lint", str(out / "hello-trial")]) == 2
    assert "network.json" in capsys.readouterr().err
