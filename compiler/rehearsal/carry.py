"""
Carrying a migration from phase to phase: its users writing, its gates asked, its transitions made.

Each transition is one of the deployer's, on evidence that its gates have just given; from `warm` to
`switch` the cutover conducts, and stops as it would in AWS.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.cutover.allowance import allowance_of
from compiler.deploy.cutover.conduct import cut_over
from compiler.deploy.cutover.stages import stages_of as planned_stages
from compiler.deploy.cutover.steps import Crew
from compiler.deploy.exit_codes import DONE, FINDINGS
from compiler.deploy.gates.run import exit_code_of
from compiler.deploy.path.walking import exit_code_of as exit_code_of_walk
from compiler.deploy.path.way import backward, onward
from compiler.deploy.patience import no_chance
from compiler.phases import ORDER, PHASES
from compiler.rehearsal.company import Company
from compiler.rehearsal.course import Rehearsed, stages_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.deploy.cutover.allowance import Allowance
    from compiler.deploy.cutover.course import Chapter
    from compiler.deploy.cutover.ending import Ending
    from compiler.deploy.path.crossing import Leg
    from compiler.phases import PhaseName
    from compiler.rehearsal.stagecraft import Stagecraft
    from spec.findings import Finding

PATIENCE = timedelta(minutes=30)
"""For how long gates off the clock are asked; an alarm may need a quarter of an hour."""

_CUTOVER: tuple[PhaseName, ...] = ("fence", "promote", "switch")


def rehearse(craft: Stagecraft, to: PhaseName, *, is_back: bool = False) -> Rehearsed:
    """
    Carry a migration of which nothing stands on to the phase *to*, and tell how that went.

    Args:
        craft: What it is made with.
        to: The phase to stop in.
        is_back: Whether to go back from there as far as the doors allow.
    """
    return _Rehearsal(craft).run(to, is_back=is_back)


def furthest_back(phase: PhaseName) -> PhaseName | None:
    """
    Return the earliest phase to which a way leads back from *phase* and loses nothing further.

    Returns:
        Nothing where replicas are lost on the way, or none leads back: then it is the nearest phase
        in which users are served, or why there is none.
    """
    for one in reversed(ORDER[1 : ORDER.index(phase) + 1]):
        door = PHASES[one].door
        if door != "reversible":
            return one if door.startswith("one-way") and one != phase else None
    return ORDER[0]


class _Rehearsal:
    def __init__(self, craft: Stagecraft) -> None:
        self._craft = craft
        self._company = Company(craft)
        self._began = craft.clock.now()
        self._allowance: Allowance | None = None
        self._ending: Ending | None = None

    def run(self, to: PhaseName, *, is_back: bool) -> Rehearsed:
        craft = self._craft
        legs = onward(self._company.stands(), tuple(craft.states), to, craft.named)
        if not isinstance(legs, tuple):
            return self._end(FINDINGS, legs)
        before, conducted, after = _parts(legs)
        code = self._go(before) or self._cut_over(conducted) or self._go(after)
        return self._back(to) if is_back and code == DONE else self._end(code)

    def _go(self, legs: Sequence[Leg]) -> int:
        """Go from phase to phase as a deploy does; return why it stopped, or 0."""
        for leg in legs:
            code = self._ask_before(leg)
            if code:
                return code
            self._craft.audience.begins(leg)
            walked = tuple(self._company.told_of((leg,)))
            if not walked[0].is_done:
                return exit_code_of_walk(walked)
        return DONE

    def _ask_before(self, leg: Leg) -> int:
        origin = leg.origin
        if origin is None or leg.is_back or not self._craft.states[origin].manifest.gates:
            return DONE
        if self._company.has_answered(leg.to):
            return DONE
        self._company.asks(origin, leg.to, PATIENCE)
        evidence = self._company.asked(origin, leg.to, PATIENCE)
        return exit_code_of(evidence)

    def _cut_over(self, legs: Sequence[Leg]) -> int:
        """Conduct the cutover; return why it stopped, or 0."""
        craft, company = self._craft, self._company
        if not legs:
            return DONE
        code = self._ask_before(legs[0])
        if code:
            return code
        stages = planned_stages(tuple(legs), craft.states, craft.acting)
        # More than the spec allows is told at the end, and rehearsed nevertheless.
        self._allowance = allowance_of(stages, craft.states, None, is_forced=True)
        crew = Crew(
            states=craft.states,
            folder=craft.named,
            cross=company.crosses,
            ask=company.asks_for,
            stands=company.stands,
            clock=craft.clock,
            chance=no_chance,
            course=company.course,
            told=company,
        )
        ending, code = cut_over(crew, legs, self._allowance, verify_for=PATIENCE, settles=False)
        self._ending = ending if ending.trouble else None
        return code

    def _back(self, phase: PhaseName) -> Rehearsed:
        craft = self._craft
        legs = backward(
            self._company.stands(), tuple(craft.states), furthest_back(phase), craft.named
        )
        if not isinstance(legs, tuple):
            return self._end(DONE, legs)
        return self._end(self._go(legs))

    def _end(self, exit_code: int, closed: Finding | None = None) -> Rehearsed:
        craft, company = self._craft, self._company
        chapters: Sequence[Chapter] = company.course.chapters
        manifest = next(iter(craft.states.values())).manifest
        return Rehearsed(
            migration=manifest.migration,
            stages=tuple(stages_of(chapters, company.expected)),
            stands=company.stands(),
            began=self._began,
            ended=craft.clock.now(),
            chapters=tuple(chapters),
            exit_code=exit_code,
            outage=company.course.outage,
            allowance=self._allowance,
            ending=self._ending,
            unasked=craft.unasked,
            written=dict(sorted(company.written.items())),
            closed=closed,
        )


def _parts(
    legs: tuple[Leg, ...],
) -> tuple[tuple[Leg, ...], tuple[Leg, ...], tuple[Leg, ...]]:
    """Return what comes before the cutover, the cutover, and what comes after it."""
    conducted = tuple(leg for leg in legs if leg.to in _CUTOVER and leg.origin is not None)
    if tuple(leg.to for leg in conducted) != _CUTOVER:
        return legs, (), ()
    first = legs.index(conducted[0])
    return legs[:first], conducted, legs[first + len(conducted) :]
