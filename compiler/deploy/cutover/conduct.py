"""
The cutover in order: fence, gates, promote, gates, switch, and the verifying after it.

Everything that touches the world comes in as an argument. At the first gate that stays red, the
first step that fails, and at Ctrl-C it stops in the safest state that serves users, and says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.deploy.cutover.beginning import BEFORE, LAST
from compiler.deploy.cutover.ending import Ending, Trouble, ending, is_lost, is_undoable
from compiler.deploy.cutover.steps import Crew, Steps
from compiler.deploy.exit_codes import FINDINGS, INTERRUPTED, REFUSED
from compiler.deploy.path.crossing import Leg
from compiler.deploy.path.way import backward
from compiler.deploy.port import AwsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from compiler.deploy.cutover.allowance import Allowance
    from compiler.deploy.path.standing import Standing
    from compiler.phases import PhaseName

__all__ = ["VERIFYING", "Crew", "cut_over"]

VERIFYING: PhaseName = "settle"
"""The phase that the gates open by which a cutover is verified."""

LOSING: PhaseName = "promote"
"""The phase from which on the replicas are lost."""


def cut_over(
    crew: Crew, legs: Sequence[Leg], allowance: Allowance, *, verify_for: timedelta, settles: bool
) -> tuple[Ending, int]:
    """
    Carry out what is left of a cutover, verify it, and stop safely where it cannot go on.

    The gates of the phase that stands at the beginning, if that is `warm`, were asked before.

    Args:
        crew: Who does it.
        legs: The transitions that are left; none where only the verifying is.
        allowance: How long nobody may be served.
        verify_for: For how long gates may be asked after the switch.
        settles: Whether to go on to `settle` once it is verified.

    Returns:
        Where it ended, and the exit code: 0 done, 1 a gate stayed red or something spoke against a
        plan, 3 AWS refused or failed, 4 somebody else is at work, 130 stopped by the operator.
    """
    return _Cutover(crew, allowance).run(legs, verify_for=verify_for, settles=settles)


class _Cutover:
    def __init__(self, crew: Crew, allowance: Allowance) -> None:
        self._crew = crew
        self._allowance = allowance
        self._steps = Steps(crew, LAST)

    def run(
        self, legs: Sequence[Leg], *, verify_for: timedelta, settles: bool
    ) -> tuple[Ending, int]:
        try:
            trouble = self._go(legs) or self._verify(verify_for, settles=settles)
        except KeyboardInterrupt:
            trouble = self._steps.stopped()
        except AwsError as error:
            trouble = self._steps.refused(error)
        stands = self._certainly(self._steps.where())
        is_undone = trouble is not None and trouble.why == "undone" and _serves_again(stands)
        # Who has the lock decides: what somebody else works on is not taken back.
        is_half_undone = False
        if trouble and trouble.why != "locked" and stands and is_undoable(stands):
            stands, is_undone = self._undo(stands, trouble)
            is_half_undone = not is_undone
        found = ending(
            stands,
            trouble,
            self._crew.folder,
            is_undone=is_undone,
            is_half_undone=is_half_undone,
        )
        return found, self._steps.exit_code

    def _certainly(self, stands: Standing | None) -> Standing | None:
        """
        Return where it stands, with the promotion that was begun although no stack says so.

        A stack of its own, of no stack set, has its old form again where the update that promotes
        failed; its database may be promoted all the same.
        """
        begun = any(
            one.walked.leg.to == LOSING
            and one.walked.result.outcome is not None
            and one.walked.result.outcome.started
            for one in self._crew.course.crossings
        )
        if begun and stands is not None and is_undoable(stands):
            return replace(stands, begun=LOSING)
        return stands

    def _go(self, legs: Sequence[Leg]) -> Trouble | None:
        for number, leg in enumerate(legs):
            self._steps.phase = leg.to
            left = [one.to for one in legs[number:]]
            trouble = self._ask_before(leg, left) or self._late(leg, left) or self._cross(leg)
            if trouble is not None:
                return trouble
        return None

    def _ask_before(self, leg: Leg, left: Sequence[PhaseName]) -> Trouble | None:
        origin = leg.origin
        if origin is None or origin == BEFORE or leg.is_resumed:
            return None
        outage, now = self._crew.course.outage, self._crew.clock.now()
        began = outage.began if outage else now
        wait = self._allowance.wait(began, now, left, is_lost=is_lost(leg.standing))
        return self._steps.ask(origin, leg.to, wait)

    def _late(self, leg: Leg, left: Sequence[PhaseName]) -> Trouble | None:
        """Tell that it is too late, as long as nothing is lost by going back."""
        outage, now = self._crew.course.outage, self._crew.clock.now()
        if outage is None or is_lost(leg.standing):
            return None
        if self._allowance.suffices(outage.began, now, left):
            return None
        passed, limit = _seconds(outage.lasted(now)), _seconds(self._allowance.limit)
        needed = _seconds(self._allowance.rest(left))
        return self._steps.trouble(
            "too little time",
            FINDINGS,
            f"Nobody has been served for {passed} of at most {limit}, and what comes is expected "
            f"to take {needed}.",
        )

    def _cross(self, leg: Leg) -> Trouble | None:
        trouble = self._steps.cross(leg)
        if trouble is None and leg.to == LAST and self._crew.course.is_running:
            # Its access was open already: an earlier run had come so far.
            self._crew.course.opens(self._crew.clock.now())
        return trouble

    def _verify(self, verify_for: timedelta, *, settles: bool) -> Trouble | None:
        self._steps.phase = LAST
        trouble = self._steps.ask(LAST, VERIFYING, verify_for)
        if trouble is not None or not settles:
            return trouble
        stands = self._crew.stands()
        return self._steps.cross(Leg(origin=LAST, to=VERIFYING, standing=stands))

    def _undo(self, stands: Standing, trouble: Trouble) -> tuple[Standing | None, bool]:
        """Take the fence back; return where it stands then, and whether that went well."""
        crew = self._crew
        crew.told.goes_back(trouble)
        legs = backward(stands, tuple(crew.states), BEFORE, crew.folder)
        code, is_done = self._steps.exit_code, False
        try:
            walked = list(self._steps.walk(legs)) if isinstance(legs, tuple) else []
            code = max([code, *(one.result.exit_code for one in walked)])
            is_done = all(one.is_done for one in walked)
        except KeyboardInterrupt:
            code = INTERRUPTED
        reached = self._steps.where()
        # A stack that failed on the way back may be closed, although the word of its phase stands.
        is_undone = is_done and _serves_again(reached)
        if is_undone and crew.course.is_running:
            crew.course.opens(crew.clock.now())
        self._steps.exit_code = code if is_undone else max(code, REFUSED)
        return reached, is_undone


def _serves_again(stands: Standing | None) -> bool:
    """Tell whether the source serves as before."""
    return stands is not None and stands.phase == BEFORE and stands.begun is None


def _seconds(lasts: timedelta) -> str:
    return f"{round(lasts.total_seconds()):,} s"
