"""
The buckets that AWS writes access logs to: one per side, and one for CloudFront.

They take SSE-S3 only: load balancers and S3 server access logs refuse a bucket with a KMS key
(Application Load Balancers user guide, "Enable access logs"; S3 user guide, "Enabling Amazon S3
server access logging", 2026-11). CloudFront's standard logs are written with an ACL, so their
bucket must have ACLs enabled (CloudFront developer guide, "Configure standard logging (legacy)",
2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import s3

from compiler.components import arns
from compiler.components.addresses import (
    cdn_log_bucket,
    log_bucket,
    log_bucket_policy,
)
from compiler.components.bucket_policies import (
    Statement,
    document,
    load_balancer_principal,
    tls_only,
)
from compiler.components.private_bucket import private_bucket, unfinished_uploads_end
from compiler.components.sides import standing
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Resource, Symbol, logical
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side

LOG_DAYS = 365
"""How long access logs are kept."""


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield each side's log bucket where something logs, and CloudFront's."""
    if spec.services or spec.buckets:
        for side in standing(phase):
            yield from _of_side(spec, phase, side)
    if spec.cdn is not None:
        yield from _of_cdn(spec, phase)


def log_bucket_body(spec: Spec, phase: Phase, title: str, name: str, ownership: str) -> s3.Bucket:
    """Return a log bucket; *ownership* is S3's object ownership setting."""
    return private_bucket(
        title,
        name=name,
        ownership=ownership,
        LifecycleConfiguration=s3.LifecycleConfiguration(
            Rules=[
                s3.LifecycleRule(
                    Id="expire-logs",
                    Status="Enabled",
                    ExpirationInDays=LOG_DAYS,
                    AbortIncompleteMultipartUpload=unfinished_uploads_end(),
                )
            ]
        ),
        Tags=tag_list(spec, phase),
    )


def _of_side(spec: Spec, phase: Phase, side: Side) -> Iterator[Resource]:
    component: Path = (side,)
    address = log_bucket(side)
    yield Resource(
        stack=address.stack,
        body=log_bucket_body(
            spec,
            phase,
            address.logical_id,
            names.bucket(spec, side, "logs"),
            "BucketOwnerEnforced",
        ),
        component=component,
        origins=tag_origins(spec, phase),
    )
    policy = log_bucket_policy(side)
    yield Resource(
        stack=policy.stack,
        body=s3.BucketPolicy(
            policy.logical_id,
            Bucket=Symbol(address),
            PolicyDocument=document(*_statements(spec, side)),
        ),
        component=component,
    )


def _statements(spec: Spec, side: Side) -> Iterator[Statement]:
    arn = arns.bucket(spec, side, "logs")
    account = names.account_of(spec, side)
    yield tls_only(arn)
    if spec.services:
        yield {
            "Sid": "LoadBalancerLogs",
            "Effect": "Allow",
            "Principal": load_balancer_principal(spec, side),
            "Action": "s3:PutObject",
            "Resource": f"{arn}/load-balancer/AWSLogs/{account}/*",
        }
    if spec.buckets:
        yield {
            "Sid": "BucketLogs",
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"{arn}/s3/*",
            "Condition": {
                "ArnEquals": {
                    "aws:SourceArn": [arns.bucket(spec, side, key) for key in sorted(spec.buckets)]
                },
                "StringEquals": {"aws:SourceAccount": account},
            },
        }


def _of_cdn(spec: Spec, phase: Phase) -> Iterator[Resource]:
    component: Path = ("cdn",)
    address = cdn_log_bucket()
    name = names.cdn_log_bucket(spec)
    yield Resource(
        stack=address.stack,
        # The owner still owns every object; "preferred" is what leaves ACLs enabled.
        body=log_bucket_body(spec, phase, address.logical_id, name, "BucketOwnerPreferred"),
        component=component,
        origins=tag_origins(spec, phase),
    )
    yield Resource(
        stack=address.stack,
        body=s3.BucketPolicy(
            logical("cdn", "log", "bucket", "policy"),
            Bucket=Symbol(address),
            PolicyDocument=document(tls_only(arns.cdn_log_bucket(spec))),
        ),
        component=component,
    )
