"""Rules about what a database is: engine, version, class, names, replication."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec.engines import ENGINES, first_database, major
from spec.findings import Finding, at, key_at
from spec.rules.rule import did_you_mean, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.findings import Spot
    from spec.model import Spec

LOWEST_PORT, HIGHEST_PORT = 1150, 65535
"""RDS API reference, `CreateDBInstance`, 2026-11."""

LONGEST_RETENTION_DAYS = 35
"""RDS API reference, `CreateDBInstance`, 2026-11."""

_UNCOVERED = {
    "aurora": "Aurora replicates by global databases, which stackferry does not make yet",
    "sqlserver": "RDS for SQL Server has no cross-region replica that CloudFormation can make",
    "oracle": "RDS for Oracle replicates across regions in some editions only, which stackferry"
    " does not cover",
    "db2": "RDS for Db2 replicates with a licence of your own only, which stackferry does not"
    " cover",
    "custom": "RDS Custom has no cross-region replica",
    "docdb": "DocumentDB replicates by global clusters, which stackferry does not make",
    "neptune": "Neptune replicates by global databases, which stackferry does not make",
}

_VERSION = re.compile(r"\d+(\.\d+){0,2}(-R\d+|-rds\.\d{8})?", re.ASCII)
_CLASS = re.compile(r"db\.[a-z][a-z0-9-]*\.[a-z0-9]+", re.ASCII)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_PARAMETER = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", re.ASCII)

_UNENCRYPTED_CLASSES = re.compile(r"db\.(m1|m2|t1)\.[a-z0-9]+|db\.t2\.micro")

_OF_THE_ROLE = frozenset({"innodb_read_only", "read_only", "server_id", "super_read_only"})
"""Parameters that RDS sets by whether an instance is a replica; both sides have the same group."""


def engine_without_replica(spec: Spec) -> Iterator[Finding]:
    """SF230: a database is of an engine that replicates across regions."""
    for key, database in spec.databases.items():
        if database.engine in ENGINES:
            continue
        reason = next(
            (text for word, text in _UNCOVERED.items() if database.engine.startswith(word)), None
        )
        covered = f"Covered are {listed(ENGINES, last='and')}."
        if reason:
            detail = f'"{database.engine}": {reason}. {covered}'
            way_out = (
                "Leave this database out of the spec and move it on its own: a snapshot copied to"
                " the target, AWS DMS, or a template of yours."
            )
        else:
            detail = f'There is no engine "{database.engine}". {covered}'
            near = did_you_mean(database.engine.lower(), [*ENGINES, "postgresql", "pg"]).strip()
            near = near.replace("postgresql", "postgres").replace('"pg"', '"postgres"')
            way_out = near or "Write the engine as RDS does, in lower case."
        yield Finding(
            code="SF230", where=at("databases", key, "engine"), detail=detail, way_out=way_out
        )


def version_malformed(spec: Spec) -> Iterator[Finding]:
    """SF231: a version is one that RDS offers, as far as its major part goes."""
    for key, database in spec.databases.items():
        engine = ENGINES.get(database.engine)
        if engine is None:
            continue
        if not _VERSION.fullmatch(database.version):
            detail = f'"{database.version}" is not a version of {engine.title}.'
        elif (found := major(database.engine, database.version)) not in engine.majors:
            detail = f"RDS has no {engine.title} {found}, only {', '.join(engine.majors)}."
        else:
            continue
        yield Finding(
            code="SF231",
            where=at("databases", key, "version"),
            detail=detail,
            way_out=f'Write it in numbers and in quotes, like "{engine.majors[-1]}.3";'
            f" `aws rds describe-db-engine-versions --engine {database.engine}` lists them.",
        )


def instance_class_malformed(spec: Spec) -> Iterator[Finding]:
    """SF232: an instance class has the form of one."""
    for where, name in _classes(spec):
        if not _CLASS.fullmatch(name):
            yield Finding(
                code="SF232",
                where=where,
                detail=f'"{name}" is not an instance class of RDS: those are "db.", a family, a dot'
                " and a size.",
                way_out=f'Write "db.{name}".'
                if _CLASS.fullmatch(f"db.{name}")
                else 'Write it like "db.t3.medium".',
            )


def backups_off(spec: Spec) -> Iterator[Finding]:
    """SF233: RDS replicates from a database that makes backups."""
    for key, database in spec.databases.items():
        if database.backup_retention_days == 0:
            yield Finding(
                code="SF233",
                where=at("databases", key, "backup_retention_days"),
                detail="0 turns automated backups off, and RDS makes no replica of a database"
                " without them.",
                way_out="Set it to 1 or more, or leave it out: the default is 7.",
            )


def backup_retention_out_of_bounds(spec: Spec) -> Iterator[Finding]:
    """SF234: backups are kept for up to 35 days."""
    for key, database in spec.databases.items():
        days = database.backup_retention_days
        if days < 0 or days > LONGEST_RETENTION_DAYS:
            yield Finding(
                code="SF234",
                where=at("databases", key, "backup_retention_days"),
                detail=(
                    f"RDS keeps automated backups for 1 to {LONGEST_RETENTION_DAYS} days, not for"
                    f" {days}."
                ),
                way_out=f"Choose 1 to {LONGEST_RETENTION_DAYS}; keep older states as snapshots.",
            )


def user_refused(spec: Spec) -> Iterator[Finding]:
    """SF239: the master user has a name that the engine takes."""
    for key, database in spec.databases.items():
        engine = ENGINES.get(database.engine)
        if engine is None:
            continue
        reason = _refused(database.user, engine.user_length, engine.reserved)
        if reason is None and database.engine == "postgres" and database.user.startswith("pg_"):
            reason = 'begins with "pg_", which PostgreSQL keeps for itself'
        if reason:
            yield Finding(
                code="SF239",
                where=at("databases", key, "user"),
                detail=f'The user name "{database.user}" {reason}.',
                way_out=(
                    f"Choose up to {engine.user_length} letters, digits and underscores, a letter"
                    ' first, like "app_owner".'
                ),
            )


def database_name_refused(spec: Spec) -> Iterator[Finding]:
    """SF240: the first database has a name that the engine takes."""
    for key, database in spec.databases.items():
        engine = ENGINES.get(database.engine)
        if engine is None:
            continue
        name = first_database(key, database.database)
        reason = _refused(name, engine.database_length, engine.reserved)
        if reason:
            is_given = database.database is not None
            yield Finding(
                code="SF240",
                where=at("databases", key, "database") if is_given else key_at("databases", key),
                detail=f'The database name "{name}" {reason}.'
                + ("" if is_given else " It is the component's name, without hyphens."),
                way_out=("Choose" if is_given else 'Set "database" to')
                + f" up to {engine.database_length} letters, digits and underscores, a letter"
                " first.",
            )


def database_port_out_of_bounds(spec: Spec) -> Iterator[Finding]:
    """SF241: RDS listens on 1150 to 65535."""
    for key, database in spec.databases.items():
        if database.port is not None and not LOWEST_PORT <= database.port <= HIGHEST_PORT:
            yield Finding(
                code="SF241",
                where=at("databases", key, "port"),
                detail=(
                    f"RDS takes ports from {LOWEST_PORT} to {HIGHEST_PORT}, not {database.port}."
                ),
                way_out="Choose one of them, or leave it out for the engine's own.",
            )


def log_export_unknown(spec: Spec) -> Iterator[Finding]:
    """SF244: an engine exports the logs that it has."""
    for key, database in spec.databases.items():
        engine = ENGINES.get(database.engine)
        if engine is None:
            continue
        for position, log in enumerate(database.log_exports):
            if log not in engine.logs:
                yield Finding(
                    code="SF244",
                    where=at("databases", key, "log_exports", position),
                    detail=f'{engine.title} has no log "{log}". {did_you_mean(log, engine.logs)}'
                    f"It has {listed(engine.logs, last='and')}.",
                    way_out="Name one of these, or remove it.",
                )


def parameter_refused(spec: Spec) -> Iterator[Finding]:
    """SF245: parameters are the engine's, and mean the same on both sides."""
    for key, database in spec.databases.items():
        for name in database.parameters:
            if not _PARAMETER.fullmatch(name):
                detail = f'"{name}" is not the name of an engine parameter.'
                way_out = (
                    "Write it in lower case with underscores, like log_min_duration_statement."
                )
            elif name in _OF_THE_ROLE:
                detail = (
                    f'RDS sets "{name}" by whether an instance is a replica. The parameter group is'
                    " the same on both sides, so one of them would be wrong."
                )
                way_out = "Remove it."
            else:
                continue
            yield Finding(
                code="SF245",
                where=key_at("databases", key, "parameters", name),
                detail=detail,
                way_out=way_out,
            )


