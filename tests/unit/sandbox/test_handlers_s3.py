from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused, Scope
from compiler.sandbox.handlers.replies import beneath
from compiler.sandbox.handlers.s3_buckets import BucketHandler
from compiler.sandbox.handlers.s3_policies import BucketPolicyHandler
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    SYSTEM_TAGS,
    assert_read,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
    tags,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


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


def test_a_bucket_takes_every_setting_changes_it_and_gives_it_up(scope: Scope) -> None:
    destination(**VERSIONED)
    arn = role(scope)
    BUCKETS.create(scope, {"BucketName": "logs-a"})
    BUCKETS.create(scope, {"BucketName": "logs-b"})
    first = {
        "BucketName": "originals",
        **VERSIONED,
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
        "AccessControl": "LogDeliveryWrite",
        "PublicAccessBlockConfiguration": BLOCKED,
        "BucketEncryption": ENCRYPTED,
        "LifecycleConfiguration": LIFECYCLE,
        "LoggingConfiguration": {"DestinationBucketName": "logs-a", "LogFilePrefix": "x/"},
        "Tags": pairs(("Owner", "me")),
        "ReplicationConfiguration": {"Role": arn, "Rules": [rule()]},
    }
    assert set(first) == BUCKETS.supported
    simple = {
        "BucketKeyEnabled": False,
        "ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
    }
    tagged = rule(
        Filter={"And": {"Prefix": "a", "TagFilters": [{"Key": "k", "Value": "v"}]}},
        DeleteMarkerReplication={"Status": "Disabled"},
    )
    changes: dict[str, Any] = {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
        "AccessControl": "Private",
        "PublicAccessBlockConfiguration": {**BLOCKED, "BlockPublicAcls": False},
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [simple]},
        "LifecycleConfiguration": OTHER_LIFECYCLE,
        "LoggingConfiguration": {"DestinationBucketName": "logs-b"},
        "ReplicationConfiguration": {"Role": arn, "Rules": [tagged, rule(Id="2", Priority=2)]},
    }
    live(
        BUCKETS,
        scope,
        first,
        {name: (value, value) for name, value in changes.items()}
        | {"Tags": (pairs(("New", "1")), tags(("New", "1")))},
        write_only=frozenset({"AccessControl"}),
        # A replicated bucket cannot be without versions.
        elsewhere=frozenset({"VersioningConfiguration"}),
    )


def test_a_bucket_reads_back_exactly_what_it_was_given(scope: Scope) -> None:
    destination(**VERSIONED)
    given = replicated(scope, rule()) | {
        "BucketEncryption": ENCRYPTED,
        "LifecycleConfiguration": LIFECYCLE,
        "PublicAccessBlockConfiguration": BLOCKED,
    }

    created = BUCKETS.create(scope, given)

    assert_read(BUCKETS, scope, created, given)
    assert created.attributes == {
        "Arn": "arn:aws:s3:::originals",
        "DomainName": "originals.s3.amazonaws.com",
        "RegionalDomainName": "originals.s3.us-east-1.amazonaws.com",
        "DualStackDomainName": "originals.s3.dualstack.us-east-1.amazonaws.com",
    }


def test_settings_that_left_the_template_are_cleared_and_versioning_is_suspended(
    scope: Scope,
) -> None:
    destination(**VERSIONED)
    given = replicated(scope, rule()) | {"LifecycleConfiguration": LIFECYCLE}
    created = BUCKETS.create(scope, given)

    BUCKETS.update(scope, created.physical_id, given, {"BucketName": "originals"})

    assert BUCKETS.read(scope, "originals") == {
        "BucketName": "originals",
        "VersioningConfiguration": {"Status": "Suspended"},
        "Tags": tags(),
    }


def test_a_bucket_carries_the_tags_of_its_stack_and_of_cloudformation(scope: Scope) -> None:
    BUCKETS.create(scope, {"BucketName": "plain"})

    told = scope.client("s3").get_bucket_tagging(Bucket="plain")["TagSet"]

    assert {t["Key"]: t["Value"] for t in told} == {
        "Environment": "staging",
        "Owner": "stack",
        **SYSTEM_TAGS,
    }


def test_a_bucket_without_a_name_gets_one_of_its_stack_and_resource(scope: Scope) -> None:
    first = BUCKETS.create(scope, {})
    second = BUCKETS.create(scope, {})

    assert first.physical_id.startswith("shop-thing-")
    assert first.physical_id != second.physical_id


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_a_bucket_that_is_mine_already_is_refused_from_any_region(
    scope: Scope, region: str
) -> None:
    BUCKETS.create(scope, {"BucketName": "taken"})

    assert_refused(
        "BucketAlreadyOwnedByYou",
        "you already own it",
        BUCKETS,
        scope_in(region),
        {"BucketName": "taken"},
    )


def test_a_bucket_of_another_account_is_refused(scope: Scope) -> None:
    beneath("s3", "999999999999", "aws").create_bucket("foreign", "us-east-1")

    assert_refused(
        "BucketAlreadyExists",
        "shared by all users of the system",
        BUCKETS,
        scope,
        {"BucketName": "foreign"},
    )


