"""
What the deployer does beside stacks, in the transition into each phase.

CloudFormation cannot let names resolve across a peering, copy what was in a bucket before it
replicated, cut connections, invalidate a cache or empty a bucket.

Facts by kind. `peering dns`: `peering` (id), `role` (`requester` or `accepter`). `copy existing
objects`: `bucket`, `destination_bucket`, `role_arn` (the role of the batch job), `account` (that
of the bucket), `prefix` (empty: everything). `sever connections`: `database` (identifier),
`engine`. `invalidate cache`: `distribution` (id), `paths` (separated by commas). `empty bucket`:
`bucket`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.components import access, access_state, addresses, arns
from compiler.components.sides import SIDES, other
from compiler.phases import PHASES, phase_before
from compiler.symbols import Symbol, Task
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.model import Cdn, Spec
    from spec.names import Side


def actions(spec: Spec, phase: Phase) -> Iterator[Task]:
    """
    Yield what is done in the transition into *phase*.

    All of it before AWS is told that the phase stands completely.
    """
    for task in _actions(spec, phase):
        yield replace(task, before=(*task.before, addresses.phase_parameter()))


def _actions(spec: Spec, phase: Phase) -> Iterator[Task]:
    before = _before(phase)
    if before is None:
        yield from _peering_dns()
        return
    if phase.replication not in {"none", before.replication}:
        yield from _copies(spec, "source" if phase.replication == "to target" else "target")
    if before.source_open and not phase.source_open:
        yield from _severed(spec, phase)
    if before.cdn_reads != phase.cdn_reads and spec.cdn is not None:
        yield from _invalidation(spec, spec.cdn)
    if before.source_stands and not phase.source_stands:
        yield from _emptied(spec)


def _before(phase: Phase) -> Phase | None:
    name = phase_before(phase.name)
    return None if name is None else PHASES[name]


def _peering_dns() -> Iterator[Task]:
    for side in SIDES:
        yield Task(
            kind="peering dns",
            key="",
            side=side,
            component=(side, "vpc"),
            facts={
                "peering": Symbol(addresses.peering()),
                "role": "requester" if side == "source" else "accepter",
            },
            after=(addresses.peering(),),
        )


def _copies(spec: Spec, side: Side) -> Iterator[Task]:
    """Yield a copy of what each bucket of *side* holds from before it replicated."""
    for key, bucket in spec.buckets.items():
        if not bucket.replication:
            continue
        yield Task(
            kind="copy existing objects",
            key=key,
            side=side,
            component=("buckets", key, "replication"),
            facts={
                "account": names.account_of(spec, side),
                "bucket": names.bucket(spec, side, key),
                "destination_bucket": names.bucket(spec, other(side), key),
                "prefix": bucket.replication.prefix,
                "role_arn": arns.replication_role(spec, side, key),
            },
            # The policy of the other bucket admits what is copied.
            after=(addresses.bucket(side, key), addresses.bucket_policy(other(side), key)),
        )


def _severed(spec: Spec, phase: Phase) -> Iterator[Task]:
    """Yield a cut for each database of the source: who is connected stays so without its rule."""
    closing = tuple(
        resource.address
        for component in (access, access_state)
        for resource in component.resources(spec, phase)
        if resource.stack.side == "source"
    )
    for key, database in spec.databases.items():
        yield Task(
            kind="sever connections",
            key=key,
            side="source",
            component=("databases", key),
            facts={"database": names.database(spec, "source", key), "engine": database.engine},
            after=closing,
        )


def _invalidation(spec: Spec, cdn: Cdn) -> Iterator[Task]:
    """Yield what makes CloudFront ask anew for what buckets serve; nothing else is cached."""
    paths = _cached(spec, cdn)
    if paths:
        yield Task(
            kind="invalidate cache",
            key="",
            side="global",
            component=("cdn",),
            facts={"distribution": Symbol(addresses.distribution()), "paths": ",".join(paths)},
            after=(addresses.distribution(),),
        )


def _cached(spec: Spec, cdn: Cdn) -> tuple[str, ...]:
    """
    Return the paths that buckets serve, as an invalidation takes them.

    A `*` stands at the end there and nowhere else (CloudFront developer guide, "Invalidate files
    to remove content", 2026-11), so any other pattern is widened to everything.
    """
    patterns = [path for path, name in cdn.paths.items() if name in spec.buckets]
    paths = sorted({f"/{pattern.lstrip('/')}" for pattern in patterns})
    if cdn.default in spec.buckets or any(
        "?" in path or "*" in path.removesuffix("*") or "," in path for path in paths
    ):
        return ("/*",)
    return tuple(paths)


def _emptied(spec: Spec) -> Iterator[Task]:
    for key, bucket in spec.buckets.items():
        if bucket.on_retire == "empty":
            yield Task(
                kind="empty bucket",
                key=key,
                side="source",
                component=("buckets", key, "on_retire"),
                facts={"bucket": names.bucket(spec, "source", key)},
                # As long as it replicates back, the target's would fill it again.
                after=(addresses.bucket("target", key),),
                before=(addresses.bucket("source", key),),
            )
