"""
The user's own gates: an address, a query, or a command.

Facts by kind. `http`: `url`, `status`, `timeout_seconds`. `command`: `command` (as a shell would
quote it, though none reads it), `timeout_seconds`. `sql`: `database` (identifier of the instance),
`database_name` (of the database in it), `engine`, `address` and `port` (where it listens),
`secret` (name), `statement`, `expect`.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from compiler.components import addresses
from compiler.components.uses import port_of
from compiler.phases import next_phase
from compiler.symbols import Symbol, Task
from spec import names
from spec.durations import seconds_of
from spec.engines import first_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import CommandGate, HttpGate, Spec, SqlGate


def user_gates(spec: Spec, phase: Phase) -> Iterator[Task]:
    """Yield the user's gates that stand between *phase* and the next one."""
    following = next_phase(phase.name)
    for name, gate in spec.cutover.gates.items():
        if gate.before != following:
            continue
        component: Path = ("cutover", "gates", name)
        if gate.http is not None:
            yield _http(name, gate.http, component)
        if gate.sql is not None:
            yield _sql(spec, phase, name, gate.sql, component)
        if gate.command is not None:
            yield _command(name, gate.command, component)


def _http(name: str, gate: HttpGate, component: Path) -> Task:
    return Task(
        kind="http",
        key=name,
        side="global",
        component=(*component, "http"),
        facts={
            "status": str(gate.status),
            "timeout_seconds": str(seconds_of(gate.timeout)),
            "url": gate.url,
        },
    )


def _command(name: str, gate: CommandGate, component: Path) -> Task:
    return Task(
        kind="command",
        key=name,
        side="global",
        component=(*component, "command"),
        facts={
            "command": shlex.join(gate.run),
            "timeout_seconds": str(seconds_of(gate.timeout)),
        },
    )


def _sql(spec: Spec, phase: Phase, name: str, gate: SqlGate, component: Path) -> Task:
    """Return a query of the database that is written to while *phase* stands."""
    side = phase.serves
    database = spec.databases[gate.database]
    return Task(
        kind="sql",
        key=name,
        side=side,
        component=(*component, "sql"),
        facts={
            "address": Symbol(addresses.database(spec, side, gate.database), "Endpoint.Address"),
            "database": names.database(spec, side, gate.database),
            "database_name": first_database(gate.database, database.database),
            "engine": database.engine,
            "expect": gate.expect,
            "port": str(port_of(spec, gate.database)[0]),
            "secret": names.secret(spec, gate.database),
            "statement": gate.statement,
        },
    )
