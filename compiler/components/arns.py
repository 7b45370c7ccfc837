"""
ARNs that can be computed before anything exists, in the right partition.

Whoever uses one of them reads no value from the other resource; where AWS wants that one to exist
first, the order stands in `Resource.after`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec import names, regions

if TYPE_CHECKING:
    from spec.model import Spec
    from spec.names import Side


def partition(spec: Spec) -> regions.Partition:
    """Return the partition of the migration; both regions lie in the same one."""
    return regions.partition_of(spec.source.region)


def bucket(spec: Spec, side: Side, key: str) -> str:
    """Return the ARN of a bucket, log buckets (`logs`) included."""
    return f"arn:{partition(spec)}:s3:::{names.bucket(spec, side, key)}"


def cdn_log_bucket(spec: Spec) -> str:
    """Return the ARN of CloudFront's log bucket."""
    return f"arn:{partition(spec)}:s3:::{names.cdn_log_bucket(spec)}"


def topic(spec: Spec, side: Side) -> str:
    """Return the ARN of the topic that alarms go to."""
    region, account = names.region_of(spec, side), names.account_of(spec, side)
    return f"arn:{partition(spec)}:sns:{region}:{account}:{names.topic(spec)}"


def role(spec: Spec, side: Side, name: str) -> str:
    """Return the ARN of the role *name* in the account of *side*."""
    return f"arn:{partition(spec)}:iam::{names.account_of(spec, side)}:role/{name}"


def replication_role(spec: Spec, side: Side, key: str) -> str:
    """Return the ARN of the role that replicates a bucket of *side*."""
    return role(spec, side, names.replication_role(spec, side, key))


def database(spec: Spec, side: Side, key: str) -> str:
    """Return the ARN of a database's instance on *side*."""
    region, account = names.region_of(spec, side), names.account_of(spec, side)
    return f"arn:{partition(spec)}:rds:{region}:{account}:db:{names.database(spec, side, key)}"


def account_root(spec: Spec, side: Side) -> str:
    """Return the principal that stands for the whole account of *side*."""
    return f"arn:{partition(spec)}:iam::{names.account_of(spec, side)}:root"


def secret(spec: Spec, side: Side, name: str) -> str:
    """
    Return a pattern for the ARN of the secret *name* on *side*, for policies.

    Secrets Manager ends each ARN with a hyphen and six random characters (Secrets Manager user
    guide, "Permissions policy examples", 2026-11).
    """
    region, account = names.region_of(spec, side), names.account_of(spec, side)
    return f"arn:{partition(spec)}:secretsmanager:{region}:{account}:secret:{name}-??????"
