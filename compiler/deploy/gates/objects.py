"""Have the objects of a bucket arrived in the other one, and are they the same there?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.gates.answer import (
    Judgement,
    clock_time,
    counted,
    green,
    red,
    some,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from compiler.deploy.gates.system import BatchJob, Rule, Sample, StoredObject

LOOK_BACK = timedelta(days=14)
"""How far back failures are counted where nobody copied what was there before."""

PENDING = timedelta(minutes=15)
"""So long an object may take to replicate (S3 user guide, "Replication Time Control", read
2026-11-24): one that was written before is behind."""

_EXAMPLES = 3

_NO_KEYS = "found no keys matching the filter criteria"
"""How S3 fails a job that has nothing to copy (user guide, "Troubleshoot Batch Operations", read
2026-11-24)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationReading:
    """
    What was read about the replication of a bucket.

    Attributes:
        rule: Id of the rule that it is to have.
        destination: Name of the bucket that it is to replicate to.
        rules: The rules that it has.
        jobs: Jobs that copied what it held before, oldest first.
        failed: `OperationsFailedReplication` since the newest of these jobs was made.
        pending_bytes: `BytesPendingReplication`, oldest first.
        left_behind: Where no such job is known: how what it holds since `PENDING` differs from what
            its destination holds; `None` where one is.
    """

    rule: str
    destination: str
    rules: tuple[Rule, ...]
    jobs: tuple[BatchJob, ...]
    failed: tuple[Sample, ...]
    pending_bytes: tuple[Sample, ...]
    left_behind: Difference | None


def failures_since(jobs: tuple[BatchJob, ...], now: datetime) -> datetime:
    """
    Return since when failures count.

    A job replicates what failed before it, too, so older failures are mended.
    """
    return jobs[-1].made if jobs else now - LOOK_BACK


def replicated(reading: ReplicationReading) -> Judgement:
    """
    Tell whether everything that a bucket holds was replicated, as S3 tells of it.

    What is pending is told and not waited for: the metric lags behind, and `equal` compares.
    """
    wanted = "no failed operation, and what was there before copied"
    wrong = _without_rule(reading, wanted)
    if wrong is not None:
        return wrong
    job = reading.jobs[-1] if reading.jobs else None
    left = reading.left_behind
    if job is None and left is not None and left.missing_count:
        return red(
            f"no job is known that copied what was there before the replication, and "
            f"{counted(left.missing_count, 'object')} of {left.source_count:,} that were written "
            f"more than {PENDING.seconds // 60} minutes ago are not in the destination "
            f"({some(left.missing)})",
            wanted,
            "Deploy the phase once more: it starts such a job where it finds none. S3 forgets one "
            "90 days after its end.",
        )
    if job is not None and not _is_through(job):
        return _job_is_not_done(job, wanted)
    failed = round(sum(one.total for one in reading.failed))
    copied = (
        f"{counted(job.succeeded, 'object')} copied by job {job.id}"
        if job
        else "nothing left behind"
    )
    measured = f"{counted(failed, 'failed operation')}, {copied}"
    notes = tuple(_pending(reading.pending_bytes))
    if failed:
        return red(
            measured,
            wanted,
            "S3 does not try these again by itself. See what failed (the role's rights, the "
            "destination's key), then copy once more by a job of S3 Batch Replication.",
            *notes,
        )
    return green(measured, wanted, *notes)


def _without_rule(reading: ReplicationReading, wanted: str) -> Judgement | None:
    found = {one.id: one for one in reading.rules}.get(reading.rule)
    if found is None or not found.is_enabled or found.destination != reading.destination:
        problem = (
            f"there is no rule {reading.rule}"
            if found is None
            else f"the rule {reading.rule} is disabled"
            if not found.is_enabled
            else f"the rule {reading.rule} replicates to {found.destination}"
        )
        remedy = "Deploy the phase once more, and search for drift."
        return red(problem, wanted, remedy)
    if not found.is_measured:
        return unknown(
            f"S3 measures nothing of the rule {reading.rule}",
            wanted,
            "Turn its metrics on, as the template does, and search for drift.",
        )
    return None


