"""A path of states: each transition proven, and the outputs that one state leaves to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from compiler.manifest import FromOutput
from compiler.phases import PHASES
from compiler.prove.following import follow
from compiler.prove.proof import prove_followed
from compiler.prove.verdicts import finding
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.phases import Door
    from compiler.prove.following import FollowedState
    from compiler.prove.states import State
    from compiler.prove.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """
    The step from one state to another, proven.

    Attributes:
        before: The state that stands.
        after: The state that is deployed.
        words: Between what it is, as a part of a sentence: `from warm to fence`.
        verdicts: What becomes of each resource, as `prove` tells it.
        findings: Why the proof fails; empty if it does not.
        door: What the way back costs, between two phases; `None` between others.
    """

    before: State
    after: State
    words: str
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    door: Door | None = None


def transition(before: State, after: State, words: str) -> Transition:
    """
    Prove one step.

    Args:
        before: What stands.
        after: What is deployed over it.
        words: Between what it is, as a part of a sentence: `from warm to fence`.
    """
    was = follow(before)
    return _transition(was, follow(after, was), words)


def transitions(states: Sequence[State]) -> tuple[Transition, ...]:
    """Prove each step from one of *states*, which are in order, to the next."""
    followed: list[FollowedState] = []
    for state in states:
        followed.append(follow(state, followed[-1] if followed else None))
    proven = []
    for was, now in pairwise(followed):
        before, after = was.state, now.state
        words = f"from {before.manifest.phase} to {after.manifest.phase}"
        step = _transition(was, now, words)
        early = tuple(outputs_that_go_too_early(before, after))
        phase = after.manifest.phase
        door = PHASES[phase].door if phase != "bootstrap" else None
        proven.append(replace(step, door=door, findings=(*step.findings, *early)))
    return tuple(proven)


def _transition(was: FollowedState, now: FollowedState, words: str) -> Transition:
    verdicts = prove_followed(was, now)
    return Transition(
        before=was.state,
        after=now.state,
        words=words,
        verdicts=verdicts,
        findings=tuple(finding(verdict, words) for verdict in verdicts if verdict.fails),
    )


def path_findings(states: Sequence[State]) -> tuple[Finding, ...]:
    """
    Return whatever keeps *states*, in order, from being a path; none where every step is proven.

    A path that replaces or deletes something stateful is none.
    """
    return tuple(found for step in transitions(states) for found in step.findings)


def outputs_that_go_too_early(before: State, after: State) -> Iterator[Finding]:
    """
    SF416: an output goes in the same step as its last reader.

    The stack that gives it may take its new form before the reader does, and a step that is taken
    back deploys the reader's old form again. So it stays one state longer. Where the whole stack
    goes, it goes after its readers. Between a spec and its edited form the order of a deploy is
    enough, so only a path is looked at.
    """
    stacks = after.stacks()
    readers: dict[tuple[str, str], str] = {}
    for reader in before.stacks().values():
        for source in reader.parameters.values():
            if isinstance(source, FromOutput):
                readers.setdefault((source.stack, source.output), reader.id)
    for (giver, output), reader_id in sorted(readers.items()):
        if giver in stacks and output not in after.templates[giver].get("Outputs", {}):
            yield Finding(
                code="SF416",
                where=at(*stacks[giver].component),
                detail=(
                    f'The output "{output}" of "{giver}" is read by "{reader_id}" in'
                    f' "{before.manifest.phase}", and is gone in "{after.manifest.phase}". The'
                    " reader takes its new form only after that, or has to take its old one again."
                ),
                way_out="This is a bug in stackferry: an output stays one phase longer than its"
                " last reader. Please report it with the spec.",
            )
