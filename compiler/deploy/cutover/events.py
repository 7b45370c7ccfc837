"""What happened when in a run through several phases, told from its chapters. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

from compiler.deploy.cutover.course import Asked, Crossed
from compiler.deploy.outcome import Done, Failed, NeverStarted, Outcome, StillRunning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from compiler.deploy.cutover.allowance import Allowance
    from compiler.deploy.cutover.course import Chapter, Outage
    from compiler.deploy.cutover.ending import Ending
    from compiler.deploy.cutover.leavings import Leaving
    from compiler.deploy.gates.evidence import Evidence
    from compiler.deploy.outcome import End
    from compiler.deploy.port import StackResource
    from compiler.manifest import Manifest

Verb: TypeAlias = Literal["cutover", "rehearse", "retire"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """
    What a cutover, or the retirement of a source, came to.

    Attributes:
        verb: What was typed.
        manifest: What was compiled; of any of its states.
        by: Who ran it, `user@host`.
        began: When it began.
        ended: When it ended.
        chapters: What was done, in order.
        outage: For how long nobody was served; `None` if users were served all the time.
        allowance: How long nobody might be; `None` where that is not the question.
        reason: Why it went on in spite of what spoke against it; empty if nothing did.
        ending: Where it ended.
        left: What is left of the source, read back; empty unless it was retired.
    """

    verb: Verb
    manifest: Manifest
    by: str
    began: datetime
    ended: datetime
    chapters: tuple[Chapter, ...]
    outage: Outage | None
    allowance: Allowance | None
    reason: str
    ending: Ending
    left: tuple[Leaving, ...] = ()

    @property
    def name(self) -> str:
        """What the migration is called: `<name>-<environment>`."""
        return self.manifest.migration

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What gates answered, in the order in which they were asked."""
        return tuple(one.evidence for one in self.chapters if isinstance(one, Asked))

    @property
    def retained(self) -> tuple[StackResource, ...]:
        """What deletions left behind, and of what they left a snapshot."""
        return tuple(
            resource
            for chapter in self.chapters
            if isinstance(chapter, Crossed) and chapter.walked.result.outcome is not None
            for end in chapter.walked.result.outcome.ends.values()
            if isinstance(end, Done)
            for resource in (*end.left, *end.snapshots)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """
    One thing that happened.

    Attributes:
        at: When.
        phase: In the transition into which phase, or before it.
        node: About which stack, action or gate.
        says: What, in a few words.
    """

    at: datetime
    phase: str
    node: str
    says: str


def events_of(chapters: Sequence[Chapter]) -> tuple[Event, ...]:
    """Return what happened when, oldest first."""
    found = [event for chapter in chapters for event in _events(chapter)]
    return tuple(sorted(found, key=lambda event: event.at))


def as_one(chapters: Sequence[Chapter]) -> Outcome:
    """
    Return *chapters* as one outcome, to be drawn over time.

    Its nodes are named after the phase that was entered, and gates after the phase that they open.
    """
    if not chapters:
        return Outcome(ends={})
    began, ended = chapters[0].began, chapters[-1].ended
    ends: dict[str, End] = {}
    started: dict[str, timedelta] = {}
    for chapter in chapters:
        offset = chapter.began - began
        if isinstance(chapter, Asked):
            evidence = chapter.evidence
            name = _free(f"{evidence.opens}: its gates", ends)
            ends[name] = Done(what="asked", took=chapter.ended - chapter.began)
            started[name] = offset
            continue
        outcome = chapter.walked.result.outcome or Outcome(ends={})
        for node, start in outcome.started.items():
            name = _free(f"{chapter.walked.leg.to}: {node}", ends)
            end = outcome.ends[node]
            # One that was interrupted would be drawn to the end of the whole run.
            ends[name] = (
                end
                if isinstance(end, Done | Failed)
                else Done(what="interrupted", took=outcome.took - start)
            )
            started[name] = offset + start
    return Outcome(ends=ends, started=started, took=max(ended - began, timedelta()))


def _free(name: str, taken: dict[str, End]) -> str:
    """Return *name*, numbered if it was used: what was taken back may be done again."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name} ({number})"
    return found


def _events(chapter: Chapter) -> Iterator[Event]:
    if isinstance(chapter, Asked):
        evidence = chapter.evidence
        for one in evidence.answers:
            words = " ".join(word for word in (one.kind, one.key, one.region) if word)
            yield Event(
                at=one.at,
                phase=evidence.opens,
                node=words,
                says=f"{one.verdict}: {one.measured}",
            )
        return
    leg, result = chapter.walked.leg, chapter.walked.result
    back = " (back)" if leg.is_back else ""
    for finding in result.findings:
        yield Event(
            at=chapter.ended,
            phase=f"{leg.to}{back}",
            node=finding.code,
            says=finding.detail,
        )
    outcome = result.outcome
    if outcome is None:
        return
    never = Event(at=chapter.ended, phase=f"{leg.to}{back}", node="", says="")
    for node, end in outcome.ends.items():
        start = outcome.started.get(node)
        if start is None:
            yield replace(never, node=node, says=ended(end))
            continue
        began = chapter.began + start
        yield Event(at=began, phase=f"{leg.to}{back}", node=node, says="begun")
        took = end.took if isinstance(end, Done | Failed) else outcome.took - start
        yield Event(at=began + took, phase=f"{leg.to}{back}", node=node, says=ended(end))


def ended(end: End) -> str:
    """Return how a node ended, in a few words."""
    match end:
        case Done(what=what):
            return what
        case Failed(failure=failure):
            what = f"{failure.resource}: " if failure.resource else ""
            return f"FAILED: {what}{failure.reason}"
        case NeverStarted(because=because):
            return f"not begun, needs {', '.join(because)}" if because else "not begun"
        case StillRunning(doing=doing):
            return f"interrupted; AWS goes on ({doing})"
        case _:
            assert_never(end)
