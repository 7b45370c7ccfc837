"""CloudFront forgets what it cached of the source: once for each occasion."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compiler.deploy.actions import describe, describe_undo
from compiler.deploy.outcome import Done, Failed
from tests.fakes.performer import INVALIDATE, NETWORK, Performer


@pytest.fixture
def performer() -> Performer:
    return Performer()


def what(performer: Performer) -> str:
    end = performer.do(INVALIDATE)
    assert isinstance(end, Done), end
    return end.what


def problem(performer: Performer) -> tuple[str, str]:
    end = performer.do(INVALIDATE)
    assert isinstance(end, Failed)
    return end.failure.code, end.failure.reason


def test_it_is_asked_once_and_waited_for(performer: Performer) -> None:
    assert what(performer) == "forgotten"
    assert what(performer) == "unchanged"

    assert performer.port.writes == [("invalidate", "us-east-1", "E123", "/*", "/media/*")]


def test_after_another_change_it_is_asked_anew(performer: Performer) -> None:
    what(performer)
    performer.change(NETWORK)

    assert what(performer) == "forgotten"
    assert len(performer.port.invalidations) == 2


@pytest.mark.parametrize("fault", ["busy", "lost"])
def test_an_aws_that_is_too_busy_makes_one(performer: Performer, fault: str) -> None:
    setattr(performer.port, fault, {"invalidate": 3, "invalidation": 2})

    assert what(performer) == "forgotten"
    assert len(performer.port.invalidations) == 1


def test_reads_that_lag_behind_make_one(performer: Performer) -> None:
    performer.port.hidden = {"invalidation": 4}

    assert what(performer) == "forgotten"
    assert len(performer.port.invalidations) == 1


def test_others_that_are_at_work_are_waited_for(performer: Performer) -> None:
    performer.port.too_many = 5

    assert what(performer) == "forgotten"
    assert "us-east-1 invalidate cache waiting for its turn" in performer.heard.lines


def test_others_are_not_waited_for_for_ever(performer: Performer) -> None:
    performer.port.too_many = 10_000

    assert problem(performer) == (
        "SF628",
        (
            "The distribution E123 takes no further invalidation: others are at work on it for 15 "
            "minutes."
        ),
    )


def test_one_that_takes_too_long_is_told_and_gone_on_with(performer: Performer) -> None:
    performer.port.invalidating = timedelta(minutes=40)

    assert problem(performer) == (
        "SF628",
        "The distribution E123 has not forgotten /media/*,/* after 30 minutes.",
    )
    assert what(performer) == "forgotten"
    assert len(performer.port.invalidations) == 1


def test_a_plan_says_what_it_does() -> None:
    assert describe(INVALIDATE) == "let CloudFront forget what it has cached of /media/*,/*"
    assert describe_undo(INVALIDATE) == ""
