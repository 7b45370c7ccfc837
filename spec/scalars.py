"""What a plain scalar means: the core schema of YAML 1.2 (YAML 1.2.2, 10.3.2 "Tag Resolution")."""

from __future__ import annotations

import re
from functools import cache
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NUMBER_STARTS = frozenset("0123456789+-.")

LONGEST_NUMBER = 18
"""Characters; any integer of so many fits into 64 bits, and none in a spec comes near."""


class NumberTooLongError(ValueError):
    """The text is a number, with more digits than any number in a spec has."""


def resolve(text: str) -> Scalar:
    """
    Return the value of the plain (unquoted) scalar *text*.

    Raises:
        NumberTooLongError: It is a number too large to be meant as one.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    return _number(text)


def is_text(text: str) -> bool:
    """Tell whether the plain scalar *text* is a text, and nothing else that YAML knows."""
    if text in _WORDS:
        return False
    if text[0] not in _NUMBER_STARTS:
        return True
    try:
        return isinstance(_number(text), str)
    except NumberTooLongError:
        return False


def _number(text: str) -> Scalar:
    if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER:
        return int(text)
    kinds = _kinds_of_numbers()
    kind = next((kind for kind, pattern in kinds if pattern.fullmatch(text)), None)
    if kind is None:
        return text
    if kind == "no number":
        return float(text.replace(".", "", 1))
    if len(text) > LONGEST_NUMBER:
        raise NumberTooLongError
    if kind == "integer":
        return int(text)
    if kind == "other base":
        return int(text, 0)
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise NumberTooLongError
    return value


@cache
def _kinds_of_numbers() -> tuple[tuple[str, re.Pattern[str]], ...]:
    # Compiled when a spec has such a number: most have none, and validating one is a matter of
    # milliseconds.
    return (
        ("integer", re.compile(r"[-+]?[0-9]+")),
        ("other base", re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")),
        ("float", re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")),
        ("no number", re.compile(r"([-+]?\.(inf|Inf|INF))|\.(nan|NaN|NAN)")),
    )
