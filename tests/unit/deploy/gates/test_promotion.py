"""Whether a replica may be promoted, and whether what was promoted takes writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from compiler.deploy.gates.answer import green, red
from compiler.deploy.gates.promotion import PromotionReading, next_window, promotable, writable
from compiler.deploy.gates.system import Database, Snapshot

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
REPLICA = Database(
    status="available",
    pending=(),
    parameter_groups={"shop-orders": "in-sync"},
    backup_window="03:00-03:30",
    replicates="arn:aws:rds:us-east-1:111122223333:db:shop-prod-orders",
)
BACKUP = Snapshot(
    id="rds:shop-prod-orders-2026-11-24",
    status="available",
    at=datetime(2026, 11, 24, 3, 7, tzinfo=UTC),
    key="",
    is_automatic=True,
)
WANTED = (
    "a replica that is available, with nothing pending, its parameters in force, a backup, and out "
    "of its backup window"
)
WRITABLE = "a database of its own that is available, with nothing pending"


def reading(
    database: Database | None = REPLICA,
    *snapshots: Snapshot,
    now: datetime = NOON,
) -> PromotionReading:
    return PromotionReading(
        name="shop-prod-orders", database=database, snapshots=snapshots or (BACKUP,), now=now
    )


def test_a_replica_that_is_available_quiet_and_backed_up_may_be_promoted() -> None:
    assert promotable(reading(), "shop-orders") == green(
        "available, a replica, backed up at 2026-11-24 03:07:00 UTC", WANTED
    )


@pytest.mark.parametrize(
    ("database", "measured", "remedy"),
    [
        (
            replace(REPLICA, status="backing-up"),
            "it is backing-up",
            "Wait until it is available; `stackferry gate` can do so with --wait.",
        ),
        (
            replace(REPLICA, pending=("AllocatedStorage", "DBInstanceClass")),
            "AllocatedStorage, DBInstanceClass waits to be applied",
            "Apply the pending change at once, or let its maintenance window pass.",
        ),
        (
            replace(REPLICA, parameter_groups={"shop-orders": "pending-reboot"}),
            "the parameter group shop-orders (pending-reboot) is not in force",
            "Restart the instance: static parameters are applied by a restart alone.",
        ),
        (
            replace(REPLICA, parameter_groups={"default.postgres16": "in-sync"}),
            "its parameter group is default.postgres16, not shop-orders",
            "Deploy the phase once more, and search for drift.",
        ),
        (
            replace(REPLICA, replicates=""),
            "it is no replica any more",
            (
                "If somebody promoted it, only a new generation of the replica follows the source "
                "again: raise the database's `generation` in the spec."
            ),
        ),
        (
            replace(REPLICA, backup_window="12:10-12:40"),
            "its backup window is from 12:10 to 12:40 UTC",
            "Go on after 12:40:00 UTC, when it is available: RDS promotes none during a backup.",
        ),
    ],
)
def test_what_speaks_against_a_promotion_is_said(
    database: Database, measured: str, remedy: str
) -> None:
    assert promotable(reading(database), "shop-orders") == red(measured, WANTED, remedy)


def test_everything_that_speaks_against_it_is_said_at_once() -> None:
    database = replace(REPLICA, status="modifying", pending=("EngineVersion",))
    unfinished = replace(BACKUP, status="creating", at=None)

    assert promotable(reading(database, unfinished)) == red(
        "it is modifying; EngineVersion waits to be applied; it has no completed backup",
        WANTED,
        "Wait until it is available; `stackferry gate` can do so with --wait. Apply the pending "
        "change at once, or let its maintenance window pass. Wait for its first automatic backup, "
        "or make a snapshot: the promotion makes one, and takes that much longer.",
    )


@pytest.mark.parametrize("judge", [promotable, writable])
def test_what_is_not_there_is_red(judge: object) -> None:
    assert callable(judge)
    found = judge(reading(None))

    assert (found.verdict, found.measured) == ("red", "there is no database shop-prod-orders")


@pytest.mark.parametrize(
    ("window", "now", "begin", "end"),
    [
        ("03:00-03:30", "12:00", "25 03:00", "25 03:30"),
        ("03:00-03:30", "03:00", "24 03:00", "24 03:30"),
        ("03:00-03:30", "03:29", "24 03:00", "24 03:30"),
        ("03:00-03:30", "03:30", "25 03:00", "25 03:30"),
        ("23:45-00:15", "12:00", "24 23:45", "25 00:15"),
        ("23:45-00:15", "23:50", "24 23:45", "25 00:15"),
        ("23:45-00:15", "00:10", "23 23:45", "24 00:15"),
        ("23:45-00:15", "00:15", "24 23:45", "25 00:15"),
    ],
)
def test_a_backup_window_is_daily_and_may_reach_over_midnight(
    window: str, now: str, begin: str, end: str
) -> None:
    def at(text: str) -> datetime:
        return datetime.strptime(f"2026-11-{text} +0000", "%Y-%m-%d %H:%M %z")

    assert next_window(window, at(f"24 {now}")) == (at(begin), at(end))


def test_no_window_keeps_nobody_from_promoting() -> None:
    assert next_window("", NOON) is None
    assert promotable(reading(replace(REPLICA, backup_window=""))).verdict == "green"


@pytest.mark.parametrize(("minute", "verdict"), [(44, "green"), (45, "red"), (46, "red")])
def test_a_quarter_of_an_hour_before_its_backup_a_replica_is_not_promoted_any_more(
    minute: int, verdict: str
) -> None:
    now = datetime(2026, 11, 24, 2, minute, tzinfo=UTC)

    assert promotable(reading(now=now)).verdict == verdict


def test_a_promoted_database_that_is_available_takes_writes() -> None:
    assert writable(reading(replace(REPLICA, replicates=""))) == green(
        "available, no replica", WRITABLE
    )


def test_a_promotion_that_is_not_through_is_red() -> None:
    assert writable(reading(replace(REPLICA, status="modifying"))) == red(
        "it still replicates arn:aws:rds:us-east-1:111122223333:db:shop-prod-orders; it is "
        "modifying",
        WRITABLE,
        "Wait while the promotion runs. If its stack is done, nothing was promoted: see "
        "`stackferry recover`. Wait until it is available; `stackferry gate` can do so with "
        "--wait.",
    )
