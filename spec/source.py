"""A file's name and text, as its user knows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from spec.findings import Span

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
"""YAML 1.2 knows these three and no other (YAML 1.2.2, 5.4 "Line Break Characters")."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """
    One file.

    Attributes:
        name: The file's name as the user gave it; `<stdin>` for the standard input.
        text: Its text, without a byte order mark. What could not be decoded is U+FFFD; empty for a
            file that is too large to be looked at.
    """

    name: str
    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines, without their ends; at least one."""
        return tuple(_LINE_BREAK.split(self.text))


def span_of(text: str, start: int, end: int) -> Span:
    """Return the place of the characters of *text* from *start* up to *end*."""
    line, column = _position(text, start)
    end_line, end_column = _position(text, end)
    return Span(line=line, column=column, end_line=end_line, end_column=end_column)


def _position(text: str, offset: int) -> tuple[int, int]:
    before = _LINE_BREAK.split(text[:offset])
    return len(before), len(before[-1]) + 1
