"""What a bucket held before it replicated: one job, found again, and told how far it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compiler.deploy.actions import describe, describe_undo
from compiler.deploy.actions.port import Copy
from compiler.deploy.outcome import Done, Failed
from compiler.deploy.port import AwsError
from tests.fakes.performer import COPY, NETWORK, Performer

NOTHING = Copy(
    id="",
    status="Failed",
    reason="Manifest generation found no keys matching the filter criteria.",
)
REFUSED = Copy(id="", status="Failed", reason="Access denied while listing")
PARTLY = Copy(id="", status="Complete", total=1200, succeeded=1195, failed=5)
COPYING = "copying 1,200 objects, 300 so far"
WHOLE = Copy(id="", status="Complete", total=1200, succeeded=1200)


@pytest.fixture
def performer() -> Performer:
    made = Performer()
    made.aws.filled.add("shop-media")
    return made


def what(performer: Performer, *, undone: bool = False) -> str:
    end = performer.do(COPY, is_undone=undone)
    assert isinstance(end, Done), end
    return end.what


def problem(performer: Performer) -> tuple[str, str]:
    end = performer.do(COPY)
    assert isinstance(end, Failed)
    return end.failure.code, end.failure.reason


def test_a_job_is_waited_for_until_it_is_at_work_and_no_longer(performer: Performer) -> None:
    began = performer.clock.now()

    assert what(performer) == COPYING

    assert performer.clock.now() - began < timedelta(minutes=2)
    (job,) = performer.port.jobs.values()
    assert (job.wish.bucket, job.wish.destination, job.wish.prefix) == (
        "shop-media",
        "shop-media-eu",
        "",
    )
    assert job.wish.description == (
        f"stackferry shop-prod: what shop-media held before it replicated ({job.token[:-2]})"
    )
    assert len(job.token) <= 64


def test_a_job_at_work_is_not_started_again(performer: Performer) -> None:
    what(performer)

    assert what(performer) == "unchanged"
    assert len(performer.port.jobs) == 1


def test_a_job_that_is_through_is_told(performer: Performer) -> None:
    performer.port.copying = timedelta()
    performer.port.job_ends = [WHOLE]

    assert what(performer) == "copied 1,200 objects"
    assert what(performer) == "unchanged"


def test_when_the_rule_was_set_anew_what_was_written_meanwhile_is_copied(
    performer: Performer,
) -> None:
    what(performer)
    performer.later(days=3)
    performer.change(NETWORK)

    assert what(performer) == COPYING
    assert len(performer.port.jobs) == 2


def test_an_empty_bucket_needs_no_job(performer: Performer) -> None:
    performer.aws.filled.clear()

    assert what(performer) == "unchanged"
    assert performer.port.jobs == {}


def test_a_bucket_in_which_nothing_is_left_to_copy_is_no_failure(performer: Performer) -> None:
    performer.port.job_ends = [NOTHING]

    assert what(performer) == "nothing to copy"
    assert what(performer) == "unchanged"
    assert len(performer.port.jobs) == 1


def test_a_bucket_that_takes_long_to_list_is_left_to_it(performer: Performer) -> None:
    performer.port.listing = timedelta(hours=3)

    assert what(performer) == "listing what to copy"
    assert what(performer) == "listing what to copy"
    assert len(performer.port.jobs) == 1


def test_a_job_that_failed_is_told_with_what_s3_says_and_started_anew(
    performer: Performer,
) -> None:
    performer.port.job_ends = [REFUSED]

    assert problem(performer) == (
        "SF623",
        (
            'The job that copies what shop-media held before it replicated is "Failed": Access '
            "denied while listing."
        ),
    )
    assert what(performer) == COPYING
    tokens = [job.token for job in performer.port.jobs.values()]
    assert len(set(tokens)) == 2


def test_an_old_job_that_failed_is_not_taken_for_the_new_one(performer: Performer) -> None:
    performer.port.job_ends = [REFUSED]
    problem(performer)
    performer.port.hides_new_jobs = 5

    assert what(performer) == COPYING


def test_objects_that_could_not_be_copied_are_counted_and_tried_again(
    performer: Performer,
) -> None:
    performer.port.copying = timedelta()
    performer.port.job_ends = [PARTLY, WHOLE]

    assert problem(performer) == (
        "SF624",
        (
            "Of 1,200 objects that shop-media held before it replicated, 5 could not be handed to "
            "replication."
        ),
    )
    assert what(performer) == "copied 1,200 objects"


@pytest.mark.parametrize("fault", ["busy", "lost"])
def test_an_aws_that_is_too_busy_starts_one_job(performer: Performer, fault: str) -> None:
    setattr(performer.port, fault, {"copies": 2, "start_copy": 3})

    assert what(performer) == COPYING
    assert len(performer.port.jobs) == 1


def test_a_list_that_lags_behind_starts_one_job(performer: Performer) -> None:
    performer.port.hides_new_jobs = 5

    assert what(performer) == COPYING
    assert len(performer.port.jobs) == 1


def test_a_job_under_way_is_stopped_when_it_is_taken_back(performer: Performer) -> None:
    what(performer)
    performer.change(NETWORK)

    assert what(performer, undone=True) == "stopped copying"
    assert what(performer, undone=True) == "nothing to take back"


def test_a_copy_that_was_stopped_is_started_anew(performer: Performer) -> None:
    what(performer)
    what(performer, undone=True)

    assert what(performer) == COPYING
    assert len(performer.port.jobs) == 2


def test_a_copy_that_somebody_stops_is_told(performer: Performer) -> None:
    performer.port.job_ends = [Copy(id="", status="Cancelled")]

    assert problem(performer) == (
        "SF623",
        'The job that copies what shop-media held before it replicated is "Cancelled".',
    )


def test_a_refusal_is_translated(performer: Performer) -> None:
    performer.port.refuses["start_copy"] = AwsError(
        code="AccessDenied",
        reason="User: arn:aws:sts::111122223333:assumed-role/ops/me is not authorized to perform: "
        "s3:CreateJob",
        call="CreateJob",
    )

    end = performer.do(COPY)

    assert isinstance(end, Failed)
    assert end.failure.code == "SF529"
    assert end.failure.way_out == (
        'Allow s3:CreateJob to the role "ops" of the account 111122223333, and deploy again.'
    )


def test_a_plan_says_what_it_does() -> None:
    assert describe(COPY) == (
        "copy what the bucket shop-media held before it replicated to shop-media-eu (S3 Batch "
        "Replication)"
    )
    assert describe_undo(COPY) == (
        "stop copying what the bucket shop-media held before it replicated"
    )
