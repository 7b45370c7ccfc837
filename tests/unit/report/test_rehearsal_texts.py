"""What a rehearsal tells while it goes on, and why it stopped at its end."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rich.console import Console

from compiler.deploy.cutover.course import Asked, Crossed, Outage
from compiler.deploy.cutover.ending import Trouble
from compiler.deploy.deploying import DeployResult
from compiler.deploy.gates.evidence import Evidence, Witness
from compiler.deploy.outcome import Done, Failed, Failure, NeverStarted
from compiler.deploy.path.crossing import Leg
from compiler.deploy.path.standing import Standing
from compiler.deploy.path.walking import Walked
from compiler.deploy.port import Place
from compiler.rehearsal.course import Rehearsed, Stage
from compiler.report.progress import on_terminal
from compiler.report.rehearsal_text import rehearsal_text
from compiler.report.rehearsing import BriefProgress, RehearsalLines
from spec.findings import Finding, at
from tests.fakes.migration import ACCOUNT, TARGET
from tests.fakes.phases import MARKER, REPLICA, states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.flow import Listener

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
REFUSED = Finding(code="SF603", where=at(), detail="It was promoted.", way_out="Raise it.")
FAILURE = Failure(
    stack=REPLICA,
    place=Place(account=ACCOUNT, region=TARGET),
    stack_set="",
    operation="",
    stack_id="",
    resource="",
    type="",
    reason="no room",
    code="SF530",
    way_out="Make room in FOLDER.",
    path=(),
    next_command="stackferry deploy FOLDER",
)


def lines(out: io.StringIO) -> RehearsalLines:
    @contextmanager
    def listening() -> Iterator[Listener]:
        yield BriefProgress(out)

    return RehearsalLines(
        out.write,
        columns=80,
        listening=listening,
        show=lambda findings: out.writelines(f"{one.code}: {one.detail}\n" for one in findings),
        locate=lambda path: ".".join(map(str, path)),
        folder="out/shop",
    )


def rehearsed(*stages: Stage, closed: Finding | None = None, exit_code: int = 1) -> Rehearsed:
    return Rehearsed(
        migration="shop-prod",
        stages=stages,
        stands=Standing(phase="warm"),
        began=NOON,
        ended=NOON,
        chapters=(),
        exit_code=exit_code,
        outage=None,
        allowance=None,
        ending=None,
        unasked={},
        written={},
        closed=closed,
    )


def end_of(found: Rehearsed) -> str:
    manifest = states()["warm"].manifest
    text = rehearsal_text(found, manifest, named="out/shop", file="", columns=80)
    return text[text.index("\nphase ") + 1 :]


def test_what_ended_is_a_line_and_why_something_failed_is_told_later() -> None:
    out = io.StringIO()
    progress = BriefProgress(out)

    progress.started(REPLICA, NOON)
    progress.waiting(REPLICA, "creating", NOON)
    progress.ended(REPLICA, Failed(failure=FAILURE, took=MINUTE), NOON + MINUTE)
    progress.ended(MARKER, NeverStarted(because=(REPLICA,)), NOON + MINUTE)
    progress.ended("eu-central-1/network", Done(what="created", took=MINUTE), NOON + MINUTE)

    assert out.getvalue() == (
        """\
12:01:00 ! eu-central-1/database-orders: FAILED after 1 m 00 s
12:01:00 ! eu-central-1/phase: not started, needs eu-central-1/database-orders
12:01:00   eu-central-1/network: created in 1 m 00 s
"""
    )


def test_a_transition_is_announced_once_for_its_gates_and_itself() -> None:
    out = io.StringIO()
    told = lines(out)
    leg = Leg(origin="warm", to="fence", standing=Standing(phase="warm"))

    told.begins(leg)
    told.asks(states()["prepare"].manifest, "fence")
    told.begins(leg)
    told.wrote("media", 3)

    assert out.getvalue() == (
        """\
== On from warm to fence: it can be taken back =================================

