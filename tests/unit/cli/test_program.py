"""The program around the verbs, in words and exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from compiler.cli import program
from compiler.cli.program import run

ROOT = Path(__file__).parents[3]
EXAMPLE = str(ROOT / "spec/examples/media-streaming.yaml")


def process(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "compiler", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def fails(error: BaseException) -> click.Command:
    def body() -> None:
        raise error

    return click.Command("fails", callback=body)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Add a verb that raises what is put into this list."""
    errors: list[BaseException] = []
    group = program.program
    found = group.get_command

    def get_command(ctx: click.Context, name: str) -> click.Command | None:
        return fails(errors[0]) if name == "fails" else found(ctx, name)

    monkeypatch.setattr(group, "get_command", get_command)
    return errors


def test_an_unknown_verb_is_a_mistake_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["valdate"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "valdate" in err


def test_no_verb_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "Usage: stackferry" in "".join(capsys.readouterr())


def test_help_goes_to_the_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "--help"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Usage: stackferry validate [OPTIONS] FILE...\n")
    assert err == ""


def test_a_bug_says_so_and_shows_no_traceback(
    failing: list[BaseException],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("STACKFERRY_DEBUG", raising=False)
    failing.append(KeyError("x\x1b[2J"))

    assert run(["fails"]) == 70
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("This is a bug in stackferry: KeyError: ")
    assert "STACKFERRY_DEBUG=1" in err
    assert "Traceback" not in err
    assert "\x1b" not in err


def test_a_bug_shows_its_traceback_to_who_asks_for_it(
    failing: list[BaseException],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STACKFERRY_DEBUG", "1")
    failing.append(ZeroDivisionError("nothing"))

    assert run(["fails"]) == 70
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_who_stops_a_command_sees_no_traceback(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(KeyboardInterrupt())

    assert run(["fails"]) == 130
    assert capsys.readouterr().err == "\nStopped.\n"


def test_a_reader_that_goes_away_is_no_error() -> None:
    with process("schema") as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_no_bug() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "compiler", "schema"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert (done.returncode, done.stderr) == (
        2,
        b"Error: cannot write: No space left on device\n",
    )


def test_a_terminal_of_another_encoding_can_show_every_finding(tmp_path: Path) -> None:
    file = tmp_path / "migration.yaml"
    file.write_text("name: é日\n", encoding="utf-8")

    with process("validate", str(file), PYTHONIOENCODING="ascii") as child:
        out, err = child.communicate()

    assert child.returncode == 1
    assert b"| name: \\xe9\\u65e5\n" in out
    assert err == b""


def test_validating_loads_no_library_that_it_does_not_need() -> None:
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "from compiler.cli.startup import start_light\n"
        "from compiler.cli.program import run\n"
        "start_light()\n"
        f"run(['validate', {EXAMPLE!r}])\n"
        "new = set(sys.modules) - before\n"
        "print()\n"
        "print(*sorted({name.partition('.')[0] for name in new} - sys.stdlib_module_names))\n"
        "print(*sorted(name for name in new if name.startswith('compiler.')"
        " and not name.startswith(('compiler.cli', 'compiler.report'))))\n"
        "print(*sorted(name for name in ('asyncio', 'importlib.metadata', 'logging', 'socket',"
        " 'urllib.request') if name in new))\n"
    )

    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    # What compiled modules bring along, and how this Python was built.
    unnamed = ("_cython", "cython_runtime", "_sysconfigdata")
    libraries, rooms, heavy = done.stdout.splitlines()[-3:]
    assert {name for name in libraries.split() if not name.startswith(unnamed)} == {
        "_ruamel_yaml",
        "annotated_types",
        "click",
        "compiler",
        "pydantic",
        "pydantic_core",
        "ruamel",
        "spec",
        "typing_extensions",
        "typing_inspection",
    }
    assert rooms == ""
    assert heavy == ""


def test_the_collector_rests_in_one_short_run_only() -> None:
    code = (
        "import gc\n"
        "from compiler.cli.program import run\n"
        f"run(['validate', {EXAMPLE!r}])\n"
        "print(gc.isenabled())\n"
    )

    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "True"
