"""Findings in a document, and the document of `validate`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from compiler.report.located import FileReport, LocatedFinding, report
from spec.codes import CARDS
from spec.findings import Finding, Path, Span
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """
    Another place that matters for a finding.

    Attributes:
        line: First line, counted from 1.
        column: First column, counted from 1, in characters.
        end_line: Last line.
        end_column: The column after the last character.
        caption: Why it matters.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFinding:
    """
    One thing that is wrong, or worth a warning.

    Attributes:
        code: `SF###`; `stackferry explain` tells all about it.
        severity: Whether it stops anything.
        title: What is wrong, in the same words each time.
        file: The spec.
        path: The place in the spec as a dotted path; empty for the whole file.
        line: First line, counted from 1; null where the spec is not at hand.
        column: First column, counted from 1, in characters; null likewise.
        end_line: Last line; null likewise.
        end_column: The column after the last character; null likewise.
        detail: Which value, and why that is a problem.
        way_out: What to do about it.
        related: Other places that matter; none where the spec is not at hand.
    """

    code: str
    severity: Literal["error", "warning"]
    title: str
    file: str
    path: str
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    detail: str
    way_out: str
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """
    What there is to say about one spec.

    Attributes:
        file: Its name, as it was given.
        errors: How many findings are errors.
        warnings: How many findings are warnings.
        findings: In the order of their places, then of their codes.
    """

    file: str
    errors: int
    warnings: int
    findings: tuple[FoundFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """
    What there is to say about each spec.

    Attributes:
        command: The verb.
        version: Of the documents.
        files: In the order in which they were named; one that cannot be read is left out.
    """

    files: tuple[CheckedFile, ...]
    command: Literal["validate"] = "validate"
    version: Literal[1] = 1


def dotted(path: Path) -> str:
    """Return a place in the spec as a document writes it."""
    return ".".join(str(part) for part in path)


def checked(reports: Sequence[FileReport]) -> tuple[CheckedFile, ...]:
    """Return what *reports* say."""
    return tuple(
        CheckedFile(
            file=one.source.name,
            errors=one.count("error"),
            warnings=one.count("warning"),
            findings=tuple(_located(one.source.name, found) for found in one.findings),
        )
        for one in reports
    )


def found(
    findings: Sequence[Finding], spec_file: str, loaded: LoadedSpec | None
) -> tuple[FoundFinding, ...]:
    """
    Return *findings* on a spec that may be at hand.

    Args:
        findings: What was found.
        spec_file: Name of the spec, for where it is not at hand.
        loaded: The spec, where it is.
    """
    if loaded is not None:
        return checked([report(loaded.source, loaded.tree, findings)])[0].findings
    return tuple(_by_path(finding, spec_file) for finding in findings)


def _located(file: str, located: LocatedFinding) -> FoundFinding:
    span = located.span
    return FoundFinding(
        code=located.card.code,
        severity=located.card.severity,
        title=located.card.title,
        file=file,
        path=dotted(located.path),
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        detail=located.detail,
        way_out=located.way_out,
        related=tuple(
            Related(
                line=place.line,
                column=place.column,
                end_line=place.end_line,
                end_column=place.end_column,
                caption=caption,
            )
            for place, caption in located.related
        ),
    )


def _by_path(finding: Finding, spec_file: str) -> FoundFinding:
    card = CARDS[finding.code]
    return FoundFinding(
        code=finding.code,
        severity=card.severity,
        title=card.title,
        file=spec_file,
        path="" if isinstance(finding.where, Span) else dotted(finding.where.path),
        line=None,
        column=None,
        end_line=None,
        end_column=None,
        detail=finding.detail,
        way_out=finding.way_out,
    )
