"""Jobs of S3 Batch Replication: found by their description, started once by their token."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compiler.deploy.actions.port import Copy, CopyWish
from compiler.deploy.port import AwsBusyError, AwsError
from tests.unit.deploy.aws.stubbed import ACCOUNT, HERE
from tests.unit.deploy.aws.stubbed_actions import NOW, port

BUCKET = "shop-media"
WISH = CopyWish(
    bucket=BUCKET,
    destination="shop-media-eu",
    prefix="",
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/shop-prod-media",
    description="stackferry shop-prod: what shop-media held",
)


def listed(id_: str, minutes: int, description: str = WISH.description) -> dict[str, object]:
    return {
        "JobId": id_,
        "Description": description,
        "Status": "Active",
        "CreationTime": NOW + timedelta(minutes=minutes),
        "ProgressSummary": {
            "TotalNumberOfTasks": 9,
            "NumberOfTasksSucceeded": 4,
            "NumberOfTasksFailed": 1,
        },
    }


def test_jobs_are_found_by_their_description_on_whatever_page() -> None:
    asked = {"AccountId": ACCOUNT, "MaxResults": 1000}
    with port("s3control") as (actions, stub):
        stub.add_response(
            "list_jobs",
            {"Jobs": [listed("job-old", 1), listed("job-other", 2, "mine")], "NextToken": "more"},
            asked,
        )
        stub.add_response(
            "list_jobs", {"Jobs": [listed("job-new", 3)]}, {**asked, "NextToken": "more"}
        )

        found = actions.copies(HERE, "stackferry shop-prod:")

    assert found == (
        Copy(id="job-new", status="Active", total=9, succeeded=4, failed=1),
        Copy(id="job-old", status="Active", total=9, succeeded=4, failed=1),
    )


def test_a_job_tells_why_it_failed() -> None:
    with port("s3control") as (actions, stub):
        stub.add_response(
            "describe_job",
            {
                "Job": {
                    "JobId": "job-1",
                    "Status": "Failed",
                    "FailureReasons": [
                        {"FailureCode": "ManifestNotFound", "FailureReason": "no keys"},
                        {"FailureCode": "Other"},
                    ],
                }
            },
            {"AccountId": ACCOUNT, "JobId": "job-1"},
        )

        assert actions.copy(HERE, "job-1") == Copy(
            id="job-1", status="Failed", reason="no keys; Other"
        )


@pytest.mark.parametrize("code", ["NotFoundException", "NoSuchJob"])
def test_a_job_that_is_not_known_is_none(code: str) -> None:
    with port("s3control") as (actions, stub):
        stub.add_client_error("describe_job", code)

        assert actions.copy(HERE, "job-1") is None


@pytest.mark.parametrize("prefix", ["", "media/"])
def test_a_copy_is_of_what_the_rule_is_about_and_has_not_been_replicated(prefix: str) -> None:
    narrowed = {"KeyNameConstraint": {"MatchAnyPrefix": [prefix]}} if prefix else {}
    wish = CopyWish(
        bucket=WISH.bucket,
        destination=WISH.destination,
        prefix=prefix,
        role_arn=WISH.role_arn,
        description=WISH.description,
    )
    with port("s3control") as (actions, stub):
        stub.add_response(
            "create_job",
            {"JobId": "job-1"},
            {
                "AccountId": ACCOUNT,
                "ConfirmationRequired": False,
                "Operation": {"S3ReplicateObject": {}},
                "Report": {"Enabled": False},
                "ClientRequestToken": "token-0",
                "Description": WISH.description,
                "Priority": 10,
                "RoleArn": WISH.role_arn,
                "ManifestGenerator": {
                    "S3JobManifestGenerator": {
                        "ExpectedBucketOwner": ACCOUNT,
                        "SourceBucket": f"arn:aws:s3:::{BUCKET}",
                        "Filter": {
                            "EligibleForReplication": True,
                            "ObjectReplicationStatuses": ["NONE", "FAILED"],
                            **narrowed,
                        },
                        "EnableManifestOutput": False,
                    }
                },
            },
        )

        assert actions.start_copy(HERE, wish, "token-0") == "job-1"


@pytest.mark.parametrize("has_ended", [True, False])
def test_a_copy_is_cancelled_unless_it_has_ended(*, has_ended: bool) -> None:
    with port("s3control") as (actions, stub):
        if has_ended:
            stub.add_client_error("update_job_status", "JobStatusException")
        else:
            stub.add_response(
                "update_job_status",
                {"JobId": "job-1"},
                {"AccountId": ACCOUNT, "JobId": "job-1", "RequestedJobStatus": "Cancelled"},
            )

        actions.cancel_copy(HERE, "job-1")


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("TooManyRequestsException", 400, AwsBusyError),
        ("InternalServiceException", 500, AwsBusyError),
        ("BadRequestException", 400, AwsError),
    ],
)
def test_a_refusal_tells_whether_it_may_be_asked_again(
    code: str, status: int, kind: type[AwsError]
) -> None:
    with port("s3control") as (actions, stub):
        stub.add_client_error("create_job", code, "said", http_status_code=status)

        with pytest.raises(AwsError) as raised:
            actions.start_copy(HERE, WISH, "token")

    assert (type(raised.value), raised.value.call) == (kind, "CreateJob")
