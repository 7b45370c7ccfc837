"""Two buckets of two regions, the one replicating into the other."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.sandbox.handlers_ground import scope_in

HERE, THERE = scope_in(), scope_in("eu-west-1")
SOURCE, DESTINATION = "orders-here", "orders-there"
RULE: dict[str, Any] = {
    "ID": "all",
    "Priority": 1,
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "DeleteMarkerReplication": {"Status": "Enabled"},
    "Destination": {
        "Bucket": f"arn:aws:s3:::{DESTINATION}",
        "Metrics": {"Status": "Enabled"},
    },
}


def buckets() -> None:
    """Make both buckets, versioned; nothing replicates yet."""
    there = {"LocationConstraint": "eu-west-1"}
    HERE.client("s3").create_bucket(Bucket=SOURCE)
    THERE.client("s3").create_bucket(Bucket=DESTINATION, CreateBucketConfiguration=there)
    for scope, name in ((HERE, SOURCE), (THERE, DESTINATION)):
        scope.client("s3").put_bucket_versioning(
            Bucket=name, VersioningConfiguration={"Status": "Enabled"}
        )


def batch_role(*, service: str = "batchoperations.s3.amazonaws.com", **left: str) -> str:
    """
    Make the role of a batch job and return its ARN.

    Args:
        service: Whom it trusts.
        left: `out`: an action that it is not allowed.
    """
    iam = HERE.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    allowed = {
        f"arn:aws:s3:::{name}{under}": [action for action in actions if action != left.get("out")]
        for name in (SOURCE, DESTINATION)
        for under, actions in (
            ("", ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"]),
            ("/*", ["s3:InitiateReplication"]),
        )
    }
    statements = [
        {"Effect": "Allow", "Action": actions, "Resource": resource}
        for resource, actions in allowed.items()
        if actions
    ]
    made = iam.create_role(
        RoleName="batch",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    iam.put_role_policy(
        RoleName="batch",
        PolicyName="replicate",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )
    return str(made["Role"]["Arn"])


def replicating(**changed: Any) -> None:  # noqa: ANN401 -- JSON
    HERE.client("s3").put_bucket_replication(
        Bucket=SOURCE,
        ReplicationConfiguration={
            "Role": "arn:aws:iam::123456789012:role/replication",
            "Rules": [{**RULE, **changed}],
        },
    )


def put(key: str, text: str = "text", **more: Any) -> str:  # noqa: ANN401 -- JSON
    """Write an object and return its version id."""
    made = HERE.client("s3").put_object(Bucket=SOURCE, Key=key, Body=text.encode(), **more)
    return str(made["VersionId"])


def arrived() -> list[str]:
    """Return the keys that the destination has."""
    found = THERE.client("s3").list_objects_v2(Bucket=DESTINATION).get("Contents", [])
    return [one["Key"] for one in found]


def status(key: str) -> str | None:
    """Return the replication status of an object in the source."""
    found: str | None = (
        HERE.client("s3").head_object(Bucket=SOURCE, Key=key).get("ReplicationStatus")
    )
    return found