Users write 3 objects to media.
"""
    )


def test_what_is_refused_is_told_where_it_happened() -> None:
    out = io.StringIO()
    told = lines(out)
    back = Leg(origin="replicate", to="prepare", standing=Standing(phase="replicate"))

    told.walked(Walked(leg=back, result=DeployResult(exit_code=1, findings=(REFUSED,))))
    told.goes_back(Trouble(why="red gate", phase="promote", says="Not green: one."))

    assert out.getvalue() == (
        """\
SF603: It was promoted.

A gate before promote stayed red, or could not be answered.
Not green: one.
So the fence is taken back; nothing is lost by that.
"""
    )


def test_a_gate_that_stayed_red_ends_a_rehearsal_with_what_to_do() -> None:
    red = Witness(
        kind="targets healthy",
        key="web",
        side="target",
        region=TARGET,
        account=ACCOUNT,
        component=(),
        verdict="red",
        measured="0 healthy of 3 targets",
        wanted="at least 3",
        remedy="Look at the logs.",
        notes=(),
        at=NOON,
        is_refused=False,
    )
    evidence = Evidence(
        migration="shop-prod",
        phase="warm",
        opens="fence",
        spec_file="shop.yaml",
        spec_sha256="",
        by="somebody@here",
        asked=NOON,
        answered=NOON,
        good_until=NOON,
        fenced=None,
        answers=(red,),
    )
    asked = Asked(evidence=evidence, began=NOON, ended=NOON + 30 * MINUTE)

    text = end_of(rehearsed(Stage(asked=asked, crossed=None, expected=timedelta())))

    assert text == (
        """\
phase      done                                        gates     steps    in AWS
fence      kept shut by its gates                  30 m 00 s         -         -
           red     targets healthy, web in eu-central-1: 0 healthy of 3 targets

It stopped on the way to fence:
  targets healthy, web in eu-central-1: 0 healthy of 3 targets
      to do: Look at the logs.

shop-prod stands in warm now.

All of it was in a sandbox, which is gone now; nothing was asked of AWS.
"""
    )


def test_a_transition_that_is_refused_ends_it_with_the_finding() -> None:
    leg = Leg(origin="replicate", to="prepare", standing=Standing(phase="replicate"))
    walked = Walked(leg=leg, result=DeployResult(exit_code=1, findings=(REFUSED,)))
    crossed = Crossed(walked=walked, began=NOON, ended=NOON + MINUTE)

    text = end_of(rehearsed(Stage(asked=None, crossed=crossed, expected=timedelta())))

    assert text == (
        """\
phase      done                                        gates     steps    in AWS
prepare    back: refused                                   -  1 m 00 s         -

It stopped on the way to prepare:
  error[SF603]: It was promoted.
      to do: Raise it.

shop-prod stands in warm now.

All of it was in a sandbox, which is gone now; nothing was asked of AWS.
"""
    )


def test_why_no_way_leads_back_is_told_with_how_long_nobody_was_served() -> None:
    found = replace(
        rehearsed(closed=REFUSED, exit_code=0),
        outage=Outage(began=NOON - 2 * MINUTE, ended=NOON),
        written={"media": 8},
    )

    text = rehearsal_text(
        found,
        states()["warm"].manifest,
        named="out/shop",
        file="out/shop/rehearsal.json",
        columns=80,
    )

    assert text.endswith(
        """
Nobody was served for 2 m 00 s, by the sandbox's clock.
It was promoted. Raise it.
shop-prod stands in warm now.

Users wrote 8 objects to a bucket meanwhile.
All of it was in a sandbox, which is gone now; nothing was asked of AWS.
What was measured is in out/shop/rehearsal.json; a cutover reads it. Beside it
    is a report.
"""
    )


def test_a_terminal_without_the_signs_is_shown_others() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = Console(file=stream, width=80)

    with on_terminal(console, lambda: NOON) as listener:
        listener.ended(REPLICA, Done(what="created", took=MINUTE), NOON)
        listener.ended(MARKER, NeverStarted(because=()), NOON)

    stream.seek(0)
    shown = [line for line in stream.read().splitlines() if "eu-central-1" in line]
    assert shown == [
        "+ eu-central-1/database-orders created in 1 m 00 s",
        "- eu-central-1/phase not started",
    ]
