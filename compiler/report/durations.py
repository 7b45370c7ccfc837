"""Durations for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta


def duration(took: timedelta) -> str:
    """Return *took* for people: `0.4 s`, `41 s`, `12 m 05 s`, `1 h 02 m`."""
    seconds = took.total_seconds()
    if seconds < 10:  # noqa: PLR2004 -- below that, tenths matter
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_left:02} m"
    return f"{minutes} m {rest:02} s" if minutes else f"{rest} s"


def about(expected: timedelta) -> str:
    """Return an expectation for people: no more exact than it can be: `30 s`, `5 m`, `1 h 10 m`."""
    seconds = expected.total_seconds()
    if seconds < 55:  # noqa: PLR2004 -- what would be rounded to a minute is told as one
        return f"{max(10, round(seconds, -1)):.0f} s"
    minutes = max(1, round(seconds / 60))
    if minutes < 60:  # noqa: PLR2004 -- minutes in an hour
        return f"{minutes} m"
    hours, rest = divmod(round(minutes, -1), 60)
    return f"{hours} h {rest:02} m" if rest else f"{hours} h"
