"""
Who reaches the load balancers, and how: what listeners, security groups, cdn and DNS agree on.

CloudFront verifies the certificate of an HTTPS origin against the origin's name (CloudFront
developer guide, "Use HTTPS between CloudFront and your custom origin", 2026-11). A load balancer's
own DNS name is in nobody's certificate, so CloudFront comes by TLS only where a zone gives both
load balancers one name, and both have a certificate for it; else by plain HTTP, on both sides
alike, since the distribution has one origin for the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from spec.model import Spec
    from spec.names import Side

HTTP = 80
HTTPS = 443

CLOUDFRONT_PREFIX_LIST = "com.amazonaws.global.cloudfront.origin-facing"
"""CloudFront's addresses towards origins; 55 of the 60 rules that a security group may have
(VPC user guide, "AWS-managed prefix lists", 2026-11)."""


def certificate(spec: Spec, side: Side) -> str | None:
    """Return the certificate of a side's load balancer, if the spec gives one."""
    return spec.certificates.source if side == "source" else spec.certificates.target


def cdn_comes_by_tls(spec: Spec) -> bool:
    """Tell whether CloudFront reaches the load balancers by HTTPS."""
    return (
        spec.cdn is not None
        and spec.dns is not None
        and spec.certificates.source is not None
        and spec.certificates.target is not None
    )


def answers_tls(spec: Spec, side: Side) -> bool:
    """Tell whether the listener that answers requests on *side* speaks HTTPS."""
    if spec.cdn is not None:
        return cdn_comes_by_tls(spec)
    return certificate(spec, side) is not None


def name_is_on_cdn(spec: Spec) -> bool:
    """
    Tell whether the public name points at the distribution.

    Without a certificate CloudFront answers under its own name only, and the public name stands on
    the load balancers.
    """
    return spec.cdn is not None and spec.dns is not None and spec.certificates.cdn is not None


def admits(spec: Spec) -> Literal["cdn", "anyone"]:
    """Tell whom the load balancers let in: anyone where people reach them by name."""
    if spec.cdn is None:
        return "anyone"
    return "cdn" if spec.dns is None or name_is_on_cdn(spec) else "anyone"


def has_redirect(spec: Spec, side: Side) -> bool:
    """Tell whether port 80 sends people to port 443: where one answers and the other is reached."""
    return answers_tls(spec, side) and admits(spec) == "anyone"
