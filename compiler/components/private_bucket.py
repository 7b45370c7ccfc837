"""A bucket as all of ours are: encrypted, closed to the public, kept when its stack goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import s3

if TYPE_CHECKING:
    from compiler.phases import Phase
    from compiler.symbols import Symbol
    from spec.model import Bucket
    from spec.names import Side

_UPLOAD_DAYS = 7
"""After how long the parts of an upload that was never finished are removed."""


def private_bucket(
    title: str,
    *,
    name: str,
    ownership: str = "BucketOwnerEnforced",
    key: Symbol | None = None,
    deletion_policy: str = "RetainExceptOnCreate",
    **properties: Any,  # noqa: ANN401 -- those of troposphere, which has no types for them
) -> s3.Bucket:
    """
    Return a bucket.

    Args:
        title: Its logical id.
        name: Its name.
        ownership: S3's object ownership setting.
        key: The KMS key that encrypts it; S3's own if none.
        deletion_policy: What becomes of it when its stack goes.
        properties: What it has besides.
    """
    rule = (
        s3.ServerSideEncryptionRule(
            ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(SSEAlgorithm="AES256")
        )
        if key is None
        else s3.ServerSideEncryptionRule(
            BucketKeyEnabled=True,
            ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(
                SSEAlgorithm="aws:kms", KMSMasterKeyID=key
            ),
        )
    )
    return s3.Bucket(
        title,
        DeletionPolicy=deletion_policy,
        UpdateReplacePolicy="Retain",
        BucketName=name,
        BucketEncryption=s3.BucketEncryption(ServerSideEncryptionConfiguration=[rule]),
        OwnershipControls=s3.OwnershipControls(
            Rules=[s3.OwnershipControlsRule(ObjectOwnership=ownership)]
        ),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True,
            BlockPublicPolicy=True,
            IgnorePublicAcls=True,
            RestrictPublicBuckets=True,
        ),
        **properties,
    )


def goes(phase: Phase, side: Side, bucket: Bucket) -> bool:
    """Tell whether a *bucket* of the spec is emptied and goes with its stack; others are left."""
    return side == "source" and not phase.source_protected and bucket.on_retire == "empty"


def unfinished_uploads_end() -> s3.AbortIncompleteMultipartUpload:
    """Return what a lifecycle rule says of uploads that were never finished."""
    return s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=_UPLOAD_DAYS)
