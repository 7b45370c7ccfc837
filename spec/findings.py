"""
What stackferry has to say about a spec: findings, and the places they stand at.

A finding names *which thing* of the spec it means, by path; lines and columns are looked up later
in a `LocatedTree`, so that rules, the linker, lint and the deployer never handle line numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the root of the spec: `("databases", "catalog", "port")`."""

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """
    A piece of the file's text.

    Attributes:
        line: First line, counted from 1.
        column: First column, counted from 1, in characters.
        end_line: Last line.
        end_column: The column after the last character.
    """

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """
    A thing in the spec.

    Attributes:
        path: Where it stands. A path that is not written in the file (a default) is located at its
            nearest written ancestor.
        part: The value at that path, or the key that introduces it.
    """

    path: Path
    part: Literal["value", "key"] = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One thing that is wrong, or worth a warning.

    Attributes:
        code: `SF###`; its card in `spec.codes` holds title, severity, and the long explanation.
        where: The narrowest place that the user would edit. A `Span` only where no path exists,
            because the text could not be read as YAML.
        detail: Full sentences: which value, and why that is a problem.
        way_out: What to do about it, as a full sentence in the imperative.
        related: Other places that matter, each with a caption; for a conflict, its other side.
    """

    code: str
    where: Spot | Span
    detail: str
    way_out: str
    related: tuple[tuple[Spot | Span, str], ...] = ()


def at(*path: str | int) -> Spot:
    """Name the value at *path*."""
    return Spot(path=path)


def key_at(*path: str | int) -> Spot:
    """Name the key that introduces *path*."""
    return Spot(path=path, part="key")
