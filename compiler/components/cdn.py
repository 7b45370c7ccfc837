"""
The CloudFront distribution, with a load balancer and buckets as origins.

All services share one origin. Where there is a zone it is `origin.<zone>`, whose records move
between the load balancers: the distribution itself never changes while nobody may write. Without
one it is the load balancer of the side that serves. Ids of origins never change; where buckets move
to the other side, only their domain names do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import cloudfront

from compiler.components.addresses import (
    bucket,
    cdn_log_bucket,
    distribution,
    load_balancer,
    origin_access_control,
)
from compiler.components.exposure import cdn_comes_by_tls, name_is_on_cdn
from compiler.components.public_names import public_names
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Resource, Symbol
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Cdn, Spec

LOAD_BALANCER_ORIGIN = "load-balancer"

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""CloudFront's managed policies (CloudFront developer guide, "Use managed cache policies" and "Use
managed origin request policies", 2026-11)."""

READS = ["GET", "HEAD", "OPTIONS"]
EVERYTHING = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield the distribution, and for each bucket behind it what signs its requests."""
    if spec.cdn is None:
        return
    for key, path in _buckets(spec, spec.cdn).items():
        yield _origin_access_control(spec, key, path)
    yield _distribution(spec, phase, spec.cdn)


def _named(cdn: Cdn) -> tuple[tuple[str, Path], ...]:
    """Return what the cdn names, and where: the default first, then the paths in their order."""
    return (
        (cdn.default, ("cdn", "default")),
        *((name, ("cdn", "paths", pattern)) for pattern, name in cdn.paths.items()),
    )


def _buckets(spec: Spec, cdn: Cdn) -> dict[str, Path]:
    """Return the buckets behind the cdn, each with the first place that names it."""
    found: dict[str, Path] = {}
    for name, path in _named(cdn):
        if name in spec.buckets:
            found.setdefault(name, path)
    return found


def _origin_access_control(spec: Spec, key: str, path: Path) -> Resource:
    address = origin_access_control(key)
    return Resource(
        stack=address.stack,
        body=cloudfront.OriginAccessControl(
            address.logical_id,
            OriginAccessControlConfig=cloudfront.OriginAccessControlConfig(
                Name=names.origin_access_control(spec, key),
                OriginAccessControlOriginType="s3",
                SigningBehavior="always",
                SigningProtocol="sigv4",
            ),
        ),
        component=path,
    )


def _distribution(spec: Spec, phase: Phase, cdn: Cdn) -> Resource:
    address = distribution()
    at = "Properties.DistributionConfig"
    origins = tag_origins(spec, phase)
    origins |= {
        f"{at}.Comment": ("cdn", "default"),
        f"{at}.PriceClass": ("cdn", "price_class"),
        f"{at}.DefaultCacheBehavior": ("cdn", "default"),
        f"{at}.DefaultRootObject": ("cdn", "default"),
        f"{at}.ViewerCertificate": ("certificates", "cdn"),
    }
    for n, pattern in enumerate(cdn.paths):
        origins[f"{at}.CacheBehaviors.{n}"] = ("cdn", "paths", pattern)
    served = tuple(_origins(spec, phase, cdn))
    for n, (_, path) in enumerate(served):
        origins[f"{at}.Origins.{n}"] = path
        if spec.dns is not None and path[0] == "services":
            origins[f"{at}.Origins.{n}.DomainName"] = ("dns", "zone")
    aliases = public_names(spec) if name_is_on_cdn(spec) else ()
    for n, name in enumerate(aliases):
        origins.setdefault(f"{at}.Aliases", name.path)
        origins[f"{at}.Aliases.{n}"] = name.path
    config = cloudfront.DistributionConfig(
        Enabled=True,
        Comment=f"{names.prefix(spec)}: {cdn.default}",
        HttpVersion="http2and3",
        IPV6Enabled=True,
        PriceClass=cdn.price_class,
        Origins=[origin for origin, _ in served],
        DefaultCacheBehavior=cloudfront.DefaultCacheBehavior(**_behavior(spec, cdn.default)),
        CacheBehaviors=[
            cloudfront.CacheBehavior(PathPattern=pattern, **_behavior(spec, name))
            for pattern, name in cdn.paths.items()
        ],
        CustomErrorResponses=[
            # A closed side answers 503. By default CloudFront would go on saying so for ten seconds
            # after the other one has opened (CloudFront developer guide, "How CloudFront caches
            # HTTP 4xx and 5xx status codes", 2026-11).
            cloudfront.CustomErrorResponse(ErrorCode=503, ErrorCachingMinTTL=0)
        ],
        Logging=cloudfront.Logging(
            Bucket=Symbol(cdn_log_bucket(), "DomainName"), IncludeCookies=False, Prefix="cdn/"
        ),
        ViewerCertificate=_certificate(spec, has_alias=bool(aliases)),
    )
    if aliases:
        config.Aliases = [name.name for name in aliases]
    if cdn.default in spec.buckets:
        config.DefaultRootObject = "index.html"
    return Resource(
        stack=address.stack,
        body=cloudfront.Distribution(
            address.logical_id, DistributionConfig=config, Tags=tag_list(spec, phase)
        ),
        component=("cdn",),
        origins=origins,
    )


def _origins(spec: Spec, phase: Phase, cdn: Cdn) -> Iterator[tuple[cloudfront.Origin, Path]]:
    if any(name in spec.services for name, _ in _named(cdn)):
        name = names.origin_name(spec)
        yield (
            cloudfront.Origin(
                Id=LOAD_BALANCER_ORIGIN,
                DomainName=(
                    Symbol(load_balancer(phase.serves), "DNSName") if name is None else name
                ),
                CustomOriginConfig=cloudfront.CustomOriginConfig(
                    HTTPPort=80,
                    HTTPSPort=443,
                    OriginProtocolPolicy=("https-only" if cdn_comes_by_tls(spec) else "http-only"),
                    OriginSSLProtocols=["TLSv1.2"],
                ),
            ),
            ("services",),
        )
    for key, path in _buckets(spec, cdn).items():
        yield (
            cloudfront.Origin(
                Id=f"bucket-{key}",
                DomainName=Symbol(bucket(phase.cdn_reads, key), "RegionalDomainName"),
                OriginAccessControlId=Symbol(origin_access_control(key), "Id"),
                # Empty, but there: CloudFront tells an S3 origin by it.
                S3OriginConfig=cloudfront.S3OriginConfig(OriginAccessIdentity=""),
            ),
            path,
        )


def _behavior(spec: Spec, name: str) -> dict[str, Any]:
    """Return how CloudFront answers for the service or bucket *name*."""
    shared: dict[str, Any] = {"Compress": True, "ViewerProtocolPolicy": "redirect-to-https"}
    if name in spec.buckets:
        return {
            **shared,
            "TargetOriginId": f"bucket-{name}",
            "AllowedMethods": READS,
            "CachedMethods": ["GET", "HEAD"],
            "CachePolicyId": CACHING_OPTIMIZED,
        }
    # The load balancer's certificate is for the origin's name, so that is the Host it is asked for.
    # Only where its rules tell services apart by host must they see the viewer's.
    by_host = any(service.hosts for service in spec.services.values())
    return {
        **shared,
        "TargetOriginId": LOAD_BALANCER_ORIGIN,
        "AllowedMethods": EVERYTHING,
        "CachedMethods": ["GET", "HEAD"],
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": ALL_VIEWER if by_host else ALL_VIEWER_EXCEPT_HOST_HEADER,
    }


def _certificate(spec: Spec, *, has_alias: bool) -> cloudfront.ViewerCertificate:
    """Return the viewers' certificate: the spec's for the public name, else CloudFront's own."""
    if not has_alias or spec.certificates.cdn is None:
        return cloudfront.ViewerCertificate(CloudFrontDefaultCertificate=True)
    return cloudfront.ViewerCertificate(
        AcmCertificateArn=spec.certificates.cdn,
        SslSupportMethod="sni-only",
        MinimumProtocolVersion="TLSv1.2_2021",
    )
