"""
Findings as annotations of a pull request.

Source: GitHub Actions documentation, "Workflow commands for GitHub Actions", 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.report.located import FileReport, LocatedFinding


def render(reports: Sequence[FileReport]) -> str:
    """Return one workflow command per finding, each on its line."""
    lines = [_command(report.source.name, found) for report in reports for found in report.findings]
    return "".join(f"{line}\n" for line in lines)


def _command(name: str, found: LocatedFinding) -> str:
    span = found.span
    properties = {
        "file": name,
        "line": span.line,
        "endLine": span.end_line,
        "col": span.column,
        "endColumn": max(span.end_column - 1, span.column),
        "title": f"{found.card.code}: {found.card.title}",
    }
    if span.end_line != span.line:
        # GitHub refuses columns on an annotation of several lines.
        del properties["col"], properties["endColumn"]
    said = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    notes = "".join(f"\nLine {where.line}: {caption}." for where, caption in found.related)
    message = _message(f"{found.detail} {found.way_out}{notes}")
    return f"::{found.card.severity} {said}::{message}"


def _message(text: str) -> str:
    lines = (visible(line) for line in text.replace("%", "%25").split("\n"))
    return "%0A".join(lines)


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
