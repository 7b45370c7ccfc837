from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused, Scope
from compiler.sandbox.handlers.certificates import import_certificate
from compiler.sandbox.handlers.cloudfront import DistributionHandler, OriginAccessControlHandler
from compiler.sandbox.handlers.s3_buckets import BucketHandler
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    STACK_TAGS,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
    tags,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTROLS = OriginAccessControlHandler()
DISTRIBUTIONS = DistributionHandler()
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/11111111-1111-1111-1111-111111111111"
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in("eu-central-1")


def control(name: str = "assets", **changed: str) -> dict[str, Any]:
    return {
        "OriginAccessControlConfig": {
            "Name": name,
            "OriginAccessControlOriginType": "s3",
            "SigningBehavior": "always",
            "SigningProtocol": "sigv4",
            **changed,
        }
    }


def web() -> dict[str, Any]:
    return {
        "Id": "web",
        "DomainName": "origin.example.com",
        "OriginPath": "/v1",
        "ConnectionAttempts": 2,
        "ConnectionTimeout": 5,
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only",
            "OriginReadTimeout": 30,
            "OriginKeepaliveTimeout": 5,
            "OriginSSLProtocols": ["TLSv1.2"],
        },
        "OriginCustomHeaders": [{"HeaderName": "X-Secret", "HeaderValue": "s"}],
    }


def bucket(name: str, control_id: str) -> dict[str, Any]:
    return {
        "Id": name,
        "DomainName": f"{name}.s3.eu-central-1.amazonaws.com",
        "OriginAccessControlId": control_id,
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }


