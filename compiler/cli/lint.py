"""`stackferry lint`: the templates of a folder, each in its own region."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from compiler.cli.files import CannotReadError, lint_cache, look
from compiler.cli.program import FINDINGS, FINE


@click.command("lint", short_help="Lint compiled templates, each in its own region.")
@click.argument("folder", type=click.Path())
@click.option("--spec", type=click.Path(), help="The spec, where it is not found by its name.")
@click.option(
    "--cache",
    type=click.Path(file_okay=False),
    help="Folder of known lint verdicts  [default: stackferry/lint in the user's cache]",
)
def command(folder: str, spec: str | None, cache: str | None) -> int:
    """
    Run cfn-lint over the templates in FOLDER; its findings point at the lines of the spec.

    Exit code: 0 fine or warnings only, 1 errors, 2 the folder holds no compiled migration.
    """
    from compiler.lint import lint
    from compiler.outdir import NotCompiledError, read_manifest, read_templates
    from compiler.report import by_path, spec_file, text
    from compiler.report.located import report
    from spec.loaded import is_error

    place = Path(folder)
    try:
        manifest = read_manifest(place)
        texts = read_templates(place, manifest)
    except NotCompiledError as error:
        raise CannotReadError(str(error)) from error
    findings = lint(manifest, texts, cache=Path(cache or lint_cache()))
    if not findings:
        sys.stdout.write(f"{place}: {len(texts)} templates, nothing to say.\n")
        return FINE
    loaded = spec_file.find(manifest, spec_file.candidates(manifest, place, spec))
    if loaded is None:
        sys.stdout.write(by_path.render(findings, manifest.spec_file, look()))
    else:
        sys.stdout.write(text.render([report(loaded.source, loaded.tree, findings)], look()))
    return FINDINGS if any(is_error(finding) for finding in findings) else FINE
