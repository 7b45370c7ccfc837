from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handlers.certificates import import_certificate
from compiler.sandbox.handlers.s3_buckets import BucketHandler
from tests.unit.sandbox.handlers_cloudfront import (
    CERTIFICATE,
    DISTRIBUTIONS,
    FOREIGN,
    behavior,
    bucket,
    plain,
    whole,
)
from tests.unit.sandbox.handlers_ground import (
    assert_refused,
    scope_in,
    services,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Scope


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in("eu-central-1")


@pytest.mark.parametrize(
    ("changed", "code", "part"),
    [
        ({"Origins": []}, "InvalidArgument", "Origins is required"),
        (
            {"Origins": [bucket("media", "E000")], "DefaultCacheBehavior": behavior("media")},
            "InvalidOriginAccessControl",
            "not valid",
        ),
        (
            {
                "Origins": [
                    {
                        "Id": "web",
                        "DomainName": "media.s3.amazonaws.com",
                        "S3OriginConfig": {
                            "OriginAccessIdentity": "origin-access-identity/cloudfront/E1"
                        },
                    }
                ]
            },
            "InvalidOriginAccessIdentity",
            "does not exist",
        ),
        (
            {"Origins": [{"Id": "web", "DomainName": "a.example.com", "S3OriginConfig": {}}]},
            "InvalidArgument",
            "valid S3 bucket",
        ),
        ({"Origins": [{"Id": "web", "DomainName": "a.b"}]}, "InvalidOrigin", "Exactly one"),
        ({"DefaultCacheBehavior": behavior("none")}, "NoSuchOrigin", "do not exist"),
        (
            {"CacheBehaviors": [behavior("none", PathPattern="/a")]},
            "NoSuchOrigin",
            "do not exist",
        ),
        (
            {"CacheBehaviors": [behavior("web", PathPattern="/a")] * 2},
            "InvalidArgument",
            "duplicate",
        ),
        (
            {"DefaultCacheBehavior": behavior("web", CachePolicyId="none")},
            "NoSuchCachePolicy",
            "cache policy does not exist",
        ),
        (
            {"DefaultCacheBehavior": behavior("web", OriginRequestPolicyId="none")},
            "NoSuchOriginRequestPolicy",
            "origin request policy does not exist",
        ),
        (
            {"DefaultCacheBehavior": behavior("web", ResponseHeadersPolicyId="none")},
            "NoSuchResponseHeadersPolicy",
            "response headers policy does not exist",
        ),
        (
            {
                "DefaultCacheBehavior": {
                    "TargetOriginId": "web",
                    "ViewerProtocolPolicy": "allow-all",
                }
            },
            "InvalidArgument",
            "ForwardedValues is required",
        ),
        (
            {"ViewerCertificate": {"AcmCertificateArn": FOREIGN, "SslSupportMethod": "sni-only"}},
            "InvalidViewerCertificate",
            "isn't in us-east-1",
        ),
        (
            {
                "ViewerCertificate": {
                    "AcmCertificateArn": CERTIFICATE,
                    "SslSupportMethod": "sni-only",
                }
            },
            "InvalidViewerCertificate",
            "doesn't exist",
        ),
        (
            {"ViewerCertificate": {"AcmCertificateArn": CERTIFICATE.replace("11111", "22222", 1)}},
            "InvalidArgument",
            "SSLSupportMethod",
        ),
        ({"Aliases": ["a.example.com"]}, "InvalidViewerCertificate", "trusted certificate"),
        (
            {"Logging": {"Bucket": "nowhere.s3.amazonaws.com"}},
            "InvalidArgument",
            "Logging Bucket does not refer",
        ),
        (
            {"Logging": {"Bucket": "no-acls.s3.amazonaws.com"}},
            "InvalidArgument",
            "does not enable ACL access: no-acls.s3.amazonaws.com",
        ),
        ({"Comment": "x" * 129}, "InvalidArgument", "Comment is too long"),
        ({"CNAMEs": ["a.example.com"]}, "InvalidRequest", "CNAMEs"),
    ],
)
def test_a_distribution_that_cannot_be_is_refused(
    scope: Scope, changed: dict[str, Any], code: str, part: str
) -> None:
    import_certificate(FOREIGN)
    import_certificate(CERTIFICATE.replace("11111", "22222", 1))
    BucketHandler().create(scope, {"BucketName": "no-acls"})

    assert_refused(code, part, DISTRIBUTIONS, scope, plain(**changed))
    assert "Items" not in scope.client("cloudfront").list_distributions()["DistributionList"]


def test_an_alias_belongs_to_one_distribution(scope: Scope) -> None:
    import_certificate(CERTIFICATE)
    aliased = plain(
        Aliases=["app.example.com"],
        ViewerCertificate={"AcmCertificateArn": CERTIFICATE, "SslSupportMethod": "sni-only"},
    )
    DISTRIBUTIONS.create(scope, aliased)

    assert_refused("CNAMEAlreadyExists", "different resource", DISTRIBUTIONS, scope, aliased)


def test_an_origin_group_has_two_members_that_exist_and_takes_no_writes(scope: Scope) -> None:
    given = whole(scope)
    group = given["OriginGroups"]["Items"][0]

    def with_members(*names: str) -> dict[str, Any]:
        items = [{"OriginId": name} for name in names]
        members = {"Quantity": len(items), "Items": items}
        groups = {"Quantity": 1, "Items": [{**group, "Members": members}]}
        return {"DistributionConfig": {**given, "OriginGroups": groups}}

    assert_refused(
        "InvalidArgument", "exactly two", DISTRIBUTIONS, scope, with_members("media-one")
    )
    assert_refused(
        "NoSuchOrigin", "do not exist", DISTRIBUTIONS, scope, with_members("media-one", "none")
    )
    written = behavior("media", AllowedMethods=["GET", "HEAD", "POST"])
    assert_refused(
        "InvalidArgument",
        "cannot include POST",
        DISTRIBUTIONS,
        scope,
        {"DistributionConfig": {**given, "DefaultCacheBehavior": written}},
    )
