"""Lines broken between words, for a terminal of some columns."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDEST = 110
"""Columns; longer lines of prose are hard to read, however wide the terminal is."""

_TYPED = ("next: ", "Next: ", "all of it: ", "To go on: ", "$ ")
"""How lines begin that end with a command."""


def broken(text: str, columns: int, hanging: int = 4) -> list[str]:
    """
    Break a line between words; names are not broken, however long.

    Args:
        text: The line, indented as its first part is to be.
        columns: Where it is broken.
        hanging: How many columns further in the other parts stand.
    """
    words = text.lstrip(" ")
    indent = " " * (len(text) - len(words))
    return textwrap.wrap(
        visible(words),
        columns,
        initial_indent=indent,
        subsequent_indent=indent + " " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def page(lines: Iterable[str], columns: int, hanging: int = 4) -> str:
    """Return *lines* as a text, broken but for those that end with a command, to be copied."""
    return "".join(
        f"{line}\n"
        for text in lines
        for line in (
            [text] if text.lstrip(" ").startswith(_TYPED) else broken(text, columns, hanging)
        )
    )
