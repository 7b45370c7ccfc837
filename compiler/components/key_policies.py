"""
Key policies: who may do what with a region's KMS key, one statement at a time.

A key policy names no principal that might not exist yet, since KMS refuses such a policy: roles are
admitted by `aws:PrincipalArn`, services by what they do it for. The principal of CloudWatch Logs
ends with the partition's own suffix; the other service principals are the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from compiler.components import arns
from compiler.components.via_service import via
from spec import names, regions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side

Json: TypeAlias = "str | Sequence[Json] | Mapping[str, Json]"

_ENVELOPE = ("kms:Decrypt", "kms:GenerateDataKey*")

_USE = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")

_ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:Describe*",
    "kms:Disable*",
    "kms:Enable*",
    "kms:Get*",
    "kms:List*",
    "kms:PutKeyPolicy",
    "kms:RetireGrant",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)

_LIFE_CYCLE = (
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:Describe*",
    "kms:EnableKeyRotation",
    "kms:Get*",
    "kms:List*",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
"""
What CloudFormation needs to create, update and delete a key, and what leads out of a lock-out.

Neither using the key nor granting its use: where the spec names administrators, the account's own
IAM policies can no longer give that to anybody.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """
    One statement of a key policy.

    Attributes:
        body: As it stands in the policy.
        origins: Spec path of a place in it, by dotted path below the statement.
    """

    body: Mapping[str, Json]
    origins: Mapping[str, Path] = field(default_factory=dict)


def _statement(
    sid: str,
    principal: Mapping[str, Json],
    actions: Sequence[str],
    condition: Mapping[str, Json] | None = None,
    *,
    origins: Mapping[str, Path],
) -> Statement:
    body: dict[str, Json] = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal,
        "Action": list(actions),
        "Resource": "*",
    }
    if condition is not None:
        body["Condition"] = condition
    return Statement(body=body, origins=origins)


def administration(spec: Spec, side: Side) -> Iterator[Statement]:
    """
    Yield who administers the keys of *side*.

    The spec's administrators of that account, and the account itself for a key's life cycle alone;
    or where the spec names none, whoever the account's IAM policies allow.
    """
    root: Mapping[str, Json] = {"AWS": arns.account_root(spec, side)}
    origins: Mapping[str, Path] = {"Principal": ("accounts", side)}
    account = names.account_of(spec, side)
    here = tuple(
        (position, administrator)
        for position, administrator in enumerate(spec.keys.administrators)
        if f":{account}:" in administrator
    )
    if not here:
        yield _statement("Account", root, ("kms:*",), origins=origins)
        return
    yield _statement("Account", root, _LIFE_CYCLE, origins=origins)
    yield _statement(
        "Administrators",
        {"AWS": [administrator for _, administrator in here]},
        _ADMINISTRATION,
        origins={
            f"Principal.AWS.{place}": ("keys", "administrators", position)
            for place, (position, _) in enumerate(here)
        },
    )


def through(spec: Spec, side: Side, service: str) -> Statement:
    """Return that principals of the account may use the key through *service*, and only so."""
    return _statement(
        _sid("Through", service),
        {"AWS": arns.account_root(spec, side)},
        ("kms:DescribeKey", *_USE),
        {"StringEquals": _called(spec, side, service)},
        origins=_called_origins(side),
    )


def grants_through(spec: Spec, side: Side, service: str) -> Statement:
    """Return that *service*, called by principals of the account, may keep using the key."""
    return _statement(
        _sid("GrantsThrough", service),
        {"AWS": arns.account_root(spec, side)},
        ("kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"),
        {
            "Bool": {"kms:GrantIsForAWSResource": "true"},
            "StringEquals": _called(spec, side, service),
        },
        origins=_called_origins(side),
    )


def _sid(words: str, service: str) -> str:
    return f"{words}{service.title()}"


def _called(spec: Spec, side: Side, service: str) -> Mapping[str, Json]:
    region = names.region_of(spec, side)
    return {
        "kms:CallerAccount": names.account_of(spec, side),
        "kms:ViaService": via(service, region),
    }


