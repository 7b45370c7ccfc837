"""A cutover on the simulated clock: what it does, and where it stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.actions import MustUndo
from compiler.deploy.cutover.ending import Trouble
from compiler.deploy.outcome import Done, Failure
from compiler.deploy.path.standing import Standing
from compiler.deploy.port import AwsError, Place
from tests.fakes.aws import Failing
from tests.fakes.conductor import MINUTE, Conductor
from tests.fakes.migration import ACCOUNT, SOURCE
from tests.fakes.phases import TARGET_ACCESS
from tests.fakes.walker import FOLDER

if TYPE_CHECKING:
    from compiler.deploy.targets import Via

SEVER = f"{SOURCE} sever connections orders"
WARM = Standing(phase="warm")
GREEN_GATES = [
    "into fence",
    "fence: done",
    "asks fence before promote, for 1022 s",
    "green",
    "into promote",
    "promote: done",
    "asks promote before switch, for 1633 s",
    "green",
    "into switch",
    "switch: done",
    "asks switch before settle, for 300 s",
    "green",
]
BACK = "takes the fence back: "


@pytest.fixture(name="warm")
def _warm() -> Conductor:
    return Conductor().warm()


def failure(node: str) -> Failure:
    return Failure(
        stack=node,
        place=Place(account=ACCOUNT, region=SOURCE),
        stack_set="",
        operation="",
        stack_id="",
        resource="",
        type="",
        reason="the replica does not stream",
        code="SF627",
        way_out="Look at the replica.",
        path=("databases", "orders"),
    )


def test_all_green_it_ends_in_switch_and_the_target_serves(warm: Conductor) -> None:
    ending, code = warm.cut_over()

    assert warm.lines == GREEN_GATES
    assert (code, ending.stands, ending.serving) == (0, Standing(phase="switch"), "target")
    assert (ending.trouble, ending.is_undone) == (None, False)
    assert [one.command for one in ending.choices] == [
        "stackferry deploy out/shop-prod --to settle"
    ]


def test_the_clock_runs_from_the_first_step_of_the_fence_to_the_open_target(
    warm: Conductor,
) -> None:
    before = warm.clock.now()
    warm.cut_over()

    outage = warm.course.outage
    assert outage is not None
    assert outage.began == before
    switch = warm.course.crossings[-1]
    outcome = switch.walked.result.outcome
    assert outcome is not None
    access = outcome.ends[TARGET_ACCESS]
    assert isinstance(access, Done)
    assert outage.ended == switch.began + outcome.started[TARGET_ACCESS] + access.took


def test_it_settles_right_away_if_asked_to(warm: Conductor) -> None:
    ending, code = warm.cut_over(settles=True)

    assert warm.lines[-2:] == ["into settle", "settle: done"]
    assert (code, ending.stands) == (0, Standing(phase="settle"))
    assert [one.command for one in ending.choices] == ["stackferry retire out/shop-prod"]


def test_gates_on_the_clock_are_asked_until_they_are_green(warm: Conductor) -> None:
    warm.running.red["fence"] = warm.clock.now() + 10 * MINUTE

    _, code = warm.cut_over()

    assert code == 0
    outage = warm.course.outage
    assert outage is not None
    assert timedelta(minutes=10) < outage.lasted(warm.clock.now()) < timedelta(minutes=13)


def test_a_gate_that_stays_red_takes_the_fence_back_and_the_source_serves(
    warm: Conductor,
) -> None:
    began = warm.clock.now()
    warm.running.red["fence"] = None

    ending, code = warm.cut_over()

    assert warm.lines == [
        "into fence",
        "fence: done",
        "asks fence before promote, for 1022 s",
        "red",
        f"{BACK}red gate",
        "back warm: done",
    ]
    assert (code, ending.stands, ending.serving, ending.is_undone) == (1, WARM, "source", True)
    assert ending.trouble == Trouble(why="red gate", phase="promote", says="Not green: http fence.")
    assert [one.command for one in ending.choices] == ["stackferry cutover out/shop-prod"]
    # It was given up as soon as the rest would have taken too long.
    outage = warm.course.outage
    assert outage is not None
    assert outage.ended is not None
    assert outage.ended - began < timedelta(minutes=30)


def test_a_gate_that_is_red_after_the_promotion_leaves_it_fenced_and_says_both_ways(
    warm: Conductor,
) -> None:
    warm.running.red["promote"] = None

    ending, code = warm.cut_over()

    stands = Standing(phase="promote")
    assert (code, ending.stands, ending.serving, ending.is_undone) == (1, stands, "nobody", False)
    assert [one.command for one in ending.choices] == [
        "stackferry cutover out/shop-prod",
        "stackferry rollback out/shop-prod --to warm",
    ]
    assert warm.course.outage is not None
    assert warm.course.outage.ended is None


def test_gates_after_the_promotion_have_five_minutes_however_late_it_is(warm: Conductor) -> None:
    warm.aws.takes["shop-prod-eu-central-1-database-orders"] = timedelta(minutes=50)
    warm.running.red["promote"] = warm.clock.now() + timedelta(minutes=55)

    ending, code = warm.cut_over()

    assert "asks promote before switch, for 300 s" in warm.lines
    assert (code, ending.stands) == (0, Standing(phase="switch"))


def test_what_is_red_after_the_switch_is_told_and_the_target_serves(warm: Conductor) -> None:
    warm.running.red["switch"] = None

    ending, code = warm.cut_over(settles=True)

    stands = Standing(phase="switch")
    assert (code, ending.stands, ending.serving) == (1, stands, "target")
    assert warm.lines[-1] == "red"
    assert [one.command for one in ending.choices] == [
        "stackferry gate out/shop-prod settle",
        "stackferry deploy out/shop-prod --to settle",
        "",
    ]


def test_a_step_that_fails_in_the_fence_takes_it_back(warm: Conductor) -> None:
    warm.aws.failing["shop-prod-us-east-1-access"] = Failing("Rule")

    ending, code = warm.cut_over()

    assert warm.lines == [
        "into fence",
        "fence: exit 3",
        f"{BACK}failed step",
        "back warm: done",
    ]
    assert (code, ending.stands, ending.is_undone) == (3, WARM, True)
    assert ending.trouble == Trouble(why="failed step", phase="fence")


def test_a_fence_that_cannot_be_taken_back_is_not_said_to_be_open(warm: Conductor) -> None:
    warm.aws.failing["shop-prod-us-east-1-access"] = Failing("Rule", times=2)

    ending, code = warm.cut_over()

    assert warm.lines[-1] == "back warm: exit 3"
    assert (code, ending.stands, ending.is_undone) == (3, WARM, False)
    assert ending.serving == "unknown"
    assert [choice.command for choice in ending.choices] == [
        f"stackferry deploy {FOLDER}",
        f"stackferry cutover {FOLDER}",
    ]


@pytest.mark.parametrize("via", ["stacksets", "stacks"])
def test_a_promotion_that_fails_stays_fenced(via: Via) -> None:
    warm = Conductor(via=via).warm()
    warm.aws.failing["shop-prod-eu-central-1-database-orders"] = Failing("Database")

    ending, code = warm.cut_over()

    stands = Standing(phase="fence", begun="promote")
    assert (code, ending.stands, ending.serving, ending.is_undone) == (3, stands, "nobody", False)
    assert [one.command for one in ending.choices] == [
        "stackferry cutover out/shop-prod",
        "stackferry rollback out/shop-prod --to warm",
    ]


def test_a_switch_that_fails_can_only_go_on(warm: Conductor) -> None:
    warm.aws.failing["shop-prod-eu-central-1-access"] = Failing("Rule")

    ending, code = warm.cut_over()

    stands = Standing(phase="promote", begun="switch")
    assert (code, ending.stands, ending.serving, ending.is_undone) == (3, stands, "unknown", False)
    assert [one.command for one in ending.choices] == ["stackferry cutover out/shop-prod", ""]


def test_after_a_failure_it_goes_on_from_where_it_stands(warm: Conductor) -> None:
    name = "shop-prod-eu-central-1-database-orders"
    warm.aws.failing[name] = Failing("Database")
    warm.cut_over()
    warm.lines.clear()

    ending, code = warm.cut_over()

    assert warm.lines == [
        "into promote",
        "promote: done",
        "asks promote before switch, for 1600 s",
        *GREEN_GATES[-5:],
    ]
    assert (code, ending.stands) == (0, Standing(phase="switch"))


def test_an_action_that_must_be_taken_back_is_and_the_source_serves(warm: Conductor) -> None:
    warm.acting.failing[SEVER] = MustUndo(failure=failure(SEVER))

    ending, code = warm.cut_over()

    assert warm.lines == ["into fence", "fence: exit 3", "back warm: done"]
    assert (code, ending.stands, ending.is_undone) == (3, WARM, True)
    assert ending.trouble == Trouble(why="undone", phase="fence")
    assert warm.course.outage is not None
    assert warm.course.outage.ended is not None


def test_too_little_time_before_the_promotion_takes_the_fence_back(warm: Conductor) -> None:
    warm.aws.takes["shop-prod-us-east-1-access"] = timedelta(minutes=25)

    ending, code = warm.cut_over()

    assert warm.lines[2:] == [
        "asks fence before promote, for 0 s",
        "green",
        f"{BACK}too little time",
        "back warm: done",
    ]
    assert (code, ending.stands, ending.is_undone) == (1, WARM, True)
    assert ending.trouble == Trouble(
        why="too little time",
        phase="promote",
        says="Nobody has been served for 1,532 s of at most 1,800 s, and what comes is expected to"
        " take 716 s.",
    )


def test_what_was_forced_may_take_what_it_needs() -> None:
    warm = Conductor(max_downtime=5 * MINUTE).warm()

    ending, code = warm.cut_over(is_forced=True)

    assert (code, ending.stands) == (0, Standing(phase="switch"))


def test_who_has_the_lock_decides_so_nothing_is_taken_back(warm: Conductor) -> None:
    warm.to("fence")
    warm.aws.parameters["/stackferry/shop-prod/lock"] = "somebody else's"

    ending, code = warm.cut_over()

    assert (code, ending.stands) == (4, Standing(phase="fence"))
    assert ending.trouble == Trouble(why="locked", phase="promote")
    assert [one.command for one in ending.choices] == [
        "stackferry rollback out/shop-prod --to warm",
        "stackferry cutover out/shop-prod",
    ]


def test_where_aws_does_not_tell_nothing_is_taken_back(warm: Conductor) -> None:
    warm.running.red["fence"] = None

    def refuse() -> Standing:
        raise AwsError(code="AccessDenied", reason="not authorized", call="DescribeStackSet")

    ending, code = warm.cut_over_by(replace(warm.crew(), stands=refuse))

    assert (code, ending.stands, ending.serving) == (1, None, "unknown")
    assert [one.command for one in ending.choices] == ["stackferry status out/shop-prod"]
