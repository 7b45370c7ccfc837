"""What came of a rehearsal, phase by phase. Frozen values, for texts and documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.cutover.course import Asked, Crossed
from compiler.deploy.outcome import Done

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from compiler.deploy.cutover.allowance import Allowance
    from compiler.deploy.cutover.course import Chapter, Outage
    from compiler.deploy.cutover.ending import Ending
    from compiler.deploy.path.standing import Standing
    from compiler.phases import PhaseName
    from spec.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """
    One transition as it was rehearsed, with the gates before it.

    Attributes:
        asked: What the gates before it answered; `None` on the way back, and where none were asked.
        crossed: How it went; `None` where its gates kept it shut.
        expected: How long AWS is expected to take for it.
    """

    asked: Asked | None
    crossed: Crossed | None
    expected: timedelta

    @property
    def origin(self) -> str | None:
        """The phase that it comes from; `None` if none stood."""
        if self.crossed is not None:
            return self.crossed.walked.leg.origin
        return self.asked.evidence.phase if self.asked else None

    @property
    def to(self) -> str:
        """The phase that it leads to."""
        if self.crossed is not None:
            return self.crossed.walked.leg.to
        return self.asked.evidence.opens if self.asked else ""

    @property
    def is_back(self) -> bool:
        """Whether it leads back."""
        return self.crossed is not None and self.crossed.walked.leg.is_back

    @property
    def is_done(self) -> bool:
        """Whether its phase stands."""
        return self.crossed is not None and self.crossed.walked.is_done

    @property
    def waited(self) -> timedelta:
        """How long its gates were asked."""
        return self.asked.ended - self.asked.began if self.asked else timedelta()

    @property
    def took(self) -> timedelta:
        """How long it took, without its gates."""
        return self.crossed.ended - self.crossed.began if self.crossed else timedelta()

    def did(self) -> Mapping[str, int]:
        """Return how often each thing was done: `created`, `updated`, …, and `actions`."""
        if self.crossed is None:
            return {}
        plan, outcome = self.crossed.walked.result.plan, self.crossed.walked.result.outcome
        transition = plan.transition if plan else None
        beside = {deed.node for deed in transition.deeds} if transition else set()
        counts: dict[str, int] = {}
        for node, end in (outcome.ends if outcome else {}).items():
            if isinstance(end, Done):
                what = "actions" if node in beside else end.what
                counts[what] = counts.get(what, 0) + 1
        return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """
    How a rehearsal went.

    Attributes:
        migration: `<name>-<environment>`.
        stages: Every transition that was tried, in order.
        stands: Where it stands at the end.
        began: When it began.
        ended: When it ended.
        chapters: What happened, in order.
        exit_code: What a real run would have ended with.
        outage: For how long nobody was served; `None` if somebody always was.
        allowance: How long the cutover needs in AWS, and may take; `None` if none was rehearsed.
        ending: Where the cutover ended that did not come to its end; `None` if it did, or none was
            rehearsed.
        unasked: The user's own gates, which a rehearsal does not ask, by the phase that has them.
        written: How many objects were written to each bucket.
        closed: Why no way leads on, or back; `None` if the way ended where it should.
    """

    migration: str
    stages: tuple[Stage, ...]
    stands: Standing
    began: datetime
    ended: datetime
    chapters: tuple[Chapter, ...]
    exit_code: int
    outage: Outage | None
    allowance: Allowance | None
    ending: Ending | None
    unasked: Mapping[PhaseName, tuple[str, ...]]
    written: Mapping[str, int]
    closed: Finding | None

    @property
    def needed(self) -> timedelta | None:
        """How long nobody would be served in AWS, as far as that can be expected."""
        outage = self.outage
        if self.allowance is None or self.ending or outage is None or outage.ended is None:
            return None
        return self.allowance.needed + (outage.ended - outage.began)


def stages_of(chapters: Sequence[Chapter], expected: Sequence[timedelta]) -> Iterator[Stage]:
    """
    Yield the stages that *chapters* tell of: gates belong to the transition that they open.

    Args:
        chapters: What happened, in order.
        expected: How long AWS is expected to take for each transition among them.
    """
    left = iter(expected)
    asked: Asked | None = None
    for chapter in chapters:
        if isinstance(chapter, Asked):
            if asked is not None:
                yield Stage(asked=asked, crossed=None, expected=timedelta())
            asked = chapter
            continue
        leg = chapter.walked.leg
        is_opened = asked is not None and asked.evidence.opens == leg.to and not leg.is_back
        if asked is not None and not is_opened:
            yield Stage(asked=asked, crossed=None, expected=timedelta())
        yield Stage(asked=asked if is_opened else None, crossed=chapter, expected=next(left))
        asked = None
    if asked is not None:
        yield Stage(asked=asked, crossed=None, expected=timedelta())
