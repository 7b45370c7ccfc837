"""Tests of the closed choices that compiler and deployer share."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.kinds import leaves_snapshot

INSTANCE: dict[str, Any] = {"Type": "AWS::RDS::DBInstance", "DeletionPolicy": "Snapshot"}
REPLICA = {**INSTANCE, "Properties": {"SourceDBInstanceIdentifier": "arn:aws:rds:::db:catalog"}}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (INSTANCE, True),
        ({**INSTANCE, "Properties": {"Engine": "postgres"}}, True),
        ({**INSTANCE, "DeletionPolicy": "Delete"}, False),
        ({"Type": "AWS::S3::Bucket", "DeletionPolicy": "RetainExceptOnCreate"}, False),
        ({"Type": "AWS::IAM::Role"}, False),
        (REPLICA, False),
    ],
)
def test_a_final_snapshot_is_left_of_what_its_policy_says_and_never_of_a_replica(
    resource: dict[str, Any], *, expected: bool
) -> None:
    assert leaves_snapshot(resource) is expected