@pytest.mark.parametrize(
    "name", ["Upper", "ab", "a..b", "10.0.0.1", "-x-y", "xn--name", "a" * 64, "under_score"]
)
def test_an_invalid_bucket_name_is_refused(scope: Scope, name: str) -> None:
    assert_refused("InvalidBucketName", "not valid", BUCKETS, scope, {"BucketName": name})


def test_a_bucket_with_objects_or_old_versions_is_not_deleted(scope: Scope) -> None:
    BUCKETS.create(scope, {"BucketName": "full", **VERSIONED})
    scope.client("s3").put_object(Bucket="full", Key="a", Body=b"x")
    scope.client("s3").delete_object(Bucket="full", Key="a")

    with pytest.raises(Refused) as refused:
        BUCKETS.delete(scope, "full", {})

    assert refused.value.code == "BucketNotEmpty"


def test_a_refused_setting_leaves_no_bucket_behind(scope: Scope) -> None:
    assert_refused(
        "InvalidTargetBucketForLogging",
        "does not exist",
        BUCKETS,
        scope,
        {"BucketName": "half", "LoggingConfiguration": {"DestinationBucketName": "nowhere"}},
    )

    assert BUCKETS.read(scope, "half") is None


def test_access_logs_stay_in_their_region(scope: Scope) -> None:
    destination()

    assert_refused(
        "CrossLocationLoggingProhibitted",
        "location",
        BUCKETS,
        scope,
        {"BucketName": "half", "LoggingConfiguration": {"DestinationBucketName": "copies"}},
    )


def test_a_log_bucket_with_acls_must_admit_log_delivery(scope: Scope) -> None:
    BUCKETS.create(
        scope,
        {
            "BucketName": "with-acls",
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
        },
    )

    assert_refused(
        "InvalidTargetBucketForLogging",
        "log-delivery group",
        BUCKETS,
        scope,
        {"LoggingConfiguration": {"DestinationBucketName": "with-acls"}},
    )


def test_an_acl_needs_an_ownership_that_admits_it(scope: Scope) -> None:
    assert_refused(
        "InvalidBucketAclWithObjectOwnership",
        "BucketOwnerEnforced",
        BUCKETS,
        scope,
        {"AccessControl": "LogDeliveryWrite"},
    )


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


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"ObjectSizeGreaterThan": "1"}, "ObjectSizeGreaterThan"),
        (
            {"NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": 2}},
            "NewerNoncurrentVersions",
        ),
        (
            {
                "ExpiredObjectDeleteMarker": None,
                "NoncurrentVersionExpiration": None,
                "AbortIncompleteMultipartUpload": None,
            },
            "At least one action",
        ),
    ],
)
def test_a_lifecycle_rule_that_cannot_be_kept_is_refused(
    scope: Scope, changed: dict[str, Any], part: str
) -> None:
    whole = {**LIFECYCLE["Rules"][0], **changed}
    given = {"Rules": [{k: v for k, v in whole.items() if v is not None}]}

    assert_refused("InvalidRequest", part, BUCKETS, scope, {"LifecycleConfiguration": given})


# ------------------------------------------------------------------------------ bucket policies


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


def test_a_bucket_policy_is_set_replaced_and_taken_away(scope: Scope) -> None:
    BUCKETS.create(scope, {"BucketName": "plain"})
    other = policy(Action="s3:DeleteObject")

    live(
        POLICIES,
        scope,
        {"Bucket": "plain", "PolicyDocument": policy()},
        {"PolicyDocument": (other, other)},
    )


def test_a_bucket_has_one_policy(scope: Scope) -> None:
    BUCKETS.create(scope, {"BucketName": "plain"})
    POLICIES.create(scope, {"Bucket": "plain", "PolicyDocument": policy()})

    assert_refused(
        "AlreadyExists",
        "already exists on bucket plain",
        POLICIES,
        scope,
        {"Bucket": "plain", "PolicyDocument": policy()},
    )


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"Principal": None}, "Missing required field Principal"),
        ({"Action": None}, "Missing required field Action"),
        ({"Resource": "arn:aws:s3:::other/*"}, "Policy has invalid resource"),
        (
            {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/nobody"}},
            "Invalid principal in policy",
        ),
    ],
)
def test_a_malformed_bucket_policy_is_refused(
    scope: Scope, changed: dict[str, Any], part: str
) -> None:
    BUCKETS.create(scope, {"BucketName": "plain"})

    assert_refused(
        "MalformedPolicy",
        part,
        POLICIES,
        scope,
        {"Bucket": "plain", "PolicyDocument": policy(**changed)},
    )


def test_a_policy_for_a_missing_bucket_is_refused(scope: Scope) -> None:
    assert_refused(
        "NoSuchBucket", "not exist", POLICIES, scope, {"Bucket": "x", "PolicyDocument": policy()}
    )


def test_a_public_policy_is_refused_where_public_policies_are_blocked(scope: Scope) -> None:
    BUCKETS.create(scope, {"BucketName": "plain", "PublicAccessBlockConfiguration": BLOCKED})
    public = policy(Effect="Allow", Action="s3:GetObject", Condition=None)

    assert_refused(
        "AccessDenied",
        "public policies are blocked",
        POLICIES,
        scope,
        {"Bucket": "plain", "PolicyDocument": public},
    )
