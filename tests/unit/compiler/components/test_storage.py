"""Tests of buckets and their replication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.components import storage
from compiler.components.addresses import (
    bucket,
    key_arn,
    log_bucket_policy,
    replication_role,
)
from tests.unit.compiler.components.media import media, side
from tests.unit.compiler.components.places import built, symbol, tagged

if TYPE_CHECKING:
    from spec.model import Spec

SOURCE = "arn:aws:s3:::streaming-staging-media-111122223333-us-east-1"
TARGET = "arn:aws:s3:::streaming-staging-media-111122223333-eu-central-1"


def with_bucket(**settings: Any) -> Spec:  # noqa: ANN401 - pieces of a spec
    return media(buckets={"media": settings})


def properties(spec: Spec, of: str = "source") -> dict[str, Any]:
    address = bucket("source" if of == "source" else "target", "media")
    found: dict[str, Any] = built(spec, storage)[address].body.to_dict()["Properties"]
    return found


def rule(spec: Spec) -> dict[str, Any]:
    (only,) = properties(spec)["ReplicationConfiguration"]["Rules"]
    assert isinstance(only, dict)
    return only


def test_a_bucket_is_private_encrypted_versioned_and_outlives_its_stack() -> None:
    found = built(media(), storage)[bucket("target", "media")]

    assert found.after == (log_bucket_policy("target"),)
    assert found.body.to_dict() == {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "BucketName": "streaming-staging-media-111122223333-eu-central-1",
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {
                        "BucketKeyEnabled": True,
                        "ServerSideEncryptionByDefault": {
                            "SSEAlgorithm": "aws:kms",
                            "KMSMasterKeyID": key_arn("target", "buckets").to_dict(),
                        },
                    }
                ]
            },
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "abort-uploads",
                        "Status": "Enabled",
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                    }
                ]
            },
            "LoggingConfiguration": {
                "DestinationBucketName": "streaming-staging-logs-111122223333-eu-central-1",
                "LogFilePrefix": "s3/media/",
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "Tags": tagged(),
            "VersioningConfiguration": {"Status": "Enabled"},
        },
    }


def test_old_versions_expire_when_the_spec_says_so() -> None:
    rules = properties(with_bucket(expire_versions_days=90))["LifecycleConfiguration"]["Rules"]

    assert rules[1:] == [
        {
            "Id": "expire-versions",
            "Status": "Enabled",
            "ExpiredObjectDeleteMarker": True,
            "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
        }
    ]


def test_the_source_replicates_with_time_control_and_the_targets_key() -> None:
    spec = media()

    assert properties(spec)["ReplicationConfiguration"]["Role"] == symbol(
        replication_role("source", "media"), "Arn"
    )
    assert rule(spec) == {
        "Id": "media",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": {
            "Bucket": TARGET,
            "EncryptionConfiguration": {
                "ReplicaKmsKeyID": key_arn("target", "buckets").to_dict(),
            },
            "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
            "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
        },
    }
    assert "ReplicationConfiguration" not in properties(spec, "target")


def test_the_targets_bucket_stands_before_the_source_replicates_into_it() -> None:
    found = built(media(), storage)[bucket("source", "media")]

    assert found.after == (log_bucket_policy("source"), bucket("target", "media"))


def test_without_time_control_replication_still_reports_metrics() -> None:
    found = rule(
        with_bucket(replication={"time_control": False, "delete_markers": False, "prefix": "a/"})
    )

    assert found["Filter"] == {"Prefix": "a/"}
    assert found["DeleteMarkerReplication"] == {"Status": "Disabled"}
    assert found["Destination"] == {
        "Bucket": TARGET,
        "EncryptionConfiguration": {"ReplicaKmsKeyID": key_arn("target", "buckets").to_dict()},
        "Metrics": {"Status": "Enabled"},
    }


def test_a_bucket_that_does_not_replicate_has_no_rule_and_no_role() -> None:
    spec = with_bucket(replication=False, versioning=False)

    found = built(spec, storage)

    assert found.keys() == {bucket("source", "media"), bucket("target", "media")}
    assert found[bucket("source", "media")].after == (log_bucket_policy("source"),)
    assert "ReplicationConfiguration" not in properties(spec)
    assert properties(spec)["VersioningConfiguration"] == {"Status": "Suspended"}


def test_the_replicating_role_can_decrypt_and_encrypt_with_and_without_bucket_keys() -> None:
    found = built(media(), storage)[replication_role("source", "media")].body.to_dict()

    context = "kms:EncryptionContext:aws:s3:arn"
    assert found == {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": "streaming-staging-replication-media-us-east-1",
            "Description": "Replicates the bucket media to eu-central-1.",
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {
                            "Service": ["batchoperations.s3.amazonaws.com", "s3.amazonaws.com"]
                        },
                        "Action": "sts:AssumeRole",
                    }
                ],
            },
            "Policies": [
                {
                    "PolicyName": "replicate",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Sid": "ReadConfiguration",
                                "Effect": "Allow",
                                "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
                                "Resource": SOURCE,
                            },
                            {
                                "Sid": "ListExisting",
                                "Effect": "Allow",
                                "Action": "s3:PutInventoryConfiguration",
                                "Resource": SOURCE,
                            },
                            {
                                "Sid": "ReplicateExisting",
                                "Effect": "Allow",
                                "Action": "s3:InitiateReplication",
                                "Resource": f"{SOURCE}/*",
                            },
                            {
                                "Sid": "ReadVersions",
                                "Effect": "Allow",
                                "Action": [
                                    "s3:GetObjectVersionAcl",
                                    "s3:GetObjectVersionForReplication",
                                    "s3:GetObjectVersionTagging",
                                ],
                                "Resource": f"{SOURCE}/*",
                            },
                            {
                                "Sid": "WriteReplicas",
                                "Effect": "Allow",
                                "Action": [
                                    "s3:ReplicateDelete",
                                    "s3:ReplicateObject",
                                    "s3:ReplicateTags",
                                ],
                                "Resource": f"{TARGET}/*",
                            },
                            {
                                "Sid": "DecryptObjects",
                                "Effect": "Allow",
                                "Action": "kms:Decrypt",
                                "Resource": key_arn("source", "buckets").to_dict(),
                                "Condition": {
                                    "StringEquals": {
                                        "kms:ViaService": ["s3.us-east-1.amazonaws.com"]
                                    },
                                    "StringLike": {context: [SOURCE, f"{SOURCE}/*"]},
                                },
                            },
                            {
                                "Sid": "EncryptReplicas",
                                "Effect": "Allow",
                                "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
                                "Resource": key_arn("target", "buckets").to_dict(),
                                "Condition": {
                                    "StringEquals": {
                                        "kms:ViaService": ["s3.eu-central-1.amazonaws.com"]
                                    },
                                    "StringLike": {context: [TARGET, f"{TARGET}/*"]},
                                },
                            },
                        ],
                    },
                }
            ],
            "Tags": tagged(),
        },
    }


def test_replicas_in_another_account_belong_to_that_account() -> None:
    spec = media(
        accounts={"source": "111122223333", "target": "444455556666"}, databases={}, services={}
    )

    destination = rule(spec)["Destination"]
    role = built(spec, storage)[replication_role("source", "media")].body.to_dict()
    writes = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][4]

    target = "arn:aws:s3:::streaming-staging-media-444455556666-eu-central-1"
    assert (destination["Bucket"], destination["Account"]) == (target, "444455556666")
    assert destination["AccessControlTranslation"] == {"Owner": "Destination"}
    assert writes["Action"] == [
        "s3:ObjectOwnerOverrideToBucketOwner",
        "s3:ReplicateDelete",
        "s3:ReplicateObject",
        "s3:ReplicateTags",
    ]


def test_china_has_its_own_arns_and_both_names_of_a_service() -> None:
    spec = media(
        source=side("cn-north-1", "10.0.0.0/16"),
        target=side("cn-northwest-1", "10.1.0.0/16"),
        cdn=None,
    )

    role = built(spec, storage)[replication_role("source", "media")].body.to_dict()
    decrypt = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][5]

    source = "arn:aws-cn:s3:::streaming-staging-media-111122223333-cn-north-1"
    assert decrypt["Condition"] == {
        "StringEquals": {
            "kms:ViaService": ["s3.cn-north-1.amazonaws.com", "s3.cn-north-1.amazonaws.com.cn"]
        },
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": [source, f"{source}/*"]},
    }
