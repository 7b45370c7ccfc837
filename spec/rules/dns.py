"""Rules about the public name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec import regions
from spec.findings import Finding, at, key_at
from spec.rules.rule import partition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.model import Spec

LONGEST_NAME = 253
"""Of a DNS name in text, without the last dot (RFC 1035)."""

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_ZONE = re.compile(rf"{_LABEL}(\.{_LABEL})+", re.ASCII)
_RECORD = re.compile(rf"@|(\*|{_LABEL})(\.{_LABEL})*", re.ASCII)
_ZONE_ID = re.compile(r"Z[A-Z0-9]{1,31}", re.ASCII)


def dns_to_nothing(spec: Spec) -> Iterator[Finding]:
    """SF272: a public name leads somewhere."""
    if spec.dns is None or spec.services:
        return
    if spec.cdn is None or spec.certificates.cdn is None:
        yield Finding(
            code="SF272",
            where=key_at("dns"),
            detail="There is no load balancer to which the name could lead, since there is no"
            " service; and a distribution takes a name only with a certificate.",
            way_out='Remove "dns", or add a service, or "cdn" and "certificates.cdn".',
        )


def zone_malformed(spec: Spec) -> Iterator[Finding]:
    """SF286: a zone is a domain name below a top-level domain."""
    if spec.dns is None or (_ZONE.fullmatch(spec.dns.zone) and len(spec.dns.zone) <= LONGEST_NAME):
        return
    plain = spec.dns.zone.lower().removesuffix(".")
    yield Finding(
        code="SF286",
        where=at("dns", "zone"),
        detail=f'"{spec.dns.zone}" is not the name of a zone: two or more labels of lower-case'
        " letters, digits and hyphens, with dots between them.",
        way_out=f'Write "{plain}".' if _ZONE.fullmatch(plain) else 'Write it like "example.com".',
    )


def record_malformed(spec: Spec) -> Iterator[Finding]:
    """SF287: a record is a name inside of its zone, and a free one."""
    if spec.dns is None:
        return
    record, zone = spec.dns.record, spec.dns.zone
    inside = record.removesuffix(".").removesuffix(zone).removesuffix(".")
    if record != inside and record.removesuffix(".").endswith(f".{zone}"):
        detail = f'"{record}" contains the zone, which is added to it.'
        way_out = f'Write "{inside}".'
    elif record == zone:
        detail, way_out = f'"{record}" is the zone itself.', 'Write "@" for the zone itself.'
    elif not _RECORD.fullmatch(record) or len(record) + 1 + len(zone) > LONGEST_NAME:
        detail = f'"{record}" is not a name inside of a zone.'
        way_out = 'Write lower-case letters, digits and hyphens, like "app", or "@" for the zone.'
    elif record == "origin" and spec.cdn is not None:
        detail = f"origin.{zone} is where the distribution finds the load balancers."
        way_out = "Choose another name."
    else:
        return
    yield Finding(
        code="SF287",
        where=at("dns", "record"),
        detail=detail,
        way_out=way_out,
        related=((at("dns", "zone"), "the zone"),),
    )


def hosted_zone_id_malformed(spec: Spec) -> Iterator[Finding]:
    """SF288: a zone that exists is given by its id."""
    if spec.dns is None or spec.dns.hosted_zone_id is None:
        return
    text = spec.dns.hosted_zone_id
    if not _ZONE_ID.fullmatch(text):
        plain = text.rsplit("/", maxsplit=1)[-1]
        yield Finding(
            code="SF288",
            where=at("dns", "hosted_zone_id"),
            detail=(
                f'"{text}" is not the id of a hosted zone: "Z" and up to 31 capitals and digits.'
            ),
            way_out=f'Write "{plain}".'
            if _ZONE_ID.fullmatch(plain)
            else "Copy it from `aws route53 list-hosted-zones`, without /hostedzone/.",
        )


def zone_undelegated(spec: Spec) -> Iterator[Finding]:
    """SF289: a new zone is asked by nobody until its parent delegates to it."""
    given = spec.certificates
    if (
        spec.dns is not None
        and spec.dns.hosted_zone_id is None
        and (given.cdn or given.source or given.target)
    ):
        yield Finding(
            code="SF289",
            where=at("dns", "zone"),
            detail=f"{spec.dns.zone} will be a new zone, and nobody asks it until its parent"
            " delegates to its name servers. A certificate that is validated by a record in it"
            " stays pending until then, and fails after 72 hours.",
            way_out=(
                "Make sure that the certificates are issued and are validated elsewhere; delegate"
                " the zone right after the first deploy; or give a zone that exists as"
                ' "hosted_zone_id".'
            ),
        )


def dns_where_there_is_none(spec: Spec) -> Iterator[Finding]:
    """SF290: GovCloud's Route 53 has private zones only."""
    found = partition(spec)
    if spec.dns is not None and found is not None and not regions.has(found, "public_dns"):
        yield Finding(
            code="SF290",
            where=key_at("dns"),
            detail=f"Route 53 has no public zones in the partition {found}.",
            way_out='Remove "dns", and point a name of your own DNS at the load balancers.',
        )
