"""Rules about a database's storage and its windows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spec.model import Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    What RDS takes for one storage type, on PostgreSQL, MySQL and MariaDB.

    Attributes:
        smallest_gib: Least storage.
        iops: Least and most provisioned IOPS; `None` where none can be provisioned.
        iops_per_gib: Least and most IOPS for each GiB.
        iops_from_gib: IOPS can be provisioned from this size on.
    """

    smallest_gib: int
    iops: tuple[int, int] | None
    iops_per_gib: tuple[float, float]
    iops_from_gib: int


LARGEST_GIB = 65_536

STORAGE: Mapping[str, Limits] = {
    "gp2": Limits(smallest_gib=20, iops=None, iops_per_gib=(0, 0), iops_from_gib=0),
    "gp3": Limits(smallest_gib=20, iops=(12_000, 64_000), iops_per_gib=(0, 500), iops_from_gib=400),
    "io1": Limits(smallest_gib=100, iops=(1_000, 256_000), iops_per_gib=(0.5, 50), iops_from_gib=0),
    "io2": Limits(
        smallest_gib=100, iops=(1_000, 256_000), iops_per_gib=(0.5, 1_000), iops_from_gib=0
    ),
}
"""RDS user guide, "DB instance storage", and API reference, `CreateDBInstance`, 2026-11."""

THROUGHPUT_MIBPS = (500, 4_000)
"""Of a gp3 of 400 GiB and more (RDS user guide, "Amazon RDS DB instance storage", 2026-11)."""

MIBPS_PER_IOPS = 0.25
"""Most throughput for each provisioned IOPS of gp3 (the same page)."""

SHORTEST_WINDOW_MINUTES = 30
DAY_MINUTES = 24 * 60
_WEEK_MINUTES = 7 * DAY_MINUTES
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = r"([01]\d|2[0-3]):([0-5]\d)"
_BACKUP = re.compile(f"{_TIME}-{_TIME}", re.ASCII)
_MAINTENANCE = re.compile(rf"({'|'.join(_DAYS)}):{_TIME}-({'|'.join(_DAYS)}):{_TIME}", re.ASCII)


def storage_out_of_bounds(spec: Spec) -> Iterator[Finding]:
    """SF235: each storage type has a least and a most size."""
    for key, database in spec.databases.items():
        smallest = STORAGE[database.storage_type].smallest_gib
        if not smallest <= database.storage_gib <= LARGEST_GIB:
            yield Finding(
                code="SF235",
                where=at("databases", key, "storage_gib"),
                detail=f"{database.storage_type} storage has {smallest} to {LARGEST_GIB:,} GiB, not"
                f" {database.storage_gib:,}.",
                way_out=f"Choose {smallest} or more."
                if database.storage_gib < smallest
                else f"Choose {LARGEST_GIB} or less, and split the database.",
            )


