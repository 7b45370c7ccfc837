"""`--json`: the result of a verb as one document, for programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")


def json_option(command: Command) -> Command:
    """Give *command* the option `--json`; it is passed as `as_json`."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="Print one JSON document and nothing else; `stackferry schema` VERB describes it.",
    )(command)


def write(document: object) -> None:
    """Print *document*, the only thing that a verb with `--json` writes to the standard output."""
    from compiler.report.documents import render

    sys.stdout.write(render(document))
