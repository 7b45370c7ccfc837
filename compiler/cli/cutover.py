"""`stackferry cutover`: from warm to switch as one command, with a clock."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from compiler.cli.documents import write
from compiler.cli.existing import Existing, existing_options
from compiler.cli.files import look
from compiler.cli.migrations import locator, show
from compiler.cli.program import FINDINGS
from compiler.cli.run_reports import report_option
from compiler.cli.stopping import stoppable
from compiler.cli.transitions import (
    acknowledge_option,
    must_have_a_reason,
)
from compiler.cli.whole_run import WholeRun, whole_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from compiler.deploy.cutover.allowance import Allowance
    from compiler.deploy.cutover.ending import Ending
    from compiler.deploy.path.crossing import Leg
    from spec.findings import Finding

VERIFYING = timedelta(minutes=5)
"""For how long gates may be asked after the switch: samples come once a minute."""


@click.command("cutover", short_help="Fence, promote and switch as one command, with a clock.")
@click.argument("folder", type=click.Path())
@click.option(
    "--settle", "settles", is_flag=True, help="Once it is verified, go on to settle, off the clock."
)
@click.option(
    "--force",
    is_flag=True,
    help="Begin in spite of a gate of warm that is not green, without a rehearsal, or with less "
    "time announced than it is expected to take; needs --reason.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why; evidence and report tell it.")
@acknowledge_option
@report_option
@existing_options
def command(  # noqa: PLR0913 -- one for each option
    folder: str,
    *,
    settles: bool,
    force: bool,
    reason: str,
    acknowledge: str,
    report: str | None,
    **existing: Unpack[Existing],
) -> int:
    """
    Move users over to the target: fence, promote and switch, with the gates between, and verify.

    Everything is printed, asked and acknowledged before the clock starts; then it runs to its end.
    Until databases are promoted, what goes wrong or takes too long is taken back by itself, and the
    source serves again. After that it stops, and says how to go on and how to go back. Typed
    again, it goes on from where it stands.

    A report of the whole run is written, also when it stops early. Exit code: 0 users are served by
    the target and that is verified, 1 a gate stayed red or something spoke against it, 2 usage, 3
    AWS refused or failed, 4 somebody else is at work, 130 stopped.
    """
    must_have_a_reason(force=force, reason=reason)
    with whole_run(
        folder, existing, reason=reason, forced="fence" if force else None, has_doors=True
    ) as run:
        return _Cutover(run=run, settles=settles, acknowledged=acknowledge, report=report).go()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cutover:
    run: WholeRun
    settles: bool
    acknowledged: str
    report: str | None

    def go(self) -> int:
        """Begin it, if nothing speaks against that, and carry it out."""
        from compiler.deploy.cutover.beginning import cutover_from

        run = self.run
        choose = partial(cutover_from, phases=tuple(run.states), folder=run.named)
        legs = run.way(choose)
        if not isinstance(legs, tuple):
            return self._refused((legs.finding,), legs.exit_code)
        allowance, findings = self._allowance(legs)
        self._announce(legs, allowance)
        lost = self._foresee(legs)
        if findings or lost:
            self._show((*findings, *lost))
            # What would lose data is not forced: its transition would refuse, on the clock.
            if run.forced is None or lost:
                return self._refused((*findings, *lost), FINDINGS, is_shown=True)
        run.must_be_acknowledgeable(legs, self.acknowledged)
        return self._carry_out(legs, allowance)

    def _allowance(self, legs: Sequence[Leg]) -> tuple[Allowance, tuple[Finding, ...]]:
        """Return how long it may take, and what speaks against that."""
        from compiler.deploy.cutover.allowance import against, allowance_of
        from compiler.deploy.cutover.rehearsal import read_rehearsal, rehearsal_path
        from compiler.deploy.cutover.stages import stages_of
        from compiler.report.failures import named
        from spec.findings import Finding

        run = self.run
        # A rehearsal knows one way of bringing stacks about, so the folder alone names it.
        again = f"stackferry rehearse {named(run.folder)}"
        found = read_rehearsal(rehearsal_path(Path(run.folder)), again)
        allowance = allowance_of(
            stages_of(tuple(legs), run.states, run.world.acting),
            run.states,
            None if isinstance(found, Finding) else found,
            is_forced=run.forced is not None,
        )
        # Where nobody is served already, to refuse would only make it longer.
        begins = bool(legs) and legs[0].origin == "warm" and not legs[0].is_resumed
        findings = tuple(against(allowance, run.manifest, found, again)) if begins else ()
        return allowance, findings

    def _announce(self, legs: Sequence[Leg], allowance: Allowance) -> None:
        from compiler.deploy.cutover.stages import stages_of
        from compiler.report.cutover_text import announcement

        run = self.run
        last = run.states.get("switch")
        run.write(
            announcement(
                stages_of(tuple(legs), run.states, run.world.acting),
                allowance,
                last.manifest.gates if last else (),
                look().columns,
            )
        )

    def _foresee(self, legs: Sequence[Leg]) -> tuple[Finding, ...]:
        """Tell what CloudFormation says of each transition, and return what speaks against it."""
        from compiler.deploy.cutover.foreseen import foresee
        from compiler.deploy.observe import error_finding
        from compiler.deploy.port import AwsError
        from compiler.report.cutover_text import foreseen_text

        run = self.run
        try:
            found = foresee(run.world.aws, run.states, legs, run.wish, run.pool)
        except AwsError as error:
            return (error_finding(error),)
        run.write(foreseen_text(found, locator(run.loaded), look().columns))
        return tuple(finding for one in found for finding in one.findings)

    def _carry_out(self, legs: Sequence[Leg], allowance: Allowance) -> int:
        from compiler.deploy.clock import WallClock
        from compiler.deploy.cutover.conduct import cut_over
        from compiler.deploy.cutover.earlier import outage_before
        from compiler.report.cutover_text import clock_words

        run, clock = self.run, WallClock()
        began = clock.now()
        stands = legs[0].standing if legs else run.stands()
        run.course.outage = outage_before(run.world.aws, run.running, run.states, stands, run.pool)
        run.clock = lambda at: clock_words(run.course.outage, allowance, at)
        with stoppable():
            found = self._ask_first(legs)
            if found is None:
                if not self.run.is_acknowledged(legs, self.acknowledged):
                    return FINDINGS
                try:
                    found = cut_over(
                        run.crew(),
                        legs,
                        allowance,
                        verify_for=VERIFYING,
                        settles=self.settles,
                    )
                except Exception:
                    self._say_where(allowance, clock.now())
                    raise
        return self._end(*found, allowance, began, clock.now())

    def _ask_first(self, legs: Sequence[Leg]) -> tuple[Ending, int] | None:
        """Ask the gates of warm, off the clock; return where it ends if they keep it from that."""
        from compiler.deploy.clock import WallClock
        from compiler.deploy.cutover.ending import ending
        from compiler.deploy.cutover.steps import Steps
        from compiler.deploy.gates.evidence import Forced
        from compiler.deploy.path.asked import record

        run = self.run
        if not legs or legs[0].origin != "warm" or legs[0].is_resumed:
            return None
        steps = Steps(run.crew(), "fence")
        trouble = steps.ask("warm", "fence", timedelta())
        if run.forced is not None:
            word = Forced(reason=run.reason, by=run.by, at=WallClock().now())
            record(Path(run.folder), run.states["warm"].manifest, "fence", word)
        elif trouble is not None:
            return ending(legs[0].standing, trouble, run.named), steps.exit_code
        return None

    def _say_where(self, allowance: Allowance, now: datetime) -> None:
        """Say where it stands although stackferry itself failed: users may be waiting."""
        from compiler.deploy.cutover.ending import ending
        from compiler.deploy.cutover.steps import Steps
        from compiler.report.cutover_text import ending_text

        run = self.run
        ended = ending(Steps(run.crew(), "switch").where(), None, run.named)
        text = ending_text(ended, run.course.outage, allowance, run.manifest, now)
        sys.stderr.write(text)

    def _end(
        self,
        ended: Ending,
        exit_code: int,
        allowance: Allowance,
        began: datetime,
        now: datetime,
    ) -> int:
        """Tell where it ended, write the report, and return the exit code."""
        from compiler.deploy.cutover.events import Run, as_one
        from compiler.report.cutover_text import ending_text
        from compiler.report.documents.cutover import document
        from compiler.report.gantt import can_show_blocks, gantt

        run = self.run
        told = Run(
            verb="cutover",
            manifest=run.manifest,
            by=run.by,
            began=began,
            ended=now,
            chapters=tuple(run.course.chapters),
            outage=run.course.outage,
            allowance=allowance,
            reason=run.reason,
            ending=ended,
        )
        blocks = can_show_blocks(sys.stdout.encoding)
        bars = gantt(as_one(told.chapters), columns=look().columns, has_blocks=blocks)
        run.write(f"\n{bars}\n" if bars else "\n")
        run.write(
            ending_text(ended, told.outage, allowance, told.manifest, now, columns=look().columns)
        )
        made = partial(document, told, folder=run.folder, named=run.named, exit_code=exit_code)
        found = run.report(told, self.report, made)
        if run.is_aside:
            write(found)
        return exit_code

    def _refused(
        self, findings: Sequence[Finding], exit_code: int, *, is_shown: bool = False
    ) -> int:
        """Say why it does not begin, and return the exit code."""
        from compiler.report.documents.cutover import refused

        run = self.run
        if run.is_aside:
            write(
                refused(findings, run.manifest, run.loaded, folder=run.folder, exit_code=exit_code)
            )
        elif not is_shown:
            show(findings, run.manifest, run.loaded)
        return exit_code

    def _show(self, findings: Sequence[Finding]) -> None:
        if not self.run.is_aside:
            sys.stdout.write("\n")
            show(findings, self.run.manifest, self.run.loaded)
