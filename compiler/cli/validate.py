"""`stackferry validate`: every mistake at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from compiler.cli.documents import json_option
from compiler.cli.files import CannotReadError, content, look, shown_name
from compiler.cli.program import FINDINGS, FINE, USAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spec.loaded import LoadedSpec


@click.command("validate", short_help="Say everything that is wrong in a spec, at once.")
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(allow_dash=True)
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="For people, for programs, for annotations of a pull request, for code scanning.",
)
@json_option
def command(files: tuple[str, ...], format_: str, *, as_json: bool) -> int:
    """
    Say everything that is wrong in each FILE (- for the standard input).

    Needs no AWS account and loads no AWS library. Exit code: 0 fine or warnings only, 1 errors, 2 a
    file cannot be read.
    """
    from spec.decoding import MAX_BYTES
    from spec.load import load

    specs: list[LoadedSpec] = []
    code = FINE
    for name in files:
        try:
            data = content(name, MAX_BYTES + 1)
        except CannotReadError as error:
            error.show(sys.stderr)
            code = USAGE
        else:
            specs.append(load(data, shown_name(name)))
    sys.stdout.write(_rendered(specs, "json" if as_json else format_))
    if code == FINE and any(spec.has_errors for spec in specs):
        code = FINDINGS
    return code


def _rendered(specs: Sequence[LoadedSpec], format_: str) -> str:
    if format_ == "text" and not any(spec.findings for spec in specs):
        # By far the most frequent run: it needs no card, no excerpt, no wrapping.
        from compiler.report.summary import summary

        return "".join(f"{summary(spec.source.name)}\n" for spec in specs)
    from compiler.report.located import report_on

    reports = [report_on(spec) for spec in specs]
    if format_ == "json":
        from compiler.report import json

        return json.render(reports)
    if format_ == "github":
        from compiler.report import github

        return github.render(reports)
    if format_ == "sarif":
        from compiler.report import sarif

        return sarif.render(reports)
    from compiler.report import text

    return text.render(reports, look())
