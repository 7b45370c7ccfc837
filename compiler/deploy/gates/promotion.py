"""May a replica be promoted, and does what was promoted take writes?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from compiler.deploy.gates.answer import Judgement, clock_time, green, red

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.gates.system import Database, Snapshot

MARGIN = timedelta(minutes=15)
"""
So long before its backup window a replica is not promoted any more.

RDS refuses a promotion while the instance is backing up (API reference, PromoteReadReplica, read
2026-11-24), and between the question and the request a stack set has to get under way.
"""

_WINDOW = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionReading:
    """
    What was read about a database that is, or was, to be promoted.

    Attributes:
        name: Its identifier.
        database: The instance; `None` if there is none.
        snapshots: Its snapshots.
        now: When it was read.
    """

    name: str
    database: Database | None
    snapshots: tuple[Snapshot, ...]
    now: datetime


def promotable(reading: PromotionReading, parameter_group: str = "") -> Judgement:
    """
    Tell whether a replica can be promoted now.

    Args:
        reading: What was read.
        parameter_group: The group that it must have; empty if any will do.
    """
    wanted = (
        "a replica that is available, with nothing pending, its parameters in force, a backup, and "
        "out of its backup window"
    )
    found = reading.database
    if found is None:
        return _none(reading.name, wanted)
    wrong = [
        *_not_a_replica(found),
        *_not_settled(found),
        *_other_group(found, parameter_group),
        *_in_window(found.backup_window, reading.now),
        *_no_backup(reading.snapshots),
    ]
    newest = _newest_backup(reading.snapshots)
    backup = f"backed up at {_date(newest)}" if newest else "never backed up"
    return _judged(f"{_state(found)}, {backup}", wanted, wrong)


def writable(reading: PromotionReading) -> Judgement:
    """Tell whether a promoted database takes writes."""
    wanted = "a database of its own that is available, with nothing pending"
    found = reading.database
    if found is None:
        return _none(reading.name, wanted)
    wrong = [*_still_a_replica(found), *_not_settled(found)]
    return _judged(_state(found), wanted, wrong)


def next_window(window: str, now: datetime) -> tuple[datetime, datetime] | None:
    """
    Return when a daily *window* begins and ends, the one that *now* is in or the next one.

    Args:
        window: `23:30-00:15`, in UTC; it may reach over midnight.
        now: With its zone, UTC.

    Returns:
        `None` if *window* is none.
    """
    match = _WINDOW.fullmatch(window)
    if match is None:
        return None
    begin_hour, begin_minute, end_hour, end_minute = map(int, match.groups())
    for days in (-1, 0, 1):
        day = now.date() + timedelta(days=days)
        begin = datetime.combine(day, time(begin_hour, begin_minute), tzinfo=now.tzinfo)
        end = datetime.combine(day, time(end_hour, end_minute), tzinfo=now.tzinfo)
        if end <= begin:
            end += timedelta(days=1)
        if now < end:
            return begin, end
    return None


def _judged(measured: str, wanted: str, wrong: list[tuple[str, str]]) -> Judgement:
    if not wrong:
        return green(measured, wanted)
    return red(
        "; ".join(problem for problem, _ in wrong),
        wanted,
        " ".join(dict.fromkeys(remedy for _, remedy in wrong)),
    )


def _none(name: str, wanted: str) -> Judgement:
    return red(f"there is no database {name}", wanted, "Deploy the phase before once more.")


def _state(found: Database) -> str:
    kind = "a replica" if found.replicates else "no replica"
    return f"{found.status}, {kind}"


def _not_a_replica(found: Database) -> Iterator[tuple[str, str]]:
    if not found.replicates:
        yield (
            "it is no replica any more",
            (
                "If somebody promoted it, only a new generation of the replica follows the source "
                "again: raise the database's `generation` in the spec."
            ),
        )


def _still_a_replica(found: Database) -> Iterator[tuple[str, str]]:
    if found.replicates:
        yield (
            f"it still replicates {found.replicates}",
            (
                "Wait while the promotion runs. If its stack is done, nothing was promoted: "
                "see `stackferry recover`."
            ),
        )


def _not_settled(found: Database) -> Iterator[tuple[str, str]]:
    if found.status != "available":
        yield (
            f"it is {found.status}",
            "Wait until it is available; `stackferry gate` can do so with --wait.",
        )
    if found.pending:
        yield (
            f"{', '.join(found.pending)} waits to be applied",
            "Apply the pending change at once, or let its maintenance window pass.",
        )
    late = sorted(f"{name} ({how})" for name, how in found.parameter_groups.items() if _late(how))
    if late:
        yield (
            f"the parameter group {', '.join(late)} is not in force",
            "Restart the instance: static parameters are applied by a restart alone.",
        )


def _late(how: str) -> bool:
    return how != "in-sync"


def _other_group(found: Database, group: str) -> Iterator[tuple[str, str]]:
    if group and group not in found.parameter_groups:
        has = ", ".join(sorted(found.parameter_groups)) or "none"
        yield (
            f"its parameter group is {has}, not {group}",
            "Deploy the phase once more, and search for drift.",
        )


def _in_window(window: str, now: datetime) -> Iterator[tuple[str, str]]:
    found = next_window(window, now)
    if found is None:
        return
    begin, end = found
    if now >= begin - MARGIN:
        yield (
            f"its backup window is from {begin:%H:%M} to {end:%H:%M} UTC",
            (
                f"Go on after {clock_time(end)}, when it is available: RDS promotes none during a "
                "backup."
            ),
        )


def _newest_backup(snapshots: tuple[Snapshot, ...]) -> datetime | None:
    return max((one.at for one in snapshots if one.at and one.status == "available"), default=None)


def _no_backup(snapshots: tuple[Snapshot, ...]) -> Iterator[tuple[str, str]]:
    if _newest_backup(snapshots) is None:
        yield (
            "it has no completed backup",
            (
                "Wait for its first automatic backup, or make a snapshot: the promotion makes one,"
                " and takes that much longer."
            ),
        )


def _date(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d} {clock_time(at)}" if at else ""
