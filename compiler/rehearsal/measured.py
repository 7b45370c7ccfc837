"""What a rehearsal leaves for the cutover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.cutover.rehearsal import Rehearsal
from compiler.phases import ORDER

if TYPE_CHECKING:
    from compiler.manifest import Manifest
    from compiler.rehearsal.course import Rehearsed


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
