"""What CloudFront refuses of a distribution, in its own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from moto.s3.models import s3_backends

from compiler.sandbox.handlers.certificates import certificate_exists, certificate_region
from compiler.sandbox.handlers.replies import beneath, beneath_all, refuse

if TYPE_CHECKING:
    from compiler.sandbox.handler import Scope

Distribution = Mapping[str, Any]
"""A `DistributionConfig` in CloudFormation's spelling. Any: JSON."""

CACHE_POLICIES = frozenset(
    {
        "08627262-05a9-4f76-9ded-b50ca2e3a84f",
        "2e54312d-136d-493c-8eb9-b001f22f67d2",
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
        "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
    }
)
"""Source: CloudFront developer guide, "Use managed cache policies"."""

ORIGIN_REQUEST_POLICIES = frozenset(
    {
        "216adef6-5c7f-47e4-b989-5492eafa07d3",
        "33f36d7e-f396-46d9-90e0-52428a34d9dc",
        "59781a5b-3903-41f3-afcb-af62929ccde1",
        "775133bc-15f2-49f9-abea-afb2e0bf67d2",
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
        "acba4595-bd28-49b8-b9fe-13317c0390fa",
        "b689b0a8-53d0-40ab-baf2-68738e2966ac",
        "bf0718e1-ba1e-49d1-88b1-f726733018ae",
    }
)
"""Source: CloudFront developer guide, "Use managed origin request policies"."""

RESPONSE_HEADERS_POLICIES = frozenset(
    {
        "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
        "60669652-455b-4ae9-85a4-c4c02393f86c",
        "67f7725c-6f97-4210-82d7-5512b31e9d03",
        "e61eb60c-9c35-4d20-a928-2b84e02af89c",
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
    }
)
"""Source: CloudFront developer guide, "Use managed response headers policies"."""

_POLICIES = (
    ("CachePolicyId", CACHE_POLICIES, "NoSuchCachePolicy", "cache policy"),
    (
        "OriginRequestPolicyId",
        ORIGIN_REQUEST_POLICIES,
        "NoSuchOriginRequestPolicy",
        "origin request policy",
    ),
    (
        "ResponseHeadersPolicyId",
        RESPONSE_HEADERS_POLICIES,
        "NoSuchResponseHeadersPolicy",
        "response headers policy",
    ),
)
_CERTIFICATE_HOME = "us-east-1"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_MEMBERS = 2
_LONGEST_COMMENT = 128
_LOG_SUFFIX = ".s3.amazonaws.com"


def refuse_distribution(scope: Scope, wanted: Distribution, own_id: str | None) -> None:
    """
    Refuse a distribution that CloudFront would.

    Args:
        scope: Whose distribution it is.
        wanted: The distribution.
        own_id: Its id, if it is there already.
    """
    complaints = (
        *_origin_complaints(scope, wanted),
        *_group_complaints(wanted),
        *_behavior_complaints(wanted),
        *_certificate_complaints(scope, wanted),
        *_alias_complaints(wanted, own_id),
        *_log_complaints(wanted),
    )
    if len(str(wanted.get("Comment", ""))) > _LONGEST_COMMENT:
        complaints += (("InvalidArgument", "The parameter Comment is too long."),)
    if complaints:
        refuse(*complaints[0])


def _origin_complaints(scope: Scope, wanted: Distribution) -> Iterator[tuple[str, str]]:
    controls = beneath("cloudfront", scope.account, scope.partition).origin_access_controls
    if not wanted.get("Origins"):
        yield "InvalidArgument", "The parameter Origins is required."
    for origin in wanted.get("Origins") or []:
        identity = (origin.get("S3OriginConfig") or {}).get("OriginAccessIdentity", "")
        control = origin.get("OriginAccessControlId", "")
        if control and control not in controls:
            yield "InvalidOriginAccessControl", "The origin access control is not valid."
        if control and identity:
            yield (
                "IllegalOriginAccessConfiguration",
                (
                    "An origin cannot contain both an origin access control (OAC) and an origin "
                    "access identity (OAI)."
                ),
            )
        if identity:
            yield (
                "InvalidOriginAccessIdentity",
                "The specified origin access identity does not exist or is not valid.",
            )
        domain = str(origin["DomainName"])
        if "S3OriginConfig" in origin and ".s3" not in domain:
            yield (
                "InvalidArgument",
                "The parameter Origin DomainName does not refer to a valid S3 bucket.",
            )
        kinds = origin.keys() & {"S3OriginConfig", "CustomOriginConfig", "VpcOriginConfig"}
        if len(kinds) != 1:
            yield (
                "InvalidOrigin",
                (
                    "Exactly one of CustomOriginConfig, VpcOriginConfig and S3OriginConfig must "
                    "be specified"
                ),
            )


