"""Rules about the ranges of the two VPCs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network
from operator import attrgetter
from typing import TYPE_CHECKING

from spec.findings import Finding, Spot, at
from spec.model.network import TIERS
from spec.rules.rule import sides
from spec.subnets import given, network

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spec import names
    from spec.model import Side, Spec

LARGEST, SMALLEST = 16, 28
"""Prefix lengths of a VPC range and of a subnet (VPC user guide, "VPC CIDR blocks", 2026-11)."""

MOST_RANGES = 5
"""IPv4 ranges per VPC, adjustable (VPC user guide, "Amazon VPC quotas", 2026-11)."""

_ADDRESS_BITS = 32
_LENGTH_BITS = 6

_FORM = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})/(\d{1,2})", re.ASCII)

_TEN = IPv4Network("10.0.0.0/8")
_PRIVATE = (_TEN, IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16"))
_SHARED = IPv4Network("100.64.0.0/10")
_DOCKER = IPv4Network("172.17.0.0/16")
_REFUSED = tuple(
    IPv4Network(text) for text in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4")
)
_NEVER_SECONDARY = (
    (IPv4Network("10.0.0.0/15"), IPv4Network("10.0.0.0/16")),
    (IPv4Network("172.16.0.0/12"), IPv4Network("172.31.0.0/16")),
)
"""A VPC in the first may not get the second (VPC user guide, "VPC CIDR blocks", 2026-11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """
    A range of a VPC that can be read.

    Attributes:
        side: The side of the VPC.
        where: Where it is written.
        network: What is written there.
    """

    side: names.Side
    where: Spot
    network: IPv4Network


def overlaps(networks: Sequence[IPv4Network]) -> tuple[tuple[int, int], ...]:
    """
    Find the networks that share addresses with another one, in O(n log n).

    Returns:
        Pairs of positions in *networks*, the smaller first, sorted. Each network that overlaps any
        other is in at least one pair; not every pair is listed, since there may be n² of them.
    """
    count = len(networks)
    starts = map(int, map(attrgetter("network_address"), networks))
    lengths = map(attrgetter("prefixlen"), networks)
    # Start, length and position in one number: plain integers are sorted twice as fast as tuples.
    order = sorted(
        (start << _LENGTH_BITS | length) * count + position
        for position, (start, length) in enumerate(zip(starts, lengths, strict=True))
    )
    pairs = []
    widest_end, widest = -1, -1
    for packed in order:
        bounds, position = divmod(packed, count)
        start = bounds >> _LENGTH_BITS
        # Two CIDR blocks are nested or apart, so all that overlap lie in the widest one begun.
        if start < widest_end:
            pairs.append((min(widest, position), max(widest, position)))
        else:
            length = bounds & ((1 << _LENGTH_BITS) - 1)
            widest_end, widest = start + (1 << (_ADDRESS_BITS - length)), position
    return tuple(sorted(pairs))


def ranges(spec: Spec) -> tuple[Range, ...]:
    """Return every range of both VPCs that can be read: source first, primary first."""
    return tuple(
        Range(side=name, where=where, network=found)
        for name, side in sides(spec)
        for where, text in _vpc_cidrs(name, side)
        if (found := network(text)) is not None
    )


def cidr_malformed(spec: Spec) -> Iterator[Finding]:
    """SF201: a range is four numbers to 255, a slash, and a length to 32."""
    for where, text in _cidrs(spec):
        if _loose(text) is None:
            yield Finding(
                code="SF201",
                where=where,
                detail=f'"{text}" is not an IPv4 range: four numbers from 0 to 255 with dots'
                " between them, a slash, and a prefix length from 0 to 32.",
                way_out='Write it like "10.0.0.0/16".',
            )


def cidr_with_host_bits(spec: Spec) -> Iterator[Finding]:
    """SF202: a range is written by its first address."""
    for where, text in _cidrs(spec):
        loose = _loose(text)
        if loose is not None and network(text) is None:
            address = text.split("/", maxsplit=1)[0]
            yield Finding(
                code="SF202",
                where=where,
                detail=f'{address} is an address inside of {loose}, not its first one: "{text}"'
                " names no range.",
                way_out=f'Write "{loose}" for that range, or a longer prefix for a smaller one.',
            )


def ranges_overlap(spec: Spec) -> Iterator[Finding]:
    """SF203: no range of the two VPCs may share an address with another."""
    found = ranges(spec)
    for first, second in overlaps([one.network for one in found]):
        earlier, later = found[first], found[second]
        if earlier.side == later.side:
            reason = "A VPC takes each address once."
        else:
            reason = (
                "VPCs with any common address cannot be peered, and then the database in the target"
                " cannot be reached from the source."
            )
        yield Finding(
            code="SF203",
            where=later.where,
            detail=f"{later.network} of the {later.side} overlaps {earlier.network} of the"
            f" {earlier.side}. {reason}",
            way_out=f"Give the {later.side} a range that shares no address with {earlier.network}.",
            related=((earlier.where, f"{earlier.network} is used here"),),
        )


def vpc_range_of_wrong_size(spec: Spec) -> Iterator[Finding]:
    """SF204: a range of a VPC is a /16 to a /28."""
    for one in ranges(spec):
        if not LARGEST <= one.network.prefixlen <= SMALLEST:
            yield Finding(
                code="SF204",
                where=one.where,
                detail=(
                    f"{one.network} has {one.network.num_addresses:,} addresses. A range of a VPC"
                    f" has 65,536 (/{LARGEST}) at most and 16 (/{SMALLEST}) at least."
                ),
                way_out=f"Choose a prefix length from /{LARGEST} to /{SMALLEST}.",
            )


def address_space_public(spec: Spec) -> Iterator[Finding]:
    """SF210: addresses that belong to others cannot be reached from the VPC."""
    for one in ranges(spec):
        if any(one.network.subnet_of(space) for space in (*_PRIVATE, _SHARED)):
            continue
        if not any(one.network.overlaps(space) for space in _REFUSED):
            yield Finding(
                code="SF210",
                where=one.where,
                detail=f"{one.network} is not private address space. Whatever on the internet has"
                " these addresses cannot be reached from this VPC.",
                way_out="Choose a range inside of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
            )


def address_space_of_docker(spec: Spec) -> Iterator[Finding]:
    """SF211: 172.17.0.0/16 is the bridge network of Docker on every instance."""
    for one in ranges(spec):
        if one.network.overlaps(_DOCKER):
            yield Finding(
                code="SF211",
                where=one.where,
                detail=(
                    f"{one.network} contains addresses of {_DOCKER}, which Docker and several AWS"
                    " services use inside of their instances; those cannot be reached from there."
                ),
                way_out=f"Choose a range outside of {_DOCKER}.",
            )


def secondary_range_of_other_family(spec: Spec) -> Iterator[Finding]:
    """SF212: what may be added to a VPC depends on its primary range."""
    for name, side in sides(spec):
        primary = network(side.vpc.cidr)
        if primary is None:
            continue
        family = next((space for space in _PRIVATE if primary.subnet_of(space)), None)
        for position, text in enumerate(side.vpc.secondary_cidrs):
            added = network(text)
            if added is None or added.overlaps(primary):
                continue
            others = tuple(space for space in _PRIVATE if space != family)
            refused = others + tuple(
                second for first, second in _NEVER_SECONDARY if primary.subnet_of(first)
            )
            refusing = next((space for space in refused if added.overlaps(space)), None)
            if refusing is not None:
                yield Finding(
                    code="SF212",
                    where=at(name, "vpc", "secondary_cidrs", position),
                    detail=(
                        f"{added} is in {refusing}, which AWS does not add to a VPC whose primary"
                        f" range is {primary}."
                    ),
                    way_out=f"Choose a range in {_SHARED}."
                    if family is None
                    else f"Choose a range in {family}, or in {_SHARED}.",
                    related=((at(name, "vpc", "cidr"), "the primary range"),),
                )


def ranges_too_many(spec: Spec) -> Iterator[Finding]:
    """SF213: a VPC has five IPv4 ranges, unless the quota was raised."""
    for name, side in sides(spec):
        count = 1 + len(side.vpc.secondary_cidrs)
        if count > MOST_RANGES:
            yield Finding(
                code="SF213",
                where=at(name, "vpc", "secondary_cidrs", MOST_RANGES - 1),
                detail=(
                    f"The VPC has {count} ranges; the quota of an account is {MOST_RANGES} unless"
                    " it was raised."
                ),
                way_out='Use fewer and larger ranges, or have the quota "IPv4 CIDR blocks per VPC"'
                f" of {side.region} raised first.",
            )


def address_space_refused(spec: Spec) -> Iterator[Finding]:
    """SF214: AWS gives no VPC addresses that mean something else everywhere."""
    for one in ranges(spec):
        space = next((space for space in _REFUSED if one.network.overlaps(space)), None)
        if space is not None:
            yield Finding(
                code="SF214",
                where=one.where,
                detail=f"{one.network} is in {space}, which is loopback, link-local, multicast or"
                " this-network: AWS makes no VPC of it.",
                way_out="Choose a range inside of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
            )


def _vpc_cidrs(name: names.Side, side: Side) -> Iterator[tuple[Spot, str]]:
    yield at(name, "vpc", "cidr"), side.vpc.cidr
    for position, text in enumerate(side.vpc.secondary_cidrs):
        yield at(name, "vpc", "secondary_cidrs", position), text


def _cidrs(spec: Spec) -> Iterator[tuple[Spot, str]]:
    for name, side in sides(spec):
        yield from _vpc_cidrs(name, side)
        for tier in TIERS:
            for zone, text in given(side.vpc, tier).items():
                yield at(name, "vpc", "subnets", tier, zone), text


def _loose(text: str) -> IPv4Network | None:
    """Read *text* and drop its host bits."""
    if not _FORM.fullmatch(text):
        return None
    try:
        return IPv4Network(text, strict=False)
    except ValueError:
        return None
