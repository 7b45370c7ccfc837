"""
Findings as text for people: place, excerpt, reason, way out.

    error[SF105]: Key is there twice
      --> shop.yaml:5:1
       |
     5 | name: shop
       | ^^^^
     The key "name" is already in this mapping. …
     help: Remove one of the two, or give it another name.
     note: shop.yaml:2:1: first written here
       |
     2 | name: web
       | ----
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from compiler.report.summary import summary
from compiler.report.terminal import cells, visible, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.report.located import FileReport, LocatedFinding
    from spec.findings import Span
    from spec.source import Source

NARROWEST = 40
"""Columns; on a narrower terminal lines are broken by the terminal itself."""

_LONGEST = 2000
"""Characters of a line that are measured; wider than any terminal."""

_CONTEXT = 20
"""Columns of an overlong line that are shown before the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """
    How text is to look.

    Attributes:
        columns: The width that it is wrapped to.
        is_coloured: Whether severities and carets are coloured; nothing is said by colour alone.
    """

    columns: int = 100
    is_coloured: bool = False


class _Marks(NamedTuple):
    """What underlines a place: which character, in which colour."""

    character: str
    colour: str


_COLOURS = {"error": "1;31", "warning": "1;33", "strong": "1", "faint": "2"}


def render(reports: Sequence[FileReport], look: Look) -> str:
    """Return the text about all *reports*: their findings, and one line that sums each file up."""
    parts: list[str] = []
    for report in reports:
        parts.extend(_finding(report.source, found, look) for found in report.findings)
        parts.append(summary(report.source.name, report.count("error"), report.count("warning")))
    return "\n\n".join(parts) + "\n"


def _finding(source: Source, found: LocatedFinding, look: Look) -> str:
    severity = found.card.severity
    gutter = max(len(str(span.line)) for span in _spans(found))
    head = f"{severity}[{found.card.code}]"
    lines = [
        f"{_paint(head, severity, look)}{_paint(f': {found.card.title}', 'strong', look)}",
        f"{' ' * gutter}--> {_place(source, found.span)}",
        *_excerpt(source, found.span, _Marks("^", severity), gutter, look),
        *_wrapped(found.detail, "", gutter, look),
        *_wrapped(found.way_out, "help: ", gutter, look),
    ]
    for span, caption in found.related:
        lines.extend(_wrapped(f"{_place(source, span)}: {caption}", "note: ", gutter, look))
        lines.extend(_excerpt(source, span, _Marks("-", "faint"), gutter, look))
    return "\n".join(lines)


def _spans(found: LocatedFinding) -> Iterator[Span]:
    yield found.span
    for span, _ in found.related:
        yield span


def _place(source: Source, span: Span) -> str:
    return f"{visible(source.name)}:{span.line}:{span.column}"


def _wrapped(text: str, label: str, gutter: int, look: Look) -> list[str]:
    indent = " " * (gutter + 1)
    return textwrap.wrap(
        visible(text),
        width=max(look.columns, NARROWEST),
        initial_indent=indent + label,
        subsequent_indent=indent + " " * len(label),
        break_on_hyphens=False,
    )


def _excerpt(source: Source, span: Span, marks: _Marks, gutter: int, look: Look) -> list[str]:
    """Return the line of *span* with the marks below it; nothing for a file without text."""
    line = source.lines[span.line - 1]
    if not line.strip():
        return []
    end = span.end_column if span.end_line == span.line else len(line) + 1
    start = min(span.column - 1, len(line))
    end = max(end - 1, start)
    line, start, end = _window(line, start, end, max(look.columns, NARROWEST) - gutter - 4)
    shown = "".join(text for text, _ in cells(line)).rstrip()
    underline = marks.character * max(width(line[start:end]), 1)
    bar = f"{' ' * gutter} |"
    return [
        bar,
        f"{span.line:>{gutter}} | {shown}",
        f"{bar} {' ' * width(line[:start])}{_paint(underline, marks.colour, look)}",
    ]


def _window(line: str, start: int, end: int, columns: int) -> tuple[str, int, int]:
    """Return the part of *line* that fits into *columns* and shows *start*, and both ends in it."""
    if len(line) > _LONGEST:
        # Measuring each of a million characters would take seconds.
        first = max(0, start - _LONGEST // 2)
        line = line[first : first + _LONGEST]
        start, end = start - first, min(end - first, len(line))
    if width(line) <= columns:
        return line, start, end
    first = max(0, start - _CONTEXT) if width(line[:end]) > columns else 0
    left = "…" if first else ""
    last = first
    room = columns - len(left) - 1
    for _, taken in cells(line[first:]):
        room -= taken
        if room < 0:
            break
        last += 1
    right = "…" if last < len(line) else ""
    shift = len(left) - first
    return (
        f"{left}{line[first:last]}{right}",
        start + shift,
        max(min(end, last) + shift, start + shift),
    )


def _paint(text: str, colour: str, look: Look) -> str:
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if look.is_coloured else text
