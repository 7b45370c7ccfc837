"""
What the application and its people have to find, in one place.

Names, addresses and identifiers only, never the value of a secret. What can be computed is told
before anything is deployed; what only AWS knows is read from the output of a stack. Facts keep
their names: programs read them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.components import addresses, arns
from compiler.components.exposure import answers_tls, name_is_on_cdn
from compiler.components.flow_logs import PURPOSE as FLOW_LOGS
from compiler.components.public_names import origin_name, public_names
from compiler.components.sides import SIDES, other, serving, standing, vpc_of, with_databases
from compiler.components.uses import port_of
from compiler.symbols import Published, Symbol
from spec import names
from spec.engines import first_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.model import Spec
    from spec.names import Side


def published(spec: Spec, phase: Phase) -> Iterator[Published]:
    """Yield what is public, then what each side has that stands, the source first."""
    yield from _public_names(spec, phase)
    yield from _zone(spec)
    yield from _cdn(spec)
    for side in standing(phase):
        if spec.services and side in serving(phase):
            yield _load_balancer(spec, phase, side)
        if side in with_databases(phase):
            for key in spec.databases:
                yield _database(spec, phase, side, key)
        for key in spec.buckets:
            yield _bucket(spec, phase, side, key)
        if spec.services or spec.buckets:
            yield Published(
                kind="log bucket",
                key="logs",
                address=addresses.log_bucket(side),
                component=(side,),
                facts=_bucket_facts(spec, side, "logs"),
            )
        yield from _log_groups(spec, phase, side)
        if spec.alarms is not None:
            yield _topic(spec, side)


def _public_names(spec: Spec, phase: Phase) -> Iterator[Published]:
    is_on_cdn = name_is_on_cdn(spec)
    if not is_on_cdn and not spec.services:
        return
    is_tls = is_on_cdn or all(answers_tls(spec, side) for side in SIDES)
    for name in public_names(spec):
        facts = {"name": name.name, "leads_to": "cdn" if is_on_cdn else "load balancer"}
        if "*" not in name.name:
            facts["url"] = f"{'https' if is_tls else 'http'}://{name.name}"
        yield Published(
            kind="public name",
            key=name.name,
            address=addresses.public_name(name.word, "A" if is_on_cdn else phase.serves),
            component=name.path,
            facts=facts,
        )


def _zone(spec: Spec) -> Iterator[Published]:
    if spec.dns is not None and spec.dns.hosted_zone_id is None:
        yield Published(
            kind="zone",
            key="",
            address=addresses.hosted_zone(),
            component=("dns", "zone"),
            facts={"name": spec.dns.zone, "id": Symbol(addresses.hosted_zone())},
        )


def _cdn(spec: Spec) -> Iterator[Published]:
    if spec.cdn is None:
        return
    address = addresses.distribution()
    yield Published(
        kind="cdn",
        key="",
        address=address,
        component=("cdn",),
        facts={"domain": Symbol(address, "DomainName"), "id": Symbol(address)},
    )
    yield Published(
        kind="log bucket",
        key="cdn-logs",
        address=addresses.cdn_log_bucket(),
        component=("cdn",),
        facts={"arn": arns.cdn_log_bucket(spec), "name": names.cdn_log_bucket(spec)},
    )


def _load_balancer(spec: Spec, phase: Phase, side: Side) -> Published:
    address = addresses.load_balancer(side)
    origin = origin_name(spec) if spec.cdn is not None else None
    is_open = phase.source_open if side == "source" else phase.target_open
    facts: dict[str, str | Symbol] = {
        "access": "open" if is_open else "closed",
        "domain": Symbol(address, "DNSName"),
        "protocol": "https" if answers_tls(spec, side) else "http",
    }
    if origin is not None:
        facts["origin"] = origin.name
    return Published(
        kind="load balancer", key="", address=address, component=("services",), facts=facts
    )


def _database(spec: Spec, phase: Phase, side: Side, key: str) -> Published:
    database = spec.databases[key]
    address = addresses.database(spec, side, key)
    facts: dict[str, str | Symbol] = {
        "address": Symbol(address, "Endpoint.Address"),
        "address_parameter": names.endpoint_parameter(spec, key),
        "database": first_database(key, database.database),
        "engine": database.engine,
        "identifier": names.database(spec, side, key),
        "port": str(port_of(spec, key)[0]),
        "private_name": names.database_name(spec, key),
        "role": _role(phase, side),
        "secret": names.secret(spec, key),
        "user": database.user,
        "version": database.version,
    }
    if side == "target":
        # The source reads a replica of it, under the same name.
        facts["secret_arn"] = Symbol(addresses.secret(key))
    return Published(
        kind="database", key=key, address=address, component=("databases", key), facts=facts
    )


def _role(phase: Phase, side: Side) -> str:
    """Say what a database of *side* is: the one that is written to, its replica, or left behind."""
    if phase.target_databases in {"none", "replica"}:
        return "primary" if side == "source" else "replica"
    if phase.serves == "target":
        return "primary" if side == "target" else "left behind"
    # Both could be written to, and nobody is let in to either.
    return "primary" if side == "source" else "promoted"


def _bucket(spec: Spec, phase: Phase, side: Side, key: str) -> Published:
    facts = _bucket_facts(spec, side, key)
    if spec.buckets[key].replication and phase.replication == f"to {other(side)}":
        facts["replicates_to"] = names.bucket(spec, other(side), key)
    return Published(
        kind="bucket",
        key=key,
        address=addresses.bucket(side, key),
        component=("buckets", key),
        facts=facts,
    )


def _bucket_facts(spec: Spec, side: Side, key: str) -> dict[str, str | Symbol]:
    return {"arn": arns.bucket(spec, side, key), "name": names.bucket(spec, side, key)}


def _log_groups(spec: Spec, phase: Phase, side: Side) -> Iterator[Published]:
    if vpc_of(spec, side).flow_logs is not False:
        yield Published(
            kind="log group",
            key=FLOW_LOGS,
            address=addresses.flow_log_group(side),
            component=(side, "vpc", "flow_logs"),
            facts={"name": names.log_group(spec, FLOW_LOGS)},
        )
    databases = spec.databases if side in with_databases(phase) else {}
    for key, database in databases.items():
        for log in database.log_exports:
            # RDS makes it with the first line that it writes (RDS user guide, "Publishing database
            # logs to Amazon CloudWatch Logs", 2026-11).
            yield Published(
                kind="log group",
                key=f"{key}-{log}",
                address=addresses.database(spec, side, key),
                component=("databases", key, "log_exports"),
                facts={"name": f"/aws/rds/instance/{names.database(spec, side, key)}/{log}"},
            )


def _topic(spec: Spec, side: Side) -> Published:
    return Published(
        kind="topic",
        key="",
        address=addresses.topic(side),
        component=("alarms",),
        facts={"arn": arns.topic(spec, side), "name": names.topic(spec)},
    )
