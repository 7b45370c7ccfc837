"""
Does a replica follow its source, and has it replayed everything that was written before the fence?

Both read `ReplicaLag`, by the rules of the RDS user guide ("Monitoring read replication", read
2026-11-24): -1 says that replication is not active, however small a number it is. PostgreSQL's lag
is the age of the last transaction that was replayed, so where nobody writes it rises, to five
minutes at the most, when RDS switches the log, and falls again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.gates.answer import Judgement, clock_time, green, red, seconds, unknown

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.deploy.gates.system import Database, Sample

LOOK_BACK = timedelta(minutes=12)
"""How far back lags are read: two rises and falls of an idle PostgreSQL, and CloudWatch's delay."""

STALE = timedelta(minutes=5)
"""A sample that is older says nothing about now; RDS sends one each minute."""

IDLE = timedelta(minutes=6)
"""Within so long the lag of an idle PostgreSQL is small once: five minutes, and a sample's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaReading:
    """
    What was read about a replica.

    Attributes:
        name: Its identifier.
        engine: `postgres`, `mysql` or `mariadb`.
        database: The instance; `None` if there is none.
        lags: `ReplicaLag` in seconds, oldest first.
        now: When it was read.
    """

    name: str
    engine: str
    database: Database | None
    lags: tuple[Sample, ...]
    now: datetime


def streams(reading: ReplicaReading, most: float) -> Judgement:
    """Tell whether a replica follows its source by at most *most* seconds."""
    wanted = f"a lag of at most {seconds(most)}"
    wrong = _not_replicating(reading, wanted)
    if wrong is not None:
        return wrong
    sample = _telling(reading)
    measured = f"a lag of {seconds(sample.highest)} at {clock_time(sample.at)}"
    if sample.highest > most:
        return red(
            measured,
            wanted,
            "Look at the replica's CPU, its storage's throughput and long transactions in the "
            "source; a replica with a smaller class than its source may never catch up.",
        )
    return green(measured, wanted)


def drained(reading: ReplicaReading, fenced: datetime | None) -> Judgement:
    """
    Tell whether a replica has everything that was written before *fenced*.

    What it has replayed reaches to the moment of a sample less its lag. One sample proves it for
    good: nothing is written after the fence.
    """
    if fenced is None:
        return unknown(
            "nobody knows yet when the last connection to the source was closed",
            "all that was written before the fence is replayed",
            "Let the gate of the connections become green first.",
        )
    wanted = f"all that was written before {clock_time(fenced)} is replayed"
    wrong = _not_replicating(reading, wanted)
    if wrong is not None:
        return wrong
    sample = max((one for one in reading.lags if one.lowest >= 0), key=_reaches)
    reached = _reaches(sample)
    measured = (
        f"replayed up to {clock_time(reached)}: a lag of {seconds(sample.highest)} at "
        f"{clock_time(sample.at)}"
    )
    if reached >= fenced:
        return green(measured, wanted)
    latest = fenced + IDLE
    if reading.engine == "postgres" and reading.now < latest:
        remedy = (
            "Wait: a PostgreSQL to which nobody writes reports up to five minutes of lag. If "
            f"nothing is left to replay, it says so by {clock_time(latest)}."
        )
    elif reading.now < fenced + STALE:
        remedy = "Wait: CloudWatch tells of a sample a minute or two after it was taken."
    else:
        remedy = (
            "The replica is behind. Wait while its lag falls; if it does not, open the source again"
            " by going back to warm: nothing is lost."
        )
    return red(measured, wanted, remedy)


def _reaches(sample: Sample) -> datetime:
    return sample.at - timedelta(seconds=sample.highest)


def _telling(reading: ReplicaReading) -> Sample:
    """Return the sample that tells how far behind a replica is."""
    last = reading.lags[-1]
    if reading.engine != "postgres":
        return last
    lately = (one for one in reading.lags if one.lowest >= 0 and last.at - one.at < IDLE)
    return min(lately, key=lambda one: one.highest)


def _not_replicating(reading: ReplicaReading, wanted: str) -> Judgement | None:
    """Return why nothing can be said about the lag, if so."""
    name, database = reading.name, reading.database
    if database is None:
        return red(f"there is no database {name}", wanted, "Deploy the phase before once more.")
    if not database.replicates:
        return red(
            f"{name} is no replica",
            wanted,
            "If somebody promoted it, only a new generation of the replica follows the source "
            "again: raise the database's `generation` in the spec.",
        )
    if database.replication not in {"", "replicating"}:
        said = f": {database.replication_message}" if database.replication_message else ""
        return red(f"replication is {database.replication}{said}", wanted, _REPAIR)
    fresh = [one for one in reading.lags if reading.now - one.at <= STALE + one.lasts]
    if not fresh:
        last = f"the last is of {clock_time(reading.lags[-1].at)}" if reading.lags else "none came"
        return unknown(
            f"no lag was measured in the last {STALE.seconds // 60} minutes; {last}",
            wanted,
            "Wait: a replica tells its lag some minutes after it was made or restarted. If none "
            f"comes, look at the database {name} in the RDS console.",
        )
    if fresh[-1].lowest < 0:
        return red(
            f"replication is not active: a lag of -1 at {clock_time(fresh[-1].at)}",
            wanted,
            _REPAIR,
        )
    return None


_REPAIR = (
    "Wait a few minutes if the source was just restarted. Else read the replica's log and events in"
    " RDS; RDS ends a replication that stands still for 30 days, and then only a new generation "
    "helps."
)