def _called_origins(side: Side) -> Mapping[str, Path]:
    return {
        "Condition.StringEquals.kms:CallerAccount": ("accounts", side),
        "Condition.StringEquals.kms:ViaService": (side, "region"),
        "Principal": ("accounts", side),
    }


def volumes(spec: Spec, side: Side) -> Iterator[Statement]:
    """
    Yield that Auto Scaling may start instances with encrypted volumes.

    Its service-linked role has no KMS rights of its own, so the account as principal would give it
    none: `*` admits it directly, narrowed to that one role of this account. Naming the role would
    be refused in an account where Auto Scaling was never used (Auto Scaling user guide, "Required
    AWS KMS key policy for use with encrypted volumes", 2026-11).
    """
    role: Mapping[str, Json] = {
        "aws:PrincipalArn": arns.role(
            spec, side, "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
        )
    }
    caller: Mapping[str, Json] = {"kms:CallerAccount": names.account_of(spec, side)}
    origins: Mapping[str, Path] = {"Condition": ("accounts", side)}
    yield _statement(
        "AutoScaling",
        {"AWS": "*"},
        ("kms:DescribeKey", *_USE),
        {"ArnEquals": role, "StringEquals": caller},
        origins=origins,
    )
    yield _statement(
        "AutoScalingGrants",
        {"AWS": "*"},
        ("kms:CreateGrant",),
        {
            "ArnEquals": role,
            "Bool": {"kms:GrantIsForAWSResource": "true"},
            "StringEquals": caller,
        },
        origins=origins,
    )


def replication(spec: Spec, side: Side, origin: Side, buckets: Sequence[str]) -> Statement:
    """
    Return that the replication roles of *buckets* may use the key of *side*.

    They read on the side *origin*, and write on the other. With bucket keys the other's key must
    decrypt too (S3 user guide, "Replicating encrypted objects", 2026-11). The roles are those of
    the account of *origin*, also where the other side has another.
    """
    region = names.region_of(spec, side)
    return _statement(
        "Replication",
        {"AWS": arns.account_root(spec, origin)},
        ("kms:Decrypt",) if side == origin else ("kms:Encrypt", *_ENVELOPE),
        {
            "ArnEquals": {
                "aws:PrincipalArn": [arns.replication_role(spec, origin, key) for key in buckets]
            },
            "StringEquals": {"kms:ViaService": via("s3", region)},
        },
        origins={
            "Condition.ArnEquals.aws:PrincipalArn": ("accounts", origin),
            "Condition.StringEquals": (side, "region"),
            "Principal": ("accounts", origin),
        },
    )


def cloudfront(spec: Spec) -> Statement:
    """
    Return that the target account's distributions may read objects.

    Any distribution of that account: naming the one would close a loop, since it comes after the
    buckets, and they after their key.
    """
    account = spec.accounts.target
    return _statement(
        "CloudFront",
        {"Service": "cloudfront.amazonaws.com"},
        ("kms:Decrypt",),
        {
            "ArnLike": {
                "aws:SourceArn": f"arn:{arns.partition(spec)}:cloudfront::{account}:distribution/*"
            }
        },
        origins={"Condition": ("accounts", "target")},
    )


def log_groups(spec: Spec, side: Side) -> Statement:
    """Return that CloudWatch Logs may encrypt the migration's log groups."""
    region, account = names.region_of(spec, side), names.account_of(spec, side)
    return _statement(
        "Logs",
        {"Service": f"logs.{region}.{regions.dns_suffix(region)}"},
        ("kms:Describe*", *_USE),
        {
            "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": f"arn:{arns.partition(spec)}:logs:{region}"
                f":{account}:log-group:{names.log_group(spec, '*')}"
            }
        },
        origins={"Condition": ("accounts", side), "Principal": (side, "region")},
    )


def alarm_publishers(spec: Spec, side: Side) -> Statement:
    """Return that CloudWatch's alarms of the account may publish to an encrypted topic."""
    account = names.account_of(spec, side)
    return _statement(
        "Alarms",
        {"Service": "cloudwatch.amazonaws.com"},
        _ENVELOPE,
        {"StringEquals": {"aws:SourceAccount": account}},
        origins={"Condition": ("accounts", side)},
    )
