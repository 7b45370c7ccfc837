"""Rules about names: of things in AWS, and of the stacks."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from spec import names, regions
from spec.findings import Finding, at, key_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.findings import Spot
    from spec.model import Spec

OWN_BUCKETS = ("logs",)
"""Keys of buckets that stackferry makes on each side itself."""

_SIDES: tuple[names.Side, ...] = ("source", "target")

_STACKS = {
    "databases": ("database-{}", "database-{}-groups", "database-{}-endpoint"),
    "buckets": ("bucket-{}",),
    "services": ("service-{}",),
}

_RESERVED_STARTS = (
    ("internal-", "a load balancer"),
    ("sthree-", "a bucket"),
    ("amzn-s3-demo-", "a bucket"),
    ("aws", "an SSM parameter"),
    ("ssm", "an SSM parameter"),
)
"""AWS refuses names that begin so (API references of Elastic Load Balancing and SSM; S3 user
guide, "Bucket naming rules"; 2026-11)."""


def physical_names_collide(spec: Spec) -> Iterator[Finding]:
    """SF291: two things in AWS need two names."""
    taken: dict[tuple[str, str], tuple[Spot, str]] = {}
    told: set[tuple[Spot, Spot]] = set()
    for space, name, where, what in _physical(spec):
        there, other = taken.setdefault((space, name), (where, what))
        # A pair that collides on both sides is one mistake.
        if there == where or (there, where) in told:
            continue
        told.add((there, where))
        yield Finding(
            code="SF291",
            where=where,
            detail=f'The {space} would be called "{name}", as {other} already is.',
            way_out="Rename it.",
            related=((there, f"takes the name for {other}"),) if there.path else (),
        )


def stack_names_collide(spec: Spec) -> Iterator[Finding]:
    """SF292: two stacks of a region need two names."""
    taken: dict[str, Spot] = {}
    for stack, where in _stacks(spec):
        there = taken.setdefault(stack, where)
        if there != where:
            yield Finding(
                code="SF292",
                where=where,
                detail=f'Its stack would be called "{stack}", as a stack of'
                f' "{there.path[-1]}" already is.',
                way_out="Rename one of them before anything is deployed.",
                related=((there, f'has a stack "{stack}" too'),),
            )


def name_reserved(spec: Spec) -> Iterator[Finding]:
    """SF299: AWS keeps some beginnings of names for itself."""
    start = f"{names.prefix(spec)}-"
    for reserved, what in _RESERVED_STARTS:
        if start.startswith(reserved):
            yield Finding(
                code="SF299",
                where=at("name"),
                detail=f'Every name begins with "{start}", and AWS takes no name of {what} that'
                f' begins with "{reserved}".',
                way_out="Choose another name.",
            )


def _stacks(spec: Spec) -> Iterator[tuple[str, Spot]]:
    """
    Yield the name of each stack that has a component's key in it, and where the key stands.

    Not those of later generations of a database: their instances would have one name too.
    """
    for kind, patterns in _STACKS.items():
        for key in getattr(spec, kind):
            for pattern in patterns:
                yield pattern.format(key), key_at(kind, key)


def _physical(spec: Spec) -> Iterator[tuple[str, str, Spot, str]]:
    """Yield what is named: the kind of thing, its name, where it comes from, and what it is."""
    yield from _buckets(spec)
    for key in spec.buckets:
        control = names.origin_access_control(spec, key)
        where = key_at("buckets", key)
        yield "origin access control", control, where, f'that of bucket "{key}"'
    for kind in ("databases", "buckets", "services"):
        for key in getattr(spec, kind):
            # Several components have entries in one template, whose names know no hyphens.
            entry = "".join(word[:1].upper() + word[1:] for word in key.split("-"))
            yield f"entry of {kind} in templates", entry, key_at(kind, key), f'that of "{key}"'
    for key, side in product(spec.databases, _SIDES):
        name = names.database(spec, side, key)
        yield "DB instance", name, key_at("databases", key), f'database "{key}"'
    for key in spec.services:
        name = names.target_group(spec, key)
        yield "target group", name, key_at("services", key), f'that of service "{key}"'


def _buckets(spec: Spec) -> Iterator[tuple[str, str, Spot, str]]:
    for own, side in product(OWN_BUCKETS, _SIDES):
        yield "bucket", names.bucket(spec, side, own), at(), f"the bucket for {own}"
    if spec.cdn is not None and regions.exists(spec.target.region):
        yield "bucket", names.cdn_log_bucket(spec), key_at("cdn"), "the bucket for its logs"
    for key, side in product(spec.buckets, _SIDES):
        name = names.bucket(spec, side, key)
        yield "bucket", name, key_at("buckets", key), f'bucket "{key}"'
