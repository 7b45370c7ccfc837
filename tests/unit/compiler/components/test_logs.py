"""Tests of the buckets that access logs go to."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.components import logs
from compiler.components.addresses import cdn_log_bucket, log_bucket, log_bucket_policy
from compiler.symbols import Address
from tests.unit.compiler.components.media import media, side
from tests.unit.compiler.components.places import built, symbol, tagged

NAME = "streaming-staging-logs-111122223333-eu-central-1"


def statements(spec_changes: dict[str, Any]) -> dict[str, Any]:
    """Return the statements of the target's log bucket policy, by Sid."""
    policy = built(media(**spec_changes), logs)[log_bucket_policy("target")].body.to_dict()
    return {one["Sid"]: one for one in policy["Properties"]["PolicyDocument"]["Statement"]}


def bucket(name: str, ownership: str) -> dict[str, Any]:
    return {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "BucketName": name,
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
                ]
            },
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "expire-logs",
                        "Status": "Enabled",
                        "ExpirationInDays": 365,
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                    }
                ]
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "Tags": tagged(),
        },
    }


def test_a_log_bucket_takes_no_kms_key_which_log_delivery_would_refuse() -> None:
    found = built(media(), logs)[log_bucket("target")]

    assert found.body.to_dict() == bucket(NAME, "BucketOwnerEnforced")


def test_cloudfronts_log_bucket_has_acls_enabled() -> None:
    found = built(media(), logs)[cdn_log_bucket()]

    name = "streaming-staging-cdn-logs-111122223333-us-east-1"
    assert found.body.to_dict() == bucket(name, "BucketOwnerPreferred")


def test_cloudfronts_log_bucket_refuses_plain_http() -> None:
    stack = cdn_log_bucket().stack
    found = built(media(), logs)[Address(stack=stack, logical_id="CdnLogBucketPolicy")]

    arn = "arn:aws:s3:::streaming-staging-cdn-logs-111122223333-us-east-1"
    assert found.body.to_dict() == {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": symbol(cdn_log_bucket()),
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "TlsOnly",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": [arn, f"{arn}/*"],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            },
        },
    }


def test_load_balancers_and_buckets_may_write_each_below_its_own_prefix() -> None:
    found = statements({})

    assert found.keys() == {"TlsOnly", "LoadBalancerLogs", "BucketLogs"}
    assert found["LoadBalancerLogs"] == {
        "Sid": "LoadBalancerLogs",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::054676820928:root"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{NAME}/load-balancer/AWSLogs/111122223333/*",
    }
    assert found["BucketLogs"] == {
        "Sid": "BucketLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{NAME}/s3/*",
        "Condition": {
            "ArnEquals": {
                "aws:SourceArn": ["arn:aws:s3:::streaming-staging-media-111122223333-eu-central-1"]
            },
            "StringEquals": {"aws:SourceAccount": "111122223333"},
        },
    }


@pytest.mark.parametrize(
    ("region", "principal"),
    [
        ("eu-central-2", {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}),
        ("cn-north-1", {"AWS": "arn:aws-cn:iam::638102146993:root"}),
        ("us-gov-east-1", {"AWS": "arn:aws-us-gov:iam::190560391635:root"}),
    ],
)
def test_each_region_has_its_own_writer_of_load_balancer_logs(
    region: str, principal: dict[str, str]
) -> None:
    source = {"cn-north-1": "cn-northwest-1", "us-gov-east-1": "us-gov-west-1"}.get(
        region, "us-east-1"
    )

    found = statements(
        {
            "source": side(source, "10.0.0.0/16"),
            "target": side(region, "10.1.0.0/16"),
            "cdn": None,
            "dns": None,
        }
    )

    assert found["LoadBalancerLogs"]["Principal"] == principal


def test_only_what_logs_may_write() -> None:
    assert statements({"services": {}, "cdn": None}).keys() == {"TlsOnly", "BucketLogs"}
    assert statements({"buckets": {}, "cdn": None}).keys() == {"TlsOnly", "LoadBalancerLogs"}


def test_where_nothing_logs_there_is_no_log_bucket() -> None:
    assert built(media(services={}, buckets={}, cdn=None), logs) == {}
