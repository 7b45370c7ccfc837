"""Rules about availability zones, and the ways out of the VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec import regions
from spec.findings import Finding, at
from spec.rules.rule import did_you_mean, listed, sides

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.model import Spec

FEWEST_ZONES = 2
"""What a DB subnet group and a load balancer need (RDS user guide, "Working with a DB instance in a
VPC"; Application Load Balancers user guide, "Subnets for your load balancer"; 2026-11)."""

ELASTIC_ADDRESSES = 5
"""Elastic IP addresses per region, adjustable (EC2 user guide, "Elastic IP addresses", 2026-11)."""

_NEEDED_WITHOUT_NAT = ("ssm", "secretsmanager", "logs")


def zone_of_other_region(spec: Spec) -> Iterator[Finding]:
    """SF215: a VPC uses zones of its own region."""
    for name, side in sides(spec):
        if not regions.exists(side.region):
            continue
        known = regions.zones_of(side.region)
        for position, zone in enumerate(side.vpc.zones):
            if zone not in known:
                yield Finding(
                    code="SF215",
                    where=at(name, "vpc", "zones", position),
                    detail=f'{side.region} has no zone "{zone}". {did_you_mean(zone, known)}'
                    f"An account may see {listed(known, last='and')} there.",
                    way_out=f'Name zones of {side.region}, like "{known[0]}".',
                    related=((at(name, "region"), f"the region of the {name}"),),
                )


def zone_twice(spec: Spec) -> Iterator[Finding]:
    """SF216: a zone is used once."""
    for name, side in sides(spec):
        for position, zone in enumerate(side.vpc.zones):
            first = side.vpc.zones.index(zone)
            if first != position:
                yield Finding(
                    code="SF216",
                    where=at(name, "vpc", "zones", position),
                    detail=f'Zone "{zone}" is already in the list.',
                    way_out="Remove it, or name another zone.",
                    related=((at(name, "vpc", "zones", first), "first listed here"),),
                )


def zones_too_few(spec: Spec) -> Iterator[Finding]:
    """SF217: databases and load balancers need subnets in two zones."""
    needing = [*(["databases"] if spec.databases else []), *(["services"] if spec.services else [])]
    for name, side in sides(spec):
        # A zone listed twice is a finding of its own.
        if needing and len(side.vpc.zones) < FEWEST_ZONES:
            yield Finding(
                code="SF217",
                where=at(name, "vpc", "zones"),
                detail=f"The {name} has {' and '.join(needing)}, but"
                f" {'one zone only' if side.vpc.zones else 'no zone'}. DB subnet groups and load"
                f" balancers take subnets in {FEWEST_ZONES} zones or more.",
                way_out=f"Name {FEWEST_ZONES} zones or more.",
            )


def services_without_way_out(spec: Spec) -> Iterator[Finding]:
    """SF219: without NAT, instances reach only what has an endpoint."""
    if not spec.services:
        return
    for name, side in sides(spec):
        missing = [one for one in _NEEDED_WITHOUT_NAT if one not in side.vpc.endpoints]
        if side.vpc.nat == "none" and missing:
            yield Finding(
                code="SF219",
                where=at(name, "vpc", "nat"),
                detail="Instances in the private subnets have no way to the internet, and no"
                f" endpoint for {listed(missing, last='and')}: they cannot install packages, and"
                " shell access, secrets or logs do not work.",
                way_out=f'Add {listed(missing, last="and")} to "endpoints", or use a NAT gateway.',
            )


def elastic_addresses_too_many(spec: Spec) -> Iterator[Finding]:
    """SF293: each NAT gateway takes an elastic IP address of the region's five."""
    for name, side in sides(spec):
        if side.vpc.nat == "per_zone" and len(side.vpc.zones) > ELASTIC_ADDRESSES:
            yield Finding(
                code="SF293",
                where=at(name, "vpc", "nat"),
                detail=f"{len(side.vpc.zones)} NAT gateways take as many elastic IP addresses; the"
                f" quota of an account is {ELASTIC_ADDRESSES} per region unless it was raised.",
                way_out='Use fewer zones or "nat: one", or have the quota "EC2-VPC Elastic IPs" of'
                f" {side.region} raised first.",
                related=((at(name, "vpc", "zones"), "one for each of these"),),
            )
