"""
The configurations of a bucket, one `Setting` each: how S3 takes it, gives it back and forgets it.

CloudFormation spells most of them differently from S3, and CloudFormation removes a configuration
that left the template, which for versioning means suspending it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers import s3_lifecycle, s3_replication
from compiler.sandbox.handlers.grants import allows
from compiler.sandbox.handlers.identity import as_pairs, merged, without_system
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compiler.sandbox.handler import Scope

Value = Any
"""A property's value as a template spells it, or S3's spelling of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """
    One configuration of a bucket.

    Attributes:
        put: Sets it to a template's value.
        clear: Takes it away, or puts S3's default back.
        get: Reads it in a template's spelling; `None` where the bucket has none.
    """

    put: Callable[[Scope, str, Value], None]
    clear: Callable[[Scope, str], None]
    get: Callable[[Scope, str], Value | None]


def bucket_beneath(scope: Scope, bucket: str) -> Any:  # noqa: ANN401 -- moto's object, see `beneath`
    """Return moto's object of *bucket*."""
    return beneath("s3", scope.account, scope.partition).buckets[bucket]


def exists(scope: Scope, bucket: str) -> bool:
    """Tell whether the account owns *bucket*."""
    return bucket in beneath("s3", scope.account, scope.partition).buckets


# ------------------------------------------------------------------------------------ versioning


def _put_versioning(scope: Scope, bucket: str, value: Value) -> None:
    status = value["Status"]
    replicated = s3_replication.get(scope, bucket) is not None
    if status == "Suspended" and replicated:
        refuse(
            "InvalidBucketState",
            "A replication configuration is present on this bucket, so the versioning state "
            "cannot be changed to Suspended.",
        )
    ask(
        scope.client("s3"),
        "put_bucket_versioning",
        Bucket=bucket,
        VersioningConfiguration={"Status": status},
    )


def _suspend_versioning(scope: Scope, bucket: str) -> None:
    # A bucket that once had versions can never be without versioning again.
    _put_versioning(scope, bucket, {"Status": "Suspended"})


def _get_versioning(scope: Scope, bucket: str) -> Value | None:
    status = ask(scope.client("s3"), "get_bucket_versioning", Bucket=bucket).get("Status")
    return {"Status": status} if status else None


# ------------------------------------------------------------------------------------ encryption


def _put_encryption(scope: Scope, bucket: str, value: Value) -> None:
    rules = []
    for rule in value["ServerSideEncryptionConfiguration"]:
        given: dict[str, Any] = {}
        if "ServerSideEncryptionByDefault" in rule:
            given["ApplyServerSideEncryptionByDefault"] = rule["ServerSideEncryptionByDefault"]
        if "BucketKeyEnabled" in rule:
            given["BucketKeyEnabled"] = rule["BucketKeyEnabled"]
        rules.append(given)
    ask(
        scope.client("s3"),
        "put_bucket_encryption",
        Bucket=bucket,
        ServerSideEncryptionConfiguration={"Rules": rules},
    )


def _clear_encryption(scope: Scope, bucket: str) -> None:
    ask(scope.client("s3"), "delete_bucket_encryption", Bucket=bucket)


def _get_encryption(scope: Scope, bucket: str) -> Value | None:
    answer = ask_or_none(
        scope.client("s3"),
        "get_bucket_encryption",
        "ServerSideEncryptionConfigurationNotFoundError",
        Bucket=bucket,
    )
    if answer is None:
        return None
    rules = []
    for rule in answer["ServerSideEncryptionConfiguration"]["Rules"]:
        told: dict[str, Any] = {}
        if "ApplyServerSideEncryptionByDefault" in rule:
            told["ServerSideEncryptionByDefault"] = rule["ApplyServerSideEncryptionByDefault"]
        if "BucketKeyEnabled" in rule:
            told["BucketKeyEnabled"] = rule["BucketKeyEnabled"]
        rules.append(told)
    return {"ServerSideEncryptionConfiguration": rules}