def _is_through(job: BatchJob) -> bool:
    if job.status == "Failed":
        return _NO_KEYS in job.reason
    return job.status == "Complete" and not job.failed


def _job_is_not_done(job: BatchJob, wanted: str) -> Judgement:
    done = f"{job.succeeded:,} copied, {job.failed:,} failed"
    measured = f"job {job.id} is {job.status}: {done}"
    if job.status == "Complete":
        remedy = (
            "Read the job's completion report, mend the cause, and copy once more by a new job."
        )
    elif job.status in {"Cancelled", "Cancelling", "Failed", "Failing", "Suspended", "Paused"}:
        remedy = "See in the S3 console why, and deploy the phase once more."
    else:
        remedy = "Wait until it is complete; `stackferry gate` can do so with --wait."
    return red(measured, wanted, remedy)


def _pending(samples: tuple[Sample, ...]) -> Iterator[str]:
    if samples:
        last = samples[-1]
        number = counted(round(last.highest), "byte")
        yield f"{number} pending at {clock_time(last.at)}; not waited for."


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    How two listings differ.

    Attributes:
        source_count: Objects in the source.
        destination_count: Objects in the destination.
        missing_count: Objects of the source that the destination has not.
        extra_count: Objects that only the destination has.
        other_count: Objects that both have, of different sizes.
        missing: The first keys of those that are missing.
        extra: The first keys of those that only the destination has.
        other: The first keys of those with different sizes.
    """

    source_count: int
    destination_count: int
    missing_count: int
    extra_count: int
    other_count: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    other: tuple[str, ...]


def compare(source: Iterable[StoredObject], destination: Iterable[StoredObject]) -> Difference:
    """
    Compare two listings, each in the order of its keys' UTF-8 bytes.

    Holds one object of each at a time, so that millions of objects need no memory.
    """
    counts = {"source": 0, "destination": 0, "missing": 0, "extra": 0, "other": 0}
    keys: dict[str, list[str]] = {"missing": [], "extra": [], "other": []}

    def found(kind: str, key: str) -> None:
        counts[kind] += 1
        if len(keys[kind]) < _EXAMPLES:
            keys[kind].append(key)

    ours, theirs = iter(source), iter(destination)
    one, other = next(ours, None), next(theirs, None)
    while one is not None or other is not None:
        # Neither is an empty text: that is no key.
        here = one.key.encode() if one is not None else b""
        there = other.key.encode() if other is not None else b""
        if one is not None and (other is None or here < there):
            found("missing", one.key)
        elif other is not None and (one is None or there < here):
            found("extra", other.key)
        elif one is not None and other is not None and one.size != other.size:
            found("other", one.key)
        is_ours = one is not None and (other is None or here <= there)
        is_theirs = other is not None and (one is None or there <= here)
        if is_ours:
            counts["source"] += 1
            one = next(ours, None)
        if is_theirs:
            counts["destination"] += 1
            other = next(theirs, None)
    return Difference(
        source_count=counts["source"],
        destination_count=counts["destination"],
        missing_count=counts["missing"],
        extra_count=counts["extra"],
        other_count=counts["other"],
        missing=tuple(keys["missing"]),
        extra=tuple(keys["extra"]),
        other=tuple(keys["other"]),
    )


def equal(found: Difference) -> Judgement:
    """Tell whether two buckets hold the same objects, by key and size."""
    wanted = "the same objects on both sides"
    measured = (
        f"{counted(found.source_count, 'object')} in the source, "
        f"{found.destination_count:,} in the destination"
    )
    problems = tuple(
        f"{count:,} {what} ({some(keys)})"
        for count, what, keys in (
            (found.missing_count, "missing in the destination", found.missing),
            (found.other_count, "of another size there", found.other),
            (found.extra_count, "only there", found.extra),
        )
        if count
    )
    if not problems:
        return green(measured, wanted)
    remedies = []
    if found.missing_count or found.other_count:
        remedies.append(
            "Wait for what is pending; what failed is copied by a job of S3 Batch Replication."
        )
    if found.extra_count:
        remedies.append(
            "Deletions of a version and by lifecycle rules do not replicate: delete in the "
            "destination what the source has not any more."
        )
    return red(f"{measured}: {'; '.join(problems)}", wanted, " ".join(remedies))
