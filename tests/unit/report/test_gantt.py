"""The bars at the end of a run, and the lines while it runs, as whole texts."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from compiler.deploy.outcome import Done, Failed, Failure, NeverStarted, Outcome, StillRunning
from compiler.deploy.port import Place
from compiler.deploy.timeline import Schedule
from compiler.report.durations import about
from compiler.report.gantt import can_show_blocks, gantt
from compiler.report.plain import PlainProgress
from compiler.report.progress import on_terminal
from compiler.report.running import Running

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


NETWORKS = ("us-east-1/network", "eu-central-1/network")
DATABASE, REPLICA = "us-east-1/database-catalog", "eu-central-1/database-catalog"
ENDPOINT = "eu-central-1/database-catalog-endpoint"

SCHEDULE = Schedule(
    nodes=(*NETWORKS, DATABASE, REPLICA, ENDPOINT),
    needs={
        NETWORKS[0]: frozenset(),
        NETWORKS[1]: frozenset(),
        DATABASE: frozenset({NETWORKS[0]}),
        REPLICA: frozenset({NETWORKS[1], DATABASE}),
        ENDPOINT: frozenset({REPLICA}),
    },
    expected={
        NETWORKS[0]: minutes(3),
        NETWORKS[1]: minutes(3),
        DATABASE: minutes(12),
        REPLICA: minutes(38),
        ENDPOINT: timedelta(seconds=40),
    },
)

FAILED = Failed(
    failure=Failure(
        stack=NETWORKS[1],
        place=Place(account="111122223333", region="eu-central-1"),
        stack_set="s",
        operation="",
        stack_id="",
        resource="Vpc",
        type="AWS::EC2::VPC",
        reason="limit",
        code="SF524",
        way_out="",
        path=(),
    ),
    took=minutes(1),
)


GANTT_100 = """\
                            0                      4 m 30 s               9 m 00 s
us-east-1/network           ██████████████████                                              3 m 00 s
eu-central-1/network        ▒▒▒▒▒▒                                                   1 m 00 s FAILED
us-east-1/database-catalog                    ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  6 m 00 s goes on
"""

GANTT_60 = """\
                          0   4 m 30 s 9 m 00 s
us-east-1/network         █████                     3 m 00 s
eu-central-1/network      ▒▒                 1 m 00 s FAILED
us-east-1/database-cata…       ░░░░░░░░░░░  6 m 00 s goes on
"""

GANTT_ASCII = """\
                          0   4 m 30 s 9 m 00 s
us-east-1/network         #####                     3 m 00 s
eu-central-1/network      xx                 1 m 00 s FAILED
us-east-1/database-cata~       >>>>>>>>>>>  6 m 00 s goes on
"""

GANTT_CUT = """\
                          0        2 m 30 s  5 m 00 s
