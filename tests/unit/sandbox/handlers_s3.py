"""Buckets, rules of replication and a role for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.s3_buckets import BucketHandler
from compiler.sandbox.handlers.s3_policies import BucketPolicyHandler
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    scope_in,
)

if TYPE_CHECKING:
    from compiler.sandbox.handler import Scope

BUCKETS = BucketHandler()

POLICIES = BucketPolicyHandler()

VERSIONED = {"VersioningConfiguration": {"Status": "Enabled"}}

LIFECYCLE = {
    "Rules": [
        {
            "Id": "old",
            "Status": "Enabled",
            "ExpiredObjectDeleteMarker": True,
            "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        }
    ]
}

OTHER_LIFECYCLE = {
    "Rules": [
        {
            "Id": "cold",
            "Status": "Disabled",
            "Prefix": "logs/",
            "ExpirationInDays": 400,
            "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 90}],
            "NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "TransitionInDays": 10}],
        },
        {
            "Id": "tagged",
            "Status": "Enabled",
            "TagFilters": [{"Key": "a", "Value": "b"}],
            "ExpirationInDays": 1,
        },
    ]
}

BLOCKED = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}

ENCRYPTED = {
    "ServerSideEncryptionConfiguration": [
        {
            "BucketKeyEnabled": True,
            "ServerSideEncryptionByDefault": {
                "SSEAlgorithm": "aws:kms",
                "KMSMasterKeyID": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1",
            },
        }
    ]
}


def role(scope: Scope, *, trusts: str = "s3.amazonaws.com", without: str = "") -> str:
    iam = scope.client("iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": trusts}, "Action": "sts:AssumeRole"}
        ],
    }
    arn: str = iam.create_role(RoleName="replicator", AssumeRolePolicyDocument=json.dumps(trust))[
        "Role"
    ]["Arn"]
    actions = [
        "s3:GetReplicationConfiguration",
        "s3:ListBucket",
        "s3:GetObjectVersion*",
        "s3:ReplicateObject",
        "s3:ReplicateDelete",
        "s3:ReplicateTags",
    ]
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": [a for a in actions if a != without], "Resource": "*"}
        ],
    }
    iam.put_role_policy(
        RoleName="replicator", PolicyName="copy", PolicyDocument=json.dumps(document)
    )
    return arn


def rule(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    whole: dict[str, Any] = {
        "Id": "everything",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "SourceSelectionCriteria": {
            "SseKmsEncryptedObjects": {"Status": "Enabled"},
            "ReplicaModifications": {"Status": "Enabled"},
        },
        "Destination": {
            "Bucket": "arn:aws:s3:::copies",
            "StorageClass": "STANDARD",
            "EncryptionConfiguration": {
                "ReplicaKmsKeyID": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/2"
            },
            "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
            "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
        },
    }
    whole.update(changed)
    return {key: value for key, value in whole.items() if value is not None}


def replicated(scope: Scope, *rules: dict[str, Any], arn: str | None = None) -> dict[str, Any]:
    return {
        "BucketName": "originals",
        **VERSIONED,
        "ReplicationConfiguration": {"Role": arn or role(scope), "Rules": list(rules)},
    }


def destination(**properties: Any) -> None:  # noqa: ANN401 -- JSON
    BUCKETS.create(scope_in("eu-central-1"), {"BucketName": "copies", **properties})


def policy(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    statement = {
        "Sid": "tls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::plain", "arn:aws:s3:::plain/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        **changed,
    }
    return {
        "Version": "2012-10-17",
        "Statement": [{k: v for k, v in statement.items() if v is not None}],
    }
