"""`stackferry lint`: the templates of a folder, each in its own region."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from compiler.cli.documents import json_option, write
from compiler.cli.files import lint_cache
from compiler.cli.migrations import read_all, show, spec_of
from compiler.cli.program import FINDINGS, FINE


@click.command("lint", short_help="Lint compiled templates, each in its own region.")
@click.argument("folder", type=click.Path())
@click.option("--spec", type=click.Path(), help="The spec, where it is not found by its name.")
@click.option(
    "--cache",
    type=click.Path(file_okay=False),
    help="Folder of known lint verdicts  [default: stackferry/lint in the user's cache]",
)
@json_option
def command(folder: str, spec: str | None, cache: str | None, *, as_json: bool) -> int:
    """
    Run cfn-lint over the templates in FOLDER; its findings point at the lines of the spec.

    Exit code: 0 fine or warnings only, 1 errors, 2 the folder holds no compiled migration.
    """
    from compiler.lint import lint
    from spec.loaded import is_error

    compiled, read = read_all(folder)
    texts = {name: text.encode() for name, text in read.items()}
    findings = lint(compiled, texts, cache=Path(cache or lint_cache()))
    if as_json:
        from compiler.report.documents.compiled import Linted
        from compiler.report.documents.findings import found

        loaded = spec_of(compiled, folder, spec)
        told = found(findings, compiled.spec_file, loaded)
        write(Linted(folder=folder, templates=len(texts), findings=told))
    elif findings:
        show(findings, compiled, spec_of(compiled, folder, spec))
    else:
        sys.stdout.write(f"{folder}: {len(texts)} templates, nothing to say.\n")
    return FINDINGS if any(is_error(finding) for finding in findings) else FINE
