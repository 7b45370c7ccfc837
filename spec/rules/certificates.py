"""Rules about certificates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec import regions
from spec.findings import Finding, at, key_at
from spec.rules.accounts import is_account
from spec.rules.rule import partition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.model import Spec

_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):acm:(?P<region>[a-z0-9-]+):(?P<account>\d{12})"
    r":certificate/(?P<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})",
    re.ASCII,
)


def certificate_malformed(spec: Spec) -> Iterator[Finding]:
    """SF279: a certificate is given by its ARN in ACM."""
    for place, arn in _given(spec):
        if _ARN.fullmatch(arn):
            continue
        kind = "a server certificate of IAM" if ":iam:" in arn else "not the ARN of a certificate"
        yield Finding(
            code="SF279",
            where=at("certificates", place),
            detail=f'"{arn}" is {kind}; certificates are taken from ACM.',
            way_out="Copy it from `aws acm list-certificates`:"
            ' "arn:aws:acm:<region>:<account>:certificate/<id>".',
        )


def cdn_certificate_elsewhere(spec: Spec) -> Iterator[Finding]:
    """SF280: CloudFront takes certificates of its home region only."""
    arn = _ARN.fullmatch(spec.certificates.cdn or "")
    found = partition(spec)
    if arn is None or found is None or not regions.has(found, "cloudfront"):
        return
    home = regions.home_region(found)
    if arn["partition"] == found and arn["region"] != home:
        yield Finding(
            code="SF280",
            where=at("certificates", "cdn"),
            detail=f"The certificate is in {arn['region']}. CloudFront takes certificates of {home}"
            " only, wherever the system is.",
            way_out=f"Request or import the certificate in {home} too, and give that one.",
        )


def load_balancer_certificate_elsewhere(spec: Spec) -> Iterator[Finding]:
    """SF281: a load balancer takes certificates of its own region only."""
    for place, region in (("source", spec.source.region), ("target", spec.target.region)):
        arn = _ARN.fullmatch(dict(_given(spec)).get(place, ""))
        if arn is None or not regions.exists(region) or arn["region"] == region:
            continue
        yield Finding(
            code="SF281",
            where=at("certificates", place),
            detail=f"The certificate is in {arn['region']}, the load balancer of the {place} in"
            f" {region}; it takes certificates of its own region only.",
            way_out=f"Request or import the certificate in {region} too, and give that one.",
            related=((at(place, "region"), f"the region of the {place}"),),
        )


def certificate_foreign(spec: Spec) -> Iterator[Finding]:
    """SF282: a certificate is in the account of what uses it."""
    found = partition(spec)
    for place, text in _given(spec):
        arn = _ARN.fullmatch(text)
        side = "source" if place == "source" else "target"
        account = spec.accounts.source if side == "source" else spec.accounts.target
        if arn is None:
            continue
        if found is not None and arn["partition"] != found:
            detail = (
                f"The certificate is in the partition {arn['partition']}, the system in {found}."
            )
        elif is_account(account) and arn["account"] != account:
            user = "distribution, which is" if place == "cdn" else "load balancer, which is"
            detail = (
                f"The certificate is of account {arn['account']}. It is for the {user} in account"
                f" {account}."
            )
        else:
            continue
        yield Finding(
            code="SF282",
            where=at("certificates", place),
            detail=detail,
            way_out="Request or import the certificate there, and give that one.",
            related=((at("accounts", side), f"the account of the {side}"),),
        )


def certificate_unused(spec: Spec) -> Iterator[Finding]:
    """SF283: a certificate is for something."""
    for place, _ in _given(spec):
        if place == "cdn" and spec.cdn is None:
            reason, way_out = "There is no cdn.", 'Remove it, or add "cdn".'
        elif place == "cdn" and spec.dns is None:
            reason = "Without a public name the distribution has its own name and certificate only."
            way_out = 'Add "dns", or remove the certificate.'
        elif place != "cdn" and not spec.services:
            reason, way_out = "Without services there is no load balancer.", "Remove it."
        else:
            continue
        yield Finding(
            code="SF283",
            where=at("certificates", place),
            detail=f"Nothing uses this certificate. {reason}",
            way_out=way_out,
        )


def certificates_none(spec: Spec) -> Iterator[Finding]:
    """SF284: without certificates, users talk to the load balancers in plain HTTP."""
    given = spec.certificates
    if spec.services and not (given.cdn or given.source or given.target):
        named = " The public name leads to the load balancers." if spec.dns else ""
        through = (
            " The distribution answers under its own name in cloudfront.net." if spec.cdn else ""
        )
        yield Finding(
            code="SF284",
            where=key_at("services"),
            detail="No certificate is given, so the load balancers answer in plain HTTP, which"
            f" everybody on the way can read and change.{named}{through}",
            way_out='Request certificates in ACM and give their ARNs under "certificates".',
        )


def certificate_of_one_place(spec: Spec) -> Iterator[Finding]:
    """SF285: where one place answers TLS, all of them should."""
    given = spec.certificates
    if not spec.services or not (given.cdn or given.source or given.target):
        return
    for place, arn in (("source", given.source), ("target", given.target)):
        if arn is None:
            effect = (
                "the distribution comes to both load balancers by plain HTTP"
                if spec.cdn
                else "it answers in plain HTTP, unlike the rest"
            )
            yield Finding(
                code="SF285",
                where=key_at("certificates"),
                detail=f"The load balancer of the {place} has no certificate, so {effect}.",
                way_out=f'Request one in {getattr(spec, place).region} and add it as "{place}".',
            )


def _given(spec: Spec) -> tuple[tuple[str, str], ...]:
    places = (
        ("cdn", spec.certificates.cdn),
        ("source", spec.certificates.source),
        ("target", spec.certificates.target),
    )
    return tuple((place, arn) for place, arn in places if arn is not None)
