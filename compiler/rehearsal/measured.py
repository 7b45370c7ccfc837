"""What a rehearsal leaves: for the cutover what it measured, and for people what happened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.deploy.cutover.ending import ending
from compiler.deploy.cutover.events import Run
from compiler.deploy.cutover.rehearsal import Rehearsal
from compiler.phases import ORDER

if TYPE_CHECKING:
    from compiler.manifest import Manifest
    from compiler.rehearsal.course import Rehearsed


def run_of(rehearsed: Rehearsed, manifest: Manifest, by: str) -> Run:
    """
    Return a rehearsal as a run is told of in a report.

    Args:
        rehearsed: How it went.
        manifest: Any state of the migration.
        by: Who ran it, `user@host`.
    """
    where = rehearsed.ending or ending(rehearsed.stands, None, "")
    return Run(
        verb="rehearse",
        manifest=manifest,
        by=by,
        began=rehearsed.began,
        ended=rehearsed.ended,
        chapters=rehearsed.chapters,
        outage=rehearsed.outage,
        allowance=rehearsed.allowance,
        reason="",
        # Nothing can be done next about what is gone.
        ending=replace(where, choices=()),
    )


def measured(rehearsed: Rehearsed, manifest: Manifest) -> Rehearsal | None:
    """
    Return what was measured, if the cutover was rehearsed to its end; else nothing.

    Args:
        rehearsed: How it went, without faults.
        manifest: Any state of the migration.
    """
    outage = rehearsed.outage
    entered = {one.to: one for one in rehearsed.stages if one.is_done and not one.is_back}
    if outage is None or outage.ended is None or "switch" not in entered:
        return None
    return Rehearsal(
        migration=rehearsed.migration,
        spec_file=manifest.spec_file,
        spec_sha256=manifest.spec_sha256,
        rehearsed=rehearsed.ended,
        seconds={
            phase: round((entered[phase].waited + entered[phase].took).total_seconds(), 3)
            for phase in ORDER
            if phase in entered
        },
        downtime_seconds=round((outage.ended - outage.began).total_seconds(), 3),
    )