def database_across_accounts(spec: Spec) -> Iterator[Finding]:
    """SF246: RDS replicates within an account."""
    if spec.accounts.source == spec.accounts.target:
        return
    for key in spec.databases:
        yield Finding(
            code="SF246",
            where=key_at("databases", key),
            detail="RDS has no read replica in another account, and source and target are two.",
            way_out=(
                "Move to another region of the same account first; or leave the database out and"
                " bring it over by a shared snapshot or AWS DMS."
            ),
            related=((at("accounts", "target"), "another account than the source's"),),
        )


def class_without_encryption(spec: Spec) -> Iterator[Finding]:
    """SF247: every database is encrypted, which some old classes cannot do."""
    for where, name in _classes(spec):
        if _UNENCRYPTED_CLASSES.fullmatch(name):
            yield Finding(
                code="SF247",
                where=where,
                detail=f"{name} cannot encrypt its storage, and stackferry makes no unencrypted"
                " database (nor can an encrypted one have an unencrypted replica).",
                way_out='Choose a current class, like "db.t3.small".',
            )


def _classes(spec: Spec) -> Iterator[tuple[Spot, str]]:
    for key, database in spec.databases.items():
        yield at("databases", key, "instance_class"), database.instance_class
        if database.target.instance_class is not None:
            where = at("databases", key, "target", "instance_class")
            yield where, database.target.instance_class
        if database.target.replica_instance_class is not None:
            where = at("databases", key, "target", "replica_instance_class")
            yield where, database.target.replica_instance_class


def _refused(name: str, longest: int, reserved: frozenset[str]) -> str | None:
    """Say why *name* is refused, as the rest of a sentence; `None` if it is not."""
    if not _WORD.fullmatch(name):
        return "is not a letter and then letters, digits or underscores"
    if len(name) > longest:
        return f"has {len(name)} characters, and {longest} are the most"
    if name.lower() in reserved:
        return "is a reserved word"
    return None
