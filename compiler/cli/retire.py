"""`stackferry retire`: the source goes, once nothing points at it any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Unpack

import click

from compiler.cli.documents import write
from compiler.cli.existing import Existing, existing_options, losing_option
from compiler.cli.files import look
from compiler.cli.migrations import show
from compiler.cli.program import FINDINGS
from compiler.cli.run_reports import report_option
from compiler.cli.stopping import stoppable
from compiler.cli.transitions import (
    acknowledge_option,
)
from compiler.cli.whole_run import WholeRun, whole_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from compiler.deploy.cutover.ending import Ending, Trouble
    from compiler.deploy.path.crossing import Leg
    from compiler.phases import PhaseName
    from spec.findings import Finding


@click.command("retire", short_help="Delete the source, once nothing points at it any more.")
@click.argument("folder", type=click.Path())
@losing_option
@acknowledge_option
@report_option
@existing_options
def command(
    folder: str,
    *,
    allow_replacement: tuple[str, ...],
    acknowledge: str,
    report: str | None,
    **existing: Unpack[Existing],
) -> int:
    """
    Retire the source of the migration in FOLDER: protection off, then everything that goes.

    First it is proved that nothing points at the source: no record, no replication rule, no route,
    no replica of a secret, and that the keys of what stays can still decrypt it. What goes, what is
    kept and why is printed, and acknowledged by typing it. At the end what is left is read back
    from AWS.

    Exit code: 0 done, 1 a gate is not green or something speaks against it, 2 usage, 3 AWS refused
    or failed, 4 somebody else is at work, 130 stopped.
    """
    with whole_run(folder, existing, allowed=allow_replacement) as run:
        return _Retirement(run=run, acknowledged=acknowledge, report=report).go()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Retirement:
    run: WholeRun
    acknowledged: str
    report: str | None

    def go(self) -> int:
        """Begin it, if nothing speaks against that, and carry it out."""
        from compiler.deploy.cutover.beginning import retirement_from

        run = self.run
        choose = partial(retirement_from, phases=tuple(run.states), folder=run.named)
        legs = run.way(choose)
        if not isinstance(legs, tuple):
            return self._refused((legs.finding,), legs.exit_code)
        run.must_be_acknowledgeable(legs, self.acknowledged)
        return self._carry_out(legs)

    def _carry_out(self, legs: Sequence[Leg]) -> int:
        from compiler.deploy.clock import WallClock
        from compiler.deploy.cutover.retirement import retire
        from compiler.deploy.exit_codes import REFUSED
        from compiler.deploy.observe import error_finding
        from compiler.deploy.port import AwsError

        clock = WallClock()
        began = clock.now()
        try:
            with stoppable():
                found = self._prove(legs)
                if found is None:
                    self._show_what_goes()
                    if not self.run.is_acknowledged(legs, self.acknowledged):
                        return FINDINGS
                    found = retire(self.run.crew(), legs)
        except AwsError as error:
            return self._refused((error_finding(error),), REFUSED)
        return self._end(*found, began, clock.now())

    def _prove(self, legs: Sequence[Leg]) -> tuple[Ending, int] | None:
        """Ask all gates before anything is touched; return where it ends if one is not green."""
        from compiler.deploy.cutover.retirement import ending_before
        from compiler.deploy.cutover.steps import Steps

        run = self.run
        steps = Steps(run.crew(), "retire")
        asked: list[tuple[PhaseName, PhaseName]] = [
            (leg.origin, leg.to) for leg in legs if leg.origin and not leg.is_resumed
        ]
        trouble: Trouble | None = None
        for origin, opens in asked:
            steps.phase = opens
            trouble = trouble or steps.ask(origin, opens, timedelta())
        if trouble is None:
            return None
        return ending_before(legs[0].standing, trouble, run.named), steps.exit_code

    def _show_what_goes(self) -> None:
        from compiler.deploy.cutover.retirement import LAST, going
        from compiler.report.retire_text import going_text

        run = self.run
        plan = going(run.world.aws, run.states, run.pool)
        deeds = tuple(
            f"{action.region}: {run.world.acting.says(action, is_undone=False)}"
            for action in run.states[LAST].manifest.actions
        )
        run.write("\n" + going_text(plan, deeds, look().columns))

    def _end(self, ended: Ending, exit_code: int, began: datetime, now: datetime) -> int:
        """Tell where it ended and what is left, write the report, and return the exit code."""
        from compiler.deploy.cutover.events import Run
        from compiler.deploy.cutover.leavings import kept_by, leavings
        from compiler.deploy.cutover.retirement import BEFORE, LAST
        from compiler.report.documents.retire import document
        from compiler.report.retire_text import retired_text

        run = self.run
        chapters = tuple(run.course.chapters)
        is_gone = ended.stands is not None and ended.stands.phase == LAST
        kept = kept_by(run.states[BEFORE], run.states[LAST].manifest, chapters) if is_gone else ()
        told = Run(
            verb="retire",
            manifest=run.manifest,
            by=run.by,
            began=began,
            ended=now,
            chapters=chapters,
            outage=None,
            allowance=None,
            reason="",
            ending=ended,
            left=leavings(run.running, kept),
        )
        run.write("\n" + retired_text(told, look().columns))
        made = partial(document, told, folder=run.folder, named=run.named, exit_code=exit_code)
        found = run.report(told, self.report, made)
        if run.is_aside:
            write(found)
        return exit_code

    def _refused(self, findings: Sequence[Finding], exit_code: int) -> int:
        """Say why it does not begin, and return the exit code."""
        from compiler.report.documents.retire import refused

        run = self.run
        if run.is_aside:
            write(
                refused(findings, run.manifest, run.loaded, folder=run.folder, exit_code=exit_code)
            )
        else:
            show(findings, run.manifest, run.loaded)
        return exit_code
