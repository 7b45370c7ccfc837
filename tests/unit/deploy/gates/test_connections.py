"""Whether nobody is connected to the fenced database, and since when nothing can have written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from compiler.deploy.gates.answer import green, red, unknown
from compiler.deploy.gates.connections import ConnectionsReading, gone, severed
from compiler.deploy.gates.system import Sample

MINUTE = timedelta(minutes=1)
CLOSED = datetime(2026, 11, 24, 12, 0, 20, tzinfo=UTC)


def at(minute: int) -> datetime:
    return datetime(2026, 11, 24, 12, minute, tzinfo=UTC)


def reading(
    *counts: int,
    closed: datetime | None = CLOSED,
    restarted: datetime | None = None,
    now: int | None = None,
) -> ConnectionsReading:
    """Count connections in the minutes from noon."""
    return ConnectionsReading(
        name="shop-prod-orders",
        samples=tuple(
            Sample(at=at(minute), lasts=MINUTE, lowest=count, highest=count, total=count)
            for minute, count in enumerate(counts)
        ),
        closed=closed,
        restarted=restarted,
        now=at(len(counts) if now is None else now),
    )


def test_nobody_is_connected_when_a_count_after_the_access_was_closed_says_so() -> None:
    assert gone(reading(12, 3, 0)) == green("0 connections at 12:02:00 UTC", "no connection")


def test_who_is_still_connected_is_to_be_severed() -> None:
    assert gone(reading(12, 1)) == red(
        "1 connection at 12:01:00 UTC",
        "no connection",
        "Sever them: restart shop-prod-orders, as the transition into the fence does. Nobody can "
        "connect anew while the access is closed.",
    )


def test_who_came_in_after_a_restart_found_a_way_that_is_open() -> None:
    restarted = CLOSED + timedelta(seconds=30)

    assert gone(reading(12, 1, restarted=restarted)) == red(
        "1 connection at 12:01:00 UTC",
        "no connection",
        "shop-prod-orders restarted at 12:00:50 UTC, so who is connected came in after that. See "
        "in pg_stat_activity, or by SHOW PROCESSLIST, who it is, and close that way in; if it is "
        "the replica alone, go on with --force.",
    )
    assert gone(reading(12, 1, restarted=at(2))).remedy.startswith("Sever them: ")


def test_a_count_of_before_the_access_was_closed_says_nothing() -> None:
    assert gone(reading(0, now=1)) == unknown(
        "nobody counted connections since the access was closed at 12:00:20 UTC",
        "no connection",
        "Wait: RDS counts once a minute, and CloudWatch tells a minute or two later.",
    )


def test_an_old_count_says_nothing_about_now() -> None:
    assert gone(reading(3, 0, now=20)) == unknown(
        "connections were last counted at 12:01:00 UTC",
        "no connection",
        "Wait: RDS counts once a minute, and CloudWatch tells a minute or two later.",
    )


def test_without_the_moment_at_which_the_access_was_closed_nothing_is_known() -> None:
    assert gone(reading(0, 0, closed=None)) == unknown(
        "it is not known when the access to it was closed",
        "no connection",
        "Deploy the phase that closes it once more: its access stack is not current.",
    )


def test_nothing_writes_after_the_end_of_the_first_minute_without_connections() -> None:
    assert severed([reading(12, 3, 0, 0, 0)]) == at(3)
    # A zero before the last connection, and one before the access was closed, do not count.
    assert severed([reading(0, 0, 3, 0, 0)]) == at(4)
    assert severed([reading(0, 0, 0)]) == at(2)


def test_the_last_of_several_databases_decides() -> None:
    assert severed([reading(1, 0, 0), reading(1, 1, 0)]) == at(3)


def test_as_long_as_one_may_be_written_to_the_moment_is_not_known() -> None:
    assert severed([reading(1, 0, 0), reading(1, 1, 1)]) is None
    assert severed([reading(1, 0, 0), reading(0, now=1)]) is None
    assert severed([]) is None


def test_a_restart_after_the_access_was_closed_ends_every_connection() -> None:
    restarted = CLOSED + timedelta(seconds=30)

    # Nobody need have counted since.
    assert severed([reading(9, now=1, restarted=restarted)]) == restarted
    assert severed([reading(9, restarted=restarted), reading(1, 0, 0)]) == at(2)
    assert severed([reading(9, 9, restarted=CLOSED - timedelta(seconds=1))]) is None
    assert severed([reading(9, closed=None, restarted=restarted)]) is None