def behavior(target: str, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {
        "TargetOriginId": target,
        "ViewerProtocolPolicy": "redirect-to-https",
        "CachePolicyId": OPTIMIZED,
        **changed,
    }


def plain(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    config = {
        "Enabled": True,
        "Origins": [web()],
        "DefaultCacheBehavior": behavior("web"),
        **changed,
    }
    return {"DistributionConfig": {k: v for k, v in config.items() if v is not None}}


def log_bucket(scope: Scope, name: str, ownership: str) -> str:
    owned = {"Rules": [{"ObjectOwnership": ownership}]}
    BucketHandler().create(scope, {"BucketName": name, "OwnershipControls": owned})
    return f"{name}.s3.amazonaws.com"


def whole(scope: Scope) -> dict[str, Any]:
    control_id = CONTROLS.create(scope, control()).physical_id
    import_certificate(CERTIFICATE)
    groups = {
        "Quantity": 1,
        "Items": [
            {
                "Id": "media",
                "FailoverCriteria": {"StatusCodes": {"Quantity": 2, "Items": [500, 503]}},
                "Members": {
                    "Quantity": 2,
                    "Items": [{"OriginId": "media-one"}, {"OriginId": "media-two"}],
                },
            }
        ],
    }
    return {
        "Enabled": True,
        "Comment": "shop",
        "Aliases": ["app.example.com"],
        "DefaultRootObject": "index.html",
        "HttpVersion": "http2and3",
        "IPV6Enabled": True,
        "PriceClass": "PriceClass_100",
        "Origins": [web(), bucket("media-one", control_id), bucket("media-two", control_id)],
        "OriginGroups": groups,
        "DefaultCacheBehavior": behavior(
            "web",
            CachePolicyId=DISABLED,
            OriginRequestPolicyId=ALL_VIEWER,
            AllowedMethods=["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
            CachedMethods=["GET", "HEAD"],
            Compress=True,
        ),
        "CacheBehaviors": [
            behavior(
                "media",
                PathPattern="/static/*",
                ResponseHeadersPolicyId=SECURITY_HEADERS,
                Compress=True,
            )
        ],
        "CustomErrorResponses": [
            {
                "ErrorCode": 503,
                "ErrorCachingMinTTL": 5,
                "ResponseCode": 503,
                "ResponsePagePath": "/e",
            }
        ],
        "Logging": {
            "Bucket": log_bucket(scope, "cdn-logs", "BucketOwnerPreferred"),
            "IncludeCookies": False,
            "Prefix": "cdn/",
        },
        "Restrictions": {"GeoRestriction": {"RestrictionType": "whitelist", "Locations": ["DE"]}},
        "ViewerCertificate": {
            "AcmCertificateArn": CERTIFICATE,
            "MinimumProtocolVersion": "TLSv1.2_2021",
            "SslSupportMethod": "sni-only",
        },
    }


def test_a_control_is_created_changed_and_deleted(scope: Scope) -> None:
    first = control(Description="for assets")
    created = CONTROLS.create(scope, first)
    assert created.attributes == {"Id": created.physical_id}
    assert CONTROLS.read(scope, created.physical_id) == first
    CONTROLS.delete(scope, created.physical_id, first)
    second = control("media", SigningBehavior="no-override")

    live(
        CONTROLS,
        scope,
        first,
        {
            "OriginAccessControlConfig": (
                second["OriginAccessControlConfig"],
                second["OriginAccessControlConfig"],
            )
        },
    )


def test_a_control_name_is_taken_once_and_short(scope: Scope) -> None:
    CONTROLS.create(scope, control())

    assert_refused("OriginAccessControlAlreadyExists", "already exists", CONTROLS, scope, control())
    assert_refused("InvalidArgument", "64 characters", CONTROLS, scope, control("a" * 65))


def test_a_control_in_use_is_not_deleted(scope: Scope) -> None:
    made = CONTROLS.create(scope, control()).physical_id
    given = plain(Origins=[bucket("media", made)], DefaultCacheBehavior=behavior("media"))
    distribution = DISTRIBUTIONS.create(scope, given).physical_id

    with pytest.raises(Refused) as refused:
        CONTROLS.delete(scope, made, {})
    assert refused.value.code == "OriginAccessControlInUse"

    DISTRIBUTIONS.delete(scope, distribution, given)
    CONTROLS.delete(scope, made, {})
    assert CONTROLS.read(scope, made) is None


def test_a_distribution_reads_back_exactly_what_it_was_given(scope: Scope) -> None:
    given = {"DistributionConfig": whole(scope), "Tags": pairs(("Name", "shop"))}
    assert set(given) == DISTRIBUTIONS.supported

    created = DISTRIBUTIONS.create(scope, given)

    assert DISTRIBUTIONS.read(scope, created.physical_id) == {
        "DistributionConfig": given["DistributionConfig"],
        "Tags": tags(("Name", "shop")),
    }
    told = scope.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    assert created.attributes == {"Id": told[0]["Id"], "DomainName": told[0]["DomainName"]}


def test_each_part_of_a_distribution_changes_and_comes_back(scope: Scope) -> None:
    first = whole(scope)
    other_log = log_bucket(scope, "cdn-other", "ObjectWriter")
    changes: dict[str, Any] = {
        "Comment": "other",
        "Aliases": ["app.example.com", "www.example.com"],
        "DefaultRootObject": "home.html",
        "HttpVersion": "http2",
        "IPV6Enabled": False,
        "PriceClass": "PriceClass_All",
        "Enabled": False,
        "Origins": [{**origin, "ConnectionAttempts": 1} for origin in first["Origins"]],
        "OriginGroups": {
            "Quantity": 1,
            "Items": [
                {
                    **first["OriginGroups"]["Items"][0],
                    "FailoverCriteria": {"StatusCodes": {"Quantity": 1, "Items": [502]}},
                }
            ],
        },
        "DefaultCacheBehavior": behavior("media"),
        "CacheBehaviors": [behavior("web", PathPattern="/api/*", CachePolicyId=DISABLED)],
        "CustomErrorResponses": [{"ErrorCode": 404, "ErrorCachingMinTTL": 1}],
        "Logging": {"Bucket": other_log, "IncludeCookies": True},
        "Restrictions": {"GeoRestriction": {"RestrictionType": "blacklist", "Locations": ["AQ"]}},
        "ViewerCertificate": {
            "AcmCertificateArn": CERTIFICATE,
            "MinimumProtocolVersion": "TLSv1.2_2019",
            "SslSupportMethod": "sni-only",
        },
    }
    assert set(changes) == set(first)
    now = {"DistributionConfig": first}
    created = DISTRIBUTIONS.create(scope, now)

    for name, value in changes.items():
        after = {"DistributionConfig": {**now["DistributionConfig"], name: value}}
        DISTRIBUTIONS.update(scope, created.physical_id, now, after)
        read = DISTRIBUTIONS.read(scope, created.physical_id)
        assert read is not None
        assert read["DistributionConfig"] == after["DistributionConfig"]
        now = after

    DISTRIBUTIONS.delete(scope, created.physical_id, now)
    assert DISTRIBUTIONS.read(scope, created.physical_id) is None


def test_parts_that_left_the_template_are_gone(scope: Scope) -> None:
    before = {"DistributionConfig": whole(scope)}
    created = DISTRIBUTIONS.create(scope, before)

    DISTRIBUTIONS.update(scope, created.physical_id, before, plain())

    read = DISTRIBUTIONS.read(scope, created.physical_id)
    assert read is not None
    told = read["DistributionConfig"]
    assert {k: told[k] for k in plain()["DistributionConfig"]} == plain()["DistributionConfig"]
    left = {"Aliases", "CacheBehaviors", "CustomErrorResponses", "Logging", "Comment"}
    assert left & set(told) == set()


def test_the_tags_of_a_distribution_change_without_those_of_cloudformation(scope: Scope) -> None:
    before = {**plain(), "Tags": pairs(("One", "1"))}
    created = DISTRIBUTIONS.create(scope, before)
    arn = f"arn:aws:cloudfront::{ACCOUNT}:distribution/{created.physical_id}"

    DISTRIBUTIONS.update(
        scope, created.physical_id, before, {**plain(), "Tags": pairs(("Two", "2"))}
    )

    told = scope.client("cloudfront").list_tags_for_resource(Resource=arn)["Tags"]["Items"]
    assert {tag["Key"]: tag["Value"] for tag in told} == {**STACK_TAGS, "Two": "2"}


def test_a_distribution_in_china_has_a_name_there(scope: Scope) -> None:
    del scope  # the sandbox must be there first

    created = DISTRIBUTIONS.create(scope_in("cn-north-1"), plain())

    assert created.attributes["DomainName"].endswith(".cloudfront.cn")


def test_numbers_and_truths_may_be_given_as_text(scope: Scope) -> None:
    origin = web()
    origin["CustomOriginConfig"]["HTTPPort"] = "8080"

    created = DISTRIBUTIONS.create(scope, plain(Enabled="true", Origins=[origin]))

    read = DISTRIBUTIONS.read(scope, created.physical_id)
    assert read is not None
    assert read["DistributionConfig"]["Enabled"] is True
    assert read["DistributionConfig"]["Origins"][0]["CustomOriginConfig"]["HTTPPort"] == 8080


FOREIGN = CERTIFICATE.replace("us-east-1", "eu-central-1")


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
