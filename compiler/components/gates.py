"""
What is asked of the running system while a phase stands, before the next transition.

Here the name of a phase counts, unlike anywhere else: a question belongs to one transition, and is
no property of a state.

Facts of all kinds: `evidence_lifetime_seconds`. By kind, `secret present`: `secret` (name).
`certificate present`: `certificate` (ARN). `image present`: `image` (AMI) or `image_parameter`
(name). `replica streams`, `replica drained`, `replica promotable`, `database writable`: `database`,
`source_database` (identifiers), `source_region`, `engine`; the first also `max_lag_seconds`, the
third `backup_window` (where the spec says one) and `parameter_group` (name). `connections gone`:
`database`, `engine`. `objects replicated`, `objects equal`: `bucket`, `destination_bucket`,
`destination_region`, `destination_account`, `prefix`; the first also `rule` (id). `targets
healthy`: `target_group` (ARN), `load_balancer` (full name), `healthy_at_least`. `alarms quiet`:
`names`, separated by commas.

The user's own: `compiler.components.user_gates`; the last one: `compiler.components.last_gate`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troposphere import cloudwatch

from compiler.components import addresses, alarms, last_gate, user_gates
from compiler.components.exposure import answers_tls
from compiler.components.service import holds_full_size
from compiler.components.sides import other
from compiler.components.uses import secrets_read
from compiler.symbols import Symbol, Task
from spec import names
from spec.capacity import capacity
from spec.durations import seconds_of
from spec.model import ImageFromParameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.kinds import GateKind
    from compiler.phases import Phase
    from spec.model import Spec
    from spec.names import Side


def gates(spec: Spec, phase: Phase) -> Iterator[Task]:
    """Yield what is asked while *phase* stands; after the last phase there is nothing to ask."""
    lifetime = str(seconds_of(spec.cutover.evidence_lifetime))
    for task in _gates(spec, phase):
        yield replace(task, facts={**task.facts, "evidence_lifetime_seconds": lifetime})


def _gates(spec: Spec, phase: Phase) -> Iterator[Task]:
    match phase.name:
        case "prepare":
            yield from _secrets(spec)
            yield from _certificates(spec)
            yield from _images(spec)
        case "replicate":
            yield from _replicas(spec, "replica streams")
            yield from _replicated(spec, "source")
        case "warm":
            yield from _replicas(spec, "replica streams")
            yield from _targets(spec, phase)
            yield from _replicated(spec, "source")
            yield from _quiet(spec, phase)
        case "fence":
            yield from _replicas(spec, "replica drained")
            yield from _replicas(spec, "replica promotable")
            yield from _connections(spec)
            yield from _replicated(spec, "source")
            yield from _equal(spec, "source")
        case "promote":
            yield from _replicas(spec, "database writable")
            yield from _targets(spec, phase)
        case "switch":
            yield from _targets(spec, phase)
            yield from _quiet(spec, phase)
        case "settle":
            yield from _quiet(spec, phase)
            yield from _equal(spec, "target")
            yield from _targets(spec, phase)
        case "unprotect":
            yield last_gate.nothing_points_at_source(spec)
            yield from _quiet(spec, phase)
        case "retire":
            pass
    yield from user_gates.user_gates(spec, phase)


def _secrets(spec: Spec) -> Iterator[Task]:
    for name, component in secrets_read(spec).items():
        yield Task(
            kind="secret present",
            key=name,
            side="target",
            component=component,
            facts={"secret": name},
        )


def _certificates(spec: Spec) -> Iterator[Task]:
    if spec.cdn is not None and spec.certificates.cdn is not None:
        yield Task(
            kind="certificate present",
            key="",
            side="global",
            component=("certificates", "cdn"),
            facts={"certificate": spec.certificates.cdn},
        )
    if spec.services and answers_tls(spec, "target") and spec.certificates.target is not None:
        yield Task(
            kind="certificate present",
            key="",
            side="target",
            component=("certificates", "target"),
            facts={"certificate": spec.certificates.target},
        )


def _images(spec: Spec) -> Iterator[Task]:
    for key, service in spec.services.items():
        image = service.image
        facts = (
            {"image_parameter": image.ssm}
            if isinstance(image, ImageFromParameter)
            else {"image": image.target}
        )
        yield Task(
            kind="image present",
            key=key,
            side="target",
            component=("services", key, "image"),
            facts=facts,
        )


def _replicas(spec: Spec, kind: GateKind) -> Iterator[Task]:
    """Yield a question about each database of the target."""
    for key, database in spec.databases.items():
        facts: dict[str, str | Symbol] = {
            "database": names.database(spec, "target", key),
            "engine": database.engine,
            "source_database": names.database(spec, "source", key),
            "source_region": spec.source.region,
        }
        if kind == "replica streams":
            facts["max_lag_seconds"] = str(spec.cutover.max_lag_seconds)
        if kind == "replica promotable":
            facts["parameter_group"] = Symbol(addresses.database_parameter_group("target", key))
            if database.backup_window is not None:
                facts["backup_window"] = database.backup_window
        yield Task(kind=kind, key=key, side="target", component=("databases", key), facts=facts)


def _connections(spec: Spec) -> Iterator[Task]:
    for key, database in spec.databases.items():
        yield Task(
            kind="connections gone",
            key=key,
            side="source",
            component=("databases", key),
            facts={"database": names.database(spec, "source", key), "engine": database.engine},
        )


def _replicated(spec: Spec, side: Side) -> Iterator[Task]:
    for key, bucket in spec.buckets.items():
        if bucket.replication:
            yield Task(
                kind="objects replicated",
                key=key,
                side=side,
                component=("buckets", key, "replication"),
                facts={**_pair(spec, side, key, bucket.replication.prefix), "rule": key},
            )


def _equal(spec: Spec, side: Side) -> Iterator[Task]:
    for key, bucket in spec.buckets.items():
        if bucket.replication:
            yield Task(
                kind="objects equal",
                key=key,
                side=side,
                component=("buckets", key, "replication"),
                facts=_pair(spec, side, key, bucket.replication.prefix),
            )


def _pair(spec: Spec, side: Side, key: str, prefix: str) -> Mapping[str, str]:
    return {
        "bucket": names.bucket(spec, side, key),
        "destination_account": names.account_of(spec, other(side)),
        "destination_bucket": names.bucket(spec, other(side), key),
        "destination_region": names.region_of(spec, other(side)),
        "prefix": prefix,
    }


def _targets(spec: Spec, phase: Phase) -> Iterator[Task]:
    """Yield whether as many instances of each service are healthy as may not be fewer."""
    for key, service in spec.services.items():
        size = capacity(service, "target")
        fewest = size.count if holds_full_size(phase) else size.minimum
        if fewest == 0:
            continue
        yield Task(
            kind="targets healthy",
            key=key,
            side="target",
            component=("services", key),
            facts={
                "healthy_at_least": str(fewest),
                "load_balancer": Symbol(addresses.load_balancer("target"), "LoadBalancerFullName"),
                "target_group": Symbol(addresses.target_group("target", key)),
            },
        )


def _quiet(spec: Spec, phase: Phase) -> Iterator[Task]:
    """Yield whether an alarm of the target rings; nobody is left to hear those of the source."""
    ringing = sorted(
        str(resource.body.AlarmName)
        for resource in alarms.resources(spec, phase)
        if resource.stack.side == "target" and isinstance(resource.body, cloudwatch.Alarm)
    )
    if ringing:
        yield Task(
            kind="alarms quiet",
            key="",
            side="target",
            component=("alarms",),
            facts={"names": ",".join(ringing)},
        )
