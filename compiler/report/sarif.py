"""
Findings as SARIF 2.1.0, for code scanning.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 2020-03-27.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.report.located import FileReport, LocatedFinding
    from spec.codes import Card
    from spec.findings import Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(reports: Sequence[FileReport]) -> str:
    """Return one SARIF log with one run, which holds the results of all *reports*."""
    cards = {found.card.code: found.card for report in reports for found in report.findings}
    codes = sorted(cards)
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "stackferry",
                        "rules": [_rule(cards[code]) for code in codes],
                    }
                },
                # Positions are counted in characters, as everywhere in stackferry.
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(report.source.name, found, codes)
                    for report in reports
                    for found in report.findings
                ],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(card: Card) -> dict[str, object]:
    return {
        "id": card.code,
        "shortDescription": {"text": card.title},
        "fullDescription": {"text": card.why},
        "help": {"text": card.fix},
        "defaultConfiguration": {"level": card.severity},
    }


def _result(name: str, found: LocatedFinding, codes: list[str]) -> dict[str, object]:
    return {
        "ruleId": found.card.code,
        "ruleIndex": codes.index(found.card.code),
        "level": found.card.severity,
        "message": {"text": f"{found.detail} {found.way_out}"},
        "locations": [_location(name, found.span)],
        "relatedLocations": [
            {"id": number, "message": {"text": caption}, **_location(name, span)}
            for number, (span, caption) in enumerate(found.related, start=1)
        ],
    }


def _location(name: str, span: Span) -> dict[str, object]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(name, errors="surrogateescape")},
            "region": {
                "startLine": span.line,
                "startColumn": span.column,
                "endLine": span.end_line,
                "endColumn": span.end_column,
            },
        }
    }