# -------------------------------------------------------------- public access, ownership and ACL


def _put_public_access(scope: Scope, bucket: str, value: Value) -> None:
    ask(
        scope.client("s3"),
        "put_public_access_block",
        Bucket=bucket,
        PublicAccessBlockConfiguration=value,
    )


def _clear_public_access(scope: Scope, bucket: str) -> None:
    ask(scope.client("s3"), "delete_public_access_block", Bucket=bucket)


def _get_public_access(scope: Scope, bucket: str) -> Value | None:
    answer = ask_or_none(
        scope.client("s3"),
        "get_public_access_block",
        "NoSuchPublicAccessBlockConfiguration",
        Bucket=bucket,
    )
    return None if answer is None else answer["PublicAccessBlockConfiguration"]


def ownership(scope: Scope, bucket: str) -> str:
    """Return the bucket's object ownership; ACLs are off by default since April 2023."""
    value = _get_ownership(scope, bucket)
    return "BucketOwnerEnforced" if value is None else str(value["Rules"][0]["ObjectOwnership"])


def _put_ownership(scope: Scope, bucket: str, value: Value) -> None:
    ask(
        scope.client("s3"),
        "put_bucket_ownership_controls",
        Bucket=bucket,
        OwnershipControls={"Rules": value["Rules"]},
    )


def _clear_ownership(scope: Scope, bucket: str) -> None:
    ask(scope.client("s3"), "delete_bucket_ownership_controls", Bucket=bucket)


def _get_ownership(scope: Scope, bucket: str) -> Value | None:
    answer = ask_or_none(
        scope.client("s3"),
        "get_bucket_ownership_controls",
        "OwnershipControlsNotFoundError",
        Bucket=bucket,
    )
    return None if answer is None else {"Rules": answer["OwnershipControls"]["Rules"]}


_CANNED = {
    "Private": "private",
    "PublicRead": "public-read",
    "PublicReadWrite": "public-read-write",
    "AuthenticatedRead": "authenticated-read",
    "LogDeliveryWrite": "log-delivery-write",
}


def _put_access_control(scope: Scope, bucket: str, value: Value) -> None:
    if value not in _CANNED:
        refuse("InvalidArgument", f"The sandbox does not play the canned ACL {value}.")
    if value != "Private" and ownership(scope, bucket) == "BucketOwnerEnforced":
        refuse(
            "InvalidBucketAclWithObjectOwnership",
            "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
        )
    ask(scope.client("s3"), "put_bucket_acl", Bucket=bucket, ACL=_CANNED[value])


def _clear_access_control(scope: Scope, bucket: str) -> None:
    ask(scope.client("s3"), "put_bucket_acl", Bucket=bucket, ACL="private")


def _get_access_control(_scope: Scope, _bucket: str) -> Value | None:
    # Write-only in the registry: S3 tells grants, not the name of the canned ACL they came from.
    return None


# --------------------------------------------------------------------------------- access logging


def _put_logging(scope: Scope, bucket: str, value: Value) -> None:
    target = value.get("DestinationBucketName", bucket)
    if not exists(scope, target):
        refuse("InvalidTargetBucketForLogging", "The target bucket for logging does not exist")
    beneath_target = bucket_beneath(scope, target)
    if beneath_target.region_name != scope.region:
        # S3's own spelling
        refuse("CrossLocationLoggingProhibitted", "Cross S3 location logging not allowed. ")
    prefix = value.get("LogFilePrefix", "")
    _refuse_log_target(scope, target, prefix)
    wanted = {"TargetBucket": target, "TargetPrefix": prefix}
    if ownership(scope, target) == "BucketOwnerEnforced":
        # moto asks for the log group's ACL or a policy here too; S3 does not look, since a
        # bucket without ACLs may be given its policy later.
        bucket_beneath(scope, bucket).logging = wanted
        return
    ask(
        scope.client("s3"),
        "put_bucket_logging",
        Bucket=bucket,
        BucketLoggingStatus={"LoggingEnabled": wanted},
    )


