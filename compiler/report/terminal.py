"""Text on a terminal: what a character looks like there, and how wide it is."""

from __future__ import annotations

import unicodedata

TAB_WIDTH = 4


def visible(text: str) -> str:
    r"""Return *text* with each character that a terminal would act on as an escape: `\x1b`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_cell(character)[0] for character in text)


def cells(text: str) -> list[tuple[str, int]]:
    """Return for each character of *text* what to print for it, and how many columns that takes."""
    return [_cell(character) for character in text]


def _cell(character: str) -> tuple[str, int]:
    if character == "\t":
        return " " * TAB_WIDTH, TAB_WIDTH
    if character.isascii() and character.isprintable():
        return character, 1
    if unicodedata.combining(character):
        return character, 0
    if not character.isprintable():
        escaped = character.encode("unicode_escape").decode()
        return escaped, len(escaped)
    return character, 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def width(text: str) -> int:
    """Return how many columns *text* takes, each character shown as `visible` shows it."""
    return sum(columns for _, columns in cells(text))
