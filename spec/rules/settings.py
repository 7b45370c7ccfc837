"""Rules about single values that AWS bounds: numbers, addresses, periods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec.findings import Finding, at
from spec.rules.rule import sides

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.findings import Path
    from spec.model import Spec

LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557),
    *(2922, 3288, 3653),
)
"""CloudWatch Logs API reference, `PutRetentionPolicy`, 2026-11."""

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")


def listed_twice(spec: Spec) -> Iterator[Finding]:
    """SF262: a list names each thing once."""
    for path, values in _lists(spec):
        for position, value in enumerate(values):
            first = values.index(value)
            if first != position:
                yield Finding(
                    code="SF262",
                    where=at(*path, position),
                    detail=f'"{value}" is already in the list.',
                    way_out="Remove it.",
                    related=((at(*path, first), "first named here"),),
                )


def setting_out_of_bounds(spec: Spec) -> Iterator[Finding]:
    """SF273: a number is one that AWS takes and that means something."""
    for path, value, least, most, unit in _bounded(spec):
        if value is not None and not least <= value <= most:
            yield Finding(
                code="SF273",
                where=at(*path),
                detail=f'"{path[-1]}" is {least:,} to {most:,} {unit}, not {value:,}.',
                way_out=f"Choose {least} to {most}.",
            )


def email_malformed(spec: Spec) -> Iterator[Finding]:
    """SF297: an address is one address."""
    if spec.alarms is not None and not _EMAIL.fullmatch(spec.alarms.email):
        yield Finding(
            code="SF297",
            where=at("alarms", "email"),
            detail=f'"{spec.alarms.email}" is not an e-mail address.',
            way_out='Write one address like "ops@example.com"; a list may stand behind it.',
        )


def log_retention_unknown(spec: Spec) -> Iterator[Finding]:
    """SF298: CloudWatch Logs offers some periods."""
    for name, side in sides(spec):
        logs = side.vpc.flow_logs
        if logs is not False and logs.retention_days not in LOG_RETENTION_DAYS:
            nearest = min(LOG_RETENTION_DAYS, key=lambda days: abs(days - logs.retention_days))
            yield Finding(
                code="SF298",
                where=at(name, "vpc", "flow_logs", "retention_days"),
                detail=f"CloudWatch Logs keeps logs for certain periods, and {logs.retention_days}"
                " days is none of them.",
                way_out=f"Choose {nearest}, the nearest; or one of"
                f" {', '.join(str(days) for days in LOG_RETENTION_DAYS)}.",
            )


def _lists(spec: Spec) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield each list in which something may be named once: where it is, and what it names."""
    yield ("keys", "administrators"), spec.keys.administrators
    for name, side in sides(spec):
        yield (name, "vpc", "endpoints"), side.vpc.endpoints
    for key, database in spec.databases.items():
        yield ("databases", key, "log_exports"), database.log_exports
    for key, service in spec.services.items():
        yield ("services", key, "uses"), service.uses
        yield ("services", key, "hosts"), tuple(host.lower() for host in service.hosts)
        yield ("services", key, "paths"), service.paths


def _bounded(spec: Spec) -> Iterator[tuple[Path, int | None, int, int, str]]:
    """Yield each number: where it is, its value, the least, the most, and the unit."""
    for key, service in spec.services.items():
        path = ("services", key)
        yield (*path, "volume_gib"), service.volume_gib, 8, 65_536, "GiB"
        yield (*path, "cpu_target_percent"), service.cpu_target_percent, 1, 100, "percent"
    for key, database in spec.databases.items():
        generation = ("databases", key, "generation")
        yield generation, database.generation, 1, 99, "generations"
    for key, bucket in spec.buckets.items():
        days = bucket.expire_versions_days
        yield ("buckets", key, "expire_versions_days"), days, 1, 36_500, "days"
    if spec.dns is not None:
        yield ("dns", "ttl_seconds"), spec.dns.ttl_seconds, 1, 172_800, "seconds"
    if spec.alarms is not None:
        alarms = spec.alarms
        yield ("alarms", "database_cpu_percent"), alarms.database_cpu_percent, 1, 99, "percent"
        yield ("alarms", "replica_lag_minutes"), alarms.replica_lag_minutes, 1, 1_440, "minutes"
        yield ("alarms", "free_storage_percent"), alarms.free_storage_percent, 1, 99, "percent"
