"""`stackferry export`: the same deploy for other tools."""

from __future__ import annotations

import sys

import click

from compiler.cli.documents import json_option, write
from compiler.cli.migrations import read
from compiler.cli.program import FINE


@click.group("export", short_help="Print the deploy as a script for another tool.")
def command() -> None:
    """Print the deploy of a compiled migration for another tool."""


@command.command("cli", short_help="A shell script for the AWS CLI.")
@click.argument("folder", type=click.Path())
@json_option
def cli(folder: str, *, as_json: bool) -> int:
    """Print a shell script that deploys FOLDER with `aws cloudformation deploy`, stack by stack."""
    from compiler.export import export_cli

    script = export_cli(read(folder).manifest, folder)
    if as_json:
        from compiler.report.documents.texts import Exported

        write(Exported(folder=folder, script=script))
    else:
        sys.stdout.write(script)
    return FINE
