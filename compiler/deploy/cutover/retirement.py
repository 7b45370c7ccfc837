"""
Retiring the source in order: gates, protection off, the proof that nothing points at it, and away.

Nothing is deleted before the last gate is green, and what is protected cannot be by mistake: taking
protection off is a step of its own, which can be taken back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy import removal
from compiler.deploy.cutover.ending import Choice, Ending, serving
from compiler.deploy.cutover.steps import Crew, Steps
from compiler.deploy.left_behind import log_groups
from compiler.deploy.observe import observe
from compiler.deploy.port import AwsError
from compiler.phases import ORDER, PHASES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.deploy.cutover.ending import Trouble
    from compiler.deploy.flow import Pool
    from compiler.deploy.path.crossing import Leg
    from compiler.deploy.path.standing import Standing
    from compiler.deploy.path.states import States
    from compiler.deploy.port import Aws
    from compiler.deploy.removal import RemovalPlan
    from compiler.phases import PhaseName

LAST: PhaseName = ORDER[-1]
"""The phase in which the source is gone."""

BEFORE: PhaseName = ORDER[-2]
"""The phase whose gates prove that nothing points at the source."""


def retire(crew: Crew, legs: Sequence[Leg]) -> tuple[Ending, int]:
    """
    Carry out what is left of a retirement.

    The gates of the first of *legs* were asked before, unless it was begun already.

    Args:
        crew: Who does it.
        legs: The transitions that are left.

    Returns:
        Where it ended, and the exit code: 0 done, 1 a gate is red or something speaks against a
        plan, 3 AWS refused or failed, 4 somebody else is at work, 130 stopped by the operator.
    """
    steps = Steps(crew, LAST)
    try:
        trouble = _go(steps, legs)
    except KeyboardInterrupt:
        trouble = steps.stopped()
    except AwsError as error:
        trouble = steps.refused(error)
    return _ending(steps.where(), trouble, crew.folder), steps.exit_code


def ending_before(stands: Standing, trouble: Trouble, folder: str) -> Ending:
    """
    Return where a retirement ends that did not begin.

    Args:
        stands: Where the migration stands.
        trouble: Why it did not.
        folder: The compiled folder as commands name it.
    """
    return _ending(stands, trouble, folder)


def going(aws: Aws, states: States, pool: Pool) -> RemovalPlan:
    """
    Return which stacks go with the source, and what each leaves behind, as AWS has them now.

    Raises:
        AwsError: AWS refused to tell.
    """
    left, reached = states[BEFORE], states[LAST]
    stays = {stack.id for stack in reached.manifest.stacks}
    gone = replace(
        left.manifest,
        stacks=tuple(stack for stack in left.manifest.stacks if stack.id not in stays),
    )
    seen = observe(aws, gone, pool, with_outputs=False)
    found = removal.find(aws, gone, seen, pool)
    return removal.plan_removal(gone, seen, found, unprotect=False, made=log_groups(left.templates))


def _go(steps: Steps, legs: Sequence[Leg]) -> Trouble | None:
    for number, leg in enumerate(legs):
        steps.phase = leg.to
        is_asked = number > 0 and not leg.is_resumed and leg.origin is not None
        trouble = steps.ask(leg.origin, leg.to, timedelta()) if is_asked and leg.origin else None
        trouble = trouble or steps.cross(leg)
        if trouble is not None:
            return trouble
    return None


def _ending(stands: Standing | None, trouble: Trouble | None, folder: str) -> Ending:
    return Ending(
        stands=stands,
        serving=serving(stands),
        trouble=trouble,
        is_undone=False,
        choices=_choices(stands, folder),
    )


def _choices(stands: Standing | None, folder: str) -> tuple[Choice, ...]:
    if stands is None or stands.phase is None:
        return (
            Choice(
                says="AWS did not tell where the migration stands. Ask again, and then decide.",
                command=f"stackferry status {folder}",
            ),
        )
    if stands.phase == LAST:
        return ()
    again = Choice(
        says="On: see to the reason above, then run this again; it goes on from here.",
        command=f"stackferry retire {folder}",
    )
    if stands.begun == LAST:
        return again, Choice(says=f"Back: {PHASES[LAST].way_back}")
    if BEFORE in {stands.phase, stands.begun}:
        back = Choice(
            says=f"Back: {PHASES[BEFORE].way_back}",
            command=f"stackferry rollback {folder} --to settle",
        )
        return again, back
    return (again,)
