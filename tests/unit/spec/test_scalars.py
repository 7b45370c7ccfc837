from __future__ import annotations

import math

import pytest

from spec.scalars import NumberTooLongError, is_text, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("true", True),
        ("FALSE", False),
        ("0", 0),
        ("007", 7),
        ("-7", -7),
        ("0o17", 15),
        ("0x1f", 31),
        ("16.10", 16.1),
        ("1.", 1.0),
        ("-1e3", -1000.0),
        ("-.INF", -math.inf),
        ("123456789012345678", 123456789012345678),
    ],
)
def test_what_the_core_schema_knows_is_resolved(text: str, value: object) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)
    assert not is_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "NO",
        "on",
        "tRUE",
        "nul",
        "1_000",
        "0b1",
        "12:30:45",
        "1e",
        "-",
        "+",
        ".",
        "10.0.0.1",
        "2026-11-24",
        "1٢",
        "٣",
        "0xg",
        "infinity",
        "nan",
    ],
)
def test_everything_else_is_a_text(text: str) -> None:
    assert resolve(text) == text
    assert is_text(text)


def test_not_a_number_is_a_number() -> None:
    value = resolve(".nan")

    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize("text", ["1" * 19, "-1e999", "0x" + "0" * 17, "1." + "0" * 17])
def test_numbers_too_long_to_be_meant_are_not_computed(text: str) -> None:
    with pytest.raises(NumberTooLongError):
        resolve(text)
    assert not is_text(text)
