"""Findings on a spec that is not at hand: by path instead of line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.report.breaking import broken
from compiler.report.terminal import visible
from spec.codes import CARDS
from spec.findings import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.report.text import Look
    from spec.findings import Finding


def render(findings: Sequence[Finding], spec_file: str, look: Look) -> str:
    """Return the text about *findings* on the file called *spec_file*, which cannot be shown."""
    parts = []
    for finding in findings:
        card = CARDS[finding.code]
        path = () if isinstance(finding.where, Span) else finding.where.path
        dotted = f": {'.'.join(str(part) for part in path)}" if path else ""
        lines = [
            f"{card.severity}[{finding.code}]: {card.title}",
            f"  --> {visible(spec_file)}{visible(dotted)}",
            *broken(finding.detail, look.columns, hanging=0),
            *broken(f"help: {finding.way_out}", look.columns, hanging=0),
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
