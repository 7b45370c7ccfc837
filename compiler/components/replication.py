"""
Replication of buckets: its rule, and a role that can really decrypt and encrypt.

It goes from the source to the target until the target is written to, then back; never both ways.

S3 checks neither the key nor the role's rights on it: a mistake here answers 200 and replicates
nothing (S3 user guide, "Replicating encrypted objects", 2026-11). With bucket keys the encryption
context is the bucket's ARN; without, each object's. Both are admitted, since uploads may choose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from troposphere import iam, s3

from compiler.components import arns
from compiler.components.addresses import key_arn, replication_role
from compiler.components.bucket_policies import Statement, crosses_accounts, document
from compiler.components.sides import other
from compiler.components.tags import tag_list, tag_origins
from compiler.components.via_service import via
from compiler.symbols import Resource, Symbol
from spec import names

if TYPE_CHECKING:
    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Replication, Spec
    from spec.names import Side

TIME_CONTROL_MINUTES = 15
"""The only time that S3 Replication Time Control offers."""


def origin_of(phase: Phase) -> Side | None:
    """Return the side whose buckets replicate to the other one; `None` where none does."""
    match phase.replication:
        case "none":
            return None
        case "to target":
            return "source"
        case "to source":
            return "target"
        case _:
            assert_never(phase.replication)


def configuration(
    spec: Spec, origin: Side, key: str, replication: Replication
) -> s3.ReplicationConfiguration:
    """
    Return the rule that replicates the bucket *key* of *origin* to the other side.

    Its id, also in metrics, is the key.
    """
    return s3.ReplicationConfiguration(
        Role=Symbol(replication_role(origin, key), "Arn"),
        Rules=[
            s3.ReplicationConfigurationRules(
                Id=key,
                Status="Enabled",
                Priority=1,
                Filter=s3.ReplicationRuleFilter(Prefix=replication.prefix),
                DeleteMarkerReplication=s3.DeleteMarkerReplication(
                    Status=_status(is_on=replication.delete_markers)
                ),
                SourceSelectionCriteria=s3.SourceSelectionCriteria(
                    SseKmsEncryptedObjects=s3.SseKmsEncryptedObjects(Status="Enabled")
                ),
                Destination=_destination(spec, origin, key, replication),
            )
        ],
    )


def configuration_origins(
    spec: Spec, origin: Side, key: str, replication: Replication
) -> dict[str, Path]:
    """Return where the places of `configuration` come from."""
    base: Path = ("buckets", key, "replication")
    rule = "Properties.ReplicationConfiguration.Rules.0"
    found: dict[str, Path] = {
        "Properties.ReplicationConfiguration": base,
        f"{rule}.Filter.Prefix": (*base, "prefix"),
        f"{rule}.DeleteMarkerReplication": (*base, "delete_markers"),
    }
    if replication.time_control:
        found[f"{rule}.Destination.Metrics.EventThreshold"] = (*base, "time_control")
        found[f"{rule}.Destination.ReplicationTime"] = (*base, "time_control")
    if crosses_accounts(spec):
        found[f"{rule}.Destination.AccessControlTranslation"] = ("accounts", other(origin))
        found[f"{rule}.Destination.Account"] = ("accounts", other(origin))
    return found


def role(spec: Spec, phase: Phase, origin: Side, key: str) -> Resource:
    """
    Return the role that S3 assumes to replicate the bucket *key* of *origin*.

    It also lets S3 Batch Operations replicate what is in the bucket already: by a list of objects
    that S3 makes and does not keep, without a report (S3 user guide, "Configuring an IAM role for
    S3 Batch Replication", 2026-11).
    """
    address = replication_role(origin, key)
    region = names.region_of(spec, other(origin))
    return Resource(
        stack=address.stack,
        body=iam.Role(
            address.logical_id,
            RoleName=names.replication_role(spec, origin, key),
            Description=f"Replicates the bucket {key} to {region}.",
            AssumeRolePolicyDocument=document(
                {
                    "Effect": "Allow",
                    "Principal": {
                        "Service": ["batchoperations.s3.amazonaws.com", "s3.amazonaws.com"]
                    },
                    "Action": "sts:AssumeRole",
                }
            ),
            Policies=[
                iam.Policy(
                    PolicyName="replicate",
                    PolicyDocument=document(*_statements(spec, origin, key)),
                )
            ],
            Tags=tag_list(spec, phase),
        ),
        component=("buckets", key),
        origins={
            "Properties.Policies": ("buckets", key, "replication"),
            **tag_origins(spec, phase),
        },
    )


def _destination(
    spec: Spec, origin: Side, key: str, replication: Replication
) -> s3.ReplicationConfigurationRulesDestination:
    side = other(origin)
    # Metrics also without time control: the alarms on latency and failures read them.
    metrics = s3.Metrics(Status="Enabled")
    destination = s3.ReplicationConfigurationRulesDestination(
        Bucket=arns.bucket(spec, side, key),
        EncryptionConfiguration=s3.EncryptionConfiguration(
            ReplicaKmsKeyID=key_arn(side, "buckets")
        ),
        Metrics=metrics,
    )
    if replication.time_control:
        time = s3.ReplicationTimeValue(Minutes=TIME_CONTROL_MINUTES)
        metrics.EventThreshold = time
        destination.ReplicationTime = s3.ReplicationTime(Status="Enabled", Time=time)
    if crosses_accounts(spec):
        destination.Account = names.account_of(spec, side)
        destination.AccessControlTranslation = s3.AccessControlTranslation(Owner="Destination")
    return destination


def _status(*, is_on: bool) -> str:
    return "Enabled" if is_on else "Disabled"


def _statements(spec: Spec, origin: Side, key: str) -> tuple[Statement, ...]:
    side = other(origin)
    here, there = arns.bucket(spec, origin, key), arns.bucket(spec, side, key)
    owner = ["s3:ObjectOwnerOverrideToBucketOwner"] if crosses_accounts(spec) else []
    return (
        {
            "Sid": "ReadConfiguration",
            "Effect": "Allow",
            "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            "Resource": here,
        },
        {
            "Sid": "ListExisting",
            "Effect": "Allow",
            "Action": "s3:PutInventoryConfiguration",
            "Resource": here,
        },
        {
            "Sid": "ReplicateExisting",
            "Effect": "Allow",
            "Action": "s3:InitiateReplication",
            "Resource": f"{here}/*",
        },
        {
            "Sid": "ReadVersions",
            "Effect": "Allow",
            "Action": [
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ],
            "Resource": f"{here}/*",
        },
        {
            "Sid": "WriteReplicas",
            "Effect": "Allow",
            "Action": [*owner, "s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
            "Resource": f"{there}/*",
        },
        {
            "Sid": "DecryptObjects",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": key_arn(origin, "buckets"),
            "Condition": _key_condition(spec, origin, here),
        },
        {
            "Sid": "EncryptReplicas",
            "Effect": "Allow",
            # Decrypt: a bucket key is read back before it is used again.
            "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
            "Resource": key_arn(side, "buckets"),
            "Condition": _key_condition(spec, side, there),
        },
    )


def _key_condition(spec: Spec, side: Side, bucket_arn: str) -> dict[str, dict[str, list[str]]]:
    return {
        "StringEquals": {"kms:ViaService": via("s3", names.region_of(spec, side))},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": [bucket_arn, f"{bucket_arn}/*"]},
    }
