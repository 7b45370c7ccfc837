"""
Where each subnet lies: given in the spec, or carved from the VPC's primary range.

The carving never moves a subnet when a zone is added, since the place of a zone depends on its
letter and on nothing else: the range is cut into eight equal slots, `a` to `h`. In a slot the
private subnet is the first half, the database subnet the third quarter, the public subnet the
seventh eighth; the last eighth stays free. A /16 gives each zone a /20, a /21 and a /22.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from spec.model.network import TIERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spec.model.network import Tier, Vpc

ZONE_LETTERS = "abcdefgh"
"""The letters that have a slot; AWS uses `a` to `f` today (EC2 user guide, "Zones", 2026-11)."""

_CIDR = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}", re.ASCII)

_SLOT_BITS = 3

_PLACE: Mapping[Tier, tuple[int, int]] = {"private": (1, 0), "database": (2, 2), "public": (3, 6)}
"""By tier: how many bits deeper than the slot, and which of the pieces of that size."""


def network(cidr: str) -> IPv4Network | None:
    """
    Read *cidr*.

    Returns:
        The network, or `None` where *cidr* is not of the form `a.b.c.d/n` or has host bits set: the
        rules have a finding for that, and everything else skips what cannot be read.
    """
    if not _CIDR.fullmatch(cidr):
        return None
    try:
        return IPv4Network(cidr)
    except ValueError:
        return None


def carved(vpc: IPv4Network, tier: Tier, zone: str) -> IPv4Network | None:
    """
    Return the subnet of *tier* and *zone* in the primary range *vpc*, whatever else there is.

    Returns:
        The network, or `None` where the zone's letter has no slot or the range is too small to cut.
    """
    slot = ZONE_LETTERS.find(zone[-1:]) if zone else -1
    deeper, piece = _PLACE[tier]
    length = vpc.prefixlen + _SLOT_BITS + deeper
    if slot < 0 or length > vpc.max_prefixlen:
        return None
    size = 1 << (vpc.max_prefixlen - length)
    start = int(vpc.network_address) + ((slot << deeper) + piece) * size
    return IPv4Network((start, length))


def given(vpc: Vpc, tier: Tier) -> Mapping[str, str]:
    """Return the subnets of *tier* that the spec gives one by one: CIDR by zone."""
    return {
        "public": vpc.subnets.public,
        "private": vpc.subnets.private,
        "database": vpc.subnets.database,
    }[tier]


def subnets(vpc: Vpc) -> Mapping[tuple[Tier, str], IPv4Network]:
    """
    Return every subnet of *vpc*, by tier and zone.

    Returns:
        Tiers in the order of `TIERS`, zones in the order of the spec. In an accepted spec each zone
        has one subnet per tier; what cannot be read or carved is left out.
    """
    primary = network(vpc.cidr)
    found: dict[tuple[Tier, str], IPv4Network] = {}
    for tier in TIERS:
        explicit = given(vpc, tier)
        for zone in vpc.zones:
            if zone in explicit:
                subnet = network(explicit[zone])
            else:
                subnet = carved(primary, tier, zone) if primary else None
            if subnet is not None:
                found[tier, zone] = subnet
    return found
