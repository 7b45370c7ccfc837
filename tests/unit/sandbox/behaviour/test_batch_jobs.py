"""S3 Batch Replication copies what lay in a bucket before its rules did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox.behaviour_ground import Behaving, behaving
from tests.unit.sandbox.buckets_ground import (
    DESTINATION,
    HERE,
    RULE,
    SOURCE,
    THERE,
    arrived,
    batch_role,
    buckets,
    put,
    replicating,
    status,
)
from tests.unit.sandbox.handlers_ground import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(name="s3")
def _s3() -> Iterator[Behaving]:
    with behaving() as found:
        buckets()
        batch_role()
        yield found


def create(*, there: bool = False, **changed: Any) -> str:  # noqa: ANN401 -- JSON
    chosen = {"EligibleForReplication": True, "ObjectReplicationStatuses": ["NONE", "FAILED"]}
    asked = {
        "AccountId": ACCOUNT,
        "ConfirmationRequired": False,
        "Operation": {"S3ReplicateObject": {}},
        "Report": {"Enabled": False},
        "ClientRequestToken": "once",
        "Description": "what lay there",
        "Priority": 10,
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/batch",
        "ManifestGenerator": {
            "S3JobManifestGenerator": {
                "SourceBucket": f"arn:aws:s3:::{SOURCE}",
                "EnableManifestOutput": False,
                "Filter": chosen,
            }
        },
    }
    control = (THERE if there else HERE).client("s3control")
    return str(control.create_job(**{**asked, **changed})["JobId"])


def job(job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = HERE.client("s3control").describe_job(AccountId=ACCOUNT, JobId=job_id)
    return dict(found["Job"])


def counts(found: dict[str, Any]) -> tuple[int, int, int]:
    progress = found["ProgressSummary"]
    names = ("TotalNumberOfTasks", "NumberOfTasksSucceeded", "NumberOfTasksFailed")
    total, succeeded, failed = (progress[name] for name in names)
    return total, succeeded, failed


@pytest.mark.usefixtures("s3")
def test_a_job_copies_what_lay_there_before_and_nothing_else() -> None:
    put("old.txt")
    put("older/x.txt")
    replicating()
    put("new.txt")

    found = job(create())

    assert (found["Status"], counts(found)) == ("Complete", (2, 2, 0))
    assert arrived() == ["new.txt", "old.txt", "older/x.txt"]
    assert status("old.txt") == "COMPLETED"


def test_a_job_takes_as_long_as_a_stack() -> None:
    with behaving(pace=120) as s3:
        buckets()
        batch_role()
        put("old.txt")
        replicating()
        job_id = create()
        seen = [job(job_id)["Status"]]
        for _ in range(2):
            s3.wait()
            seen.append(job(job_id)["Status"])

    assert seen == ["Preparing", "Active", "Complete"]


@pytest.mark.usefixtures("s3")
def test_the_same_token_makes_one_job() -> None:
    replicating()

    assert create() == create()
    assert create(ClientRequestToken="twice") != create()


@pytest.mark.usefixtures("s3")
def test_a_job_that_finds_nothing_fails() -> None:
    replicating()
    put("new.txt")

    found = job(create())

    assert (found["Status"], found["FailureReasons"][0]["FailureReason"]) == (
        "Failed",
        "Manifest generation found no keys matching the filter criteria.",
    )


def test_objects_that_cannot_be_copied_are_counted(s3: Behaving) -> None:
    put("old.txt")
    replicating()
    s3.faults.ask("replication-fails", SOURCE)

    found = job(create())

    assert (found["Status"], counts(found), arrived()) == ("Complete", (1, 0, 1), [])


def test_a_job_can_be_asked_to_fail(s3: Behaving) -> None:
    put("old.txt")
    replicating()
    s3.faults.ask("job-fails", SOURCE)

    found = job(create())

    assert (found["Status"], found["FailureReasons"][0]["FailureCode"], arrived()) == (
        "Failed",
        "AccessDenied",
        [],
    )


@pytest.mark.usefixtures("s3")
def test_what_failed_before_is_copied_by_a_later_job(s3: Behaving) -> None:
    replicating()
    s3.faults.ask("replication-fails", SOURCE)
    put("a.txt")
    before = status("a.txt")
    s3.faults.end("replication-fails", SOURCE)
    create()

    assert (before, status("a.txt"), arrived()) == ("FAILED", "COMPLETED", ["a.txt"])


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize(
    ("statuses", "expected"), [(("NONE",), "Failed"), (("REPLICA",), "Complete")]
)
def test_a_replica_is_copied_only_where_the_job_says_so(
    statuses: tuple[str, ...], expected: str
) -> None:
    replicating()
    put("a.txt")
    THERE.client("s3").put_bucket_replication(
        Bucket=DESTINATION,
        ReplicationConfiguration={
            "Role": f"arn:aws:iam::{ACCOUNT}:role/replication",
            "Rules": [{**RULE, "Destination": {"Bucket": f"arn:aws:s3:::{SOURCE}"}}],
        },
    )
    generator = {
        "SourceBucket": f"arn:aws:s3:::{DESTINATION}",
        "EnableManifestOutput": False,
        "Filter": {"ObjectReplicationStatuses": list(statuses)},
    }

    made = create(there=True, ManifestGenerator={"S3JobManifestGenerator": generator})

    found = THERE.client("s3control").describe_job(AccountId=ACCOUNT, JobId=made)["Job"]
    assert found["Status"] == expected


@pytest.mark.usefixtures("s3")
def test_a_job_that_needs_a_word_waits_for_it() -> None:
    put("old.txt")
    replicating()
    job_id = create(ConfirmationRequired=True)
    before = job(job_id)["Status"]
    HERE.client("s3control").update_job_status(
        AccountId=ACCOUNT, JobId=job_id, RequestedJobStatus="Ready"
    )

    assert (before, job(job_id)["Status"], arrived()) == ("Suspended", "Complete", ["old.txt"])


def test_a_job_can_be_cancelled_before_it_ends() -> None:
    with behaving(pace=120) as s3:
        buckets()
        batch_role()
        put("old.txt")
        replicating()
        job_id, control = create(), HERE.client("s3control")
        control.update_job_status(AccountId=ACCOUNT, JobId=job_id, RequestedJobStatus="Cancelled")
        s3.wait(3)
        with pytest.raises(ClientError) as refused:
            control.update_job_status(
                AccountId=ACCOUNT, JobId=job_id, RequestedJobStatus="Cancelled"
            )
        seen = job(job_id)["Status"], arrived()

    assert seen == ("Cancelled", [])
    assert refused.value.response["Error"]["Code"] == "JobStatusException"


@pytest.mark.usefixtures("s3")
def test_jobs_are_listed_newest_first_in_their_own_region() -> None:
    replicating()
    first, second = create(), create(ClientRequestToken="twice", Description="again")

    here = HERE.client("s3control").list_jobs(AccountId=ACCOUNT)["Jobs"]
    failed = HERE.client("s3control").list_jobs(AccountId=ACCOUNT, JobStatuses=["Active"])
    one = HERE.client("s3control").list_jobs(AccountId=ACCOUNT, MaxResults=1)
    two = HERE.client("s3control").list_jobs(AccountId=ACCOUNT, NextToken=one["NextToken"])

    assert [(each["JobId"], each["Description"]) for each in here] == [
        (second, "again"),
        (first, "what lay there"),
    ]
    assert failed["Jobs"] == []
    assert [each["JobId"] for each in (*one["Jobs"], *two["Jobs"])] == [second, first]
    assert THERE.client("s3control").list_jobs(AccountId=ACCOUNT)["Jobs"] == []


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("BadRequestException", {"Operation": {"S3DeleteObjectTagging": {}}}),
        (
            "InvalidRequest",
            {
                "ManifestGenerator": {
                    "S3JobManifestGenerator": {
                        "SourceBucket": "arn:aws:s3:::missing",
                        "EnableManifestOutput": False,
                    }
                }
            },
        ),
    ],
)
def test_a_job_that_cannot_be_is_refused(code: str, changed: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as refused:
        create(**changed)

    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"service": "s3.amazonaws.com"}, "does not trust batchoperations.s3.amazonaws.com."),
        (
            {"out": "s3:InitiateReplication"},
            "does not have permission to s3:InitiateReplication on arn:aws:s3:::orders-here/*.",
        ),
        (
            {"out": "s3:PutInventoryConfiguration"},
            "does not have permission to s3:PutInventoryConfiguration on arn:aws:s3:::orders-here.",
        ),
    ],
)
def test_a_job_whose_role_may_not_replicate_fails(changed: dict[str, str], said: str) -> None:
    with behaving():
        buckets()
        role = batch_role(**changed)
        put("old.txt")
        replicating()

        found = job(create())

        assert (found["Status"], arrived()) == ("Failed", [])
        assert found["FailureReasons"][0]["FailureReason"] == f"The role {role} {said}"


@pytest.mark.usefixtures("s3")
def test_a_job_of_a_role_that_is_none_fails() -> None:
    replicating()

    found = job(create(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/none"))

    reason = f"The role arn:aws:iam::{ACCOUNT}:role/none does not exist."
    assert (found["Status"], found["FailureReasons"][0]["FailureReason"]) == ("Failed", reason)


@pytest.mark.usefixtures("s3")
def test_a_job_that_is_none_is_not_found() -> None:
    with pytest.raises(ClientError) as refused:
        job("missing")

    assert refused.value.response["Error"]["Code"] == "NotFoundException"
