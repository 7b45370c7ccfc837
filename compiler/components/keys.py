"""
KMS keys: for each side one for each purpose that it has, in the stack `keys`.

A key belongs to its region: AWS's services treat multi-Region keys as single-Region ones, so
sharing one would only tie the regions together. A key outlives its stack, since it decrypts what
outlives it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from troposphere import kms

from compiler.components import addresses, key_policies
from compiler.components.sides import standing, vpc_of
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Address, Resource, Symbol
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.components.addresses import KeyPurpose
    from compiler.components.key_policies import Statement
    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side

_PENDING_DAYS = 30
"""Time between deleting a key by hand and its end: the longest that KMS has."""


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield key and alias for each purpose of each side."""
    for side in standing(phase):
        for purpose, component in purposes(spec, side).items():
            yield _key(spec, phase, side, purpose, component)
            yield _alias(spec, side, purpose, component)


def purposes(spec: Spec, side: Side) -> Mapping[KeyPurpose, Path]:
    """Return what *side* needs keys for, and the part of the spec that asks for each."""
    asked: tuple[tuple[KeyPurpose, bool, Path], ...] = (
        ("databases", bool(spec.databases), ("databases",)),
        ("secrets", bool(spec.databases), ("databases",)),
        ("buckets", bool(spec.buckets), ("buckets",)),
        ("volumes", bool(spec.services), ("services",)),
        ("logs", vpc_of(spec, side).flow_logs is not False, (side, "vpc", "flow_logs")),
        ("alarms", spec.alarms is not None, ("alarms",)),
    )
    return {purpose: component for purpose, is_used, component in asked if is_used}


def _key(spec: Spec, phase: Phase, side: Side, purpose: KeyPurpose, component: Path) -> Resource:
    address = addresses.key(side, purpose)
    name = f"{names.prefix(spec)}-{purpose}"
    statements = (*key_policies.administration(spec, side), *_uses(spec, phase, side, purpose))
    return Resource(
        stack=address.stack,
        body=kms.Key(
            address.logical_id,
            DeletionPolicy="RetainExceptOnCreate",
            Description=f"{names.prefix(spec)}: {purpose}",
            EnableKeyRotation=True,
            KeyPolicy={
                "Version": "2012-10-17",
                "Statement": [dict(statement.body) for statement in statements],
            },
            PendingWindowInDays=_PENDING_DAYS,
            Tags=tag_list(spec, phase, name),
            UpdateReplacePolicy="Retain",
        ),
        component=component,
        origins={
            **{
                f"Properties.KeyPolicy.Statement.{position}.{place}": path
                for position, statement in enumerate(statements)
                for place, path in statement.origins.items()
            },
            **tag_origins(spec, phase, name),
        },
    )


def _uses(spec: Spec, phase: Phase, side: Side, purpose: KeyPurpose) -> Iterator[Statement]:
    """Yield the statements for exactly the services that use a key of *purpose*."""
    match purpose:
        case "databases":
            yield key_policies.through(spec, side, "rds")
            yield key_policies.grants_through(spec, side, "rds")
        case "secrets":
            yield key_policies.through(spec, side, "secretsmanager")
        case "buckets":
            yield key_policies.through(spec, side, "s3")
            replicated = _replicated(spec)
            if replicated and phase.stands("source"):
                # Before anything replicates too, so that the keys need not change for it.
                origin: Side = "target" if phase.replication == "to source" else "source"
                yield key_policies.replication(spec, side, origin, replicated)
            if _is_read_by_cdn(spec):
                yield key_policies.cloudfront(spec)
        case "volumes":
            yield from key_policies.volumes(spec, side)
        case "logs":
            yield key_policies.log_groups(spec, side)
        case "alarms":
            yield key_policies.through(spec, side, "sns")
            yield key_policies.alarm_publishers(spec, side)
        case _:
            assert_never(purpose)


def _replicated(spec: Spec) -> tuple[str, ...]:
    return tuple(key for key, bucket in spec.buckets.items() if bucket.replication is not False)


def _is_read_by_cdn(spec: Spec) -> bool:
    if spec.cdn is None:
        return False
    return any(name in spec.buckets for name in (spec.cdn.default, *spec.cdn.paths.values()))


def _alias(spec: Spec, side: Side, purpose: KeyPurpose, component: Path) -> Resource:
    key = addresses.key(side, purpose)
    address = Address(stack=key.stack, logical_id=f"{purpose.title()}Alias")
    return Resource(
        stack=address.stack,
        body=kms.Alias(
            address.logical_id,
            AliasName=names.key_alias(spec, purpose),
            TargetKeyId=Symbol(key),
        ),
        component=component,
    )
