"""
The cutover in order: fence, gates, promote, gates, switch, and the verifying after it.

Everything that touches the world comes in as an argument. At the first gate that stays red, the
first step that fails, and at Ctrl-C it stops in the safest state that serves users, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from compiler.deploy.cutover.beginning import BEFORE, LAST
from compiler.deploy.cutover.course import Asked, Course
from compiler.deploy.cutover.ending import Ending, Trouble, ending, is_lost, is_undoable
from compiler.deploy.exit_codes import DONE, FINDINGS, INTERRUPTED, LOCKED, REFUSED
from compiler.deploy.gates.run import exit_code_of
from compiler.deploy.path.crossing import Leg
from compiler.deploy.path.way import backward
from compiler.deploy.patience import insist
from compiler.deploy.port import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import timedelta

    from compiler.deploy.clock import Clock
    from compiler.deploy.cutover.allowance import Allowance
    from compiler.deploy.cutover.ending import Why
    from compiler.deploy.gates.evidence import Evidence
    from compiler.deploy.path.standing import Standing
    from compiler.deploy.path.states import States
    from compiler.deploy.path.walking import Walked
    from compiler.deploy.patience import Chance
    from compiler.phases import PhaseName

VERIFYING: PhaseName = "settle"
"""The phase that the gates open by which a cutover is verified."""


class Told(Protocol):
    """Is told what the cutover is at, in one order."""

    def enters(self, leg: Leg) -> None:
        """Hear that a transition begins."""

    def entered(self, walked: Walked) -> None:
        """Hear how it went."""

    def asks(self, origin: PhaseName, opens: PhaseName, wait: timedelta) -> None:
        """Hear that the gates of *origin* are asked, for how long at most until they are green."""

    def answered(self, evidence: Evidence) -> None:
        """Hear what they answered."""

    def goes_back(self, trouble: Trouble) -> None:
        """Hear that the fence is taken back, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """
    Who does what a cutover consists of.

    Attributes:
        states: Every compiled state.
        folder: The compiled folder as commands name it.
        cross: Carries out transitions, and yields how each went; `compiler.deploy.path.walking`.
        ask: Asks the gates of a phase that open another one, for a time at most, and keeps what
            they answered as evidence.
        stands: Tells where the migration stands.
        clock: Tells the time.
        chance: Keeps runs from asking AWS in step.
        course: Remembers what happens.
        told: Is told what it is at.
    """

    states: States
    folder: str
    cross: Callable[[Sequence[Leg]], Iterator[Walked]]
    ask: Callable[[PhaseName, PhaseName, timedelta], Evidence]
    stands: Callable[[], Standing]
    clock: Clock
    chance: Chance
    course: Course
    told: Told


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
        self._phase: PhaseName = LAST
        self._exit_code = DONE

    def run(
        self, legs: Sequence[Leg], *, verify_for: timedelta, settles: bool
    ) -> tuple[Ending, int]:
        try:
            trouble = self._go(legs) or self._verify(verify_for, settles=settles)
        except KeyboardInterrupt:
            trouble = self._trouble("stopped", INTERRUPTED)
        except AwsError as error:
            trouble = self._trouble("refused", REFUSED, f"AWS refused {error}")
        stands = self._where()
        is_undone = False
        # Who has the lock decides; a stack that somebody else works on is not taken back.
        if trouble and trouble.why != "locked" and stands and is_undoable(stands):
            stands, is_undone = self._undo(stands, trouble)
        elif trouble and trouble.why == "undone" and stands and stands.phase == BEFORE:
            is_undone = True
        return (
            ending(stands, trouble, self._crew.folder, is_undone=is_undone),
            self._exit_code,
        )

    def _go(self, legs: Sequence[Leg]) -> Trouble | None:
        for number, leg in enumerate(legs):
            self._phase = leg.to
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
        return self._ask(origin, leg.to, wait)

    def _late(self, leg: Leg, left: Sequence[PhaseName]) -> Trouble | None:
        """Tell that it is too late, as long as nothing is lost by going back."""
        outage, now = self._crew.course.outage, self._crew.clock.now()
        if outage is None or is_lost(leg.standing):
            return None
        if self._allowance.suffices(outage.began, now, left):
            return None
        passed, limit = _seconds(outage.lasted(now)), _seconds(self._allowance.limit)
        needed = _seconds(self._allowance.rest(left))
        return self._trouble(
            "too little time",
            FINDINGS,
            f"Nobody has been served for {passed} of at most {limit}, and what comes is expected "
            f"to take {needed}.",
        )

    def _ask(self, origin: PhaseName, opens: PhaseName, wait: timedelta) -> Trouble | None:
        crew = self._crew
        began = crew.clock.now()
        crew.told.asks(origin, opens, wait)
        evidence = crew.ask(origin, opens, wait)
        crew.course.chapters.append(Asked(evidence=evidence, began=began, ended=crew.clock.now()))
        crew.told.answered(evidence)
        if evidence.is_green:
            return None
        bad = ", ".join(
            f"{one.kind} {one.key}".strip() for one in evidence.answers if one.verdict != "green"
        )
        return self._trouble("red gate", exit_code_of(evidence), f"Not green: {bad}.")

    def _cross(self, leg: Leg) -> Trouble | None:
        crew = self._crew
        crew.told.enters(leg)
        began, last = crew.clock.now(), None
        for walked in crew.cross((leg,)):
            crew.course.crossed(walked, began, crew.clock.now())
            crew.told.entered(walked)
            began, last = crew.clock.now(), walked
        if last is None:
            message = f"the way to {leg.to} was not gone"
            raise RuntimeError(message)
        if last.is_undoing:
            return self._trouble("undone", last.result.exit_code or REFUSED)
        if last.is_done:
            if leg.to == LAST and crew.course.is_running:
                # Its access was open already: an earlier run had come so far.
                crew.course.opens(crew.clock.now())
            return None
        return self._stopped_by(last)

    def _stopped_by(self, walked: Walked) -> Trouble:
        result = walked.result
        outcome = result.outcome
        if outcome is None:
            why: Why = "locked" if result.exit_code == LOCKED else "findings"
            return self._trouble(why, result.exit_code)
        if outcome.is_interrupted:
            return self._trouble("stopped", INTERRUPTED)
        if outcome.stopped:
            return self._trouble("locked", LOCKED)
        return self._trouble("failed step", result.exit_code)

    def _verify(self, verify_for: timedelta, *, settles: bool) -> Trouble | None:
        self._phase = LAST
        trouble = self._ask(LAST, VERIFYING, verify_for)
        if trouble is not None or not settles:
            return trouble
        stands = self._crew.stands()
        self._phase = VERIFYING
        return self._cross(Leg(origin=LAST, to=VERIFYING, standing=stands))

    def _undo(self, stands: Standing, trouble: Trouble) -> tuple[Standing | None, bool]:
        """Take the fence back; return where it stands then, and whether that went well."""
        crew = self._crew
        crew.told.goes_back(trouble)
        legs = backward(stands, tuple(crew.states), BEFORE, crew.folder)
        began = crew.clock.now()
        try:
            for walked in crew.cross(legs) if isinstance(legs, tuple) else ():
                crew.course.crossed(walked, began, crew.clock.now())
                crew.told.entered(walked)
                began = crew.clock.now()
        except KeyboardInterrupt:
            self._exit_code = INTERRUPTED
        reached = self._where()
        is_undone = reached is not None and reached.phase == BEFORE and reached.begun is None
        if is_undone and crew.course.is_running:
            crew.course.opens(crew.clock.now())
        if not is_undone:
            self._exit_code = max(self._exit_code, REFUSED)
        return reached, is_undone

    def _where(self) -> Standing | None:
        crew = self._crew
        try:
            return insist(partial(crew.stands), crew.clock, crew.chance)
        except AwsError:
            return None

    def _trouble(self, why: Why, exit_code: int, says: str = "") -> Trouble:
        self._exit_code = exit_code
        return Trouble(why=why, phase=self._phase, says=says)


def _seconds(lasts: timedelta) -> str:
    return f"{round(lasts.total_seconds()):,} s"
