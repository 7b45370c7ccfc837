"""
S3 Batch Replication: jobs that copy what lay in a bucket before its rules did.

Source: S3 user guide, "Replicating existing objects with Batch Replication", "Tracking job status
and completion reports" and "Troubleshooting Batch Operations", and S3 API Reference, CreateJob,
2026-11. Of Batch Operations only this operation is played, with a generated manifest; reports are
not written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.s3.models import FakeDeleteMarker, s3_backends
from moto.s3control.exceptions import S3ControlError

from compiler.sandbox.behaviour.batch_roles import objection_to
from compiler.sandbox.behaviour.live_replication import copy_to, rules_for, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from compiler.sandbox.behaviour.course import Course
    from compiler.sandbox.engine.world import Place

ENDED = frozenset({"Cancelled", "Complete", "Failed"})
"""Statuses that a job keeps."""

_NOTHING = "Manifest generation found no keys matching the filter criteria."


class _RefusedError(S3ControlError):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


def create_job(course: Course, place: Place, given: Mapping[str, Any]) -> dict[str, Any]:
    """
    Take a job.

    Args:
        course: What goes on.
        place: The caller's account and region.
        given: The call's parameters.

    Returns:
        The job as DescribeJob tells it; the earlier one of that request token, if there is one.

    Raises:
        S3ControlError: The sandbox does not play such a job, or S3 would not take it.
    """
    jobs = course.jobs.setdefault(place, {})
    for job in jobs.values():
        if job["Token"] == given["ClientRequestToken"]:
            return job
    generator = (given.get("ManifestGenerator") or {}).get("S3JobManifestGenerator")
    if "S3ReplicateObject" not in given["Operation"] or generator is None:
        code = "BadRequestException"
        message = (
            "UnsupportedOperation: the sandbox plays S3ReplicateObject with a generated manifest"
        )
        raise _RefusedError(code, message)
    _refuse_bucket(place, str(generator["SourceBucket"]).rpartition(":")[2])
    account, region = place
    job_id = course.world.new_id()
    now = course.now()
    needs_word = bool(given.get("ConfirmationRequired", True))
    job = {
        "JobId": job_id,
        "JobArn": f"arn:aws:s3:{region}:{account}:job/{job_id}",
        "ConfirmationRequired": needs_word,
        "CreationTime": now,
        "Description": given.get("Description"),
        "ManifestGenerator": given["ManifestGenerator"],
        "Operation": given["Operation"],
        "Priority": given["Priority"],
        "ProgressSummary": {
            "TotalNumberOfTasks": 0,
            "NumberOfTasksSucceeded": 0,
            "NumberOfTasksFailed": 0,
        },
        "Report": given["Report"],
        "RoleArn": given["RoleArn"],
        "Status": "Preparing",
        "Token": given["ClientRequestToken"],
        "Due": now + course.pace(),
    }
    jobs[job_id] = job
    return job


def find_job(course: Course, place: Place, job_id: str) -> dict[str, Any]:
    """
    Return a job.

    Raises:
        S3ControlError: There is none of that id here.
    """
    found = course.jobs.get(place, {}).get(job_id)
    if found is None:
        code, message = "NotFoundException", "The specified job does not exist."
        raise _RefusedError(code, message)
    return found


def set_status(course: Course, job: dict[str, Any], wanted: str, reason: str | None) -> None:
    """
    Let a job that waits for its confirmation go on, or cancel it.

    Raises:
        S3ControlError: It is in no status for that.
    """
    fits = job["Status"] not in ENDED and (wanted == "Cancelled" or job["Status"] == "Suspended")
    if wanted not in {"Cancelled", "Ready"} or not fits:
        code = "JobStatusException"
        message = f"A job in the status {job['Status']} cannot be set to {wanted}."
        raise _RefusedError(code, message)
    job["StatusUpdateReason"] = reason
    job["Status"] = wanted
    if wanted == "Ready":
        job["ConfirmationRequired"] = False
        job["Due"] = course.now() + course.pace()
    else:
        job["TerminationDate"] = course.now()


def see_jobs(course: Course) -> None:
    """Take every job as far as it would be by now."""
    now = course.now()
    for (account, _), jobs in list(course.jobs.items()):
        for job in list(jobs.values()):
            if job["Status"] in ENDED or job["Status"] == "Suspended":
                continue
            if now < job["Due"]:
                halfway = job["Due"] - course.pace() / 2
                job["Status"] = "Active" if now >= halfway else job["Status"]
            elif job["ConfirmationRequired"]:
                job["Status"] = "Suspended"
                job["SuspendedCause"] = "AwaitingConfirmation"
                job["SuspendedDate"] = now
            else:
                _run(course, account, job)


def _run(course: Course, account: str, job: dict[str, Any]) -> None:
    job["TerminationDate"] = course.now()
    generator = job["ManifestGenerator"]["S3JobManifestGenerator"]
    bucket = str(generator["SourceBucket"]).rpartition(":")[2]
    if course.faults.holds("job-fails", bucket):
        _fail(job, "AccessDenied", "The role may not read the configuration of the source bucket.")
        return
    if objection := objection_to(str(job["RoleArn"]), bucket):
        _fail(job, "AccessDenied", objection)
        return
    found = list(_eligible(account, bucket, generator.get("Filter") or {}))
    if not found:
        _fail(job, "ManifestGenerationFailed", _NOTHING)
        return
    done = [
        all([copy_to(course, key, bucket, rule) for rule in rules])  # noqa: C419 -- each is tried
        for key, rules in found
    ]
    job["Status"] = "Complete"
    job["ProgressSummary"] = {
        "TotalNumberOfTasks": len(done),
        "NumberOfTasksSucceeded": sum(done),
        "NumberOfTasksFailed": len(done) - sum(done),
    }


def _fail(job: dict[str, Any], code: str, reason: str) -> None:
    job["Status"] = "Failed"
    job["FailureReasons"] = [{"FailureCode": code, "FailureReason": reason}]


def _eligible(
    account: str, bucket: str, chosen: Mapping[str, Any]
) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Yield the objects that a generated manifest would list, with the rules that are for them."""
    held = _bucket(account, bucket)
    replication = getattr(held, "replication", None)
    if held is None or not replication:
        return
    statuses = set(chosen.get("ObjectReplicationStatuses") or ())
    prefixes = (chosen.get("KeyNameConstraint") or {}).get("MatchAnyPrefix") or [""]
    for name in list(held.keys):
        if not any(str(name).startswith(prefix) for prefix in prefixes):
            continue
        for key in held.keys.getlist(name):
            if isinstance(key, FakeDeleteMarker):
                continue
            if statuses and (status_of(key) or "NONE") not in statuses:
                continue
            if not _is_between(key, chosen):
                continue
            if rules := rules_for(key, bucket, replication):
                yield key, rules


def _is_between(key: Any, chosen: Mapping[str, Any]) -> bool:  # noqa: ANN401 -- moto's `FakeKey`
    written: datetime = key.last_modified
    before, after = (chosen.get(name) for name in ("CreatedBefore", "CreatedAfter"))
    return (before is None or written < before.replace(tzinfo=None)) and (
        after is None or written > after.replace(tzinfo=None)
    )


def _bucket(account: str, name: str) -> Any:  # noqa: ANN401 -- moto's `FakeBucket`
    partition, owner = s3_backends.bucket_accounts.get(name, ("", ""))
    return s3_backends[owner][partition].buckets.get(name) if owner == account else None


def _refuse_bucket(place: Place, bucket: str) -> None:
    """Refuse a source that is not there, or in another region than the job."""
    held = _bucket(place[0], bucket)
    if held is None or held.region_name != place[1]:
        code = "InvalidRequest"
        message = f"The source bucket {bucket} must exist in the region of the job."
        raise _RefusedError(code, message)
