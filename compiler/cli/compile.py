"""`stackferry compile`: from a spec to templates, linted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli.files import content, lint_cache, look, shown_name
from compiler.cli.program import FINDINGS, FINE

if TYPE_CHECKING:
    from compiler.emit import Emitted
    from compiler.report.located import FileReport


@click.command("compile", short_help="Write the templates of each region, and lint them.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--out",
    default="templates_out",
    show_default=True,
    type=click.Path(file_okay=False),
    help="Folder in which each migration gets a folder of its own.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail if the files would change.")
@click.option("--no-lint", is_flag=True, help="Leave cfn-lint out.")
@click.option(
    "--cache",
    type=click.Path(file_okay=False),
    help="Folder of known lint verdicts  [default: stackferry/lint in the user's cache]",
)
def command(
    files: tuple[str, ...], out: str, *, check: bool, no_lint: bool, cache: str | None
) -> int:
    """
    Compile each FILE to OUT/<name>-<environment>/<region>/<stack>.json and a manifest.

    Exit code: 0 fine or warnings only, 1 errors or, with --check, files that would change, 2 a file
    cannot be read.
    """
    code = FINE
    for name in files:
        report, emitted = _compiled(name, lint=not no_lint, cache=Path(cache or lint_cache()))
        if report.findings:
            from compiler.report import text

            sys.stdout.write(text.render([report], look()))
        if emitted is None or report.count("error"):
            code = FINDINGS
        else:
            done = "compiled" if no_lint else "compiled and linted"
            code = max(code, _written(emitted, Path(out), done, check=check))
    return code


def _compiled(name: str, *, lint: bool, cache: Path) -> tuple[FileReport, Emitted | None]:
    from compiler.report.located import report, report_on
    from spec.decoding import MAX_BYTES
    from spec.load import load

    loaded = load(content(name, MAX_BYTES + 1), shown_name(name))
    if loaded.spec is None or loaded.has_errors:
        return report_on(loaded), None
    from compiler.pipeline import compile_spec

    compilation = compile_spec(loaded.spec, Path(shown_name(name)).name)
    findings = (*loaded.findings, *compilation.findings)
    emitted = compilation.emitted
    if emitted is not None and lint:
        from compiler.lint import lint as run_lint

        texts = {stack.id: emitted.files[stack.file] for stack in emitted.manifest.stacks}
        findings += run_lint(emitted.manifest, texts, cache=cache)
    return report(loaded.source, loaded.tree, findings), emitted


def _written(emitted: Emitted, out: Path, done: str, *, check: bool) -> int:
    """Write what was compiled, or compare it; say what was *done*; return the exit code."""
    from compiler import outdir

    folder = out / outdir.folder_name(emitted.manifest)
    if check:
        lines = outdir.differences(folder, emitted.files)
        if lines:
            shown = "\n  ".join(lines)
            sys.stdout.write(f"{folder} is not what the spec compiles to:\n  {shown}\n")
            return FINDINGS
        sys.stdout.write(f"{folder} is what the spec compiles to ({done})\n")
        return FINE
    try:
        outdir.write(folder, emitted.files)
    except OSError as error:
        message = f"cannot write {error.filename or folder}: {error.strerror or error}"
        raise click.UsageError(message) from error
    regions = sorted({stack.region for stack in emitted.manifest.stacks})
    count = len(emitted.manifest.stacks)
    sys.stdout.write(f"{folder}: {count} templates for {', '.join(regions)} {done}\n")
    return FINE
