"""
The public zone and the names in it.

With a cdn the public names are aliases of the distribution and stay so; `origin.<zone>` holds the
two load balancers by weight, and moves. Without one the public name itself is weighted. Target
health is not evaluated: when every other record is unhealthy, Route 53 answers with those of weight
0 (Route 53 developer guide, "How Amazon Route 53 chooses records when health checking is
configured", 2026-11), and would send people to a side that nobody may write to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from troposphere import route53
from troposphere.validators.route53 import AliasTarget

from compiler.components.addresses import distribution, hosted_zone, load_balancer, public_name
from compiler.components.exposure import name_is_on_cdn
from compiler.components.public_names import Name, moving_names, public_names
from compiler.components.sides import serving
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Resource, Symbol
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
        for name in public_names(spec):
            yield _alias(spec.dns, name, "A")
            yield _alias(spec.dns, name, "AAAA")
    if spec.services:
        for name in moving_names(spec):
            for side in serving(phase):
                yield _weighted(spec, phase, spec.dns, side, name)


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


def _record_origins(name: Name) -> dict[str, Path]:
    return {
        "Properties.Name": name.path,
        "Properties.HostedZoneId": ("dns", "hosted_zone_id"),
    }


def _target(name: Symbol, zone: str | Symbol) -> AliasTarget:
    """Return what a record stands for: *name*, in AWS's own *zone*."""
    return AliasTarget(  # type: ignore[no-untyped-call] # troposphere leaves it untyped
        DNSName=name, HostedZoneId=zone, EvaluateTargetHealth=False
    )


def _alias(dns: Dns, name: Name, kind: Literal["A", "AAAA"]) -> Resource:
    address = public_name(name.word, kind)
    return Resource(
        stack=address.stack,
        body=route53.RecordSetType(
            address.logical_id,
            HostedZoneId=_zone_id(dns),
            Name=name.name,
            Type=kind,
            AliasTarget=_target(Symbol(distribution(), "DomainName"), CLOUDFRONT_ZONE),
        ),
        component=("dns",),
        origins=_record_origins(name),
    )


def _weighted(spec: Spec, phase: Phase, dns: Dns, side: Side, name: Name) -> Resource:
    address = public_name(name.word, side)
    return Resource(
        stack=address.stack,
        body=route53.RecordSetType(
            address.logical_id,
            HostedZoneId=_zone_id(dns),
            Name=name.name,
            # No AAAA: the load balancers have IPv4 addresses only.
            Type="A",
            SetIdentifier=names.region_of(spec, side),
            Weight=EVERYTHING if side == phase.serves else 0,
            AliasTarget=_target(
                Symbol(load_balancer(side), "DNSName"),
                Symbol(load_balancer(side), "CanonicalHostedZoneID"),
            ),
        ),
        component=("dns",),
        origins={
            **_record_origins(name),
            "Properties.SetIdentifier": (side, "region"),
        },
    )
