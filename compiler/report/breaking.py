"""Lines broken between words, for a terminal of some columns."""

from __future__ import annotations

import textwrap

WIDEST = 110
"""Columns that lines are broken at unless told otherwise."""


def broken(text: str, columns: int) -> list[str]:
    """
    Break a line between words; what follows stands a little further in.

    Names are not broken, however long.
    """
    indent = " " * (len(text) - len(text.lstrip(" ")) + 4)
    return textwrap.wrap(
        text,
        columns,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]
