from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused, Scope
from compiler.sandbox.handlers.replies import beneath
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    assert_read,
    assert_refused,
    scope_in,
    services,
)
from tests.unit.sandbox.handlers_s3 import BUCKETS, VERSIONED, destination, replicated, role, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def test_replication_needs_versioning_at_the_source(scope: Scope) -> None:
    destination(**VERSIONED)
    given = replicated(scope, rule())
    del given["VersioningConfiguration"]

    assert_refused(
        "InvalidRequest",
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
        BUCKETS,
        scope,
        given,
    )


def test_replication_needs_a_destination_that_exists(scope: Scope) -> None:
    assert_refused(
        "InvalidRequest",
        "Destination bucket must exist.",
        BUCKETS,
        scope,
        replicated(scope, rule()),
    )


def test_replication_needs_versioning_at_the_destination(scope: Scope) -> None:
    destination()

    assert_refused(
        "InvalidRequest",
        "Destination bucket must have versioning enabled.",
        BUCKETS,
        scope,
        replicated(scope, rule()),
    )


@pytest.mark.parametrize("arn", ["copies", "arn:aws:s3:::copies/*", "arn:aws:s3:eu::copies"])
def test_replication_needs_a_bucket_arn(scope: Scope, arn: str) -> None:
    assert_refused(
        "InvalidArgument",
        "Invalid destination bucket arn",
        BUCKETS,
        scope,
        replicated(scope, rule(Destination={**rule()["Destination"], "Bucket": arn})),
    )


def test_replication_needs_a_role_that_exists(scope: Scope) -> None:
    destination(**VERSIONED)

    assert_refused(
        "InvalidRequest",
        "does not exist",
        BUCKETS,
        scope,
        replicated(scope, rule(), arn=f"arn:aws:iam::{ACCOUNT}:role/nobody"),
    )


def test_replication_needs_a_role_that_trusts_s3(scope: Scope) -> None:
    destination(**VERSIONED)

    assert_refused(
        "InvalidRequest",
        "cannot be assumed by s3.amazonaws.com",
        BUCKETS,
        scope,
        replicated(scope, rule(), arn=role(scope, trusts="ec2.amazonaws.com")),
    )


@pytest.mark.parametrize(
    "action", ["s3:GetReplicationConfiguration", "s3:ListBucket", "s3:ReplicateObject"]
)
def test_replication_needs_a_role_that_may_replicate(scope: Scope, action: str) -> None:
    destination(**VERSIONED)

    assert_refused(
        "InvalidRequest",
        f"The role does not have permission to {action}",
        BUCKETS,
        scope,
        replicated(scope, rule(), arn=role(scope, without=action)),
    )


@pytest.mark.parametrize(
    ("changed", "code", "part"),
    [
        ({"Priority": None}, "InvalidRequest", "Priority must be specified"),
        (
            {"DeleteMarkerReplication": None},
            "InvalidRequest",
            "DeleteMarkerReplication must be specified",
        ),
        ({"Filter": None}, "InvalidRequest", "DeleteMarkerReplication cannot be used"),
        (
            {"Filter": {"TagFilter": {"Key": "a", "Value": "b"}}},
            "InvalidRequest",
            "Delete marker replication is not supported",
        ),
        (
            {"Filter": {"Prefix": "", "TagFilter": {"Key": "a", "Value": "b"}},
             "DeleteMarkerReplication": {"Status": "Disabled"}},
            "MalformedXML",
            "not well-formed",
        ),
        ({"SourceSelectionCriteria": None}, "InvalidRequest", "SseKmsEncryptedObjects"),
    ],
)  # fmt: skip
def test_a_replication_rule_must_be_whole(
    scope: Scope, changed: dict[str, Any], code: str, part: str
) -> None:
    destination(**VERSIONED)

    assert_refused(code, part, BUCKETS, scope, replicated(scope, rule(**changed)))


