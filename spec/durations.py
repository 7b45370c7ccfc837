"""Durations as a spec writes them: `90s`, `15m`, `1h30m`."""

from __future__ import annotations

import re
from datetime import timedelta

_DURATION = re.compile(r"(?=\d)(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?", re.ASCII)


def duration_of(text: str) -> timedelta | None:
    """Return the duration that *text* says: hours, minutes, seconds; `None` where it says none."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def seconds_of(text: str) -> int:
    """
    Return the seconds of a duration that the rules accept.

    Raises:
        ValueError: It is none.
    """
    found = duration_of(text)
    if found is None:
        message = f"{text!r} is no duration"
        raise ValueError(message)
    return int(found.total_seconds())
