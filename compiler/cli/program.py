"""
The program around the verbs.

Exit codes: 0 fine (warnings included), 1 findings, 2 usage or a file that cannot be read, 3 AWS
refused or failed, 4 somebody else has the migration's lock, 70 a bug in stackferry, 130 stopped by
the user, 141 nobody reads the output any more.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from compiler.cli.startup import end_light, start_light

if TYPE_CHECKING:
    from collections.abc import Sequence

VERBS = {
    "validate": "compiler.cli.validate",
    "compile": "compiler.cli.compile",
    "lint": "compiler.cli.lint",
    "prove": "compiler.cli.prove",
    "diff": "compiler.cli.diff",
    "bootstrap": "compiler.cli.bootstrap",
    "plan": "compiler.cli.plan",
    "deploy": "compiler.cli.deploy",
    "rollback": "compiler.cli.rollback",
    "cutover": "compiler.cli.cutover",
    "retire": "compiler.cli.retire",
    "destroy": "compiler.cli.destroy",
    "unlock": "compiler.cli.unlock",
    "recover": "compiler.cli.recover",
    "status": "compiler.cli.status",
    "drift": "compiler.cli.drift",
    "outputs": "compiler.cli.outputs",
    "gate": "compiler.cli.gate",
    "rehearse": "compiler.cli.rehearse",
    "sandbox": "compiler.cli.sandbox",
    "export": "compiler.cli.export",
    "init": "compiler.cli.init",
    "explain": "compiler.cli.explain",
    "schema": "compiler.cli.schema",
}
"""The verbs in the order of `--help`, each with the module whose `command` it is."""

LEAVE_NOTHING = frozenset({"validate", "init", "explain", "schema"})
"""Verbs that have no thread, child or temporary file that outlives them."""

FINE, FINDINGS, USAGE, BUG, STOPPED, BROKEN_PIPE = 0, 1, 2, 70, 130, 141

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
"""What a disk says that takes no more; nobody's bug."""

DEBUG = "STACKFERRY_DEBUG"
"""Environment variable: with any value, a bug shows its traceback."""


class _Verbs(click.Group):
    """The verbs, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in VERBS:
            return None
        command = importlib.import_module(VERBS[cmd_name]).command
        return command if isinstance(command, click.Command) else None


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="stackferry", message="%(version)s")
def program() -> None:
    """Compile one YAML file into a migration from one AWS region to another."""


def main() -> NoReturn:
    """Run the command line of this process."""
    start_light()
    code = run(sys.argv[1:])
    if sys.argv[1:2] and sys.argv[1] in LEAVE_NOTHING:
        end_light(code)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run *arguments* and return the exit code; whatever happens, it is said in words."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character of the user's file is no reason to fail.
        stream.reconfigure(errors="backslashreplace") if hasattr(stream, "reconfigure") else None
    try:
        code = program.main(
            list(arguments), prog_name="stackferry", standalone_mode=False, obj=tuple(arguments)
        )
        sys.stdout.flush()
    except click.ClickException as error:
        error.show(sys.stderr)
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("Stopped.\n")
        return STOPPED
    except (BrokenPipeError, SystemExit):
        # click exits by itself only where a pipe is broken, with the code that means findings.
        _drop_output()
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - anything else that got here is our own mistake
        return _ended_by(error)
    return code if isinstance(code, int) else FINE


def _ended_by(error: Exception) -> int:
    """Say what *error* means, and return the exit code."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        _drop_output()
        sys.stderr.write(f"Error: cannot write: {error.strerror}\n")
        return USAGE
    _confess(error)
    return BUG


def _drop_output() -> None:
    """Keep the interpreter, which flushes once more when it exits, from complaining there."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _confess(error: Exception) -> None:
    """Say that stackferry has a bug, and how to report it."""
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exception(error)
    from compiler.report.terminal import visible

    sys.stderr.write(
        f"This is a bug in stackferry: {type(error).__name__}: {visible(str(error))}\n"
        "Nothing in your files is to blame. Please report it with the command that you ran, the"
        " output\n"
        f"of `stackferry --version`, and what the same command prints with {DEBUG}=1 set.\n"
    )
