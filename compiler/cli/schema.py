"""`stackferry schema`: the language for editors."""

from __future__ import annotations

import sys

import click


@click.command("schema", short_help="Print the JSON Schema of a spec, for editors.")
def command() -> int:
    """
    Print the JSON Schema of a spec, for editors and other programs.

    In an editor with the YAML language server, put this into the first line of a spec:
    `# yaml-language-server: $schema=stackferry.schema.json`
    """
    from spec.schema import json_schema

    sys.stdout.write(json_schema())
    return 0
