"""
The public zone and the names in it.

With a cdn the public name is an alias of the distribution and stays so; `origin.<zone>` holds the
two load balancers by weight, and moves. Without one the public name itself is weighted. Target
health is not evaluated: when every other record is unhealthy, Route 53 answers with those of weight
0 (Route 53 developer guide, "How Amazon Route 53 chooses records when health checking is
configured", 2026-11), and would send people to a side that nobody may write to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from troposphere import route53
from troposphere.validators.route53 import AliasTarget

from compiler.components.addresses import distribution, hosted_zone, load_balancer
from compiler.components.exposure import name_is_on_cdn
from compiler.components.sides import SIDES
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Resource, Symbol, logical
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Dns, Spec
    from spec.names import Side

CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"
"""The zone of every distribution's name (Route 53 API reference, `AliasTarget`, 2026-11)."""

EVERYTHING = 100
"""The weight of the side that gets all requests; the other has 0."""


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield the zone, unless one is given, and the public names."""
    if spec.dns is None:
        return
    if spec.dns.hosted_zone_id is None:
        yield _zone(spec, phase, spec.dns)
    if name_is_on_cdn(spec):
        for kind in ("A", "AAAA"):
            yield _alias(spec, spec.dns, kind)
    elif spec.services:
        for side in SIDES:
            yield _weighted(spec, phase, spec.dns, side, "public-name")
    if spec.cdn is not None and spec.services:
        for side in SIDES:
            yield _weighted(spec, phase, spec.dns, side, "origin")


def _zone(spec: Spec, phase: Phase, dns: Dns) -> Resource:
    address = hosted_zone()
    return Resource(
        stack=address.stack,
        body=route53.HostedZone(
            address.logical_id,
            # Its name servers are what the parent zone delegates to; a new zone has others.
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            Name=dns.zone,
            HostedZoneConfig=route53.HostedZoneConfiguration(
                Comment=f"Public names of {names.prefix(spec)}"
            ),
            HostedZoneTags=tag_list(spec, phase),
        ),
        component=("dns",),
        origins={
            "Properties.Name": ("dns", "zone"),
            **tag_origins(spec, phase, at="Properties.HostedZoneTags"),
        },
    )


def _zone_id(dns: Dns) -> str | Symbol:
    return Symbol(hosted_zone()) if dns.hosted_zone_id is None else dns.hosted_zone_id


def _record_origins(dns: Dns, purpose: str) -> dict[str, Path]:
    """Return where a record comes from: its name from `record`, or from the zone alone."""
    from_zone = purpose == "origin" or dns.record == "@"
    return {
        "Properties.Name": ("dns", "zone" if from_zone else "record"),
        "Properties.HostedZoneId": ("dns", "hosted_zone_id"),
    }


def _target(name: Symbol, zone: str | Symbol) -> AliasTarget:
    """Return what a record stands for: *name*, in AWS's own *zone*."""
    return AliasTarget(  # type: ignore[no-untyped-call] # troposphere leaves it untyped
        DNSName=name, HostedZoneId=zone, EvaluateTargetHealth=False
    )


def _alias(spec: Spec, dns: Dns, kind: str) -> Resource:
    address = hosted_zone()
    return Resource(
        stack=address.stack,
        body=route53.RecordSetType(
            logical("public-name", kind),
            HostedZoneId=_zone_id(dns),
            Name=names.public_name(spec),
            Type=kind,
            AliasTarget=_target(Symbol(distribution(), "DomainName"), CLOUDFRONT_ZONE),
        ),
        component=("dns",),
        origins=_record_origins(dns, "public-name"),
    )


def _weighted(
    spec: Spec, phase: Phase, dns: Dns, side: Side, purpose: Literal["public-name", "origin"]
) -> Resource:
    address = hosted_zone()
    name = names.origin_name(spec) if purpose == "origin" else names.public_name(spec)
    gets_all = (side == "target") == phase.target_open
    return Resource(
        stack=address.stack,
        body=route53.RecordSetType(
            logical(purpose, side),
            HostedZoneId=_zone_id(dns),
            Name=name,
            # No AAAA: the load balancers have IPv4 addresses only.
            Type="A",
            SetIdentifier=names.region_of(spec, side),
            Weight=EVERYTHING if gets_all else 0,
            AliasTarget=_target(
                Symbol(load_balancer(side), "DNSName"),
                Symbol(load_balancer(side), "CanonicalHostedZoneID"),
            ),
        ),
        component=("dns",),
        origins={
            **_record_origins(dns, purpose),
            "Properties.SetIdentifier": (side, "region"),
        },
    )
