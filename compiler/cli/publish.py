"""`python -m compiler.cli.publish` writes the page about commands, documents and exit codes."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import click

from compiler.cli.program import (
    BROKEN_PIPE,
    BUG,
    FINDINGS,
    FINE,
    STOPPED,
    USAGE,
    VERBS,
    program,
)
from compiler.deploy.exit_codes import LOCKED, REFUSED
from compiler.report.documents import DOCUMENTS, document_type
from compiler.report.documents.schema import fields_of, parts, summary_of

PAGE = Path(__file__).parents[1] / "report" / "OUTPUT.md"

EXIT_CODES = {
    FINE: "done, warnings included",
    FINDINGS: "findings, something differs, or the operator said no",
    USAGE: "usage, or a file that cannot be read",
    REFUSED: "AWS refused or failed",
    LOCKED: "somebody else is at work on the migration",
    BUG: "a bug in stackferry",
    STOPPED: "stopped by the user",
    BROKEN_PIPE: "nobody reads the output any more",
}
"""What each exit code means, of every command."""

_INTRODUCTION = """\
# What the commands print

Generated from the commands and their documents by `make generated`.

Without `--json` the commands print text for people, which may change at any time. With `--json` a
command prints one JSON document to the standard output and nothing else there: ASCII, keys sorted,
two spaces of indentation. Progress and questions go to the standard error. A document says which
`command` it is of and of which `version`; the version is 1. New keys may come, so do not refuse
what you do not know; what is there keeps its meaning, or the version becomes another.

`stackferry schema VERB` prints the JSON Schema (draft 2020-12) of what VERB prints. Times are ISO
8601 in UTC, durations are seconds, places in the spec are dotted paths (`databases.orders.port`).
No document holds the value of a secret. Where a command ends with 2 or 70 there may be no document:
then the standard error says why.

## Exit codes

| code | meaning |
|---|---|
"""


def page() -> str:
    """Return the text of OUTPUT.md: the same bytes each time."""
    lines = [_INTRODUCTION.rstrip("\n")]
    lines += [f"| {code} | {meaning} |" for code, meaning in sorted(EXIT_CODES.items())]
    lines += ["", "## Commands", "", "| command | what it does | document |", "|---|---|---|"]
    for verb in VERBS:
        link = f"[{verb}](#{_anchor(verb)})" if verb in DOCUMENTS else "none"
        lines.append(f"| `stackferry {verb}` | {_command(verb).short_help} | {link} |")
    within = {verb: parts(document_type(verb)) for verb in DOCUMENTS}
    times = Counter(part for shown in within.values() for part in shown)
    for verb, shown in within.items():
        document, *others = shown
        own = (part for part in others if times[part] == 1)
        # Also where it is a part of another document, which then finds it among the shared ones.
        lines += ["", *_section(verb, (document, *own))]
    shared = sorted((part for part in times if times[part] > 1), key=lambda part: part.__name__)
    lines += ["", "## Parts of several documents"]
    for part in shared:
        lines += ["", *_titled(part)]
    return "\n".join(lines) + "\n"


def _section(verb: str, own: tuple[type, ...]) -> list[str]:
    """Return the lines about *verb*, its document and the parts that are its *own*."""
    command = _command(verb)
    lines = [f'<a id="{_anchor(verb)}"></a>', "", f"## stackferry {verb}", ""]
    for name, one in _leaves(verb, command):
        lines += ["```", _usage(name, one), "```", "", _prose(one), ""]
    document, *others = own
    lines += _table(document)
    for part in others:
        lines += ["", *_titled(part)]
    return lines


def _titled(part: type) -> list[str]:
    name = part.__name__
    return [f'<a id="{name.lower()}"></a>', "", f"### {name}", "", *_table(part)]


def _table(part: type) -> list[str]:
    said, hints = fields_of(part), get_type_hints(part)
    return [
        summary_of(part),
        "",
        "| key | type | meaning |",
        "|---|---|---|",
        *(
            f"| `{field.name}` | {_cell(_type(hints[field.name]))} | {_cell(said[field.name])} |"
            for field in fields(part)
            if field.name not in {"command", "version"}
        ),
    ]


def _command(verb: str) -> click.Command:
    found = program.get_command(click.Context(program), verb)
    if found is None:
        raise LookupError(verb)
    return found


def _leaves(name: str, command: click.Command) -> list[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        return [(f"{name} {inner}", one) for inner, one in sorted(command.commands.items())]
    return [(name, command)]


def _usage(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"stackferry {name}")
    return " ".join([context.command_path, *command.collect_usage_pieces(context)])


def _prose(command: click.Command) -> str:
    """Return the help of *command* as Markdown: paragraphs, each in one line."""
    text = inspect.cleandoc(command.help or "").replace("\b\n", "")
    # Where the help writes a placeholder as <name>, Markdown would take it for HTML.
    text = re.sub(r"<(\w+)>", r"&lt;\1&gt;", text)
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


_NAMES: dict[object, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    type(None): "null",
}


def _type(annotation: object) -> str:
    if annotation in _NAMES:
        return _NAMES[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f"`{choice}`" for choice in arguments)
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"mapping of text to {_type(arguments[1])}"
    if isinstance(annotation, type):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return " or ".join(_type(part) for part in arguments)


def _anchor(verb: str) -> str:
    return f"stackferry-{verb}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
