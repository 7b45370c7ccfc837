"""What a cutover and a retirement consist of: asking gates, and crossing from phase to phase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from compiler.deploy.cutover.course import Asked, Course
from compiler.deploy.cutover.ending import Trouble
from compiler.deploy.exit_codes import DONE, INTERRUPTED, LOCKED, REFUSED
from compiler.deploy.gates.run import exit_code_of
from compiler.deploy.patience import insist
from compiler.deploy.port import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import timedelta

    from compiler.deploy.clock import Clock
    from compiler.deploy.cutover.ending import Why
    from compiler.deploy.gates.evidence import Evidence
    from compiler.deploy.path.crossing import Leg
    from compiler.deploy.path.standing import Standing
    from compiler.deploy.path.states import States
    from compiler.deploy.path.walking import Walked
    from compiler.deploy.patience import Chance
    from compiler.phases import PhaseName


class Told(Protocol):
    """Is told what a run is at, in one order."""

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
    Who does what a run consists of.

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


class Steps:
    """
    Takes the steps of a run, each told and remembered.

    Attributes:
        phase: The phase that is being entered, or asked about.
        exit_code: What the run ends with, as far as is known.
    """

    def __init__(self, crew: Crew, phase: PhaseName) -> None:
        """
        Prepare to take steps.

        Args:
            crew: Who does them.
            phase: The phase that is entered first.
        """
        self._crew = crew
        self.phase = phase
        self.exit_code = DONE

    def ask(self, origin: PhaseName, opens: PhaseName, wait: timedelta) -> Trouble | None:
        """Ask the gates of *origin* that open another phase; return what is not as wanted."""
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
        return self.trouble("red gate", exit_code_of(evidence), f"Not green: {bad}.")

    def cross(self, leg: Leg) -> Trouble | None:
        """Carry out a transition; return why its phase does not stand, if it does not."""
        crew = self._crew
        self.phase = leg.to
        crew.told.enters(leg)
        last = None
        for walked in self.walk((leg,)):
            last = walked
        if last is None:
            message = f"the way to {leg.to} was not gone"
            raise RuntimeError(message)
        if last.is_undoing:
            return self.trouble("undone", last.result.exit_code or REFUSED)
        return None if last.is_done else self._stopped_by(last)

    def walk(self, legs: Sequence[Leg]) -> Iterator[Walked]:
        """Carry out transitions, remember each, and yield it."""
        crew = self._crew
        began = crew.clock.now()
        for walked in crew.cross(legs):
            crew.course.crossed(walked, began, crew.clock.now())
            crew.told.entered(walked)
            began = crew.clock.now()
            yield walked

    def where(self) -> Standing | None:
        """Return where the migration stands; nothing if AWS does not tell."""
        crew = self._crew
        try:
            return insist(crew.stands, crew.clock, crew.chance)
        except AwsError:
            return None

    def trouble(self, why: Why, exit_code: int, says: str = "") -> Trouble:
        """Return why the run does not go on, and remember what it ends with."""
        self.exit_code = exit_code
        return Trouble(why=why, phase=self.phase, says=says)

    def stopped(self) -> Trouble:
        """Return that the operator stopped it."""
        return self.trouble("stopped", INTERRUPTED)

    def refused(self, error: AwsError) -> Trouble:
        """Return that AWS refused to tell something."""
        return self.trouble("refused", REFUSED, f"AWS refused {error}")

    def _stopped_by(self, walked: Walked) -> Trouble:
        result = walked.result
        outcome = result.outcome
        if outcome is None:
            why: Why = "locked" if result.exit_code == LOCKED else "findings"
            return self.trouble(why, result.exit_code)
        if outcome.is_interrupted:
            return self.stopped()
        if outcome.stopped:
            return self.trouble("locked", LOCKED)
        return self.trouble("failed step", result.exit_code)
