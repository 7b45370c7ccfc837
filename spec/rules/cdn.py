"""Rules about the CloudFront distribution."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec import regions
from spec.findings import Finding, Spot, at, key_at
from spec.rules.rule import did_you_mean, partition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.model import Cdn, Spec

MOST_PATHS = 74
"""Besides the default; 75 cache behaviours per distribution unless the quota was raised (CloudFront
developer guide, "Quotas", 2026-11)."""

LONGEST_PATTERN = 255
"""CloudFront API reference, `CacheBehavior`, 2026-11."""

_PATTERN = re.compile(r"[A-Za-z0-9_.*$/~\"'@:+&?-]+", re.ASCII)


def cdn_to_undeclared(spec: Spec) -> Iterator[Finding]:
    """SF274: the cdn leads to services and buckets of the spec."""
    if spec.cdn is None:
        return
    known = [*spec.services, *spec.buckets]
    for where, name in _leads(spec.cdn):
        if name in known:
            continue
        if name in spec.databases:
            detail, way_out = f'"{name}" is a database.', "Name the service that answers with it."
        else:
            detail = f'There is no service or bucket "{name}".'
            way_out = (
                did_you_mean(name, known).strip()
                or 'Declare it under "services" or "buckets", or name another one.'
            )
        yield Finding(code="SF274", where=where, detail=detail, way_out=way_out)


def cdn_path_malformed(spec: Spec) -> Iterator[Finding]:
    """SF275: a path pattern is one that CloudFront takes, and another one than the others."""
    if spec.cdn is None:
        return
    first: dict[str, str] = {}
    for pattern in spec.cdn.paths:
        plain = pattern.removeprefix("/")
        earlier = first.setdefault(plain, pattern)
        related: tuple[tuple[Spot, str], ...] = ()
        if not _PATTERN.fullmatch(pattern) or len(pattern) > LONGEST_PATTERN:
            detail = (
                f'"{pattern}" is not a path pattern: up to {LONGEST_PATTERN} letters, digits and'
                " signs, * for any and ? for one."
            )
            way_out = 'Write it like "/static/*".'
        elif plain == "*":
            detail = f'"{pattern}" matches every path, so the default would get nothing.'
            way_out = 'Name what is to answer everything as "default".'
            related = ((at("cdn", "default"), "the default"),)
        elif earlier != pattern:
            detail = (
                f'"{pattern}" is the same pattern as "{earlier}": the first slash means nothing.'
            )
            way_out = "Remove one of them."
            related = ((key_at("cdn", "paths", earlier), "the same pattern"),)
        else:
            continue
        yield Finding(
            code="SF275",
            where=key_at("cdn", "paths", pattern),
            detail=detail,
            way_out=way_out,
            related=related,
        )


def cdn_paths_too_many(spec: Spec) -> Iterator[Finding]:
    """SF276: a distribution has 75 behaviours, the default among them."""
    if spec.cdn is not None and len(spec.cdn.paths) > MOST_PATHS:
        yield Finding(
            code="SF276",
            where=key_at("cdn", "paths"),
            detail=f"There are {len(spec.cdn.paths)} paths and the default; the quota is"
            f" {MOST_PATHS + 1} behaviours in a distribution unless it was raised.",
            way_out='Join paths with *, or have the quota "Cache behaviors per distribution" raised'
            " first.",
        )


def cdn_where_there_is_none(spec: Spec) -> Iterator[Finding]:
    """SF277: not every partition has CloudFront as this needs it."""
    found = partition(spec)
    if spec.cdn is None or found is None:
        return
    if not regions.has(found, "cloudfront"):
        detail = f"There is no CloudFront in the partition {found}."
    elif not regions.has(found, "origin_access_control"):
        detail = (
            f"CloudFront in the partition {found} has no origin access control, so a bucket could"
            " not stay private behind it, and it takes no certificate of ACM."
        )
    else:
        return
    yield Finding(
        code="SF277",
        where=key_at("cdn"),
        detail=detail,
        way_out='Remove "cdn": the public name then leads to the load balancers. A distribution may'
        " be added with a template of yours.",
    )


def cdn_without_name(spec: Spec) -> Iterator[Finding]:
    """SF278: a distribution answers under the public name with a name and a certificate."""
    given = spec.certificates
    if spec.cdn is None or not (given.source or given.target or given.cdn):
        return
    if spec.dns is None:
        # A certificate of the cdn would then be one that nothing uses: a finding of its own.
        detail = (
            "Without a public name the distribution answers under its own name in cloudfront.net"
            " only, and comes to the load balancers by plain HTTP, since no certificate is for a"
            " load balancer's own name. And the switch has to change the distribution, while nobody"
            " is let in."
        )
        way_out = 'Add "dns", or link to the distribution\'s own name.'
    elif given.cdn is None:
        detail = (
            "Without a certificate the distribution answers under its own name in cloudfront.net"
            " only, and the public name leads to the load balancers past it."
        )
        way_out = 'Add "certificates.cdn", or link to the distribution\'s own name.'
    else:
        return
    yield Finding(code="SF278", where=key_at("cdn"), detail=detail, way_out=way_out)


def _leads(cdn: Cdn) -> Iterator[tuple[Spot, str]]:
    yield at("cdn", "default"), cdn.default
    for pattern, name in cdn.paths.items():
        yield at("cdn", "paths", pattern), name
