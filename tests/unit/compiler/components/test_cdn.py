"""Tests of the CloudFront distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.components import cdn
from compiler.components.addresses import (
    bucket,
    cdn_log_bucket,
    distribution,
    load_balancer,
    origin_access_control,
)
from compiler.phases import ORDER
from tests.unit.compiler.components.media import MEDIA, media
from tests.unit.compiler.components.places import built, moved, symbol, tagged
from tests.unit.compiler.components.traffic import CERTIFICATES

if TYPE_CHECKING:
    from compiler.phases import PhaseName
    from spec.model import Spec

READS = ["GET", "HEAD", "OPTIONS"]
EVERYTHING = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
WEB = MEDIA["services"]["web"]


def settings(spec: Spec) -> dict[str, Any]:
    body = built(spec, cdn)[distribution()].body.to_dict()
    found: dict[str, Any] = body["Properties"]["DistributionConfig"]
    return found


def service_behavior(policy: str = "b689b0a8-53d0-40ab-baf2-68738e2966ac") -> dict[str, Any]:
    return {
        "Compress": True,
        "ViewerProtocolPolicy": "redirect-to-https",
        "TargetOriginId": "load-balancer",
        "AllowedMethods": EVERYTHING,
        "CachedMethods": ["GET", "HEAD"],
        "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "OriginRequestPolicyId": policy,
    }


def bucket_behavior(key: str) -> dict[str, Any]:
    return {
        "Compress": True,
        "ViewerProtocolPolicy": "redirect-to-https",
        "TargetOriginId": f"bucket-{key}",
        "AllowedMethods": READS,
        "CachedMethods": ["GET", "HEAD"],
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    }


def bucket_origin(key: str) -> dict[str, Any]:
    return {
        "Id": f"bucket-{key}",
        "DomainName": symbol(bucket("source", key), "RegionalDomainName"),
        "OriginAccessControlId": symbol(origin_access_control(key), "Id"),
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }


def load_balancer_origin(name: Any, policy: str) -> dict[str, Any]:  # noqa: ANN401 - text, symbol
    return {
        "Id": "load-balancer",
        "DomainName": name,
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": policy,
            "OriginSSLProtocols": ["TLSv1.2"],
        },
    }


def test_the_distribution_answers_by_path_under_the_public_name() -> None:
    found = built(media(certificates=CERTIFICATES), cdn)[distribution()]

    # Its origin's name need not exist yet: the records come after it.
    assert found.after == ()
    assert found.body.to_dict() == {
        "Type": "AWS::CloudFront::Distribution",
        "Properties": {
            "DistributionConfig": {
                "Enabled": True,
                "Comment": "streaming-staging: web",
                "HttpVersion": "http2and3",
                "IPV6Enabled": True,
                "PriceClass": "PriceClass_All",
                "Origins": [
                    load_balancer_origin("origin.streaming.example.com", "https-only"),
                    bucket_origin("media"),
                ],
                "DefaultCacheBehavior": service_behavior(),
                "CacheBehaviors": [{"PathPattern": "/static/*", **bucket_behavior("media")}],
                "CustomErrorResponses": [{"ErrorCode": 503, "ErrorCachingMinTTL": 0}],
                "Logging": {
                    "Bucket": symbol(cdn_log_bucket(), "DomainName"),
                    "IncludeCookies": False,
                    "Prefix": "cdn/",
                },
                "ViewerCertificate": {
                    "AcmCertificateArn": CERTIFICATES["cdn"],
                    "SslSupportMethod": "sni-only",
                    "MinimumProtocolVersion": "TLSv1.2_2021",
                },
                "Aliases": ["app.streaming.example.com"],
            },
            "Tags": tagged(),
        },
    }


def test_each_bucket_behind_it_is_read_by_signed_requests() -> None:
    found = built(media(), cdn)[origin_access_control("media")]

    assert found.component == ("cdn", "paths", "/static/*")
    assert found.body.to_dict() == {
        "Type": "AWS::CloudFront::OriginAccessControl",
        "Properties": {
            "OriginAccessControlConfig": {
                "Name": "streaming-staging-media",
                "OriginAccessControlOriginType": "s3",
                "SigningBehavior": "always",
                "SigningProtocol": "sigv4",
            }
        },
    }


@pytest.mark.parametrize("changes", [{}, {"certificates": CERTIFICATES, "dns": None}])
def test_without_a_certificate_or_a_name_it_answers_under_its_own(changes: dict[str, Any]) -> None:
    found = settings(media(**changes))

    assert found["ViewerCertificate"] == {"CloudFrontDefaultCertificate": True}
    assert "Aliases" not in found


def test_without_a_zone_the_origin_is_the_sources_load_balancer_by_http() -> None:
    found = settings(media(certificates=CERTIFICATES, dns=None))

    assert found["Origins"][0] == load_balancer_origin(
        symbol(load_balancer("source"), "DNSName"), "http-only"
    )


def test_without_both_certificates_the_origin_is_reached_by_http() -> None:
    one = {key: CERTIFICATES[key] for key in ("cdn", "source")}

    assert settings(media(certificates=one))["Origins"][0] == load_balancer_origin(
        "origin.streaming.example.com", "http-only"
    )


def test_the_zones_own_name_may_be_the_public_one() -> None:
    found = settings(
        media(certificates=CERTIFICATES, dns={"zone": "streaming.example.com", "record": "@"})
    )

    assert found["Aliases"] == ["streaming.example.com"]


def test_a_services_hosts_in_the_zone_are_its_names_too() -> None:
    admin = {**WEB, "hosts": ["admin.streaming.example.com", "admin.example.com"]}
    spec = media(services={"web": WEB, "admin": admin}, certificates=CERTIFICATES)
    found = built(spec, cdn)[distribution()]

    assert settings(spec)["Aliases"] == [
        "app.streaming.example.com",
        "admin.streaming.example.com",
    ]
    assert found.origins["Properties.DistributionConfig.Aliases.1"] == (
        *("services", "admin", "hosts", 0),
    )


def test_paths_keep_their_order_and_each_origin_stands_once() -> None:
    paths = {"/a/*": "archive", "/m/*": "media", "/b/*": "archive", "/api/*": "web"}

    found = settings(
        media(
            buckets={"media": {}, "archive": {}},
            cdn={"default": "media", "paths": paths, "price_class": "PriceClass_100"},
        )
    )

    assert [one["Id"] for one in found["Origins"]] == [
        "load-balancer",
        "bucket-media",
        "bucket-archive",
    ]
    assert found["CacheBehaviors"] == [
        {"PathPattern": "/a/*", **bucket_behavior("archive")},
        {"PathPattern": "/m/*", **bucket_behavior("media")},
        {"PathPattern": "/b/*", **bucket_behavior("archive")},
        {"PathPattern": "/api/*", **service_behavior()},
    ]
    assert found["DefaultCacheBehavior"] == bucket_behavior("media")
    assert found["DefaultRootObject"] == "index.html"
    assert found["PriceClass"] == "PriceClass_100"


def test_with_buckets_alone_behind_it_there_is_no_load_balancer_to_reach() -> None:
    found = settings(media(services={}, cdn={"default": "media"}))

    assert found["Origins"] == [bucket_origin("media")]
    assert found["CacheBehaviors"] == []


def test_where_hosts_tell_services_apart_the_load_balancer_sees_the_viewers() -> None:
    told = {**WEB, "hosts": ["app.streaming.example.com"]}
    spec = media(services={"web": WEB, "app": told}, cdn={"default": "web"})

    assert settings(spec)["DefaultCacheBehavior"] == service_behavior(
        "216adef6-5c7f-47e4-b989-5492eafa07d3"
    )


def test_without_a_cdn_there_is_none() -> None:
    assert built(media(cdn=None), cdn) == {}


def domains(spec: Spec, phase: PhaseName) -> dict[str, Any]:
    """Return the domain name of each origin, by its id."""
    body = built(spec, cdn, phase=phase)[distribution()].body.to_dict()
    origins = body["Properties"]["DistributionConfig"]["Origins"]
    return {one["Id"]: one["DomainName"] for one in origins}


def test_buckets_move_at_settle_and_nothing_about_the_distribution_before() -> None:
    spec = media(certificates=CERTIFICATES)
    origin = "origin.streaming.example.com"
    from_source = symbol(bucket("source", "media"), "RegionalDomainName")
    from_target = symbol(bucket("target", "media"), "RegionalDomainName")

    assert {phase: domains(spec, phase) for phase in ORDER} == {
        phase: {
            "load-balancer": origin,
            "bucket-media": from_target
            if phase in {"settle", "unprotect", "retire"}
            else from_source,
        }
        for phase in ORDER
    }


def test_where_buckets_move_only_their_domain_names_change() -> None:
    spec = media(certificates=CERTIFICATES)
    before = built(spec, cdn, phase="switch")
    after = built(spec, cdn, phase="settle")
    at = "global/cdn/Distribution/Properties"

    assert before.keys() == after.keys()
    assert set(moved(before, after)) == {
        f"{at}.DistributionConfig.Origins.1.DomainName",
        f"{at}.Tags.2.Value",
    }


def test_without_a_zone_the_origin_is_the_load_balancer_of_the_side_that_serves() -> None:
    assert {phase: domains(media(dns=None), phase)["load-balancer"] for phase in ORDER} == {
        phase: symbol(
            load_balancer(
                "target" if phase in {"switch", "settle", "unprotect", "retire"} else "source"
            ),
            "DNSName",
        )
        for phase in ORDER
    }
