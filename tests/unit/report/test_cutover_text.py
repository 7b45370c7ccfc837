"""What is told of a cutover: its whole plan, where it ended, and the report of the whole run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.cutover.ending import Trouble
from compiler.deploy.cutover.events import Run
from compiler.deploy.cutover.stages import stages_of
from compiler.report.cutover_text import announcement, back_text, clock_words, ending_text
from compiler.report.documents import render
from compiler.report.documents.cutover import document
from compiler.report.run_report import file_name
from compiler.report.run_report import render as render_report
from tests.fakes.conductor import MINUTE, Conductor
from tests.functional.documents import valid

if TYPE_CHECKING:
    from compiler.deploy.cutover.allowance import Allowance
    from compiler.deploy.cutover.ending import Ending

HERE = Path(__file__).parent


@pytest.fixture(name="warm")
def _warm() -> Conductor:
    return Conductor().warm()


def cut_over(warm: Conductor) -> tuple[Ending, Allowance]:
    allowance = warm.allowance()
    ending, _ = warm.cut_over()
    return ending, allowance


def run_of(warm: Conductor, reason: str = "") -> Run:
    began = warm.clock.now()
    ending, allowance = cut_over(warm)
    return Run(
        verb="cutover",
        manifest=warm.states["warm"].manifest,
        by="ada@desk",
        began=began,
        ended=warm.clock.now(),
        chapters=tuple(warm.course.chapters),
        outage=warm.course.outage,
        allowance=allowance,
        reason=reason,
        ending=ending,
    )


def text_of(warm: Conductor) -> str:
    ending, allowance = cut_over(warm)
    manifest, now = warm.states["warm"].manifest, warm.clock.now()
    return ending_text(ending, warm.course.outage, allowance, manifest, now, columns=80)


def test_the_whole_plan_is_told_before_the_clock_starts(warm: Conductor) -> None:
    stages = stages_of(warm.legs(), warm.states, warm.acting)

    told = announcement(stages, warm.allowance(), warm.states["switch"].manifest.gates, 80)

    assert told == (HERE / "cutover_announced.txt").read_text(encoding="utf-8")


def test_a_cutover_that_came_to_its_end_says_how_to_go_on(warm: Conductor) -> None:
    assert text_of(warm) == (
        """\
shop-prod stands in switch.
The target serves.
Nobody was served from 12:03:43 UTC to 12:06:20 UTC: 2 m 37 s; announced: 30 m
    00 s.

On, off the clock: the rest of the move to the target.
    $ stackferry deploy out/shop-prod --to settle
"""
    )


def test_a_fence_that_was_taken_back_says_that_nothing_is_lost(warm: Conductor) -> None:
    warm.running.red["fence"] = None

    assert text_of(warm) == (
        """\
shop-prod stands in warm.
The source serves, as before.
A gate before promote stayed red, or could not be answered.
Not green: http fence.
The fence was taken back; nothing is lost.
Nobody was served from 12:03:43 UTC to 12:22:47 UTC: 19 m 04 s; announced: 30 m
    00 s.

On: see to the reason above, then run this again; it goes on from here.
    $ stackferry cutover out/shop-prod
"""
    )


def test_a_stop_after_the_promotion_says_plainly_that_nobody_is_served(warm: Conductor) -> None:
    warm.stop_at_gates = "promote"

    assert text_of(warm) == (
        """\
shop-prod stands in promote.
NOBODY IS SERVED: both sides are closed.
You stopped it before switch stood.
Nobody has been served since 12:03:43 UTC: 2 m 06 s; announced: 30 m 00 s.

On: see to the reason above, then run this again; it goes on from here.
    $ stackferry cutover out/shop-prod
Back: The promoted databases never become replicas again. Open the source by
    deploying its part of warm, set the promoted databases aside, raise their
    `generation`, and seed new replicas. Only the replicas are lost.
    $ stackferry rollback out/shop-prod --to warm
"""
    )


def test_the_clock_is_told_while_nobody_is_served(warm: Conductor) -> None:
    allowance, began = warm.allowance(), warm.clock.now()
    said = [clock_words(warm.course.outage, allowance, began)]
    warm.course.closes(began)
    said.append(clock_words(warm.course.outage, allowance, began + 2 * MINUTE))
    warm.course.opens(began + 3 * MINUTE)
    said.append(clock_words(warm.course.outage, allowance, began + 4 * MINUTE))

    assert said == ["", "2 m 00 s of at most 30 m 00 s", ""]


def test_who_is_taken_back_hears_why() -> None:
    trouble = Trouble(why="too little time", phase="promote", says="It is late.")

    assert back_text(trouble, 80) == (
        """\
The time left does not suffice to enter promote.
It is late.
So the fence is taken back; nothing is lost by that.
"""
    )


def test_the_report_tells_the_whole_run(warm: Conductor) -> None:
    warm.running.red["fence"] = warm.clock.now() + 3 * MINUTE

    run = run_of(warm, reason="tonight | or never")

    assert file_name(run) == "shop-prod-20261124T120343Z"
    assert render_report(run) == (HERE / "cutover_report.md").read_text(encoding="utf-8")


def test_a_run_that_stopped_early_leaves_a_report_as_well(warm: Conductor) -> None:
    warm.aws.takes["shop-prod-us-east-1-access"] = timedelta(minutes=25)

    run = run_of(warm)

    assert render_report(run) == (HERE / "cutover_report_early.md").read_text(encoding="utf-8")


def test_the_report_tells_what_to_do_about_a_gate_that_is_not_green(warm: Conductor) -> None:
    warm.running.red["promote"] = None

    assert (
        "| http, promote in eu-central-1 | red | status 503 after 0.3 s; to do: Look at the "
        "service's logs, or correct the gate in the spec. | status 200 within 5 s | "
    ) in render_report(run_of(warm))


def test_the_document_tells_the_same(warm: Conductor) -> None:
    warm.running.red["promote"] = None
    run = run_of(warm)

    text = render(document(run, folder="out", named="out", exit_code=1, report=("a.md", "a.json")))

    told = valid("cutover", text)
    assert told["downtime"]["ended"] == ""
    assert told["run"]["ending"] == {
        "at_phase": "switch",
        "begun": None,
        "choices": [
            {
                "command": "stackferry cutover out/shop-prod",
                "says": "On: see to the reason above, then run this again; it goes on from here.",
            },
            {
                "command": "stackferry rollback out/shop-prod --to warm",
                "says": "Back: The promoted databases never become replicas again. Open the source "
                "by deploying its part of warm, set the promoted databases aside, raise their "
                "`generation`, and seed new replicas. Only the replicas are lost.",
            },
        ],
        "is_undone": False,
        "phase": "promote",
        "says": "Not green: http promote.",
        "serving": "nobody",
        "why": "red gate",
    }
    assert [(one["to"], one["is_done"]) for one in told["run"]["transitions"]] == [
        ("fence", True),
        ("promote", True),
    ]
    assert [(one["phase"], one["is_open"]) for one in told["run"]["gates"]] == [
        ("fence", True),
        ("promote", False),
    ]
