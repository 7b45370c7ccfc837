"""The clock of a rehearsal: nobody is waited for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from compiler.rehearsal.clock import RehearsalClock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_what_was_slept_has_passed_beside_the_machines_own_time() -> None:
    machine = [NOON]
    clock = RehearsalClock(lambda: machine[0])

    clock.sleep(timedelta(minutes=5))
    machine[0] += timedelta(seconds=2)

    assert clock.now() == NOON + timedelta(minutes=5, seconds=2)


def test_time_does_not_go_back() -> None:
    clock = RehearsalClock(lambda: NOON)

    clock.sleep(timedelta(seconds=-1))

    assert clock.now() == NOON
