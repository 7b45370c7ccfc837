"""What is written to a bucket that replicates appears in the other one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.sandbox.behaviour_ground import Behaving, behaving
from tests.unit.sandbox.buckets_ground import (
    DESTINATION,
    HERE,
    RULE,
    SOURCE,
    THERE,
    arrived,
    buckets,
    put,
    replicating,
    status,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(name="s3")
def _s3() -> Iterator[Behaving]:
    with behaving() as found:
        buckets()
        yield found


@pytest.mark.usefixtures("s3")
def test_a_new_object_arrives_as_it_is() -> None:
    replicating()

    version = put("a.txt", "whole", Metadata={"by": "me"}, Tagging="kind=note")

    there = THERE.client("s3")
    found = there.get_object(Bucket=DESTINATION, Key="a.txt")
    tags = there.get_object_tagging(Bucket=DESTINATION, Key="a.txt")["TagSet"]
    assert (found["Body"].read(), found["Metadata"]) == (b"whole", {"by": "me"})
    assert (found["VersionId"], found["ReplicationStatus"]) == (version, "REPLICA")
    assert tags == [{"Key": "kind", "Value": "note"}]
    assert status("a.txt") == "COMPLETED"


@pytest.mark.usefixtures("s3")
def test_what_lay_there_before_stays_where_it_is() -> None:
    put("old.txt")
    replicating()
    put("new.txt")

    assert arrived() == ["new.txt"]
    assert status("old.txt") is None


@pytest.mark.usefixtures("s3")
def test_every_version_arrives() -> None:
    replicating()
    written = [put("a.txt", text) for text in ("one", "two")]

    found = THERE.client("s3").list_object_versions(Bucket=DESTINATION)["Versions"]

    assert sorted(one["VersionId"] for one in found) == sorted(written)


@pytest.mark.usefixtures("s3")
def test_a_deletion_arrives_as_a_marker_and_that_of_a_version_does_not() -> None:
    replicating()
    first = put("a.txt")
    put("b.txt")
    here = HERE.client("s3")
    here.delete_object(Bucket=SOURCE, Key="b.txt")
    here.delete_object(Bucket=SOURCE, Key="a.txt", VersionId=first)

    assert arrived() == ["a.txt"]
    markers = THERE.client("s3").list_object_versions(Bucket=DESTINATION)["DeleteMarkers"]
    assert [one["Key"] for one in markers] == ["b.txt"]


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize(
    ("changed", "more"),
    [
        ({"Status": "Disabled"}, {}),
        ({"Filter": {"Prefix": "other/"}}, {}),
        ({"Filter": {"Tag": {"Key": "kind", "Value": "note"}}}, {"Tagging": "kind=film"}),
        ({}, {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/own"}),
    ],
    ids=["disabled", "prefix", "tag", "encrypted"],
)
def test_what_no_rule_is_for_does_not_arrive(changed: dict[str, Any], more: dict[str, Any]) -> None:
    replicating(**changed)

    put("a.txt", **more)

    assert (arrived(), status("a.txt")) == ([], None)


@pytest.mark.usefixtures("s3")
def test_an_encrypted_object_arrives_under_the_key_of_the_rule() -> None:
    replicating(
        SourceSelectionCriteria={"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        Destination={
            **RULE["Destination"],
            "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:1:key/theirs"},
        },
    )

    put("a.txt", ServerSideEncryption="aws:kms", SSEKMSKeyId="alias/own")

    found = THERE.client("s3").head_object(Bucket=DESTINATION, Key="a.txt")
    assert found["SSEKMSKeyId"] == "arn:aws:kms:eu-west-1:1:key/theirs"


@pytest.mark.usefixtures("s3")
def test_two_buckets_that_replicate_into_each_other_do_not_send_an_object_round() -> None:
    replicating()
    THERE.client("s3").put_bucket_replication(
        Bucket=DESTINATION,
        ReplicationConfiguration={
            "Role": "arn:aws:iam::123456789012:role/replication",
            "Rules": [{**RULE, "Destination": {"Bucket": f"arn:aws:s3:::{SOURCE}"}}],
        },
    )
    put("a.txt")
    arrived()

    found = HERE.client("s3").list_object_versions(Bucket=SOURCE)["Versions"]

    assert len(found) == 1


def failures(s3: Behaving) -> list[float]:
    own = {"SourceBucket": SOURCE, "DestinationBucket": DESTINATION, "RuleId": "all"}
    return s3.samples(HERE, "AWS/S3 OperationsFailedReplication", own)


def test_a_failure_is_counted_in_its_minute_only(s3: Behaving) -> None:
    replicating()
    s3.faults.ask("replication-fails", SOURCE)
    s3.wait()
    put("a.txt")
    s3.wait()
    s3.faults.end("replication-fails", SOURCE)
    put("b.txt")
    s3.wait()

    assert failures(s3) == [0, 1, 0]
    assert (status("a.txt"), status("b.txt"), arrived()) == ("FAILED", "COMPLETED", ["b.txt"])


def test_what_stalls_is_pending(s3: Behaving) -> None:
    replicating()
    s3.faults.ask("replication-stalls", SOURCE)
    put("a.txt", "seven c")
    s3.wait()
    own = {"SourceBucket": SOURCE, "DestinationBucket": DESTINATION, "RuleId": "all"}
    pending = s3.samples(HERE, "AWS/S3 BytesPendingReplication", own)
    before = status("a.txt"), arrived()
    s3.faults.end("replication-stalls", SOURCE)

    assert (pending, before) == ([7], ("PENDING", []))
    assert arrived() == ["a.txt"]


@pytest.mark.usefixtures("s3")
def test_a_destination_that_went_is_a_failure() -> None:
    replicating()
    THERE.client("s3").delete_bucket(Bucket=DESTINATION)

    put("a.txt")

    assert status("a.txt") == "FAILED"
