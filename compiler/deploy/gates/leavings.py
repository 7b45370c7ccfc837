"""Does anything still point at the source? The last question before it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy.gates.answer import Judgement, counted, green, red, some

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.gates.system import Record, Route, Rule, Secret, Snapshot

_USELESS = frozenset({"PendingDeletion", "PendingReplicaDeletion", "Unavailable"})
"""States of a key that is about to be gone, or is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """
    How a bucket of the target replicates.

    Attributes:
        bucket: Its name.
        pair: The bucket of the source that it replicates back to.
        rules: Its rules.
    """

    bucket: str
    pair: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingsReading:
    """
    What was read about all that may point at the source.

    Attributes:
        source_region: The region that is left.
        home_region: Where global stacks stand; empty if there are none.
        records: The records of the migration's zones.
        addresses: Host names of the source's load balancer and databases, to which none may lead.
        weighted: Names that may lead there with the weight 0: they go with the source.
        replications: How the target's buckets replicate.
        source_buckets: The source's buckets.
        routes: The routes of the target's VPC.
        peering: Id of the peering with the source; empty if there is none.
        own_routes: Destinations of the routes over it that go with the source.
        secrets: The secrets that the target's services read, by name; `None` where there is none.
        snapshots: Snapshots that stay in the source's region.
        keys: The state of each key that decrypts what stays there, by ARN; `None` where there is
            none.
    """

    source_region: str
    home_region: str
    records: tuple[Record, ...]
    addresses: frozenset[str]
    weighted: frozenset[str]
    replications: tuple[Replication, ...]
    source_buckets: frozenset[str]
    routes: tuple[Route, ...]
    peering: str
    own_routes: frozenset[str]
    secrets: Mapping[str, Secret | None]
    snapshots: tuple[Snapshot, ...]
    keys: Mapping[str, str | None]


def nothing_points(reading: LeavingsReading) -> Judgement:
    """
    Tell whether nothing points at the source but what goes with it.

    What stays on purpose is told: global stacks that stand in the source's region, and snapshots.
    """
    wanted = f"nothing points at {reading.source_region} but what goes with it"
    wrong = [
        *_records(reading),
        *_rules(reading),
        *_routes(reading),
        *_secrets(reading),
        *_keys(reading),
    ]
    notes = tuple(_told(reading))
    if wrong:
        return red(
            some(tuple(problem for problem, _ in wrong)),
            wanted,
            " ".join(dict.fromkeys(remedy for _, remedy in wrong)),
            *notes,
        )
    measured = ", ".join(
        (
            counted(len(reading.records), "record"),
            counted(sum(len(one.rules) for one in reading.replications), "replication rule"),
            counted(len(reading.routes), "route"),
            counted(len(reading.secrets), "secret"),
            counted(len(reading.keys), "key"),
        )
    )
    return green(f"looked at {measured}", wanted, *notes)


def host(value: str) -> str:
    """Return the host name that a record's value leads to, as hosts are compared."""
    name = value.rstrip(".").lower()
    # Route 53 puts it before the name of a load balancer in an alias made by its console.
    return name.removeprefix("dualstack.")


def _records(reading: LeavingsReading) -> Iterator[tuple[str, str]]:
    for record in reading.records:
        leads = sorted({host(value) for value in record.values} & reading.addresses)
        is_going = host(record.name) in reading.weighted and record.weight == 0
        if leads and not is_going:
            share = "" if record.weight is None else f" with the weight {record.weight}"
            yield (
                f"the record {record.name} leads to {leads[0]}{share}",
                "Point the record at the target, or delete it.",
            )


def _rules(reading: LeavingsReading) -> Iterator[tuple[str, str]]:
    for replication in reading.replications:
        for rule in replication.rules:
            if rule.destination in reading.source_buckets and rule.destination != replication.pair:
                yield (
                    f"the rule {rule.id} of {replication.bucket} replicates to {rule.destination}",
                    "Take the rule out of the bucket's replication.",
                )


def _routes(reading: LeavingsReading) -> Iterator[tuple[str, str]]:
    for route in reading.routes:
        is_over = bool(reading.peering) and route.via == reading.peering
        if is_over and route.destination not in reading.own_routes:
            yield (
                f"the route to {route.destination} in {route.table} leads over the peering",
                "Delete the route: the peering goes with the source.",
            )


def _secrets(reading: LeavingsReading) -> Iterator[tuple[str, str]]:
    for name, secret in sorted(reading.secrets.items()):
        if secret is None:
            yield (f"there is no secret {name} in the target", "Make the secret in the target.")
        elif secret.home == reading.source_region:
            yield (
                f"the secret {name} is a replica of one in {secret.home}",
                (
                    "Make it a secret of its own: `aws secretsmanager stop-replication-to-replica "
                    "--secret-id NAME` in the target's region."
                ),
            )


def _keys(reading: LeavingsReading) -> Iterator[tuple[str, str]]:
    for key, state in sorted(reading.keys.items()):
        if state is None or state in _USELESS:
            yield (
                f"the key {key} is {state or 'not there'}",
                (
                    "Keep the key while there is something that it decrypts: `aws kms "
                    "cancel-key-deletion` takes its deletion back."
                ),
            )


def _told(reading: LeavingsReading) -> Iterator[str]:
    if reading.home_region == reading.source_region:
        yield f"Global stacks stand in {reading.home_region}, too; they stay."
    back = tuple(
        one.bucket
        for one in reading.replications
        if any(rule.destination == one.pair and rule.is_enabled for rule in one.rules)
    )
    if back:
        verb = "replicates" if len(back) == 1 else "replicate"
        yield f"{some(back)} {verb} back to the source; that ends with it."
    kept = tuple(one.id for one in reading.snapshots if not one.is_automatic)
    if kept:
        stays = counted(len(kept), "snapshot")
        yield f"What stays in {reading.source_region}: {stays} ({some(kept)})."
