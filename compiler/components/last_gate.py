"""
The gate before the source goes: whether anything still points at it.

Facts, each only where there is such a thing. `source_region`, `source_account`, `home_region`
(where global stacks stand; they stay, also in the source's region). `public_zone` (id),
`public_records` (names whose weight for the source must be 0), `source_load_balancer` (the DNS name
that no other record may lead to). `private_zone` (id), `private_records` (names), and for each
database `source_address_<key>` (where none of them may lead). `target_buckets` and
`source_buckets` (names, in the same order). `peering` (id), `target_vpc` (id), `own_routes` (the
destinations of the routes through the peering that go with the source; any other is the user's).
`secrets` (names that services of the target read; none may be at home in the source's region).
`source_databases` (identifiers, of which snapshots stay). `key_databases`, `key_buckets` (ARNs of
the source's keys that decrypt what stays there). Lists are separated by commas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.components import addresses
from compiler.components.public_names import moving_names
from compiler.components.sides import cidrs_of
from compiler.components.uses import secrets_read
from compiler.symbols import Symbol, Task
from spec import names
from spec.regions import home_region, partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.model import Spec


def nothing_points_at_source(spec: Spec) -> Task:
    """Return the gate, with everything that there is to look at."""
    return Task(
        kind="nothing points at source",
        key="",
        side="target",
        component=("source",),
        facts={name: fact for name, fact in sorted(_facts(spec), key=lambda pair: pair[0]) if fact},
    )


def _facts(spec: Spec) -> Iterator[tuple[str, str | Symbol]]:
    yield "source_region", spec.source.region
    yield "source_account", spec.accounts.source
    if spec.cdn or spec.dns or spec.databases:
        yield "home_region", home_region(partition_of(spec.source.region))
    yield from _in_public_zone(spec)
    yield from _in_private_zone(spec)
    yield from _of_buckets(spec)
    yield "peering", Symbol(addresses.peering())
    yield "target_vpc", Symbol(addresses.vpc("target"))
    yield "own_routes", ",".join(cidr for cidr, _ in cidrs_of(spec, "source"))
    yield "secrets", ",".join(secrets_read(spec))


def _in_public_zone(spec: Spec) -> Iterator[tuple[str, str | Symbol]]:
    if spec.services:
        yield "source_load_balancer", Symbol(addresses.load_balancer("source"), "DNSName")
    if spec.dns is None:
        return
    given = spec.dns.hosted_zone_id
    yield "public_zone", Symbol(addresses.hosted_zone()) if given is None else given
    if spec.services:
        yield "public_records", ",".join(name.name for name in moving_names(spec))


def _in_private_zone(spec: Spec) -> Iterator[tuple[str, str | Symbol]]:
    if not spec.databases:
        return
    yield "private_zone", Symbol(addresses.private_zone())
    yield "private_records", ",".join(names.database_name(spec, key) for key in spec.databases)
    yield (
        "source_databases",
        ",".join(names.database(spec, "source", key) for key in spec.databases),
    )
    yield "key_databases", addresses.key_arn("source", "databases")
    for key in spec.databases:
        address = addresses.database(spec, "source", key)
        yield f"source_address_{key}", Symbol(address, "Endpoint.Address")


def _of_buckets(spec: Spec) -> Iterator[tuple[str, str | Symbol]]:
    if not spec.buckets:
        return
    yield "source_buckets", ",".join(names.bucket(spec, "source", key) for key in spec.buckets)
    yield "target_buckets", ",".join(names.bucket(spec, "target", key) for key in spec.buckets)
    yield "key_buckets", addresses.key_arn("source", "buckets")