def _groups(wanted: Distribution) -> list[Mapping[str, Any]]:
    return list((wanted.get("OriginGroups") or {}).get("Items") or [])


def _group_complaints(wanted: Distribution) -> Iterator[tuple[str, str]]:
    origins = {origin["Id"] for origin in wanted.get("Origins") or []}
    for group in _groups(wanted):
        members = [member["OriginId"] for member in group["Members"]["Items"]]
        if len(members) != _MEMBERS or len(set(members)) != _MEMBERS:
            yield "InvalidArgument", "The parameter OriginGroup must have exactly two members."
        if not set(members) <= origins:
            yield "NoSuchOrigin", "One or more of your origins or origin groups do not exist."


def _behavior_complaints(wanted: Distribution) -> Iterator[tuple[str, str]]:
    groups = {group["Id"] for group in _groups(wanted)}
    targets = groups | {origin["Id"] for origin in wanted.get("Origins") or []}
    paths = [behavior["PathPattern"] for behavior in wanted.get("CacheBehaviors") or []]
    if len(paths) != len(set(paths)):
        yield "InvalidArgument", "The parameter PathPattern contains a duplicate."
    for behavior in (wanted["DefaultCacheBehavior"], *(wanted.get("CacheBehaviors") or [])):
        if behavior["TargetOriginId"] not in targets:
            yield "NoSuchOrigin", "One or more of your origins or origin groups do not exist."
        methods = set(behavior.get("AllowedMethods") or [])
        if behavior["TargetOriginId"] in groups and not methods <= _READS:
            yield (
                "InvalidArgument",
                (
                    "The parameter AllowedMethods cannot include POST, PUT, PATCH, or DELETE for "
                    "a cached behavior associated with an origin group."
                ),
            )
        if "CachePolicyId" not in behavior and "ForwardedValues" not in behavior:
            yield "InvalidArgument", "The parameter ForwardedValues is required."
        for key, known, code, what in _POLICIES:
            if key in behavior and behavior[key] not in known:
                yield code, f"The specified {what} does not exist."


def _certificate_complaints(scope: Scope, wanted: Distribution) -> Iterator[tuple[str, str]]:
    certificate = wanted.get("ViewerCertificate") or {}
    arn = certificate.get("AcmCertificateArn")
    code = "InvalidViewerCertificate"
    if arn is not None:
        home = scope.partition != "aws" or certificate_region(arn) == _CERTIFICATE_HOME
        if not home or not certificate_exists(scope, arn):
            yield (
                code,
                (
                    "The specified SSL certificate doesn't exist, isn't in us-east-1 region, "
                    "isn't valid, or doesn't include a valid certificate chain."
                ),
            )
        if "SslSupportMethod" not in certificate:
            yield "InvalidArgument", "The parameter SSLSupportMethod is required."
    elif wanted.get("Aliases") and "IamCertificateId" not in certificate:
        yield (
            code,
            (
                "To add an alternate domain name (CNAME) to a CloudFront distribution, you must "
                "attach a trusted certificate that validates your authorization to use the "
                "domain name."
            ),
        )


def _alias_complaints(wanted: Distribution, own_id: str | None) -> Iterator[tuple[str, str]]:
    taken = {
        alias
        for held in beneath_all("cloudfront")
        for other_id, other in held.distributions.items()
        if other_id != own_id
        for alias in other.distribution_config.Aliases.get("Items") or []
    }
    if taken & set(wanted.get("Aliases") or []):
        yield (
            "CNAMEAlreadyExists",
            (
                "One or more of the CNAMEs you provided are already associated with a different "
                "resource."
            ),
        )


def _log_complaints(wanted: Distribution) -> Iterator[tuple[str, str]]:
    domain = str((wanted.get("Logging") or {}).get("Bucket", ""))
    if not domain:
        return
    name = domain.partition(".s3")[0]
    owner = s3_backends.bucket_accounts.get(name)
    if owner is None or ".s3" not in domain:
        yield (
            "InvalidArgument",
            "The parameter Logging Bucket does not refer to a valid S3 bucket.",
        )
        return
    held = beneath("s3", owner[1], owner[0]).buckets[name]
    # Without ownership controls a bucket has no ACLs: the default since April 2023.
    if held.ownership_rule in (None, "BucketOwnerEnforced"):
        yield (
            "InvalidArgument",
            (
                "The S3 bucket that you specified for CloudFront logs does not enable ACL "
                f"access: {name}{_LOG_SUFFIX}"
            ),
        )
