"""The database engines that stackferry covers: what differs between them, as a static table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spec.model import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """
    One RDS engine with encrypted cross-region read replicas.

    Attributes:
        title: What people call it.
        port: The engine's own port.
        majors: Major versions that RDS offers, oldest first; a parameter group's family is the
            engine's name and one of them.
        user_length: Most characters in the name of the master user.
        database_length: Most characters in the name of a database.
        logs: What can be exported to CloudWatch Logs.
        reserved: Words that are refused as the name of a user or a database.
    """

    title: str
    port: int
    majors: tuple[str, ...]
    user_length: int
    database_length: int
    logs: tuple[str, ...]
    reserved: frozenset[str]


_SQL = frozenset(
    (
        *("all", "alter", "and", "any", "as", "asc", "between", "by", "case", "check", "column"),
        *("constraint", "create", "cross", "current_date", "current_time", "current_timestamp"),
        *("current_user", "database", "default", "delete", "desc", "distinct", "drop", "else"),
        *("exists", "false", "for", "foreign", "from", "grant", "group", "having", "in", "index"),
        *("inner", "insert", "into", "is", "join", "key", "leading", "left", "like", "limit"),
        *("lock", "natural", "not", "null", "on", "or", "order", "outer", "primary", "procedure"),
        *("range", "references", "revoke", "right", "select", "set", "table", "then", "to"),
        *("trailing", "trigger", "true", "union", "unique", "update", "user", "using", "values"),
        *("view", "when", "where", "with"),
    )
)
"""Reserved in PostgreSQL or in MySQL, and nobody's good name (their manuals, 2026-11)."""

ENGINES: Mapping[str, Engine] = {
    "postgres": Engine(
        title="PostgreSQL",
        port=5432,
        majors=("11", "12", "13", "14", "15", "16", "17", "18"),
        user_length=63,
        database_length=63,
        logs=("iam-db-auth-error", "postgresql", "upgrade"),
        reserved=_SQL
        | {"admin", "postgres_admin", "public", "rds_replication", "rds_superuser"}
        | {"rdsadmin", "rdsrepladmin", "rds_password", "template0", "template1"},
    ),
    "mysql": Engine(
        title="MySQL",
        port=3306,
        majors=("5.7", "8.0", "8.4"),
        user_length=16,
        database_length=64,
        logs=("audit", "error", "general", "iam-db-auth-error", "slowquery"),
        reserved=_SQL
        | {"information_schema", "mysql", "performance_schema", "rdsadmin", "sys"}
        | {"rdsrepladmin"},
    ),
    "mariadb": Engine(
        title="MariaDB",
        port=3306,
        majors=("10.4", "10.5", "10.6", "10.11", "11.4", "11.8", "12.3"),
        user_length=16,
        database_length=64,
        logs=("audit", "error", "general", "iam-db-auth-error", "slowquery"),
        reserved=_SQL
        | {"information_schema", "mysql", "performance_schema", "rdsadmin", "sys"}
        | {"rdsrepladmin"},
    ),
}
"""By the name that RDS uses (RDS API reference, `CreateDBInstance`, and engine versions in cfn-lint
1.58.0, 2026-11)."""


def major(engine: str, version: str) -> str:
    """
    Return the major version inside of *version*: `16` of `16.4`, `8.0` of `8.0.39`.

    Raises:
        KeyError: If *engine* is not covered; the rules refuse a spec that names one.
    """
    numbers = version.split(".")
    return ".".join(numbers[: 1 + ENGINES[engine].majors[0].count(".")])


def family(engine: str, version: str) -> str:
    """
    Return the parameter group family of *version*: `postgres16`, `mysql8.0`.

    Raises:
        KeyError: If *engine* is not covered.
    """
    return f"{engine}{major(engine, version)}"


def first_database(key: str, database: str | None) -> str:
    """Return the name of the first database: as given, or the component's without hyphens."""
    return key.replace("-", "") if database is None else database


def port_of(database: Database) -> int:
    """
    Return the port of *database*: as given, or the engine's own.

    Raises:
        KeyError: If its engine is not covered and it gives no port.
    """
    return ENGINES[database.engine].port if database.port is None else database.port
