"""What each kind of gate reads for its decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.gates.readings import (
    buckets,
    databases,
    leavings,
    own,
    tier,
)
from compiler.deploy.gates.readings.context import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.kinds import GateKind

__all__ = ["READERS"]

_REPLICA = ("database", "engine")
_PAIR = ("bucket", "destination_bucket", "destination_region", "destination_account")

READERS: Mapping[GateKind, Reader] = {
    "replica streams": Reader(needs=(*_REPLICA, "max_lag_seconds"), read=databases.streams),
    "replica drained": Reader(needs=_REPLICA, read=databases.drained),
    "replica promotable": Reader(needs=("database",), read=databases.promotable),
    "database writable": Reader(needs=("database",), read=databases.writable),
    "connections gone": Reader(needs=("database",), read=databases.connections_gone),
    "objects replicated": Reader(needs=(*_PAIR, "rule"), read=buckets.replicated),
    "objects equal": Reader(needs=_PAIR, read=buckets.equal),
    "targets healthy": Reader(needs=("target_group", "healthy_at_least"), read=tier.healthy),
    "alarms quiet": Reader(needs=("names",), read=tier.quiet),
    "secret present": Reader(needs=("secret",), read=tier.secret),
    "certificate present": Reader(needs=("certificate",), read=tier.certificate),
    "image present": Reader(needs=(), read=tier.image),
    "nothing points at source": Reader(
        needs=("source_region", "source_account"), read=leavings.nothing_points
    ),
    "http": Reader(needs=("url", "status", "timeout_seconds"), read=own.http),
    "sql": Reader(
        needs=(
            "address",
            "database_name",
            "engine",
            "expect",
            "port",
            "secret",
            "statement",
        ),
        read=own.sql,
    ),
    "command": Reader(needs=("command", "timeout_seconds"), read=own.command),
}
"""By kind of gate."""
