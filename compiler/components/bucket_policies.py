"""Statements of bucket policies, and the service principals in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from troposphere import Join

from compiler.components import arns
from compiler.components.addresses import distribution
from compiler.components.sides import other
from compiler.symbols import Symbol
from spec import names, regions

if TYPE_CHECKING:
    from spec.model import Spec
    from spec.names import Side

Statement: TypeAlias = dict[str, Any]
"""One statement of a policy document, as IAM writes it."""

REMOVALS = ("s3:AbortMultipartUpload", "s3:DeleteObject*")
"""What takes objects, versions or their parts away."""

WRITES = (*REMOVALS, "s3:PutObject*", "s3:Replicate*", "s3:RestoreObject")
"""What changes objects, their tags or their versions."""


def document(*statements: Statement) -> dict[str, Any]:
    """Return the policy document of *statements*."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def tls_only(bucket_arn: str) -> Statement:
    """Refuse whoever comes without TLS."""
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def read_by_cdn(spec: Spec, bucket_arn: str) -> Statement:
    """Admit the one distribution, which signs its requests, and no other one."""
    own = f"arn:{arns.partition(spec)}:cloudfront::{spec.accounts.target}:distribution"
    source_arn = Join("/", [own, Symbol(distribution())])
    return {
        "Sid": "ReadByCdn",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"{bucket_arn}/*",
        "Condition": {"StringEquals": {"aws:SourceArn": source_arn}},
    }


def replicated_into(spec: Spec, side: Side, key: str) -> tuple[Statement, Statement]:
    """
    Admit the role that replicates into the bucket of *side*.

    The role is named in a condition, not as principal: S3 refuses a policy whose principal does not
    exist, and the role comes later, with the other side's bucket.
    """
    arn, origin = arns.bucket(spec, side, key), other(side)
    shared: Statement = {
        "Effect": "Allow",
        "Principal": {"AWS": arns.account_root(spec, origin)},
        "Condition": {"ArnEquals": {"aws:PrincipalArn": arns.replication_role(spec, origin, key)}},
    }
    owner = ["s3:ObjectOwnerOverrideToBucketOwner"] if crosses_accounts(spec) else []
    return (
        {
            "Sid": "ReplicateObjects",
            **shared,
            "Action": [*owner, "s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
            "Resource": f"{arn}/*",
        },
        {
            "Sid": "ReplicateIntoBucket",
            **shared,
            "Action": ["s3:GetBucketVersioning", "s3:ListBucket"],
            "Resource": arn,
        },
    )


def crosses_accounts(spec: Spec) -> bool:
    """Tell whether the two sides are different accounts."""
    return spec.accounts.source != spec.accounts.target


def closed_to_writers(spec: Spec, side: Side, key: str, *, may_be_emptied: bool) -> Statement:
    """
    Refuse every write but replication's: what a closed side takes would be lost.

    Args:
        spec: The migration.
        side: The closed side.
        key: The bucket.
        may_be_emptied: Whether its content may be taken away all the same.
    """
    statement: Statement = {
        "Sid": "ClosedToWriters",
        "Effect": "Deny",
        "Principal": "*",
        "Action": [action for action in WRITES if not (may_be_emptied and action in REMOVALS)],
        "Resource": f"{arns.bucket(spec, side, key)}/*",
    }
    if spec.buckets[key].replication:
        role = arns.replication_role(spec, other(side), key)
        statement["Condition"] = {"ArnNotEquals": {"aws:PrincipalArn": role}}
    return statement


def load_balancer_principal(spec: Spec, side: Side) -> dict[str, str]:
    """
    Return who writes the load balancer's access logs.

    In regions opened before August 2022 an account of AWS, else a service (Application Load
    Balancers user guide, "Enable access logs", 2026-11).
    """
    account = regions.log_delivery_account(names.region_of(spec, side))
    if account is None:
        return {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    return {"AWS": f"arn:{arns.partition(spec)}:iam::{account}:root"}