def iops_out_of_bounds(spec: Spec) -> Iterator[Finding]:
    """SF236: provisioned IOPS fit the storage type and its size."""
    for key, database in spec.databases.items():
        kind, limits = database.storage_type, STORAGE[database.storage_type]
        iops, size = database.iops, database.storage_gib
        if iops is None:
            if kind in {"io1", "io2"}:
                yield Finding(
                    code="SF236",
                    where=at("databases", key, "storage_type"),
                    detail=f"{kind} storage is made for a number of IOPS, and none is given.",
                    way_out='Set "iops", 1000 or more; or use gp3, which has 3000 without asking.',
                )
            continue
        if limits.iops is None:
            problem = f"{kind} storage has no provisioned IOPS: they follow from its size"
            way_out = 'Remove it, or use "storage_type: gp3".'
        elif size < limits.iops_from_gib:
            problem = f"{kind} storage below {limits.iops_from_gib} GiB has 3000 IOPS, no more"
            way_out = f"Remove it, or take {limits.iops_from_gib} GiB or more."
        else:
            least = max(limits.iops[0], -int(-limits.iops_per_gib[0] * size // 1))
            most = min(limits.iops[1], int(limits.iops_per_gib[1] * size))
            if least <= iops <= most:
                continue
            problem = f"{kind} storage of {size} GiB takes {least} to {most} IOPS, not {iops}"
            way_out = f"Choose {least} to {most}, or another size."
        yield Finding(
            code="SF236",
            where=at("databases", key, "iops"),
            detail=f"{problem}.",
            way_out=way_out,
            related=((at("databases", key, "storage_gib"), "the size of the storage"),),
        )


def throughput_out_of_bounds(spec: Spec) -> Iterator[Finding]:
    """SF237: throughput is provisioned for a large gp3 only."""
    for key, database in spec.databases.items():
        throughput, size = database.throughput_mibps, database.storage_gib
        if throughput is None:
            continue
        least, most = THROUGHPUT_MIBPS
        iops = database.iops or 12_000
        if database.storage_type != "gp3":
            problem, way_out = f"{database.storage_type} storage takes no throughput", "Remove it."
        elif size < STORAGE["gp3"].iops_from_gib:
            problem = f"gp3 storage of {size} GiB has 125 MiB/s, no more"
            way_out = "Remove it, or take 400 GiB or more."
        elif not least <= throughput <= most:
            problem = f"gp3 storage takes {least} to {most} MiB/s, not {throughput}"
            way_out = f"Choose {least} to {most}."
        elif throughput > iops * MIBPS_PER_IOPS:
            problem = f"{throughput} MiB/s need {throughput * 4} IOPS, and there are {iops}"
            way_out = f'Set "iops" to {throughput * 4} or more.'
        else:
            continue
        yield Finding(
            code="SF237",
            where=at("databases", key, "throughput_mibps"),
            detail=f"{problem}.",
            way_out=way_out,
            related=((at("databases", key, "storage_gib"), "the size of the storage"),),
        )


def max_storage_not_above_storage(spec: Spec) -> Iterator[Finding]:
    """SF238: autoscaling needs room: a tenth above what is allocated."""
    for key, database in spec.databases.items():
        most = database.max_storage_gib
        least = database.storage_gib + -(-database.storage_gib // 10)
        if most is None or least <= most <= LARGEST_GIB:
            continue
        yield Finding(
            code="SF238",
            where=at("databases", key, "max_storage_gib"),
            detail=f"Storage of {database.storage_gib} GiB grows up to {least} GiB or more (a tenth"
            f" above), and to {LARGEST_GIB} GiB at most; {most} is neither.",
            way_out=f"Choose {least} or more, or leave it out for no autoscaling."
            if most < least
            else f"Choose {LARGEST_GIB} or less.",
            related=((at("databases", key, "storage_gib"), "what is allocated"),),
        )


def window_malformed(spec: Spec) -> Iterator[Finding]:
    """SF242: a window is half an hour or more, in UTC."""
    for key, database in spec.databases.items():
        for name, text, read, example in (
            ("backup_window", database.backup_window, _backup, "03:00-04:00"),
            (
                "maintenance_window",
                database.maintenance_window,
                _maintenance,
                "sun:05:00-sun:06:00",
            ),
        ):
            if text is None:
                continue
            found = read(text)
            if found is None:
                detail = f'"{text}" is not a window of the form "{example}".'
            elif not SHORTEST_WINDOW_MINUTES <= found[1] <= DAY_MINUTES:
                detail = (
                    f"The window is {found[1]} minutes long; RDS takes {SHORTEST_WINDOW_MINUTES}"
                    " minutes to 24 hours."
                )
            else:
                continue
            yield Finding(
                code="SF242",
                where=at("databases", key, name),
                detail=detail,
                way_out=f'Write it in UTC and lower case, like "{example}".',
            )


def windows_overlap(spec: Spec) -> Iterator[Finding]:
    """SF243: backups and maintenance do not meet."""
    for key, database in spec.databases.items():
        backup = _backup(database.backup_window or "")
        maintenance = _maintenance(database.maintenance_window or "")
        if backup is None or maintenance is None:
            continue
        begin, length = maintenance
        starts = (backup[0] + day * DAY_MINUTES for day in range(7))
        if any(
            (start - begin) % _WEEK_MINUTES < length or (begin - start) % _WEEK_MINUTES < backup[1]
            for start in starts
        ):
            yield Finding(
                code="SF243",
                where=at("databases", key, "maintenance_window"),
                detail=f"Maintenance in {database.maintenance_window} meets the daily backup in"
                f" {database.backup_window}; RDS refuses that.",
                way_out="Move one of them.",
                related=((at("databases", key, "backup_window"), "the daily backup"),),
            )


def _backup(text: str) -> tuple[int, int] | None:
    """Read a daily window: its first minute in the day, and its length in minutes."""
    found = _BACKUP.fullmatch(text)
    if found is None:
        return None
    hour, minute, last_hour, last_minute = (int(part) for part in found.groups())
    begin = hour * 60 + minute
    return begin, (last_hour * 60 + last_minute - begin) % DAY_MINUTES


def _maintenance(text: str) -> tuple[int, int] | None:
    """Read a weekly window: its first minute in the week, and its length in minutes."""
    found = _MAINTENANCE.fullmatch(text)
    if found is None:
        return None
    day, hour, minute, last_day, last_hour, last_minute = found.groups()
    begin = (_DAYS.index(day) * 24 + int(hour)) * 60 + int(minute)
    end = (_DAYS.index(last_day) * 24 + int(last_hour)) * 60 + int(last_minute)
    return begin, (end - begin) % _WEEK_MINUTES
