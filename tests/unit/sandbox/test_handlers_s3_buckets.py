from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused, Scope
from compiler.sandbox.handlers.replies import beneath
from tests.unit.sandbox.handlers_ground import (
    SYSTEM_TAGS,
    assert_read,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
    tags,
)
from tests.unit.sandbox.handlers_s3 import (
    BLOCKED,
    BUCKETS,
    ENCRYPTED,
    LIFECYCLE,
    OTHER_LIFECYCLE,
    POLICIES,
    VERSIONED,
    destination,
    replicated,
    role,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


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
    BUCKETS.create(scope, {"BucketName": "logs-a"})
    given = replicated(scope, rule()) | {
        "AccessControl": "LogDeliveryWrite",
        "BucketEncryption": ENCRYPTED,
        "LifecycleConfiguration": LIFECYCLE,
        "LoggingConfiguration": {"DestinationBucketName": "logs-a"},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
        "PublicAccessBlockConfiguration": BLOCKED,
    }
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


def test_a_log_bucket_with_acls_admits_log_delivery_by_its_acl_or_its_policy(
    scope: Scope,
) -> None:
    owned = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}
    BUCKETS.create(scope, {"BucketName": "by-acl", **owned, "AccessControl": "LogDeliveryWrite"})
    BUCKETS.create(scope, {"BucketName": "by-policy", **owned})
    admitted = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::by-policy/*",
    }
    document = {"Version": "2012-10-17", "Statement": [admitted]}
    POLICIES.create(scope, {"Bucket": "by-policy", "PolicyDocument": document})

    for target in ("by-acl", "by-policy"):
        logging = {"DestinationBucketName": target, "LogFilePrefix": "x/"}
        created = BUCKETS.create(scope, {"LoggingConfiguration": logging})
        assert_read(BUCKETS, scope, created, {"LoggingConfiguration": logging})


def test_an_acl_that_is_not_played_is_refused_by_name(scope: Scope) -> None:
    assert_refused(
        "InvalidArgument",
        "AwsExecRead",
        BUCKETS,
        scope,
        {
            "AccessControl": "AwsExecRead",
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
        },
    )


def test_an_acl_needs_an_ownership_that_admits_it(scope: Scope) -> None:
    assert_refused(
        "InvalidBucketAclWithObjectOwnership",
        "BucketOwnerEnforced",
        BUCKETS,
        scope,
        {"AccessControl": "LogDeliveryWrite"},
    )


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
