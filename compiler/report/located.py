"""Findings with lines and columns instead of paths: what every renderer takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spec.codes import CARDS, Card
from spec.findings import Spot
from spec.loaded import LoadedSpec, locate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spec.findings import Finding, Path, Span
    from spec.places import LocatedTree
    from spec.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedFinding:
    """
    A finding and its places in the text.

    Attributes:
        card: Its code's card.
        span: Where it is.
        detail: What is wrong, and why.
        way_out: What to do.
        related: Other places, each with a caption.
        path: The place in the spec; empty for the whole of it, or where the text makes no tree.
    """

    card: Card
    span: Span
    detail: str
    way_out: str
    related: tuple[tuple[Span, str], ...]
    path: Path = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """
    What there is to say about one file.

    Attributes:
        source: The file.
        findings: In order of their places, then of their codes.
    """

    source: Source
    findings: tuple[LocatedFinding, ...]

    def count(self, severity: str) -> int:
        """Return how many findings are of *severity*."""
        return sum(found.card.severity == severity for found in self.findings)


def report_on(loaded: LoadedSpec) -> FileReport:
    """Return the report on a file that was loaded."""
    return report(loaded.source, loaded.tree, loaded.findings)


def report(source: Source, tree: LocatedTree | None, findings: Sequence[Finding]) -> FileReport:
    """Return the report on *source* with *findings*, which a later stage may have made."""
    located = (
        LocatedFinding(
            card=CARDS[finding.code],
            span=locate(tree, finding.where),
            detail=finding.detail,
            way_out=finding.way_out,
            related=tuple((locate(tree, where), caption) for where, caption in finding.related),
            path=finding.where.path if isinstance(finding.where, Spot) else (),
        )
        for finding in findings
    )
    return FileReport(
        source=source,
        findings=tuple(sorted(located, key=lambda found: (found.span, found.card.code))),
    )
