"""
Asking one question: its facts, what is read for them, and the decision.

What each kind of gate wants to know is in `readings`; here is what all have in common. A question
whose facts are not known, or that AWS refuses to answer, is unknown, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.deploy.causes import translate
from compiler.deploy.facts import facts_of, look_at, stacks_read
from compiler.deploy.gates.answer import Judgement, unknown
from compiler.deploy.gates.fence import Fence
from compiler.deploy.gates.readings import READERS
from compiler.deploy.gates.readings.context import Context
from compiler.deploy.port import AwsError, Place
from compiler.deploy.ways_out import About

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from compiler.deploy.facts import Fact
    from compiler.deploy.flow import Pool
    from compiler.deploy.gates.port import Running
    from compiler.deploy.port import Aws
    from compiler.manifest import Gate, Manifest


_FENCED = frozenset({"connections gone", "replica drained"})
"""Kinds that cannot be asked without knowing about the fence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    A gate, with its facts as they are now.

    Attributes:
        gate: What is asked.
        facts: What has to be known to ask it, by name.
    """

    gate: Gate
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    What a gate answered.

    Attributes:
        gate: What was asked.
        judgement: Whether it is as wanted.
        at: When it was asked.
    """

    gate: Gate
    judgement: Judgement
    at: datetime

    @property
    def is_green(self) -> bool:
        """Whether it is as wanted."""
        return self.judgement.verdict == "green"


def questions(
    aws: Aws, manifest: Manifest, gates: Iterable[Gate], pool: Pool
) -> tuple[Question, ...]:
    """Return *gates* of *manifest* with their facts, in their order."""
    asked = tuple(gates)
    looked = look_at(aws, manifest, stacks_read(gate.facts for gate in asked), pool)
    return tuple(
        Question(gate=gate, facts=facts_of(gate.facts, manifest, looked)) for gate in asked
    )


def ask(question: Question, running: Running, fence: Fence | AwsError, now: datetime) -> Answer:
    """
    Ask one question.

    Args:
        question: Which one.
        running: Whom.
        fence: What is known about the fence, or why AWS does not tell.
        now: The time.
    """
    gate = question.gate
    return Answer(gate=gate, judgement=_judgement(question, running, fence, now), at=now)


def refused(error: AwsError, gate: Gate) -> Judgement:
    """Return that AWS refused to tell what *gate* asks."""
    cause = translate(
        error.reason,
        code=error.code,
        about=About(account=gate.account, region=gate.region, call=error.call),
    )
    judgement = unknown(f"AWS refused {error}", "an answer", cause.way_out)
    return replace(judgement, is_refused=True)


def _judgement(
    question: Question, running: Running, fence: Fence | AwsError, now: datetime
) -> Judgement:
    if isinstance(fence, AwsError):
        if question.gate.kind in _FENCED:
            return refused(fence, question.gate)
        fence = Fence()
    gate, reader = question.gate, READERS[question.gate.kind]
    lacks = {name: fact.reason for name, fact in question.facts.items() if fact.value is None}
    lacks |= {
        name: "it is not among the facts of the manifest; compile again"
        for name in reader.needs
        if name not in question.facts
    }
    if lacks:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in sorted(lacks.items()))
        judgement = unknown(
            f"not known: {reasons}",
            "an answer",
            "Bring the stacks that it is read from into their form, and ask again.",
        )
        return replace(judgement, is_refused=any("AWS refused" in one for one in lacks.values()))
    context = Context(
        running=running,
        place=Place(account=gate.account, region=gate.region),
        facts={name: fact.value for name, fact in question.facts.items() if fact.value is not None},
        fence=fence,
        now=now,
    )
    try:
        return reader.read(context)
    except AwsError as error:
        return refused(error, gate)
