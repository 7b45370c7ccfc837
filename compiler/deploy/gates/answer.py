"""An answer to a gate's question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

Verdict: TypeAlias = Literal["green", "red", "unknown"]
"""Unknown is not green: what could not be found out does not open a door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """
    What a question's answer is.

    Attributes:
        verdict: Whether the door may be opened, as far as this question goes.
        measured: What was found, with the time of its sample where it has one.
        wanted: What is wanted.
        remedy: What to do; empty if it is green.
        notes: What else is told, and decides nothing.
        is_refused: Whether AWS refused to tell.
    """

    verdict: Verdict
    measured: str
    wanted: str
    remedy: str = ""
    notes: tuple[str, ...] = ()
    is_refused: bool = False


def green(measured: str, wanted: str, *notes: str) -> Judgement:
    """Return that all is as wanted."""
    return Judgement(verdict="green", measured=measured, wanted=wanted, notes=notes)


def red(measured: str, wanted: str, remedy: str, *notes: str) -> Judgement:
    """Return that it is not as wanted, and the *remedy*."""
    return Judgement(verdict="red", measured=measured, wanted=wanted, remedy=remedy, notes=notes)


def unknown(measured: str, wanted: str, remedy: str, *notes: str) -> Judgement:
    """Return that it cannot be told, why, and the *remedy*."""
    return Judgement(
        verdict="unknown", measured=measured, wanted=wanted, remedy=remedy, notes=notes
    )


def clock_time(at: datetime) -> str:
    """Return *at* for people: `12:00:05 UTC`."""
    return f"{at.astimezone(UTC):%H:%M:%S} UTC"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a *number* of things: `1 object`, `12,000 objects`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def some(names: tuple[str, ...], most: int = 3) -> str:
    """Return *names* in a sentence, no more than *most* of them."""
    shown = ", ".join(names[:most])
    rest = len(names) - most
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def seconds(number: float) -> str:
    """Return a number of seconds for people: `0.4 s`, `12 s`."""
    exact = f"{number:.1f}" if abs(number) < 10 else f"{number:.0f}"  # noqa: PLR2004 -- below that, tenths matter
    return f"{exact.removesuffix('.0')} s"
