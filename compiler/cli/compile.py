"""`stackferry compile`: from a spec to templates, linted."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli.documents import json_option, write
from compiler.cli.files import content, lint_cache, look, shown_name
from compiler.cli.program import FINDINGS, FINE
from compiler.phases import ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.emit import Emitted
    from compiler.phases import PhaseName
    from compiler.report.documents.compiled import CompiledFile
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
@click.option(
    "--phase",
    type=click.Choice(ORDER),
    help="Only this state of the migration  [default: all of them]",
)
@click.option("--check", is_flag=True, help="Write nothing; fail if the files would change.")
@click.option("--no-lint", is_flag=True, help="Leave cfn-lint out.")
@click.option(
    "--cache",
    type=click.Path(file_okay=False),
    help="Folder of known lint verdicts  [default: stackferry/lint in the user's cache]",
)
@json_option
def command(  # noqa: PLR0913 -- one for each option
    files: tuple[str, ...],
    out: str,
    *,
    phase: PhaseName | None,
    check: bool,
    no_lint: bool,
    cache: str | None,
    as_json: bool,
) -> int:
    """
    Compile each FILE to OUT/<name>-<environment>/<region>/<stack>.json and a manifest.

    A stack that changes on the way has a file for each of its forms, named after the phase that
    brings it: <stack>.<phase>.json.

    Exit code: 0 fine or warnings only, 1 errors or, with --check, files that would change, 2 a file
    cannot be read.
    """
    code = FINE
    documents = []
    for name in files:
        report, emitted = _compiled(
            name,
            phases=ORDER if phase is None else (phase,),
            lint=not no_lint,
            cache=Path(cache or lint_cache()),
        )
        written = None
        if emitted is None or report.count("error"):
            code = FINDINGS
        else:
            written = _written(emitted, Path(out), check=check, is_linted=not no_lint)
            code = max(code, FINDINGS if written.differences else FINE)
        if as_json:
            documents.append(
                _document(name, report, written, is_linted=bool(emitted and not no_lint))
            )
        else:
            if report.findings:
                from compiler.report import text

                sys.stdout.write(text.render([report], look()))
            sys.stdout.write(str(written or ""))
    if as_json:
        from compiler.report.documents.compiled import CompiledSpecs

        write(CompiledSpecs(files=tuple(documents)))
    return code


def _compiled(
    name: str, *, phases: Sequence[PhaseName], lint: bool, cache: Path
) -> tuple[FileReport, Emitted | None]:
    from compiler.report.located import report, report_on
    from spec.decoding import MAX_BYTES
    from spec.load import load

    loaded = load(content(name, MAX_BYTES + 1), shown_name(name))
    if loaded.spec is None or loaded.has_errors:
        return report_on(loaded), None
    from compiler.pipeline import compile_migration

    compilation = compile_migration(loaded.spec, Path(shown_name(name)).name, phases)
    findings = (*loaded.findings, *compilation.findings)
    emitted = compilation.emitted
    if emitted is not None and lint:
        from compiler.lint import lint as run_lint

        findings += run_lint(emitted.itinerary, emitted.files, cache=cache)
    return report(loaded.source, loaded.tree, findings), emitted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What was done with the templates of one spec; as a text, a line about it."""

    folder: Path
    regions: tuple[str, ...]
    phases: tuple[PhaseName, ...]
    templates: int
    is_checked: bool
    is_linted: bool
    differences: tuple[str, ...] = ()

    def __str__(self) -> str:
        done = "compiled and linted" if self.is_linted else "compiled"
        if self.differences:
            shown = "\n  ".join(self.differences)
            return f"{self.folder} is not what the spec compiles to:\n  {shown}\n"
        if self.is_checked:
            return f"{self.folder} is what the spec compiles to ({done})\n"
        phases = f" in {len(self.phases)} phases" if len(self.phases) > 1 else ""
        where = ", ".join(self.regions)
        return f"{self.folder}: {self.templates} templates for {where}{phases} {done}\n"


def _written(emitted: Emitted, out: Path, *, check: bool, is_linted: bool) -> _Written:
    """Write what was compiled, or compare it."""
    from compiler import outdir

    folder = out / outdir.folder_name(emitted.itinerary)
    written = _Written(
        folder=folder,
        regions=tuple(sorted({stack.region for stack in emitted.itinerary.stacks})),
        phases=emitted.itinerary.phases,
        templates=len(emitted.itinerary.stacks),
        is_checked=check,
        is_linted=is_linted,
    )
    if check:
        return replace(written, differences=outdir.differences(folder, emitted.files))
    try:
        outdir.write(folder, emitted.files)
    except OSError as error:
        message = f"cannot write {error.filename or folder}: {error.strerror or error}"
        raise click.UsageError(message) from error
    return written


def _document(
    name: str, report: FileReport, written: _Written | None, *, is_linted: bool
) -> CompiledFile:
    from compiler.report.documents.compiled import CompiledFile
    from compiler.report.documents.findings import checked

    (file,) = checked([report])
    return CompiledFile(
        file=name,
        errors=file.errors,
        warnings=file.warnings,
        findings=file.findings,
        folder=str(written.folder) if written else None,
        regions=written.regions if written else (),
        phases=written.phases if written else (),
        templates=written.templates if written else 0,
        is_linted=is_linted,
        is_written=written is not None and not written.is_checked,
        differences=written.differences if written else (),
    )
