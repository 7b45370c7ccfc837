"""Buckets: named with their owner, filled once, emptied to the last version."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.deploy.aws.buckets import Buckets
from compiler.deploy.port import AwsBusyError, AwsError
from tests.unit.deploy.aws.stubbed import ACCOUNT, stubbed

BUCKET = "shop-artifacts"
OWNED = {"Bucket": BUCKET, "ExpectedBucketOwner": ACCOUNT}


def test_a_bucket_is_there_if_the_account_has_it() -> None:
    with stubbed("s3") as (client, stub):
        stub.add_response("head_bucket", {}, OWNED)

        assert Buckets(client, ACCOUNT).exists(BUCKET)


def test_a_bucket_that_nobody_has_is_not_there() -> None:
    with stubbed("s3") as (client, stub):
        stub.add_client_error("head_bucket", "404", "Not Found")

        assert not Buckets(client, ACCOUNT).exists(BUCKET)


def test_a_bucket_of_somebody_elses_is_an_error_in_words() -> None:
    with stubbed("s3") as (client, stub):
        stub.add_client_error("head_bucket", "403", "Forbidden")

        with pytest.raises(AwsError) as raised:
            Buckets(client, ACCOUNT).exists(BUCKET)

    assert (raised.value.code, raised.value.reason) == (
        "AccessDenied",
        (
            "the bucket shop-artifacts is there, but it is not of the account 111122223333, or "
            "these credentials may not use it"
        ),
    )


def test_a_service_that_is_down_says_nothing_about_the_bucket() -> None:
    with stubbed("s3") as (client, stub):
        stub.add_client_error("head_bucket", "503", "Service Unavailable", http_status_code=503)

        with pytest.raises(AwsBusyError):
            Buckets(client, ACCOUNT).exists(BUCKET)


@pytest.mark.parametrize("code", ["404", "403"])
def test_a_text_is_put_where_it_is_not_seen_yet(code: str) -> None:
    with stubbed("s3") as (client, stub):
        stub.add_client_error("head_object", code)
        stub.add_response(
            "put_object",
            {},
            {
                **OWNED,
                "Key": "abc.json",
                "Body": b"{}",
                "ContentType": "application/json",
                "ChecksumAlgorithm": "SHA256",
            },
        )

        Buckets(client, ACCOUNT).upload(BUCKET, "abc.json", "{}")


def test_a_text_that_is_there_is_not_put_again() -> None:
    with stubbed("s3") as (client, stub):
        stub.add_response("head_object", {}, {**OWNED, "Key": "abc.json"})

        Buckets(client, ACCOUNT).upload(BUCKET, "abc.json", "{}")


def version(number: int) -> dict[str, Any]:
    return {"Key": f"k{number}", "VersionId": f"v{number}"}


def test_a_bucket_is_emptied_by_the_thousand() -> None:
    with stubbed("s3") as (client, stub):
        stub.add_response(
            "list_object_versions",
            {
                "Versions": [version(number) for number in range(900)],
                "DeleteMarkers": [version(number) for number in range(900, 1000)],
                "IsTruncated": True,
                "NextKeyMarker": "k999",
                "NextVersionIdMarker": "v999",
            },
            OWNED,
        )
        stub.add_response(
            "delete_objects",
            {},
            {
                **OWNED,
                "Delete": {"Objects": [version(number) for number in range(1000)], "Quiet": True},
            },
        )
        stub.add_response(
            "list_object_versions",
            {"DeleteMarkers": [version(1000)], "IsTruncated": False},
            {**OWNED, "KeyMarker": "k999", "VersionIdMarker": "v999"},
        )
        stub.add_response(
            "delete_objects", {}, {**OWNED, "Delete": {"Objects": [version(1000)], "Quiet": True}}
        )

        assert Buckets(client, ACCOUNT).empty(BUCKET) == 1001


def test_an_object_that_stays_is_an_error() -> None:
    with stubbed("s3") as (client, stub):
        stub.add_response("list_object_versions", {"Versions": [version(1), version(2)]})
        stub.add_response(
            "delete_objects",
            {"Errors": [{"Key": "k2", "Code": "AccessDenied", "Message": "It is locked."}]},
        )

        with pytest.raises(AwsError) as raised:
            Buckets(client, ACCOUNT).empty(BUCKET)

    assert (raised.value.code, raised.value.reason, raised.value.call) == (
        "AccessDenied",
        "1 objects of shop-artifacts stay, the first is 'k2': It is locked.",
        "DeleteObjects",
    )


def test_a_bucket_that_is_gone_is_empty() -> None:
    with stubbed("s3") as (client, stub):
        stub.add_client_error("list_object_versions", "NoSuchBucket")
        stub.add_client_error("list_object_versions", "NoSuchBucket")

        assert not Buckets(client, ACCOUNT).is_filled(BUCKET)
        assert Buckets(client, ACCOUNT).empty(BUCKET) == 0
