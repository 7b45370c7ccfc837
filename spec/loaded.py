"""A spec that was read: the model, where each part stands, and what there is to say about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spec.findings import Finding, Span, Spot

if TYPE_CHECKING:
    from spec.model import Spec
    from spec.places import LocatedTree
    from spec.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSpec:
    """
    What came out of one file.

    Attributes:
        source: The file, for excerpts.
        tree: Its values and their places; `None` where the text makes no tree.
        spec: The model; `None` where the file has errors of reading or structure, and never `None`
            otherwise: with `has_errors` false it is safe to use.
        findings: All of them, in the order of their places, then of their codes.
    """

    source: Source
    tree: LocatedTree | None
    spec: Spec | None
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Whether any finding is more than a warning."""
        return any(is_error(finding) for finding in self.findings)

    def locate(self, where: Spot | Span) -> Span:
        """Return the place of *where* in the text; its beginning, where the text makes no tree."""
        return locate(self.tree, where)


def is_error(finding: Finding) -> bool:
    """Tell whether *finding* stops anything."""
    # Most specs have no finding, and never need the cards.
    from spec.codes import CARDS  # noqa: PLC0415

    return CARDS[finding.code].severity == "error"


def locate(tree: LocatedTree | None, where: Spot | Span) -> Span:
    """Return the place of *where* in *tree*; the file's beginning, where there is no tree."""
    if tree is not None:
        return tree.locate(where)
    if isinstance(where, Span):
        return where
    return Span(line=1, column=1, end_line=1, end_column=1)


def in_order(tree: LocatedTree | None, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return *findings* by place, then by code; one that is there twice is kept once."""
    unique = tuple(dict.fromkeys(findings))
    return tuple(sorted(unique, key=lambda finding: (locate(tree, finding.where), finding.code)))
