"""
S3's live replication: what is written to a bucket with rules appears in their destinations.

Source: S3 user guide, "What does Amazon S3 replicate?" and "Getting replication status
information", 2026-11. New objects are copied with their metadata, tags and version id, under the
rule's key where it names one; what lay there before, replicas, and deletions of a version are not;
delete markers only where the rule says so. Bucket policies are not asked, and nothing is decrypted.
"""

from __future__ import annotations

import copy
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from moto.s3.models import FakeDeleteMarker, FakeKey, S3Backend, s3_backends

from compiler.sandbox.behaviour.course import Course, Waiting
from compiler.sandbox.handlers.grants import listed
from compiler.sandbox.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_STATUS = "kept_replication_status"
_HEADER = "x-amz-replication-status"


@contextmanager
def with_live_replication(course: Course) -> Iterator[None]:
    """Remember what is written to buckets with rules, and let objects tell their status."""

    def putting(by_moto: Callable[..., FakeKey]) -> Callable[..., FakeKey]:
        def put_object(self: S3Backend, bucket_name: str, *args: Any, **named: Any) -> FakeKey:  # noqa: ANN401 -- moto's
            key = by_moto(self, bucket_name, *args, **named)
            _remember(course, self, bucket_name, key)
            return key

        return put_object

    def marking(by_moto: Callable[..., FakeDeleteMarker]) -> Callable[..., FakeDeleteMarker]:
        def set_delete_marker(self: S3Backend, bucket_name: str, key_name: str) -> FakeDeleteMarker:
            marker = by_moto(self, bucket_name, key_name)
            _remember(course, self, bucket_name, marker)
            return marker

        return set_delete_marker

    def telling(by_moto: property) -> property:
        def response_dict(self: FakeKey) -> dict[str, Any]:
            told: dict[str, Any] = by_moto.__get__(self)
            status = status_of(self)
            return told if status is None else {**told, _HEADER: status}

        return property(response_dict)

    with ExitStack() as stack:
        for owner, name, wrap in (
            (S3Backend, "put_object", putting),
            (S3Backend, "_set_delete_marker", marking),
            (FakeKey, "response_dict", telling),
        ):
            stack.enter_context(wrapped(owner, name, wrap))
        yield


def replicate(course: Course) -> None:
    """Copy what was written since the last time; what cannot be copied fails."""
    left = []
    for _ in range(len(course.waiting)):
        one = course.waiting.popleft()
        if course.faults.holds("replication-stalls", one.bucket):
            left.append(one)
            continue
        for rule in rules_for(one.key, one.bucket, one.replication):
            if not copy_to(course, one.key, one.bucket, rule):
                course.failures.append((course.now(), one.bucket, str(rule.get("ID", ""))))
    course.waiting.extendleft(reversed(left))


def status_of(key: Any) -> str | None:  # noqa: ANN401 -- an object or a delete marker of moto's
    """Return `PENDING`, `COMPLETED`, `FAILED` or `REPLICA`; nothing for what no rule was for."""
    found: str | None = getattr(key, _STATUS, None)
    return found


def rules_for(
    key: Any,  # noqa: ANN401 -- an object or a delete marker of moto's
    bucket: str,
    replication: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Return the rules that are for an object: one for each destination, the highest priority."""
    chosen: dict[str, dict[str, Any]] = {}
    for rule in sorted(replication["Rule"], key=lambda one: -int(one.get("Priority") or 0)):
        if rule.get("Status") == "Enabled" and _is_for(rule, key, bucket):
            chosen.setdefault(rule["Destination"]["Bucket"], rule)
    return list(chosen.values())


def copy_to(course: Course, key: Any, bucket: str, rule: Mapping[str, Any]) -> bool:  # noqa: ANN401 -- see above
    """
    Copy an object to a rule's destination.

    Returns:
        False where it could not be copied; the object tells so.
    """
    destination = _bucket(rule["Destination"]["Bucket"].rpartition(":")[2])
    if (
        course.faults.holds("replication-fails", bucket)
        or destination is None
        or destination.versioning_status != "Enabled"
    ):
        setattr(key, _STATUS, "FAILED")
        return False
    held = destination.keys.getlist(key.name, [])
    if not any(one.version_id == key.version_id for one in held):
        # The versions stand in the order of writing, also where an older one comes late.
        versions = [*held, _replica(key, destination, rule)]
        versions.sort(key=lambda one: one.last_modified)
        destination.keys.setlist(key.name, versions)
    if status_of(key) != "REPLICA":
        setattr(key, _STATUS, "COMPLETED")
    return True


def _remember(course: Course, backend: S3Backend, bucket_name: str, key: Any) -> None:  # noqa: ANN401 -- see above
    replication = getattr(backend.buckets.get(bucket_name), "replication", None)
    if replication and rules_for(key, bucket_name, replication):
        setattr(key, _STATUS, "PENDING")
        course.waiting.append(Waiting(bucket=bucket_name, key=key, replication=dict(replication)))


def _is_for(rule: Mapping[str, Any], key: Any, bucket: str) -> bool:  # noqa: ANN401 -- see above
    chosen = rule.get("Filter") or {}
    both = chosen.get("And") or {}
    prefix = chosen.get("Prefix") or both.get("Prefix") or rule.get("Prefix") or ""
    if not str(key.name).startswith(prefix):
        return False
    if isinstance(key, FakeDeleteMarker):
        return bool((rule.get("DeleteMarkerReplication") or {}).get("Status") == "Enabled")
    criteria = rule.get("SourceSelectionCriteria") or {}
    takes_encrypted = (criteria.get("SseKmsEncryptedObjects") or {}).get("Status") == "Enabled"
    if key.encryption == "aws:kms" and not takes_encrypted:
        return False
    wanted = listed(chosen.get("Tag")) + listed(both.get("Tag"))
    tags = _tags_of(key, bucket)
    return all(tags.get(tag["Key"]) == tag["Value"] for tag in wanted)


def _replica(key: Any, destination: Any, rule: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- see above
    made = copy.copy(key)
    setattr(made, _STATUS, "REPLICA")
    if isinstance(key, FakeDeleteMarker):
        return made
    made.bucket_name = destination.name
    made.account_id = destination.account_id
    made.multipart = None
    own = (rule["Destination"].get("EncryptionConfiguration") or {}).get("ReplicaKmsKeyID")
    if own is not None:
        made.encryption, made.kms_key_id = "aws:kms", own
    elif made.encryption is None and destination.encryption:
        default = destination.encryption["Rule"]["ApplyServerSideEncryptionByDefault"]
        made.encryption = default["SSEAlgorithm"]
        made.kms_key_id = default.get("KMSMasterKeyID")
    if tags := _tags_of(key, str(key.bucket_name)):
        there = s3_backends[destination.account_id][made.partition].tagger
        there.tag_resource(made.arn, there.convert_dict_to_tags_input(dict(tags)))
    return made


def _tags_of(key: Any, bucket: str) -> Mapping[str, str]:  # noqa: ANN401 -- see above
    partition, account = s3_backends.bucket_accounts[bucket]
    found: Mapping[str, str] = s3_backends[account][partition].tagger.get_tag_dict_for_resource(
        key.arn
    )
    return found


def _bucket(name: str) -> Any:  # noqa: ANN401 -- moto's `FakeBucket`
    owner = s3_backends.bucket_accounts.get(name)
    return None if owner is None else s3_backends[owner[1]][owner[0]].buckets.get(name)
