"""A run as bars over time, in text: what ran beside what, and what everything waited for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from compiler.deploy.outcome import Done, End, Failed
from compiler.report.durations import duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.outcome import Outcome

NARROWEST = 60
"""Columns below which it does not go."""


class _Marks(NamedTuple):
    done: str
    failed: str
    interrupted: str
    cut: str


_BLOCKS = _Marks(done="█", failed="▒", interrupted="░", cut="…")
_ASCII = _Marks(done="#", failed="x", interrupted=">", cut="~")


class _Row(NamedTuple):
    name: str
    start: timedelta
    end: timedelta
    mark: str
    words: str


def can_show_blocks(encoding: str | None) -> bool:
    """Tell whether a terminal with this *encoding* can show block characters."""
    try:
        "".join(_BLOCKS).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def gantt(outcome: Outcome, *, columns: int, has_blocks: bool = True) -> str:
    """
    Return a line for each stack that was begun with, in the order of their starts.

    Args:
        outcome: How the run ended.
        columns: How wide the terminal is.
        has_blocks: Whether it can show block characters; else the bars are of ASCII.

    Returns:
        The lines, below a scale of time; empty where nothing was begun with.
    """
    marks = _BLOCKS if has_blocks else _ASCII
    rows = [_row(node, start, outcome, marks) for node, start in outcome.started.items()]
    if not rows:
        return ""
    return "".join(f"{line}\n" for line in _lines(rows, max(columns, NARROWEST), outcome, marks))


def _row(node: str, start: timedelta, outcome: Outcome, marks: _Marks) -> _Row:
    end: End = outcome.ends[node]
    match end:
        case Done(took=took):
            return _Row(node, start, start + took, marks.done, duration(took))
        case Failed(took=took):
            return _Row(node, start, start + took, marks.failed, f"{duration(took)} FAILED")
        case _:
            took = outcome.took - start
            return _Row(node, start, outcome.took, marks.interrupted, f"{duration(took)} goes on")


def _lines(rows: list[_Row], columns: int, outcome: Outcome, marks: _Marks) -> Iterator[str]:
    whole = max(outcome.took, *(row.end for row in rows), timedelta(milliseconds=1))
    names = min(max(len(row.name) for row in rows), columns * 2 // 5)
    words = max(len(row.words) for row in rows)
    wide = columns - names - words - 4
    yield f"{'':{names}}  {_scale(whole, wide)}"
    for row in rows:
        name = row.name if len(row.name) <= names else row.name[: names - 1] + marks.cut
        first = min(int(row.start / whole * wide), wide - 1)
        last = max(round(row.end / whole * wide), first + 1)
        bar = " " * first + row.mark * (last - first)
        yield f"{name:{names}}  {bar:{wide}}  {row.words:>{words}}"


def _scale(whole: timedelta, wide: int) -> str:
    """Return the beginning, the middle and the end of the time, where they are."""
    middle, end = duration(whole / 2), duration(whole)
    line = f"0{middle:>{wide // 2 + len(middle) // 2 - 1}}"
    return f"{line}{end:>{max(wide - len(line), len(end) + 1)}}".rstrip()
