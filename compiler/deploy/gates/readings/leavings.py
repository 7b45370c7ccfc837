"""What is read about all that may point at the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.gates import leavings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.gates.answer import Judgement
    from compiler.deploy.gates.readings.context import Context
    from compiler.deploy.gates.system import Record, Snapshot

_ADDRESSES = "source_address_"
"""How the names of the facts begin that are host names of the source's databases."""


def nothing_points(context: Context) -> Judgement:
    """Ask whether anything still points at the source."""
    running, facts = context.running, context.facts
    source = context.elsewhere(region=facts["source_region"], account=facts["source_account"])
    snapshots: tuple[Snapshot, ...] = tuple(
        snapshot
        for database in context.listed("source_databases")
        for snapshot in running.snapshots(source, database)
    )
    keys = {facts[name] for name in ("key_buckets", "key_databases") if name in facts}
    keys |= {snapshot.key for snapshot in snapshots if snapshot.key and not snapshot.is_automatic}
    vpc = facts.get("target_vpc", "")
    return leavings.nothing_points(
        leavings.LeavingsReading(
            source_region=source.region,
            home_region=facts.get("home_region", ""),
            records=tuple(_records(context)),
            addresses=frozenset(_addresses(context)),
            weighted=frozenset(map(leavings.host, context.listed("public_records"))),
            replications=tuple(
                leavings.Replication(
                    bucket=bucket,
                    pair=pair,
                    rules=running.replication_rules(context.place, bucket),
                )
                for bucket, pair in zip(
                    context.listed("target_buckets"), context.listed("source_buckets"), strict=True
                )
            ),
            source_buckets=frozenset(context.listed("source_buckets")),
            routes=running.routes(context.place, vpc) if vpc else (),
            peering=facts.get("peering", ""),
            own_routes=frozenset(context.listed("own_routes")),
            secrets={
                name: running.secret(context.place, name) for name in context.listed("secrets")
            },
            snapshots=snapshots,
            keys={key: running.key_state(source, key) for key in sorted(keys)},
        )
    )


def _records(context: Context) -> Iterator[Record]:
    for name in ("private_zone", "public_zone"):
        if name in context.facts:
            yield from context.running.records(context.place, context.facts[name])


def _addresses(context: Context) -> Iterator[str]:
    for name, value in context.facts.items():
        if name == "source_load_balancer" or name.startswith(_ADDRESSES):
            yield leavings.host(value)
