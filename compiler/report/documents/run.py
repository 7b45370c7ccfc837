"""What the documents of `cutover` and `retire` share, and what their reports hold."""

from __future__ import annotations

from dataclasses import dataclass

from compiler.deploy.cutover.course import Asked, Crossed
from compiler.deploy.cutover.ending import Serving, Why
from compiler.deploy.cutover.events import Run, events_of
from compiler.deploy.cutover.leavings import Found
from compiler.report.documents.deploy import DeployedTransition, transition_of
from compiler.report.documents.failures import FailedStack, failed_stacks
from compiler.report.documents.gate import GatesAsked
from compiler.report.documents.gate import document as gates_asked
from compiler.report.documents.times import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class NextChoice:
    """
    What can be done next.

    Attributes:
        says: What that does.
        command: What to type; empty where nothing is to be typed.
    """

    says: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnding:
    """
    Where a run ended.

    Attributes:
        phase: The phase that stands; null if none does, or AWS does not tell.
        begun: The phase after it that some stacks are in; null if there is none.
        serving: Whom users reach; `unknown` where a side may be open, or may not.
        why: Why it did not come to its end; null if it did.
        at_phase: The phase that was to be entered then; empty if it came to its end.
        says: The reason, in a sentence; empty where the rest says it.
        is_undone: Whether the fence was taken back.
        choices: What can be done next; the one that is expected first.
    """

    phase: str | None
    begun: str | None
    serving: Serving
    why: Why | None
    at_phase: str
    says: str
    is_undone: bool
    choices: tuple[NextChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvent:
    """
    One thing that happened.

    Attributes:
        at: When.
        phase: In the transition into which phase, or before it.
        what: About which stack, action or gate; the code of a finding.
        says: What, in a few words.
    """

    at: str
    phase: str
    what: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftResource:
    """
    One thing that is left of the source.

    Attributes:
        type: Its type, or `snapshot`.
        name: What its service calls it.
        region: Where it is.
        account: In whose account.
        found: Whether AWS has it, as it was read back.
        says: What was read about it.
        cost: The kind of cost that it goes on making.
    """

    type: str
    name: str
    region: str
    account: str
    found: Found
    says: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTold:
    """
    What a run did.

    Attributes:
        by: Who ran it, `user@host`.
        began: When it began.
        ended: When it ended.
        reason: Why it went on in spite of what spoke against it; empty if nothing did.
        ending: Where it ended.
        events: What happened, oldest first.
        transitions: The transitions, in order.
        gates: What gates answered, in the order in which they were asked.
        failures: What failed, each walked down to its cause.
    """

    by: str
    began: str
    ended: str
    reason: str
    ending: RunEnding
    events: tuple[RunEvent, ...]
    transitions: tuple[DeployedTransition, ...]
    gates: tuple[GatesAsked, ...]
    failures: tuple[FailedStack, ...]


def told(run: Run, folder: str) -> RunTold:
    """
    Return what documents say about *run*.

    Args:
        run: The run.
        folder: The compiled folder as commands name it.
    """
    crossed = [one for one in run.chapters if isinstance(one, Crossed)]
    return RunTold(
        by=run.by,
        began=instant(run.began),
        ended=instant(run.ended),
        reason=run.reason,
        ending=_ending(run),
        events=tuple(
            RunEvent(at=instant(one.at), phase=one.phase, what=one.node, says=one.says)
            for one in events_of(run.chapters)
        ),
        transitions=tuple(transition_of(one.walked) for one in crossed),
        gates=tuple(
            gates_asked(one.evidence, "", 0 if one.evidence.is_green else 1)
            for one in run.chapters
            if isinstance(one, Asked)
        ),
        failures=tuple(
            failure
            for one in crossed
            for failure in failed_stacks(
                one.walked.result.outcome, folder=folder, home=run.manifest.target_region
            )
        ),
    )


def left_resources(run: Run) -> tuple[LeftResource, ...]:
    """Return what a document says about what is left of the source."""
    return tuple(
        LeftResource(
            type=one.type,
            name=one.name,
            region=one.region,
            account=one.account,
            found=one.found,
            says=one.says,
            cost=one.cost,
        )
        for one in run.left
    )


def _ending(run: Run) -> RunEnding:
    ending, trouble = run.ending, run.ending.trouble
    return RunEnding(
        phase=ending.stands.phase if ending.stands else None,
        begun=ending.stands.begun if ending.stands else None,
        serving=ending.serving,
        why=trouble.why if trouble else None,
        at_phase=trouble.phase if trouble else "",
        says=trouble.says if trouble else "",
        is_undone=ending.is_undone,
        choices=tuple(NextChoice(says=one.says, command=one.command) for one in ending.choices),
    )
