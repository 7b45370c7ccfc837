"""
What happened in a run through several phases, in its order; and for how long nobody was served.

The clock starts with the first step of the fence, and stops when a side's access is open: of the
target in the end, or of the source where the fence was taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from compiler.deploy.gates.fence import ACCESS
from compiler.deploy.outcome import Done
from compiler.phases import PHASES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from compiler.deploy.flow import Listener
    from compiler.deploy.gates.evidence import Evidence
    from compiler.deploy.outcome import End
    from compiler.deploy.path.crossing import Leg
    from compiler.deploy.path.states import States
    from compiler.deploy.path.walking import Walked
    from compiler.deploy.timeline import Schedule
    from compiler.kinds import Side
    from compiler.phases import PhaseName


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """
    A transition that was carried out, or tried.

    Attributes:
        walked: How it went.
        began: When its first step began; when it was planned where none did.
        ended: When it ended.
    """

    walked: Walked
    began: datetime
    ended: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    Gates that were asked.

    Attributes:
        evidence: What they answered.
        began: When they were first asked.
        ended: When they were last.
    """

    evidence: Evidence
    began: datetime
    ended: datetime


Chapter: TypeAlias = Crossed | Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """
    For how long nobody was served.

    Attributes:
        began: When the first step of the fence began; of one that an earlier run began, when the
            source's access was closed, which is a little later.
        ended: When a side's access was open again; `None` if none is, or AWS does not tell.
        is_earlier: Whether an earlier run began it.
    """

    began: datetime
    ended: datetime | None = None
    is_earlier: bool = False

    def lasted(self, now: datetime) -> timedelta:
        """Return how long it was; until *now* if it is not over."""
        return (self.ended or now) - self.began


def doors_of(states: States) -> Mapping[str, Side]:
    """Return the sides into which stacks let users, by id of the stack."""
    return {
        stack.id: stack.side
        for state in states.values()
        for stack in state.manifest.stacks
        if stack.name == ACCESS
    }


@dataclass(slots=True)
class Course:
    """
    Hears what happens, and remembers it.

    Attributes:
        doors: The sides into which stacks let users, by id of the stack.
        outage: For how long nobody is served; `None` as long as somebody is.
        chapters: What was done, in order.
    """

    doors: Mapping[str, Side]
    outage: Outage | None = None
    chapters: list[Chapter] = field(default_factory=list)
    _planned: datetime | None = None

    def hearing(self, leg: Leg, listener: Listener) -> Listener:
        """Return who hears of the transition *leg*, and tells *listener*."""
        return _Hearing(self, leg, listener)

    def planned(self, at: datetime) -> None:
        """Hear that steps are about to begin."""
        self._planned = at

    def crossed(self, walked: Walked, began: datetime, ended: datetime) -> None:
        """
        Remember a transition.

        Args:
            walked: How it went.
            began: When it was asked for.
            ended: When it ended.
        """
        first, self._planned = self._planned or began, None
        self.chapters.append(Crossed(walked=walked, began=first, ended=ended))

    def closes(self, at: datetime) -> None:
        """Hear that from now on nobody may be served."""
        if self.outage is None:
            self.outage = Outage(began=at)

    def opens(self, at: datetime) -> None:
        """Hear that a side is open; it was before, if the clock does not run."""
        if self.outage is not None and self.outage.ended is None:
            self.outage = Outage(
                began=self.outage.began, ended=at, is_earlier=self.outage.is_earlier
            )

    @property
    def is_running(self) -> bool:
        """Whether the clock runs."""
        return self.outage is not None and self.outage.ended is None

    @property
    def crossings(self) -> tuple[Crossed, ...]:
        """The transitions, in order."""
        return tuple(one for one in self.chapters if isinstance(one, Crossed))


class _Hearing:
    def __init__(self, course: Course, leg: Leg, listener: Listener) -> None:
        self._course = course
        self._leg = leg
        self._listener = listener

    def planned(self, schedule: Schedule, at: datetime) -> None:
        self._course.planned(at)
        self._listener.planned(schedule, at)

    def started(self, node: str, at: datetime) -> None:
        if not self._leg.is_back and closes(self._leg.to):
            self._course.closes(at)
        self._listener.started(node, at)

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        self._listener.waiting(node, doing, at)

    def ended(self, node: str, end: End, at: datetime) -> None:
        side = self._course.doors.get(node)
        if side is not None and isinstance(end, Done) and is_open(side, self._leg.to):
            self._course.opens(at)
        self._listener.ended(node, end, at)


def closes(phase: PhaseName) -> bool:
    """Tell whether nobody is served from *phase* on, and somebody was before."""
    return phase == "fence"


def is_open(side: Side, phase: PhaseName) -> bool:
    """Tell whether users get into *side* in *phase*."""
    state = PHASES[phase]
    return {"source": state.source_open, "target": state.target_open}.get(side, False)
