"""
Is nobody connected to the fenced database any more?

A security group's rule that is gone leaves open connections alive, so closing the access is not
enough. What RDS and the engine open for themselves is not in `DatabaseConnections` (RDS user guide,
"Amazon CloudWatch metrics for Amazon RDS", read 2026-11-24).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.gates.answer import Judgement, clock_time, counted, green, red, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from compiler.deploy.gates.system import Sample

LOOK_BACK = timedelta(minutes=10)
"""How far back connections are read where nobody knows when the access was closed."""

STALE = timedelta(minutes=5)
"""A sample that is older says nothing about now; RDS sends one each minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionsReading:
    """
    What was read about a fenced database.

    Attributes:
        name: Its identifier.
        samples: `DatabaseConnections`, oldest first.
        closed: When the access to it was closed; `None` if that is not known.
        restarted: When it first restarted after that; `None` if it did not.
        now: When it was read.
    """

    name: str
    samples: tuple[Sample, ...]
    closed: datetime | None
    restarted: datetime | None
    now: datetime


def gone(reading: ConnectionsReading) -> Judgement:
    """Tell whether a sample that was taken after the access was closed counts nobody."""
    wanted = "no connection"
    if reading.closed is None:
        return unknown(
            "it is not known when the access to it was closed",
            wanted,
            "Deploy the phase that closes it once more: its access stack is not current.",
        )
    samples = [one for one in reading.samples if one.at >= reading.closed]
    if not samples or reading.now - samples[-1].at > STALE + samples[-1].lasts:
        since = f"since the access was closed at {clock_time(reading.closed)}"
        return unknown(
            f"nobody counted connections {since}"
            if not samples
            else f"connections were last counted at {clock_time(samples[-1].at)}",
            wanted,
            "Wait: RDS counts once a minute, and CloudWatch tells a minute or two later.",
        )
    last = samples[-1]
    measured = f"{counted(round(last.highest), 'connection')} at {clock_time(last.at)}"
    if last.highest > 0:
        return red(measured, wanted, _remedy(reading, last))
    return green(measured, wanted)


def _remedy(reading: ConnectionsReading, last: Sample) -> str:
    if reading.restarted is None or last.at < reading.restarted:
        return (
            f"Sever them: restart {reading.name}, as the transition into the fence does. Nobody can"
            " connect anew while the access is closed."
        )
    return (
        f"{reading.name} restarted at {clock_time(reading.restarted)}, so who is connected came in "
        "after that. See in pg_stat_activity, or by SHOW PROCESSLIST, who it is, and close that "
        "way in; if it is the replica alone, go on with --force."
    )


def severed(readings: Iterable[ConnectionsReading]) -> datetime | None:
    """
    Return the moment after which nothing can have written to any of these databases.

    A restart ends every connection, and none can be opened anew while the access is closed. Without
    a restart, where no connection is left none comes back; a sample counts at some time within its
    period, so its end is taken.

    Returns:
        `None` as long as one of them may still be written to.
    """
    moments = [_since(reading) for reading in readings]
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None


def _since(reading: ConnectionsReading) -> datetime | None:
    closed = reading.closed
    if closed is not None and reading.restarted is not None and reading.restarted >= closed:
        return reading.restarted
    if closed is None or gone(reading).verdict != "green":
        return None
    first = reading.samples[-1]
    for one in reversed(reading.samples):
        if one.highest > 0 or one.at < closed:
            break
        first = one
    return first.at + first.lasts
