"""Buckets: those for large templates, and those that are to be deleted."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from compiler.deploy.aws.errors import translated
from compiler.deploy.port import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BATCH = 1000
"""How many keys one request deletes at most (S3 API reference, DeleteObjects, 2026-11-24)."""

_NOT_THERE = frozenset({"404", "NoSuchBucket", "NoSuchKey", "NotFound"})
"""A HEAD request has no body, so boto3 makes the code of its status (seen in 1.44)."""

_NOT_ALLOWED = frozenset({"403", "AccessDenied", "Forbidden"})


class Buckets:
    """
    The part of the port that is about buckets, over one client of S3.

    Each request names the account that must own the bucket: whoever else took its name first gets
    no template of ours, and no object of theirs is deleted.
    """

    def __init__(self, client: Any, owner: str) -> None:  # noqa: ANN401 -- boto3 makes clients at run time
        """Ask *client*, that of the bucket's region, for buckets of the account *owner*."""
        self._client = client
        self._owner = owner

    def exists(self, bucket: str) -> bool:
        """
        Tell whether the account has a bucket of that name.

        Raises:
            AwsError: It may not be used, or is somebody else's.
        """
        try:
            with translated("HeadBucket"):
                self._client.head_bucket(Bucket=bucket, ExpectedBucketOwner=self._owner)
        except AwsError as error:
            if error.code in _NOT_THERE:
                return False
            if error.code in _NOT_ALLOWED:
                raise AwsError(
                    code="AccessDenied",
                    reason=f"the bucket {bucket} is there, but it is not of the account "
                    f"{self._owner}, or these credentials may not use it",
                    call=error.call,
                ) from error
            raise
        return True

    def upload(self, bucket: str, key: str, text: str) -> str:
        """
        Put a text into a bucket unless it is there; return its address.

        No encryption is named, so that the bucket's own applies. S3 checks what arrives against
        the checksum, and keeps that.
        """
        where = {"Bucket": bucket, "Key": key, "ExpectedBucketOwner": self._owner}
        if not self._has(where):
            with translated("PutObject"):
                self._client.put_object(
                    **where,
                    Body=text.encode(),
                    ContentType="application/json",
                    ChecksumAlgorithm="SHA256",
                )
        # What boto3 signs is the object's address in its region and partition, or at the endpoint
        # that is used instead; nothing is asked. CloudFormation reads with the caller's own rights,
        # so the signature is not passed on.
        with translated("PutObject"):
            signed = self._client.generate_presigned_url(
                "get_object", Params={"Bucket": bucket, "Key": key}
            )
        return str(signed).partition("?")[0]

    def versions(self, bucket: str) -> int:
        """Count the versions of objects, and the delete markers."""
        return sum(1 for _ in self._versions(bucket))

    def empty(self, bucket: str) -> int:
        """
        Delete every version of every object, and every delete marker; return how many there were.

        Raises:
            AwsError: S3 refused, be it for one object only; what came before that is deleted.
        """
        versions = self._versions(bucket)
        deleted = 0
        while batch := list(islice(versions, _BATCH)):
            with translated("DeleteObjects"):
                answer = self._client.delete_objects(
                    Bucket=bucket,
                    ExpectedBucketOwner=self._owner,
                    Delete={"Objects": batch, "Quiet": True},
                )
            failed = answer.get("Errors", ())
            if failed:
                first = failed[0]
                raise AwsError(
                    code=first.get("Code", "Unknown"),
                    reason=f"{len(failed)} objects of {bucket} stay, the first is "
                    f"{first.get('Key', '')!r}: {first.get('Message', '')}",
                    call="DeleteObjects",
                )
            deleted += len(batch)
        return deleted

    def is_filled(self, bucket: str) -> bool:
        """Tell whether a bucket holds an object, or an old version or delete marker of one."""
        try:
            with translated("ListObjectVersions"):
                found = self._client.list_object_versions(
                    Bucket=bucket, MaxKeys=1, ExpectedBucketOwner=self._owner
                )
        except AwsError as error:
            if error.code == "NoSuchBucket":
                return False
            raise
        return bool(found.get("Versions") or found.get("DeleteMarkers"))

    def _has(self, where: dict[str, str]) -> bool:
        try:
            with translated("HeadObject"):
                self._client.head_object(**where)
        except AwsError as error:
            # Without the right to list, S3 says 403 of an object that is not there; whether one may
            # write is told by the attempt.
            if error.code in _NOT_THERE | _NOT_ALLOWED:
                return False
            raise
        return True

    def _versions(self, bucket: str) -> Iterator[dict[str, str]]:
        try:
            with translated("ListObjectVersions"):
                for page in self._client.get_paginator("list_object_versions").paginate(
                    Bucket=bucket, ExpectedBucketOwner=self._owner
                ):
                    for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                        yield {"Key": one["Key"], "VersionId": one["VersionId"]}
        except AwsError as error:
            if error.code != "NoSuchBucket":
                raise
