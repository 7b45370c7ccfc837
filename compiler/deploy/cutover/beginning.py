"""Where a cutover, and a retirement, may begin, and which transitions are left of it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.path.way import Way, onward
from compiler.phases import ORDER, next_phase
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.deploy.path.standing import Standing
    from compiler.phases import PhaseName

BEFORE: PhaseName = "warm"
"""In which phase a migration stands when its cutover begins."""

LAST: PhaseName = "switch"
"""In which phase it stands when nobody waits any more."""


def cutover_from(stands: Standing, phases: Sequence[PhaseName], folder: str) -> Way:
    """
    Return the transitions of the cutover that are left; none where only the verifying is.

    Args:
        stands: Where the migration stands.
        phases: Phases that were compiled, in order.
        folder: The compiled folder as commands name it.

    Returns:
        The transitions, or SF663: it does not stand where a cutover begins or goes on.
    """
    way_out = _not_yet(stands, BEFORE, folder)
    if way_out is None and stands.phase is not None and _is_past(stands.phase, LAST):
        way_out = "There is nothing left to cut over. See how it stands with `stackferry status`."
    if way_out is not None:
        return Finding(
            code="SF663",
            where=at(),
            detail=f"The migration {stands}; a cutover begins in {BEFORE} and ends in {LAST}.",
            way_out=way_out,
        )
    if stands.phase == LAST:
        return ()
    return onward(stands, phases, LAST, folder)


def retirement_from(stands: Standing, phases: Sequence[PhaseName], folder: str) -> Way:
    """
    Return the transitions that retire the source; none where it is retired.

    Args:
        stands: Where the migration stands.
        phases: Phases that were compiled, in order.
        folder: The compiled folder as commands name it.

    Returns:
        The transitions, or SF665: it does not stand where a source is retired.
    """
    way_out = _not_yet(stands, "settle", folder)
    if way_out is not None:
        return Finding(
            code="SF665",
            where=at(),
            detail=f"The migration {stands}; a source is retired from settle.",
            way_out=way_out,
        )
    if stands.phase == ORDER[-1]:
        return ()
    return onward(stands, phases, ORDER[-1], folder)


def _not_yet(stands: Standing, first: PhaseName, folder: str) -> str | None:
    """Return what to do where *first* does not stand yet, or something else was begun."""
    if stands.phase is None or _is_past(first, stands.phase):
        return f"Bring it there first: `stackferry deploy {folder} --to {first}`."
    if stands.begun is not None and stands.begun != next_phase(stands.phase):
        return (
            "Raise the `generation` of the databases that were promoted, compile and deploy: new "
            "replicas are seeded beside them."
        )
    return None


def _is_past(phase: PhaseName, other: PhaseName) -> bool:
    return ORDER.index(phase) > ORDER.index(other)
