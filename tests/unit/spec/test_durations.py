"""Tests of durations as a spec writes them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spec.durations import duration_of, seconds_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("24h", timedelta(hours=24)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("1h0m5s", timedelta(hours=1, seconds=5)),
        ("0s", timedelta(0)),
        ("", None),
        ("15", None),
        ("m", None),
        ("1.5h", None),
        ("30m1h", None),
        ("1m1m", None),
        ("15 m", None),
        ("-5m", None),
        ("15M", None),
        ("1d", None),
        ("٣m", None),
        ("15m\n", None),
        ("123456h", None),
    ],
)
def test_a_duration_is_whole_hours_minutes_and_seconds_in_that_order(
    text: str, expected: timedelta | None
) -> None:
    assert duration_of(text) == expected


def test_what_the_rules_accept_is_seconds() -> None:
    assert seconds_of("1h30m") == 5400


def test_what_they_refuse_is_our_bug_by_then() -> None:
    with pytest.raises(ValueError, match="'15' is no duration"):
        seconds_of("15")
