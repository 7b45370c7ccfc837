"""Rules about the subnets, given and carved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.capacity import capacity
from spec.findings import Finding, Spot, at, key_at
from spec.model.network import TIERS
from spec.rules.addresses import LARGEST, SMALLEST, overlaps, ranges
from spec.rules.rule import sides
from spec.subnets import ZONE_LETTERS, carved, given, network, subnets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec import names
    from spec.model import Side, Spec
    from spec.model.network import Tier

RESERVED = 5
"""Addresses that AWS keeps in a subnet: the first four and the last (VPC user guide, 2026-11)."""

LOAD_BALANCER_LENGTH = 27
"""Smallest subnet of a load balancer, with 8 free addresses (Application Load Balancers user guide,
"Subnets for your load balancer", 2026-11)."""


def subnet_of_wrong_size(spec: Spec) -> Iterator[Finding]:
    """SF205: a subnet is a /16 to a /28."""
    for name, side in sides(spec):
        for tier in TIERS:
            for zone, text in given(side.vpc, tier).items():
                subnet = network(text)
                if subnet is not None and not LARGEST <= subnet.prefixlen <= SMALLEST:
                    yield Finding(
                        code="SF205",
                        where=at(name, "vpc", "subnets", tier, zone),
                        detail=(
                            f"{subnet} has {subnet.num_addresses:,} addresses. A subnet has"
                            f" 65,536 (/{LARGEST}) at most and 16 (/{SMALLEST}) at least."
                        ),
                        way_out=f"Choose a prefix length from /{LARGEST} to /{SMALLEST}.",
                    )


def subnet_outside_vpc(spec: Spec) -> Iterator[Finding]:
    """SF206: a subnet lies in one of the ranges of its VPC."""
    everything = ranges(spec)
    for name, side in sides(spec):
        own = [one.network for one in everything if one.side == name]
        if len(own) != 1 + len(side.vpc.secondary_cidrs):
            continue  # a range that cannot be read may be the one that contains the subnet
        for tier in TIERS:
            for zone, text in given(side.vpc, tier).items():
                subnet = network(text)
                if subnet is None or any(subnet.subnet_of(one) for one in own):
                    continue
                yield Finding(
                    code="SF206",
                    where=at(name, "vpc", "subnets", tier, zone),
                    detail=f"{subnet} is not inside of"
                    f" {' or '.join(str(one) for one in own)}, the VPC's"
                    f" {'range' if len(own) == 1 else 'ranges'}.",
                    way_out="Choose a part of the VPC's range, or add a range that contains it to"
                    ' "secondary_cidrs".',
                    related=((at(name, "vpc", "cidr"), "the VPC's range"),),
                )


def subnets_overlap(spec: Spec) -> Iterator[Finding]:
    """SF207: two subnets of a VPC share no address."""
    for name, side in sides(spec):
        # Carved ones first: of a pair, the one to be moved is the one that is written down.
        found = sorted(
            subnets(side.vpc).items(), key=lambda one: one[0][1] in given(side.vpc, one[0][0])
        )
        told: set[Spot] = set()
        for first, second in overlaps([subnet for _, subnet in found]):
            (other_tier, other_zone), other = found[first]
            (tier, zone), subnet = found[second]
            where = _where(name, side, tier, zone)
            # A wide one may lie over many carved ones, and is still one mistake. Two carved ones
            # meet only where a zone is not of the region, which is a finding of its own.
            if where in told or zone not in given(side.vpc, tier):
                continue
            told.add(where)
            carved_word = "" if other_zone in given(side.vpc, other_tier) else "carved "
            yield Finding(
                code="SF207",
                where=where,
                detail=f"{subnet}, the {tier} subnet of {zone}, overlaps {other}, the"
                f" {carved_word}{other_tier} subnet of {other_zone}. A VPC takes each address"
                " once.",
                way_out="Move or shrink one of them."
                if not carved_word
                else f"Move it, or give a place to the {other_tier} subnet of {other_zone} too.",
                related=(
                    (
                        _where(name, side, other_tier, other_zone),
                        f"{other} is the {other_tier} subnet of {other_zone}",
                    ),
                ),
            )


def vpc_too_small_to_carve(spec: Spec) -> Iterator[Finding]:
    """SF208: the subnets that are not given one by one must fit into the VPC."""
    for name, side in sides(spec):
        primary = network(side.vpc.cidr)
        if primary is None or not LARGEST <= primary.prefixlen <= SMALLEST:
            continue
        tiers = [
            tier
            for tier in TIERS
            if any(
                zone not in given(side.vpc, tier)
                and (subnet is None or subnet.prefixlen > SMALLEST)
                for zone in side.vpc.zones
                if zone[-1:] in ZONE_LETTERS
                for subnet in (carved(primary, tier, zone),)
            )
        ]
        if tiers:
            yield Finding(
                code="SF208",
                where=at(name, "vpc", "cidr"),
                detail=(
                    f"{primary} is cut into eight equal slots, one per zone letter, and each slot"
                    f" into the subnets of a zone; there, its {' and '.join(tiers)} subnets would"
                    f" be smaller than /{SMALLEST}, the smallest that AWS makes."
                ),
                way_out="Use a /22 or larger, or give the subnets of every zone one by one under"
                ' "subnets".',
            )


def subnet_too_small_for_content(spec: Spec) -> Iterator[Finding]:
    """SF209: what is put into a subnet needs addresses there."""
    for name, side in sides(spec):
        found = {
            place: subnet
            for place, subnet in subnets(side.vpc).items()
            if LARGEST <= subnet.prefixlen <= SMALLEST
        }
        for (tier, zone), subnet in found.items():
            free = subnet.num_addresses - RESERVED
            detail = None
            if tier == "public" and spec.services and subnet.prefixlen > LOAD_BALANCER_LENGTH:
                detail = (
                    f"a load balancer takes a subnet of /{LOAD_BALANCER_LENGTH} or larger, with 8"
                    " free addresses"
                )
            if tier == "database" and len(spec.databases) >= free:
                detail = (
                    f"{len(spec.databases)} databases need an address each there, and one more"
                    " while one of them is replaced"
                )
            if detail:
                yield Finding(
                    code="SF209",
                    where=_where(name, side, tier, zone),
                    detail=f"{subnet}, the {tier} subnet of {zone}, has {free} free addresses (AWS"
                    f" keeps {RESERVED}), and {detail}.",
                    way_out="Make it larger.",
                )
        yield from _instances_without_addresses(spec, name, side)


def subnet_of_unlisted_zone(spec: Spec) -> Iterator[Finding]:
    """SF218: a subnet is given for a zone that the VPC uses."""
    for name, side in sides(spec):
        for tier in TIERS:
            for zone in given(side.vpc, tier):
                if zone not in side.vpc.zones:
                    yield Finding(
                        code="SF218",
                        where=key_at(name, "vpc", "subnets", tier, zone),
                        detail=f'The VPC does not use zone "{zone}", so this subnet would not be'
                        " made.",
                        way_out='Add the zone to "zones", or remove the subnet.',
                        related=((at(name, "vpc", "zones"), "the zones of the VPC"),),
                    )


def _instances_without_addresses(spec: Spec, name: names.Side, side: Side) -> Iterator[Finding]:
    private = [
        (zone, subnet) for (tier, zone), subnet in subnets(side.vpc).items() if tier == "private"
    ]
    interfaces = sum(endpoint != "s3" for endpoint in side.vpc.endpoints)
    free = sum(max(0, subnet.num_addresses - RESERVED - interfaces) for _, subnet in private)
    most = sum(capacity(service, name).maximum for service in spec.services.values())
    if private and most > free:
        smallest = min(private, key=lambda one: one[1].num_addresses)[0]
        yield Finding(
            code="SF209",
            where=_where(name, side, "private", smallest),
            detail=f"The private subnets of the {name} have {free} free addresses in all (AWS keeps"
            f" {RESERVED} in each, and {interfaces} go to endpoints), and its services may grow to"
            f" {most} instances.",
            way_out='Make the private subnets larger, or lower the services\' "maximum".',
        )


def _where(name: names.Side, side: Side, tier: Tier, zone: str) -> Spot:
    """Return where a subnet is written; a carved one, with the range it is carved from."""
    if zone in given(side.vpc, tier):
        return at(name, "vpc", "subnets", tier, zone)
    return at(name, "vpc", "cidr")
