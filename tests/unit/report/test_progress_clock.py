"""Progress beside which a clock runs: elapsed, and how long at most."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from rich.console import Console

from compiler.deploy.outcome import Done
from compiler.deploy.timeline import Schedule
from compiler.report.plain import PlainProgress
from compiler.report.progress import on_terminal

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ACCESS = "us-east-1/access"
SCHEDULE = Schedule(nodes=(ACCESS,), needs={ACCESS: frozenset()})
MINUTE = timedelta(minutes=1)


def said(at: datetime) -> str:
    """Return what the clock says, which is stopped after two minutes."""
    return f"{(at - NOON) // MINUTE} m of at most 15 m" if at < NOON + 2 * MINUTE else ""


def test_each_line_tells_what_the_clock_says_as_long_as_it_runs() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream, said)

    progress.planned(SCHEDULE, NOON)
    progress.started(ACCESS, NOON)
    progress.waiting(ACCESS, "updating", NOON + MINUTE)
    progress.ended(ACCESS, Done(what="updated", took=2 * MINUTE), NOON + 2 * MINUTE)

    assert stream.getvalue() == (
        """\
12:00:00 [0 m of at most 15 m] us-east-1/access: started
12:01:00 [1 m of at most 15 m] us-east-1/access: updating
12:02:00 us-east-1/access: updated in 2 m 00 s
"""
    )


def test_on_a_terminal_it_is_the_last_line() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=False)

    with on_terminal(console, lambda: NOON, said) as listener:
        listener.planned(SCHEDULE, NOON)
        listener.started(ACCESS, NOON)
        running = listener.lines(NOON + MINUTE)
        stopped = listener.lines(NOON + 3 * MINUTE)

    assert running == [
        "us-east-1/access  starting  1 m 00 s",
        "0 done, 1 running, 0 waiting",
        "1 m of at most 15 m",
    ]
    assert stopped[-1] == "0 done, 1 running, 0 waiting"
