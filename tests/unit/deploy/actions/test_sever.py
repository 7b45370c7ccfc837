"""Open connections: ended by one reboot of the fenced database, whose replica must follow again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.actions import MustUndo, describe, describe_undo
from compiler.deploy.outcome import Done, Failed
from compiler.deploy.port import AwsError, Place
from tests.fakes.migration import ACCOUNT
from tests.fakes.performer import HERE, NETWORK, SEVER, THERE, Performer

if TYPE_CHECKING:
    from tests.fakes.actions import FakeDatabase

NAME, REPLICA = "shop-prod-catalog", "shop-prod-catalog-replica"


@pytest.fixture
def performer() -> Performer:
    made = Performer()
    made.port.add_database(HERE, NAME, (THERE, REPLICA))
    made.port.add_database(THERE, REPLICA, replication="replicating")
    return made


def source(performer: Performer) -> FakeDatabase:
    return performer.port.databases["us-east-1", NAME]


def what(performer: Performer) -> str:
    end = performer.do(SEVER)
    assert isinstance(end, Done), end
    return end.what


def problem(performer: Performer) -> Failed:
    end = performer.do(SEVER)
    assert isinstance(end, Failed)
    return end


def test_it_is_rebooted_once_and_waited_for(performer: Performer) -> None:
    assert what(performer) == "rebooted"

    assert len(source(performer).reboots) == 1
    assert performer.port.writes == [("reboot", "us-east-1", NAME)]
    assert performer.heard.lines == [
        "us-east-1 sever connections catalog started",
        "us-east-1 sever connections catalog rebooting",
        "us-east-1 sever connections catalog Done",
    ]


def test_a_database_that_restarted_since_the_fence_is_left_alone(performer: Performer) -> None:
    what(performer)

    assert what(performer) == "unchanged"
    assert len(source(performer).reboots) == 1


def test_a_restart_before_the_fence_ended_no_connection(performer: Performer) -> None:
    what(performer)
    performer.later(minutes=5)
    performer.change(NETWORK)

    assert what(performer) == "rebooted"
    assert len(source(performer).reboots) == 2


def test_a_reboot_that_is_under_way_is_followed(performer: Performer) -> None:
    performer.port.reboot(HERE, NAME)

    assert what(performer) == "rebooted"
    assert len(source(performer).reboots) == 1


@pytest.mark.parametrize("rebooting", [5, 60, 600])
def test_a_request_whose_answer_was_lost_is_not_made_twice(
    performer: Performer, rebooting: int
) -> None:
    performer.port.rebooting = timedelta(seconds=rebooting)
    performer.port.lost = {"reboot": 1}

    assert what(performer) == "rebooted"
    assert len(source(performer).reboots) == 1


def test_an_event_that_comes_late_makes_no_second_reboot(performer: Performer) -> None:
    performer.port.lost = {"reboot": 1}
    performer.port.rebooting = timedelta(seconds=2)
    performer.port.hidden = {"has_restarted": 4}

    assert what(performer) == "rebooted"
    assert len(source(performer).reboots) == 1


def test_a_request_that_aws_never_took_is_made_again(performer: Performer) -> None:
    performer.port.busy = {"reboot": 3, "has_restarted": 2, "database": 2}

    assert what(performer) == "rebooted"
    assert len(source(performer).reboots) == 1


def test_aws_is_not_asked_for_ever(performer: Performer) -> None:
    performer.port.busy = {"reboot": 10_000}

    assert problem(performer).failure.reason == (
        "The database shop-prod-catalog takes no reboot: AWS did not answer 16 requests."
    )


def test_a_backup_is_waited_for(performer: Performer) -> None:
    found = source(performer)
    found.busy, found.busy_until = "backing-up", performer.clock.now() + timedelta(minutes=3)

    assert what(performer) == "rebooted"
    assert "us-east-1 sever connections catalog waiting: backing-up" in performer.heard.lines


def test_a_backup_is_not_waited_for_for_ever(performer: Performer) -> None:
    source(performer).busy = "backing-up"

    end = problem(performer)

    assert (type(end), end.failure.code) == (Failed, "SF625")
    assert end.failure.reason == (
        'The database shop-prod-catalog is "backing-up" for 5 minutes, and can be rebooted only '
        "when it is available."
    )
    assert performer.port.writes == []


def test_a_broken_database_is_not_waited_for(performer: Performer) -> None:
    source(performer).busy = "storage-full"
    began = performer.clock.now()

    assert problem(performer).failure.reason == (
        'The database shop-prod-catalog is "storage-full", and cannot be rebooted.'
    )
    assert performer.clock.now() - began < timedelta(seconds=5)


def test_a_database_that_is_not_there_is_told(performer: Performer) -> None:
    performer.port.databases.clear()

    assert problem(performer).failure.reason == (
        "There is no database shop-prod-catalog in us-east-1."
    )


def test_a_refusal_of_the_reboot_is_told(performer: Performer) -> None:
    performer.port.refuses["reboot"] = AwsError(
        code="AccessDenied",
        reason="User is not authorized to perform: rds:RebootDBInstance",
        call="RebootDBInstance",
    )

    failure = problem(performer).failure

    assert (failure.code, failure.reason) == (
        "SF529",
        "RebootDBInstance: User is not authorized to perform: rds:RebootDBInstance",
    )


def test_somebody_who_is_quicker_is_followed(performer: Performer) -> None:
    def reboot() -> None:
        performer.port.at_call = {}
        performer.port.reboot(HERE, NAME)

    # The fourth call of the action itself: formed, has_restarted, has_restarted, database, reboot.
    performer.port.at_call = {5: reboot}

    assert what(performer) == "rebooted"
    assert len(source(performer).reboots) == 1


def test_a_database_that_does_not_come_back_ends_the_fence(performer: Performer) -> None:
    performer.port.rebooting = timedelta(hours=2)

    end = problem(performer)

    assert (type(end), end.failure.code) == (MustUndo, "SF626")
    assert end.failure.reason == (
        "The database shop-prod-catalog is not seen to have restarted and to be available 15 "
        "minutes after it was to reboot."
    )
    assert end.took < timedelta(minutes=17)


@pytest.mark.parametrize(
    ("replication", "when", "said"),
    [
        (
            "error",
            "5 minutes after",
            'its replica shop-prod-catalog-replica in eu-central-1 is "error": the log is gone',
        ),
        (
            "terminated",
            "After",
            'its replica shop-prod-catalog-replica in eu-central-1 is "terminated"',
        ),
    ],
)
def test_a_replica_that_does_not_follow_again_ends_the_fence(
    performer: Performer, replication: str, when: str, said: str
) -> None:
    performer.port.breaks_at_reboot = replication

    end = problem(performer)

    assert (type(end), end.failure.code) == (MustUndo, "SF627")
    assert end.failure.reason == f"{when} the reboot of shop-prod-catalog, {said}."
    assert end.failure.way_out.startswith("The fence is taken back, so that the source serves")


def test_a_replica_that_is_gone_ends_the_fence(performer: Performer) -> None:
    source(performer).replicas = ()

    end = problem(performer)

    assert isinstance(end, MustUndo)
    assert end.failure.reason == (
        "5 minutes after the reboot of shop-prod-catalog, shop-prod-catalog has no replica in "
        "eu-central-1."
    )


def test_a_replica_that_takes_a_while_to_follow_again_is_waited_for(performer: Performer) -> None:
    performer.port.breaks_at_reboot = "error"
    performer.port.heals_after = timedelta(minutes=3)

    assert what(performer) == "rebooted"
    assert "us-east-1 sever connections catalog waiting for the replica" in performer.heard.lines


def test_replicas_elsewhere_do_not_count(performer: Performer) -> None:
    third = Place(account=ACCOUNT, region="ap-south-1")
    performer.port.add_database(third, "other", replication="error")
    source(performer).replicas = ((third, "other"), (THERE, REPLICA))

    assert what(performer) == "rebooted"


def test_a_run_after_one_that_gave_up_on_the_replica_reboots_nothing(performer: Performer) -> None:
    performer.port.breaks_at_reboot = "error"
    assert isinstance(problem(performer), MustUndo)

    performer.port.databases["eu-central-1", REPLICA].replication = "replicating"

    assert what(performer) == "unchanged"
    assert len(source(performer).reboots) == 1


def test_without_knowing_since_when_it_is_fenced_nothing_is_rebooted(performer: Performer) -> None:
    performer.port.stacks.clear()

    end = problem(performer)

    assert end.failure.code == "SF620"
    assert performer.port.writes == []


def test_nothing_is_taken_back(performer: Performer) -> None:
    end = performer.undo(SEVER)

    assert isinstance(end, Done)
    assert (end.what, performer.port.calls) == ("nothing to take back", [])
    assert describe_undo(SEVER) == ""


def test_a_plan_says_what_it_does() -> None:
    assert describe(SEVER) == (
        "reboot the database shop-prod-catalog, so that connections that are open end; nobody is "
        "served meanwhile"
    )
