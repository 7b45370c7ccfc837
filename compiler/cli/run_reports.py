"""The report that a run through several phases leaves: where it goes, and writing it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from compiler.deploy.cutover.events import Run

REPORTS = "reports"
"""The folder beside the manifest in which reports lie, unless another one is named."""

report_option = click.option(
    "--report",
    "report",
    type=click.Path(file_okay=False),
    help="Where to write the report.  [default: FOLDER/reports]",
)
"""For verbs that leave a report of the whole run."""


def write_report(
    run: Run, place: Path, document: Callable[..., object], tell: Callable[[str], None]
) -> object:
    """
    Write the report of *run* into *place*, and return what the verb prints with `--json`.

    Args:
        run: What it came to.
        place: The folder.
        document: Makes the document, given the files of the report.
        tell: Tells the operator where it is.
    """
    from compiler.report.documents import render as render_document
    from compiler.report.run_report import file_name, render

    text, data = (place / f"{file_name(run)}{ending}" for ending in (".md", ".json"))
    if not run.chapters:
        return document(report=())
    found = document(report=(str(text), str(data)))
    try:
        place.mkdir(parents=True, exist_ok=True)
        text.write_text(render(run), encoding="utf-8")
        data.write_text(render_document(found), encoding="utf-8")
    except OSError as error:
        # What was done is done: the exit code is about that.
        sys.stderr.write(f"cannot write {click.format_filename(place)}: {error.strerror}\n")
        return document(report=())
    tell(f"Report: {click.format_filename(text)}\n")
    return found