eu-central-1/a-service-…                            █  0.0 s
"""

RUNNING_100 = """\
eu-central-1/network        creating  4 m 00 s of about 3 m
us-east-1/database-catalog  creating  1 m 00 s of about 12 m
1 done, 2 running, 2 waiting; about 50 m to go"""

RUNNING_60 = """\
eu-central-1/network        creating  4 m 00 s of about 3 m
us-east-1/database-catalog  creating  1 m 00 s of about 12 m
1 done, 2 running, 2 waiting; about 50 m to go"""

PLAIN = """\
12:00:00 us-east-1/database-catalog: started
12:00:00 us-east-1/database-catalog: creating
12:01:00 us-east-1/database-catalog: still creating  1 m 00 s of about 12 m
12:02:00 us-east-1/database-catalog: still creating  2 m 00 s of about 12 m
12:03:00 us-east-1/database-catalog: still creating  3 m 00 s of about 12 m
12:03:12 us-east-1/database-catalog: created in 3 m 00 s
"""


@pytest.fixture
def outcome() -> Outcome:
    return Outcome(
        ends={
            NETWORKS[0]: Done(what="created", took=minutes(3)),
            NETWORKS[1]: FAILED,
            DATABASE: StillRunning(doing="creating"),
            REPLICA: NeverStarted(because=(NETWORKS[1],)),
            ENDPOINT: NeverStarted(because=(NETWORKS[1],)),
        },
        is_interrupted=True,
        started={NETWORKS[0]: timedelta(), NETWORKS[1]: timedelta(), DATABASE: minutes(3)},
        took=minutes(9),
    )


def test_bars_lie_over_time_in_the_order_of_their_starts(outcome: Outcome) -> None:
    assert gantt(outcome, columns=100) == GANTT_100


def test_bars_fit_into_sixty_columns(outcome: Outcome) -> None:
    text = gantt(outcome, columns=60)

    assert text == GANTT_60
    assert max(len(line) for line in text.splitlines()) <= 60
    assert gantt(outcome, columns=20) == text


def test_bars_are_of_ascii_where_blocks_cannot_be_shown(outcome: Outcome) -> None:
    text = gantt(outcome, columns=60, has_blocks=False)

    assert text == GANTT_ASCII
    assert text.isascii()


@pytest.mark.parametrize(
    ("encoding", "can"), [("utf-8", True), ("ascii", False), ("latin-1", False), (None, False)]
)
def test_blocks_need_an_encoding_that_has_them(encoding: str | None, *, can: bool) -> None:
    assert can_show_blocks(encoding) is can


def test_nothing_begun_has_no_bars() -> None:
    assert gantt(Outcome(ends={}), columns=80) == ""


def test_the_longest_name_is_cut_and_the_shortest_run_has_a_bar() -> None:
    name = "eu-central-1/a-service-with-a-very-long-name-of-its-own"
    outcome = Outcome(
        ends={name: Done(what="unchanged", took=timedelta(milliseconds=2))},
        started={name: minutes(5)},
        took=minutes(5),
    )

    assert gantt(outcome, columns=60) == GANTT_CUT


def running() -> Running:
    state = Running()
    state.planned(SCHEDULE, NOON)
    for node in NETWORKS:
        state.started(node, NOON)
    state.waiting(NETWORKS[1], "creating", NOON + minutes(1))
    state.ended(NETWORKS[0], Done(what="created", took=minutes(3)), NOON + minutes(3))
    state.started(DATABASE, NOON + minutes(3))
    state.waiting(DATABASE, "creating", NOON + minutes(3))
    return state


def test_a_line_tells_work_time_and_expectation_and_the_last_one_the_whole() -> None:
    assert "\n".join(running().lines(NOON + minutes(4), 100)) == RUNNING_100


def test_lines_fit_into_sixty_columns() -> None:
    lines = running().lines(NOON + minutes(4), 60)

    assert "\n".join(lines) == RUNNING_60
    assert max(len(line) for line in lines) <= 60


def test_what_takes_much_longer_than_expected_is_not_compared_any_more() -> None:
    assert running().lines(NOON + minutes(30), 100)[-2:] == [
        "us-east-1/database-catalog  creating  27 m 00 s",
        "1 done, 2 running, 2 waiting; about 39 m to go",
    ]


def test_what_runs_is_drawn_on_a_terminal() -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=60, force_terminal=True, color_system=None)

    with on_terminal(console, lambda: NOON + minutes(4)) as listener:
        listener.planned(SCHEDULE, NOON)
        listener.started(NETWORKS[0], NOON)

        assert listener.lines(NOON + minutes(1)) == [
            "us-east-1/network  starting  1 m 00 s of about 3 m",
            "0 done, 1 running, 4 waiting; about 53 m to go",
        ]
        listener.ended(NETWORKS[0], Done(what="created", took=minutes(3)), NOON + minutes(3))

    assert "✓ us-east-1/network created in 3 m 00 s" in stream.getvalue()


def test_long_waits_have_a_line_each_minute_in_logs() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream)
    progress.planned(SCHEDULE, NOON)
    progress.started(DATABASE, NOON)
    for seconds in range(0, 190, 10):
        progress.waiting(DATABASE, "creating", NOON + timedelta(seconds=seconds))
    progress.ended(DATABASE, Done(what="created", took=minutes(3)), NOON + minutes(3.2))

    assert stream.getvalue() == PLAIN


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(3, "10 s"), (34, "30 s"), (58, "1 m"), (290, "5 m"), (2285, "38 m"), (4300, "1 h 10 m")],
)
def test_expectations_are_told_no_more_exactly_than_they_are(seconds: float, text: str) -> None:
    assert about(timedelta(seconds=seconds)) == text
