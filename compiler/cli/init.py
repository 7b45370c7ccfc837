"""`stackferry init`: a spec that explains itself."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from compiler.cli.documents import json_option, write
from compiler.cli.files import STDIN


@click.command("init", short_help="Write a commented spec to begin with.")
@click.argument("path", default="migration.yaml", type=click.Path(allow_dash=True))
@json_option
def command(path: str, *, as_json: bool) -> int:
    """Write a commented spec to PATH (migration.yaml; - for the standard output)."""
    from spec.starter import starter

    if path == STDIN:
        if as_json:
            _write(None)
        else:
            sys.stdout.write(starter())
        return 0
    shown = click.format_filename(path)
    try:
        # Mode x: a file that is there is never overwritten, not even by two of us at once.
        with Path(path).open("x", encoding="utf-8", newline="\n") as file:
            file.write(starter())
    except FileExistsError as error:
        message = f"{shown} exists already; give another PATH."
        raise click.UsageError(message) from error
    except OSError as error:
        message = f"cannot write {shown}: {error.strerror}"
        raise click.UsageError(message) from error
    if as_json:
        _write(path)
    sys.stderr.write(f"Wrote {shown}. Edit it, then run: stackferry validate {shown}\n")
    return 0


def _write(path: str | None) -> None:
    from compiler.report.documents.texts import Begun
    from spec.starter import starter

    write(Begun(path=path, text=starter()))