def _refuse_log_target(scope: Scope, target: str, prefix: str) -> None:
    """Refuse a target with ACLs that admits log delivery neither by its ACL nor by its policy."""
    if ownership(scope, target) == "BucketOwnerEnforced":
        return
    held = bucket_beneath(scope, target)
    group = "http://acs.amazonaws.com/groups/s3/LogDelivery"
    by_acl = any(grantee.uri == group for grant in held.acl.grants for grantee in grant.grantees)
    by_policy = held.policy is not None and allows(
        [held.policy],
        action="s3:PutObject",
        resource=f"arn:{scope.partition}:s3:::{target}/{prefix}x",
        principal=[("Service", "logging.s3.amazonaws.com")],
    )
    if not (by_acl or by_policy):
        refuse(
            "InvalidTargetBucketForLogging",
            "You must give the log-delivery group WRITE and READ_ACP permissions to the target "
            "bucket",
        )


def _clear_logging(scope: Scope, bucket: str) -> None:
    ask(scope.client("s3"), "put_bucket_logging", Bucket=bucket, BucketLoggingStatus={})


def _get_logging(scope: Scope, bucket: str) -> Value | None:
    told = ask(scope.client("s3"), "get_bucket_logging", Bucket=bucket).get("LoggingEnabled")
    if not told:
        return None
    value = {"DestinationBucketName": told["TargetBucket"]}
    if told.get("TargetPrefix"):
        value["LogFilePrefix"] = told["TargetPrefix"]
    return value


# ------------------------------------------------------------------------------------------- tags


def put_tags(scope: Scope, bucket: str, own: Value | None) -> None:
    """Set the bucket's tags: its own over the stack's."""
    tags = as_pairs(merged(scope, own))
    if not tags:
        ask(scope.client("s3"), "delete_bucket_tagging", Bucket=bucket)
        return
    ordinary = [tag for tag in tags if not tag["Key"].startswith("aws:")]
    ask(scope.client("s3"), "put_bucket_tagging", Bucket=bucket, Tagging={"TagSet": ordinary})
    # Beneath, since only CloudFormation itself may set `aws:` tags, and moto cannot tell us from a
    # user.
    held = beneath("s3", scope.account, scope.partition)
    held.tagger.tag_resource(bucket_beneath(scope, bucket).arn, tags)


def _get_tags(scope: Scope, bucket: str) -> Value | None:
    answer = ask_or_none(scope.client("s3"), "get_bucket_tagging", "NoSuchTagSet", Bucket=bucket)
    return without_system(answer["TagSet"]) if answer else None


def _clear_tags(scope: Scope, bucket: str) -> None:
    put_tags(scope, bucket, None)


SETTINGS: Mapping[str, Setting] = {
    "OwnershipControls": Setting(put=_put_ownership, clear=_clear_ownership, get=_get_ownership),
    "AccessControl": Setting(
        put=_put_access_control, clear=_clear_access_control, get=_get_access_control
    ),
    "PublicAccessBlockConfiguration": Setting(
        put=_put_public_access, clear=_clear_public_access, get=_get_public_access
    ),
    "VersioningConfiguration": Setting(
        put=_put_versioning, clear=_suspend_versioning, get=_get_versioning
    ),
    "BucketEncryption": Setting(put=_put_encryption, clear=_clear_encryption, get=_get_encryption),
    "LifecycleConfiguration": Setting(
        put=s3_lifecycle.put, clear=s3_lifecycle.clear, get=s3_lifecycle.get
    ),
    "LoggingConfiguration": Setting(put=_put_logging, clear=_clear_logging, get=_get_logging),
    "Tags": Setting(put=put_tags, clear=_clear_tags, get=_get_tags),
    "ReplicationConfiguration": Setting(
        put=s3_replication.put, clear=s3_replication.clear, get=s3_replication.get
    ),
}
"""Every configuration in the order in which it can be set, and the reverse of that in which it can
be cleared: replication asks for versioning, an ACL for an ownership that admits one."""
