"""`stackferry schema`: the language, and what commands print, for editors and other programs."""

from __future__ import annotations

import difflib
import sys

import click


@click.command("schema", short_help="Print a JSON Schema: of a spec, or of what a command prints.")
@click.argument("verb", required=False)
def command(verb: str | None) -> int:
    """
    Print the JSON Schema of a spec, or of what VERB prints with --json.

    In an editor with the YAML language server, put this into the first line of a spec:
    `# yaml-language-server: $schema=stackferry.schema.json`
    """
    if verb is None:
        from spec.schema import json_schema

        sys.stdout.write(json_schema())
        return 0
    from compiler.report.documents import DOCUMENTS

    if verb not in DOCUMENTS:
        close = difflib.get_close_matches(verb, DOCUMENTS, n=1)
        guess = f" Did you mean {close[0]}?" if close else f" There is {', '.join(DOCUMENTS)}."
        message = f"no document is known of {verb!r}.{guess}"
        raise click.UsageError(message)
    from compiler.report.documents import schema

    sys.stdout.write(schema.json_schema(verb))
    return 0
