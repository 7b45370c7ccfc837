"""Whether the objects of a bucket have arrived, and are the same there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.deploy.gates.answer import green, red, unknown
from compiler.deploy.gates.objects import (
    Difference,
    ReplicationReading,
    compare,
    equal,
    failures_since,
    replicated,
)
from compiler.deploy.gates.system import BatchJob, Rule, Sample, StoredObject

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
RULE = Rule(id="media", destination="shop-target", is_enabled=True, is_measured=True)
JOB = BatchJob(id="job-1", status="Complete", made=NOON, succeeded=12_000, failed=0)
WANTED = "no failed operation, and what was there before copied"
SAME = "the same objects on both sides"


def sample(total: float, minute: int = 0) -> Sample:
    return Sample(
        at=NOON + timedelta(minutes=minute),
        lasts=timedelta(minutes=1),
        lowest=total,
        highest=total,
        total=total,
    )


READING = ReplicationReading(
    rule="media",
    destination="shop-target",
    rules=(RULE,),
    jobs=(JOB,),
    failed=(),
    pending_bytes=(),
    left_behind=None,
)


def test_a_bucket_is_replicated_when_its_job_is_complete_and_nothing_failed() -> None:
    assert replicated(READING) == green(
        "0 failed operations, 12,000 objects copied by job job-1", WANTED
    )


def test_what_is_pending_is_told_and_not_waited_for() -> None:
    pending = replace(READING, pending_bytes=(sample(900), sample(512, 1)), failed=(sample(0),))

    assert replicated(pending) == green(
        "0 failed operations, 12,000 objects copied by job job-1",
        WANTED,
        "512 bytes pending at 12:01:00 UTC; not waited for.",
    )


def test_one_failed_operation_is_too_many() -> None:
    assert replicated(replace(READING, failed=(sample(0), sample(1, 1)))) == red(
        "1 failed operation, 12,000 objects copied by job job-1",
        WANTED,
        "S3 does not try these again by itself. See what failed (the role's rights, the "
        "destination's key), then copy once more by a job of S3 Batch Replication.",
    )


def test_failures_count_since_the_newest_job_which_mended_older_ones() -> None:
    newer = replace(JOB, id="job-2", made=NOON + timedelta(hours=1))

    assert failures_since((JOB, newer), NOON + timedelta(days=2)) == NOON + timedelta(hours=1)
    assert failures_since((), NOON) == NOON - timedelta(days=14)


@pytest.mark.parametrize(
    ("job", "measured", "remedy"),
    [
        (
            replace(JOB, status="Active", succeeded=7),
            "job job-1 is Active: 7 copied, 0 failed",
            "Wait until it is complete; `stackferry gate` can do so with --wait.",
        ),
        (
            replace(JOB, failed=2),
            "job job-1 is Complete: 12,000 copied, 2 failed",
            "Read the job's completion report, mend the cause, and copy once more by a new job.",
        ),
        (
            replace(JOB, status="Failed", succeeded=0, reason="Access denied"),
            "job job-1 is Failed: 0 copied, 0 failed",
            "See in the S3 console why, and deploy the phase once more.",
        ),
    ],
)
def test_a_job_that_is_not_through_is_red(job: BatchJob, measured: str, remedy: str) -> None:
    assert replicated(replace(READING, jobs=(job,))) == red(measured, WANTED, remedy)


def test_a_job_that_found_nothing_to_copy_is_through() -> None:
    nothing = replace(
        JOB,
        status="Failed",
        succeeded=0,
        reason="Manifest generation found no keys matching the filter criteria.",
    )

    assert replicated(replace(READING, jobs=(nothing,))).verdict == "green"


def test_without_a_job_nothing_that_was_there_before_may_be_left_behind() -> None:
    nothing = compare(stored("a", "b"), stored("a", "b", "c"))
    behind = compare(stored("a", "b"), stored("b"))

    assert replicated(replace(READING, jobs=(), left_behind=nothing)) == green(
        "0 failed operations, nothing left behind", WANTED
    )
    assert replicated(replace(READING, jobs=(), left_behind=behind)) == red(
        "no job is known that copied what was there before the replication, and 1 object of 2 that "
        "were written more than 15 minutes ago are not in the destination (a)",
        WANTED,
        "Deploy the phase once more: it starts such a job where it finds none. S3 forgets one 90 "
        "days after its end.",
    )


@pytest.mark.parametrize(
    ("rules", "measured"),
    [
        ((), "there is no rule media"),
        ((replace(RULE, is_enabled=False),), "the rule media is disabled"),
        ((replace(RULE, destination="other"),), "the rule media replicates to other"),
    ],
)
def test_a_bucket_without_its_rule_does_not_replicate(
    rules: tuple[Rule, ...], measured: str
) -> None:
    assert replicated(replace(READING, rules=rules)) == red(
        measured, WANTED, "Deploy the phase once more, and search for drift."
    )


def test_a_rule_that_is_not_measured_could_fail_unseen() -> None:
    assert replicated(replace(READING, rules=(replace(RULE, is_measured=False),))) == unknown(
        "S3 measures nothing of the rule media",
        WANTED,
        "Turn its metrics on, as the template does, and search for drift.",
    )


def stored(*keys: str, size: int = 1) -> list[StoredObject]:
    return [StoredObject(key=key, size=size, at=NOON) for key in sorted(keys, key=str.encode)]


def test_buckets_with_the_same_keys_and_sizes_are_equal() -> None:
    assert equal(compare(stored("a", "b"), stored("a", "b"))) == green(
        "2 objects in the source, 2 in the destination", SAME
    )
    assert equal(compare([], [])) == green("0 objects in the source, 0 in the destination", SAME)


def test_what_is_missing_and_what_is_different_is_named() -> None:
    source = [*stored("a", "b"), StoredObject(key="c", size=7, at=NOON)]
    destination = [*stored("a"), StoredObject(key="c", size=8, at=NOON)]

    assert equal(compare(source, destination)) == red(
        "3 objects in the source, 2 in the destination: 1 missing in the destination (b); 1 of "
        "another size there (c)",
        SAME,
        "Wait for what is pending; what failed is copied by a job of S3 Batch Replication.",
    )


def test_equal_counts_of_other_objects_are_not_equal() -> None:
    found = equal(compare(stored("a", "b", "c", "d", "e"), stored("v", "w", "x", "y", "z")))

    assert found == red(
        "5 objects in the source, 5 in the destination: 5 missing in the destination (a, b, c); 5 "
        "only there (v, w, x)",
        SAME,
        "Wait for what is pending; what failed is copied by a job of S3 Batch Replication. "
        "Deletions of a version and by lifecycle rules do not replicate: delete in the destination "
        "what the source has not any more.",
    )


def test_keys_are_ordered_by_their_bytes_and_not_by_their_characters() -> None:
    # U+FF5E comes before U+1F600 in UTF-8, and after it in UTF-16.
    keys = ("\uff5e", "\U0001f600")

    assert equal(compare(stored(*keys), stored(*reversed(keys)))).verdict == "green"


OBJECTS = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 2), max_size=8)


@given(source=OBJECTS, destination=OBJECTS)
def test_two_listings_are_compared_as_two_mappings_would_be(
    source: dict[str, int], destination: dict[str, int]
) -> None:
    def listed(objects: dict[str, int]) -> list[StoredObject]:
        ordered = sorted(objects, key=lambda key: key.encode(errors="surrogatepass"))
        return [StoredObject(key=key, size=objects[key], at=NOON) for key in ordered]

    missing = [one.key for one in listed(source) if one.key not in destination]
    extra = [one.key for one in listed(destination) if one.key not in source]
    other = [
        one.key
        for one in listed(source)
        if one.key in destination and destination[one.key] != one.size
    ]
    assert compare(listed(source), listed(destination)) == Difference(
        source_count=len(source),
        destination_count=len(destination),
        missing_count=len(missing),
        extra_count=len(extra),
        other_count=len(other),
        missing=tuple(missing[:3]),
        extra=tuple(extra[:3]),
        other=tuple(other[:3]),
    )
