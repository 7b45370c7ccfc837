"""The files that a user names, and the terminal that they look at."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from compiler.report.text import Look

STDIN = "-"


class CannotReadError(click.ClickException):
    """A file cannot be read; who asked for it must know, and it is nobody's bug."""

    exit_code = 2


def content(name: str, most: int) -> bytes:
    """
    Return at most *most* bytes of the file *name*; `-` is the standard input.

    Raises:
        CannotReadError: It does not exist, is a directory, or may not be read.
    """
    try:
        if name == STDIN:
            return sys.stdin.buffer.read(most)
        with Path(name).open("rb") as file:
            return file.read(most)
    except OSError as error:
        message = f"cannot read {click.format_filename(name)}: {error.strerror}"
        raise CannotReadError(message) from error


def shown_name(name: str) -> str:
    """Return what *name* is called in findings."""
    return "<stdin>" if name == STDIN else name


def look() -> Look:
    """Return how text is to look on the standard output."""
    from compiler.report.breaking import WIDEST
    from compiler.report.text import Look

    is_terminal = sys.stdout.isatty()
    columns = min(shutil.get_terminal_size((100, 24)).columns, WIDEST) if is_terminal else 100
    is_coloured = (
        is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
    return Look(columns=columns, is_coloured=is_coloured)


def lint_cache() -> Path:
    """Return the folder of known lint verdicts: `stackferry/lint` in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "stackferry" / "lint"
