"""Whether a replica follows, and whether it has replayed everything: by lags and their times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from compiler.deploy.gates.answer import Judgement, green, red, unknown
from compiler.deploy.gates.replicas import ReplicaReading, drained, streams
from compiler.deploy.gates.system import Database, Sample

MINUTE = timedelta(minutes=1)
FENCED = datetime(2026, 11, 24, 12, 0, 20, tzinfo=UTC)
REPLICA = Database(
    status="available",
    pending=(),
    parameter_groups={"shop": "in-sync"},
    backup_window="03:00-03:30",
    replicates="arn:aws:rds:us-east-1:111122223333:db:shop-prod-orders",
    replication="replicating",
)


def at(minute: int) -> datetime:
    """Return a full minute after noon."""
    return datetime(2026, 11, 24, 12, tzinfo=UTC) + minute * MINUTE


def lag(minute: int, seconds: float) -> Sample:
    return Sample(at=at(minute), lasts=MINUTE, lowest=seconds, highest=seconds, total=seconds)


def reading(
    *lags: Sample, engine: str = "mysql", now: int = 0, database: Database | None = REPLICA
) -> ReplicaReading:
    return ReplicaReading(
        name="shop-prod-orders", engine=engine, database=database, lags=lags, now=at(now)
    )


WANTED = "a lag of at most 60 s"
DRAINED = "all that was written before 12:00:20 UTC is replayed"
BROKEN = (
    "Wait a few minutes if the source was just restarted. Else read the replica's log and events in"
    " RDS; RDS ends a replication that stands still for 30 days, and then only a new generation "
    "helps."
)
BEHIND = (
    "Look at the replica's CPU, its storage's throughput and long transactions in the source; a "
    "replica with a smaller class than its source may never catch up."
)


def test_a_replica_streams_when_its_newest_lag_is_small_enough() -> None:
    assert streams(reading(lag(-2, 300), lag(-1, 0.4)), 60) == green(
        "a lag of 0.4 s at 11:59:00 UTC", WANTED
    )
    assert streams(reading(lag(-2, 0.4), lag(-1, 60)), 60) == green(
        "a lag of 60 s at 11:59:00 UTC", WANTED
    )


def test_a_replica_that_is_behind_does_not_stream() -> None:
    assert streams(reading(lag(-2, 0.4), lag(-1, 61)), 60) == red(
        "a lag of 61 s at 11:59:00 UTC", WANTED, BEHIND
    )


def test_the_lag_of_an_idle_postgres_rises_to_five_minutes_and_is_small_in_between() -> None:
    idle = [lag(-6, 240), lag(-5, 300), lag(-4, 2), lag(-3, 62), lag(-2, 122), lag(-1, 182)]

    assert streams(reading(*idle, engine="postgres"), 60) == green(
        "a lag of 2 s at 11:56:00 UTC", WANTED
    )
    assert streams(reading(*idle, engine="mysql"), 60) == red(
        "a lag of 182 s at 11:59:00 UTC", WANTED, BEHIND
    )


def test_a_postgres_whose_lag_was_small_too_long_ago_is_behind() -> None:
    behind = [lag(minute, 60.0 * (minute + 8)) for minute in range(-8, 0)]

    assert streams(reading(*behind, engine="postgres"), 60) == red(
        "a lag of 120 s at 11:54:00 UTC", WANTED, BEHIND
    )


def test_minus_one_is_broken_and_not_small() -> None:
    broken = red("replication is not active: a lag of -1 at 11:59:00 UTC", WANTED, BROKEN)

    assert streams(reading(lag(-2, 0), lag(-1, -1)), 60) == broken
    assert streams(reading(lag(-2, 0), lag(-1, -1), engine="postgres"), 60) == broken
    assert drained(reading(lag(2, 0), lag(3, -1), now=4), FENCED) == red(
        "replication is not active: a lag of -1 at 12:03:00 UTC", DRAINED, BROKEN
    )


def test_a_minute_that_has_both_a_lag_and_minus_one_is_broken() -> None:
    both = Sample(at=at(-1), lasts=MINUTE, lowest=-1, highest=3, total=2)

    assert streams(reading(both), 60).verdict == "red"


@pytest.mark.parametrize("age", [7, 60])
def test_an_old_sample_says_nothing_about_now(age: int) -> None:
    old = lag(-age, 0)

    assert streams(reading(old), 60) == unknown(
        f"no lag was measured in the last 5 minutes; the last is of {old.at:%H:%M:%S} UTC",
        WANTED,
        "Wait: a replica tells its lag some minutes after it was made or restarted. If none comes, "
        "look at the database shop-prod-orders in the RDS console.",
    )


def test_without_any_sample_nothing_is_known() -> None:
    assert streams(reading(), 60).verdict == "unknown"
    assert streams(reading(), 60).measured == (
        "no lag was measured in the last 5 minutes; none came"
    )


@pytest.mark.parametrize("judge", [lambda one: streams(one, 60), lambda one: drained(one, FENCED)])
def test_what_is_not_there_or_is_no_replica_does_not_follow(judge: object) -> None:
    assert callable(judge)
    absent, promoted = reading(lag(1, 0), now=2, database=None), replace(REPLICA, replicates="")

    assert judge(absent) == red(
        "there is no database shop-prod-orders",
        judge(absent).wanted,
        "Deploy the phase before once more.",
    )
    assert judge(reading(lag(1, 0), now=2, database=promoted)) == red(
        "shop-prod-orders is no replica",
        judge(absent).wanted,
        "If somebody promoted it, only a new generation of the replica follows the source again: "
        "raise the database's `generation` in the spec.",
    )


def test_what_rds_says_of_the_replication_counts_more_than_a_small_lag() -> None:
    failed = replace(REPLICA, replication="error", replication_message="Duplicate entry '7'")

    assert streams(reading(lag(-1, 0), database=failed), 60) == red(
        "replication is error: Duplicate entry '7'", WANTED, BROKEN
    )


def test_a_replica_is_drained_when_a_sample_less_its_lag_is_past_the_fence() -> None:
    assert drained(reading(lag(0, 0), lag(1, 40), now=2), FENCED) == green(
        "replayed up to 12:00:20 UTC: a lag of 40 s at 12:01:00 UTC", DRAINED
    )


def test_a_small_lag_of_before_the_fence_proves_nothing() -> None:
    # Sampled in the minute of the fence: perhaps before it.
    assert drained(reading(lag(-1, 0), lag(0, 0), now=1), FENCED) == red(
        "replayed up to 12:00:00 UTC: a lag of 0 s at 12:00:00 UTC",
        DRAINED,
        "Wait: CloudWatch tells of a sample a minute or two after it was taken.",
    )


def test_one_sample_proves_it_for_good() -> None:
    # Nobody writes any more, so the lag of a PostgreSQL rises again.
    later = [lag(5, 1), *(lag(6 + more, 61.0 + 60 * more) for more in range(3))]

    assert drained(reading(*later, engine="postgres", now=9), FENCED) == green(
        "replayed up to 12:04:59 UTC: a lag of 1 s at 12:05:00 UTC", DRAINED
    )


STILL_BEHIND = (
    "The replica is behind. Wait while its lag falls; if it does not, open the source again by "
    "going back to warm: nothing is lost."
)
IDLE = (
    "Wait: a PostgreSQL to which nobody writes reports up to five minutes of lag. If nothing is "
    "left to replay, it says so by 12:06:20 UTC."
)


@pytest.mark.parametrize(
    ("engine", "now", "remedy"),
    [
        ("postgres", 4, IDLE),
        ("mysql", 4, "Wait: CloudWatch tells of a sample a minute or two after it was taken."),
        ("postgres", 7, STILL_BEHIND),
        ("mysql", 7, STILL_BEHIND),
    ],
)
def test_what_to_do_depends_on_how_long_an_idle_database_may_seem_behind(
    engine: str, now: int, remedy: str
) -> None:
    found = drained(reading(lag(now - 1, 60.0 * now), engine=engine, now=now), FENCED)

    assert found == red(
        f"replayed up to 11:59:00 UTC: a lag of {60 * now} s at 12:0{now - 1}:00 UTC",
        DRAINED,
        remedy,
    )


def test_without_the_moment_of_the_fence_nothing_is_drained() -> None:
    assert drained(reading(lag(1, 0), now=2), None) == Judgement(
        verdict="unknown",
        measured="nobody knows yet when the last connection to the source was closed",
        wanted="all that was written before the fence is replayed",
        remedy="Let the gate of the connections become green first.",
    )