@pytest.mark.parametrize(
    ("changed", "code", "part"),
    [
        (
            {"ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 30}}},
            "InvalidArgument",
            "15 minutes",
        ),
        ({"Metrics": None}, "InvalidRequest", "without enabling Metrics"),
        (
            {"Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 5}}},
            "InvalidArgument",
            "15 minutes",
        ),
        ({"EncryptionConfiguration": None}, "InvalidRequest", "ReplicaKmsKeyID"),
    ],
)
def test_a_replication_destination_must_be_whole(
    scope: Scope, changed: dict[str, Any], code: str, part: str
) -> None:
    destination(**VERSIONED)
    where = {k: v for k, v in {**rule()["Destination"], **changed}.items() if v is not None}

    assert_refused(code, part, BUCKETS, scope, replicated(scope, rule(Destination=where)))


def test_replicas_may_belong_to_another_account_that_is_named(scope: Scope) -> None:
    foreign = beneath("s3", "999999999999", "aws").create_bucket("copies", "eu-central-1")
    foreign.versioning_status = "Enabled"
    owned = {
        **rule()["Destination"],
        "Account": "999999999999",
        "AccessControlTranslation": {"Owner": "Destination"},
    }
    given = replicated(scope, rule(Destination=owned))
    arn = given["ReplicationConfiguration"]["Role"]

    for part, changed in (
        ("does not own the bucket", {"Account": ACCOUNT}),
        ("Account must be specified", {"Account": None}),
    ):
        wrong = {k: v for k, v in {**owned, **changed}.items() if v is not None}
        assert_refused(
            "InvalidRequest",
            part,
            BUCKETS,
            scope,
            replicated(scope, rule(Destination=wrong), arn=arn),
        )
    assert_read(BUCKETS, scope, BUCKETS.create(scope, given), given)


def test_two_rules_of_one_priority_are_refused(scope: Scope) -> None:
    destination(**VERSIONED)

    assert_refused(
        "InvalidRequest",
        "duplicate priority 1",
        BUCKETS,
        scope,
        replicated(scope, rule(), rule(Id="again")),
    )


def test_versioning_is_not_suspended_while_replication_is_configured(scope: Scope) -> None:
    destination(**VERSIONED)
    given = replicated(scope, rule())
    BUCKETS.create(scope, given)

    with pytest.raises(Refused) as refused:
        BUCKETS.update(
            scope,
            "originals",
            given,
            given | {"VersioningConfiguration": {"Status": "Suspended"}},
        )

    assert refused.value.code == "InvalidBucketState"


def test_a_role_may_replicate_by_a_policy_that_is_attached(scope: Scope) -> None:
    destination(**VERSIONED)
    arn = role(scope)
    iam = scope.client("iam")
    inline = iam.get_role_policy(RoleName="replicator", PolicyName="copy")["PolicyDocument"]
    managed = iam.create_policy(PolicyName="copy", PolicyDocument=json.dumps(inline))["Policy"]
    iam.delete_role_policy(RoleName="replicator", PolicyName="copy")
    given = replicated(scope, rule(), arn=arn)

    assert_refused("InvalidRequest", "does not have permission", BUCKETS, scope, given)
    iam.attach_role_policy(RoleName="replicator", PolicyArn=managed["Arn"])
    assert_read(BUCKETS, scope, BUCKETS.create(scope, given), given)


def test_rules_of_the_first_schema_have_a_prefix_and_no_priority(scope: Scope) -> None:
    destination(**VERSIONED)
    plain = {
        "Id": "first",
        "Status": "Enabled",
        "Prefix": "a/",
        "Destination": {"Bucket": "arn:aws:s3:::copies"},
    }

    created = BUCKETS.create(scope, replicated(scope, plain))

    told = BUCKETS.read(scope, created.physical_id)
    assert told is not None
    assert told["ReplicationConfiguration"]["Rules"] == [{**plain, "Priority": 1}]


@pytest.mark.parametrize(
    "chosen",
    [
        {"TagFilter": {"Key": "a", "Value": "b"}},
        {"And": {"TagFilters": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}]}},
    ],
)
def test_a_rule_may_choose_by_tags(scope: Scope, chosen: dict[str, Any]) -> None:
    destination(**VERSIONED)
    kept = rule(Filter=chosen, DeleteMarkerReplication={"Status": "Disabled"})
    given = replicated(scope, kept)

    assert_read(BUCKETS, scope, BUCKETS.create(scope, given), given)
