"""What a plain scalar means: the core schema of YAML 1.2 (YAML 1.2.2, 10.3.2 "Tag Resolution")."""

from __future__ import annotations

import re
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
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"([-+]?\.(inf|Inf|INF))|\.(nan|NaN|NAN)")
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


def _number(text: str) -> Scalar:
    is_decimal = _DECIMAL.fullmatch(text) is not None
    is_other = _OTHER_BASE.fullmatch(text) is not None
    is_float = _FLOAT.fullmatch(text) is not None
    if not (is_decimal or is_other or is_float):
        return float(text.replace(".", "", 1)) if _NO_NUMBER.fullmatch(text) else text
    if len(text) > LONGEST_NUMBER:
        raise NumberTooLongError
    if is_decimal:
        return int(text)
    if is_other:
        return int(text, 0)
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise NumberTooLongError
    return value
