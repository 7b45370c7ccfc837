"""`stackferry export`: the same path for other tools and for people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

import click

from compiler.cli.documents import json_option, write
from compiler.cli.migrations import read, read_itinerary
from compiler.cli.program import FINE
from compiler.phases import ORDER

if TYPE_CHECKING:
    from compiler.phases import PhaseName


@click.group("export", short_help="Print the path for another tool, or for people.")
def command() -> None:
    """Print a compiled migration for another tool, or for people."""


@command.command("cli", short_help="A shell script for the AWS CLI.")
@click.argument("folder", type=click.Path())
@click.option(
    "--phase",
    type=click.Choice(ORDER),
    help="Which state  [default: the only one that was compiled, else replicate]",
)
@json_option
def cli(folder: str, *, phase: PhaseName | None, as_json: bool) -> int:
    """
    Print a shell script that brings FOLDER to a phase with `aws cloudformation deploy`.

    It creates and updates, stack by stack, and removes nothing.
    """
    from compiler.export import export_cli

    return _printed(
        "cli", folder, export_cli(read(folder, phase).manifest, folder), as_json=as_json
    )


@command.command("runbook", short_help="A runbook in Markdown.")
@click.argument("folder", type=click.Path())
@json_option
def runbook(folder: str, *, as_json: bool) -> int:
    """Print the path of FOLDER for people: per step owner, gate, command and way back."""
    from compiler.report.runbook import render

    return _printed("runbook", folder, render(read_itinerary(folder), folder), as_json=as_json)


@command.command("arc", short_help="A plan of ARC Region switch.")
@click.argument("folder", type=click.Path())
@json_option
def arc(folder: str, *, as_json: bool) -> int:
    """Print a template with the cutover of FOLDER as an `AWS::ARCRegionSwitch::Plan`."""
    from compiler.arc_plan import FORWARD, arc_plan

    itinerary = read_itinerary(folder)
    for phase in FORWARD:
        read(folder, phase)
    return _printed("arc", folder, arc_plan(itinerary, folder), as_json=as_json)


def _printed(
    tool: Literal["cli", "runbook", "arc"], folder: str, text: str, *, as_json: bool
) -> int:
    if as_json:
        from compiler.report.documents.texts import Exported

        write(Exported(tool=tool, folder=folder, script=text))
    else:
        sys.stdout.write(text)
    return FINE
