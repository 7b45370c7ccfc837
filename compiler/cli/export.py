"""`stackferry export`: the same deploy for other tools."""

from __future__ import annotations

import sys

import click

from compiler.cli.migrations import read
from compiler.cli.program import FINE


@click.group("export", short_help="Print the deploy as a script for another tool.")
def command() -> None:
    """Print the deploy of a compiled migration for another tool."""


@command.command("cli", short_help="A shell script for the AWS CLI.")
@click.argument("folder", type=click.Path())
def cli(folder: str) -> int:
    """Print a shell script that deploys FOLDER with `aws cloudformation deploy`, stack by stack."""
    from compiler.export import export_cli

    sys.stdout.write(export_cli(read(folder).manifest, folder))
    return FINE
