"""Findings as JSON, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.report.located import FileReport, LocatedFinding
    from spec.findings import Span


def render(reports: Sequence[FileReport]) -> str:
    """
    Return one JSON document about all *reports*.

    Returns:
        `{"version": 1, "files": [{"file", "errors", "warnings", "findings": […]}]}`. Lines and
        columns count from 1, in characters; the end column is the one after the last character.
    """
    document = {
        "version": 1,
        "files": [
            {
                "file": report.source.name,
                "errors": report.count("error"),
                "warnings": report.count("warning"),
                "findings": [_finding(found) for found in report.findings],
            }
            for report in reports
        ],
    }
    # ASCII only: whatever reads it, no character of the user's file reaches a terminal as such.
    return json.dumps(document, indent=2) + "\n"


def _finding(found: LocatedFinding) -> dict[str, object]:
    return {
        "code": found.card.code,
        "severity": found.card.severity,
        "title": found.card.title,
        **_place(found.span),
        "detail": found.detail,
        "way_out": found.way_out,
        "related": [{**_place(span), "caption": caption} for span, caption in found.related],
    }


def _place(span: Span) -> dict[str, int]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
