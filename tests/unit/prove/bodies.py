"""Resources to prove, and what is asked of single ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.prove import State, Verdict, prove
from tests.fakes.migration import SOURCE, TARGET
from tests.unit.prove.states import state

if TYPE_CHECKING:
    from collections.abc import Mapping

DATABASE = f"{TARGET}/database"
GROUPS = f"{TARGET}/groups"

REPLICA: Mapping[str, Any] = {
    "Type": "AWS::RDS::DBInstance",
    "DeletionPolicy": "Delete",
    "Properties": {
        "BackupRetentionPeriod": 7,
        "DBInstanceIdentifier": "shop-prod-orders",
        "KmsKeyId": {"Ref": "Key"},
        "SourceDBInstanceIdentifier": "arn:aws:rds:us-east-1:111122223333:db:shop-prod-orders",
        "SourceRegion": SOURCE,
        "Tags": [{"Key": "MigrationPhase", "Value": "replicate"}],
    },
}

PROMOTED = {
    **REPLICA,
    "Properties": {
        name: value
        for name, value in REPLICA["Properties"].items()
        if name != "SourceDBInstanceIdentifier"
    },
}

BUCKET: Mapping[str, Any] = {
    "Type": "AWS::S3::Bucket",
    "DeletionPolicy": "RetainExceptOnCreate",
    "UpdateReplacePolicy": "Retain",
    "Properties": {"BucketName": "shop-prod-media"},
}


def with_(body: Mapping[str, Any], **properties: Any) -> Mapping[str, Any]:  # noqa: ANN401 -- JSON
    return {**body, "Properties": {**body["Properties"], **properties}}


SNAPSHOT = {**PROMOTED, "DeletionPolicy": "Snapshot"}


def database(
    body: Mapping[str, Any], *, keeps_tags: bool = False, **beside: Mapping[str, Any]
) -> State:
    return state({DATABASE: {"It": body, **beside}}, keeps_tags=keeps_tags)


def only(before: State, after: State) -> Verdict:
    (verdict,) = prove(before, after)
    return verdict


def told(before: State, after: State) -> tuple[str, str, str]:
    verdict = only(before, after)
    return verdict.fate, verdict.code, verdict.reason
