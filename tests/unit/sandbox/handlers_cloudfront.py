"""Distributions, from the plainest to one with everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.certificates import import_certificate
from compiler.sandbox.handlers.cloudfront import DistributionHandler, OriginAccessControlHandler
from compiler.sandbox.handlers.s3_buckets import BucketHandler
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
)

if TYPE_CHECKING:
    from compiler.sandbox.handler import Scope

CONTROLS = OriginAccessControlHandler()

DISTRIBUTIONS = DistributionHandler()

CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/11111111-1111-1111-1111-111111111111"

OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"

DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"

SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"


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


FOREIGN = CERTIFICATE.replace("us-east-1", "eu-central-1")
