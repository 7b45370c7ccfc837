"""
Which transitions lead from where a migration stands to where it is to stand. Pure.

None is skipped, and none that was begun is forgotten. Back leads only what the doors allow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from compiler.deploy.path.crossing import Leg
from compiler.deploy.path.standing import Standing
from compiler.phases import ORDER, PHASES, next_phase
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.phases import PhaseName

Way: TypeAlias = "tuple[Leg, ...] | Finding"
"""Transitions in their order, or why there is no such way."""


def up_to_date(stands: Standing, phases: Sequence[PhaseName], folder: str) -> Way:
    """
    Return how what was compiled is brought to AWS without a step of the operator's choice.

    That is the state in which the migration stands; where nothing stands, the first one that was
    compiled. A folder of one phase leads to that phase from the one before it, too.

    Args:
        stands: Where the migration stands.
        phases: Phases that were compiled, in order.
        folder: The compiled folder as commands name it.
    """
    only = phases[0] if len(phases) == 1 else None
    if only is not None and stands.begun in {None, only}:
        return onward(stands, phases, only, folder)
    if stands.phase is None:
        return onward(stands, phases, stands.begun or phases[0], folder)
    if stands.begun is not None:
        return _begun(stands, stands.phase, stands.begun, folder)
    return onward(stands, phases, stands.phase, folder)


def onward(stands: Standing, phases: Sequence[PhaseName], to: PhaseName, folder: str) -> Way:
    """
    Return how the way leads on to the phase *to*; the arguments are as for `up_to_date`.

    Returns:
        One transition for each phase that is entered. Where *to* stands already, the one that
        brings it up to date.
    """
    if to not in phases:
        return _not_compiled(to, phases)
    origin = stands.phase
    if origin == to and stands.begun is None:
        return (Leg(origin=origin, to=to, standing=stands),)
    if origin is not None and ORDER.index(to) <= ORDER.index(origin):
        return _behind(stands, to, folder)
    entered = _between(origin, to) if origin else _from_nothing(stands, phases, to)
    missing = [phase for phase in entered if phase not in phases]
    if stands == Standing() and not PHASES[entered[0]].source_open:
        # Where nothing stands, nothing was replicated that could be fenced, promoted or retired.
        missing = list(ORDER[: ORDER.index(entered[0])])
    if missing:
        return _skipped(stands, to, missing, folder)
    legs = [Leg(origin=origin, to=entered[0], standing=stands)]
    for phase in entered[1:]:
        before = legs[-1].to
        legs.append(Leg(origin=before, to=phase, standing=Standing(phase=before)))
    return tuple(legs)


def backward(
    stands: Standing, phases: Sequence[PhaseName], to: PhaseName | None, folder: str
) -> Way:
    """
    Return how the way leads back.

    Args:
        stands: Where the migration stands.
        phases: Phases that were compiled, in order.
        to: The phase to go back to; default: out of what was begun, else to the nearest one in
            which users are served.
        folder: The compiled folder as commands name it.
    """
    first = stands.begun or stands.phase
    if first is None or first == ORDER[0]:
        return _nothing_behind(stands, folder)
    to = to or _serving_before(stands, first)
    if to not in phases:
        return _not_compiled(to, phases)
    if ORDER.index(to) >= ORDER.index(first):
        return _not_behind(stands, to, folder)
    origins = [
        phase
        for phase in reversed(ORDER[ORDER.index(to) + 1 : ORDER.index(first) + 1])
        # What was begun is left for the phase that stands.
        if phase == first or stands.phase is None or ORDER.index(phase) <= ORDER.index(stands.phase)
    ]
    closed = next((one for one in origins if PHASES[one].door.startswith("one-way")), None)
    if closed is not None:
        return _closed(stands, closed, folder)
    missing = [phase for phase in origins if phase not in phases]
    if missing:
        return _not_compiled(missing[0], phases)
    legs = []
    for position, origin in enumerate(origins):
        goal = origins[position + 1] if position + 1 < len(origins) else to
        standing = stands if position == 0 else Standing(phase=origin)
        legs.append(Leg(origin=origin, to=goal, standing=standing))
    return tuple(legs)


def _between(origin: PhaseName, to: PhaseName) -> tuple[PhaseName, ...]:
    return ORDER[ORDER.index(origin) + 1 : ORDER.index(to) + 1]


def _from_nothing(
    stands: Standing, phases: Sequence[PhaseName], to: PhaseName
) -> tuple[PhaseName, ...]:
    first = stands.begun or phases[0]
    if ORDER.index(first) > ORDER.index(to):
        return (to,)
    return ORDER[ORDER.index(first) : ORDER.index(to) + 1]


def _serving_before(stands: Standing, first: PhaseName) -> PhaseName:
    """Return the nearest phase before *first* in which somebody is served."""
    earlier = ORDER[: ORDER.index(first)]
    if stands.begun is not None and stands.phase is not None:
        earlier = ORDER[: ORDER.index(stands.phase) + 1]
    serving = [one for one in earlier if PHASES[one].source_open or PHASES[one].target_open]
    return serving[-1]


def _begun(stands: Standing, phase: PhaseName, begun: PhaseName, folder: str) -> Finding:
    if begun != next_phase(phase):
        way_out = (
            "Raise the `generation` of the databases that were promoted, compile and deploy: new "
            "replicas are seeded beside them."
        )
    else:
        way_out = f"Go on with `stackferry deploy {folder} --to {begun}`" + (
            "."
            if PHASES[begun].door.startswith("one-way")
            else f", or back to {phase} with `stackferry rollback {folder}`."
        )
    return Finding(
        code="SF606",
        where=at(),
        detail=f"The migration {stands}: the way from one to the other was not finished.",
        way_out=way_out,
    )


def _behind(stands: Standing, to: PhaseName, folder: str) -> Finding:
    return Finding(
        code="SF607",
        where=at(),
        detail=f"The migration {stands}; {to} lies behind, and deploy goes on only.",
        way_out=f"To go back, run `stackferry rollback {folder} --to {to}`.",
    )


def _skipped(stands: Standing, to: PhaseName, missing: Sequence[PhaseName], folder: str) -> Finding:
    lie = "lies" if len(missing) == 1 else "lie"
    return Finding(
        code="SF608",
        where=at(),
        detail=(
            f"The migration {stands}; between that and {to} {lie} {', '.join(missing)}, which "
            f'"{folder}" was not compiled for. No phase is skipped.'
        ),
        way_out="Compile all phases, without --phase, and run this on that folder.",
    )


def _not_compiled(phase: PhaseName, phases: Sequence[PhaseName]) -> Finding:
    return Finding(
        code="SF566",
        where=at(),
        detail=f"{phase} is not among what was compiled into the folder ({', '.join(phases)}).",
        way_out="Compile all phases, without --phase, and run this on that folder.",
    )


def _nothing_behind(stands: Standing, folder: str) -> Finding:
    return Finding(
        code="SF610",
        where=at(),
        detail=f"The migration {stands}; no phase lies behind that.",
        way_out=(
            f"{PHASES[ORDER[0]].way_back} Only if the migration is given up, with its source: "
            f"`stackferry destroy {folder}`."
            if stands.phase or stands.begun
            else "There is nothing to do."
        ),
    )


def _not_behind(stands: Standing, to: PhaseName, folder: str) -> Finding:
    return Finding(
        code="SF607",
        where=at(),
        detail=f"The migration {stands}; {to} does not lie behind that, and rollback goes back.",
        way_out=f"To go on, run `stackferry deploy {folder} --to {to}`.",
    )


def _closed(stands: Standing, closed: PhaseName, folder: str) -> Finding:
    door = PHASES[closed].door
    way_out = PHASES[closed].way_back
    if stands.begun == closed:
        way_out += f" Go on with `stackferry deploy {folder} --to {closed}`."
    return Finding(
        code="SF611",
        where=at(),
        detail=(
            f"The migration {stands}. The door into {closed} is {door}, so no state before it comes"
            " back. Nothing was touched."
        ),
        way_out=way_out,
    )
