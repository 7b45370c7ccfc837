"""What a rehearsal is made with, and who is told of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from compiler.deploy.clock import Clock
    from compiler.deploy.cutover.ending import Trouble
    from compiler.deploy.flow import Listener
    from compiler.deploy.folder import Compiled
    from compiler.deploy.gates.asking import Answer
    from compiler.deploy.gates.port import Running
    from compiler.deploy.lease import Taker
    from compiler.deploy.path.acting import Acting
    from compiler.deploy.path.crossing import Leg
    from compiler.deploy.path.states import States
    from compiler.deploy.path.walking import Walked
    from compiler.deploy.plan import Plan
    from compiler.deploy.port import Aws
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName
    from compiler.rehearsal.faults import Fault
    from compiler.sandbox.embedded import Sandbox

OUTSIDE = frozenset({"http", "sql", "command"})
"""Kinds of gates that ask what is not in the sandbox: the user's own system."""


class Audience(Protocol):
    """Is told what happens, in the calling thread."""

    def begins(self, leg: Leg) -> None:
        """Hear that a transition, or the gates before it, are next; twice for both."""

    def asks(self, manifest: Manifest, opens: PhaseName) -> None:
        """Hear that the gates of a state are asked."""

    def answered(self, answer: Answer) -> None:
        """Hear what a gate answers."""

    def waits(self, left: int) -> None:
        """Hear that so many gates are asked again."""

    def wrote(self, bucket: str, objects: int) -> None:
        """Hear that objects were written."""

    def planned(self, plan: Plan) -> None:
        """Hear what is about to be done."""

    def listening(self) -> AbstractContextManager[Listener]:
        """Return who listens to a transition."""

    def walked(self, walked: Walked) -> None:
        """Hear how a transition went."""

    def goes_back(self, trouble: Trouble) -> None:
        """Hear that the cutover takes the fence back, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stagecraft:
    """
    What a rehearsal is made with.

    Attributes:
        states: Every compiled state, with the gates that are asked; see `askable`.
        unasked: The gates that are not, in words, by the phase that has them.
        sandbox: What plays AWS.
        aws: The sandbox, as the deployer asks it.
        running: The sandbox, as gates ask it.
        acting: Does what CloudFormation cannot, in the sandbox.
        clock: That of the deployer and of the sandbox.
        taker: Who takes the lock, anew for each run.
        evidence: The folder that evidence is kept in meanwhile: not the migration's own, whose
            doors it would open.
        named: What is rehearsed, as commands name it.
        faults: What is to go wrong.
        audience: Is told.
        parallel: How many stacks at a time.
    """

    states: States
    unasked: Mapping[PhaseName, tuple[str, ...]]
    sandbox: Sandbox
    aws: Aws
    running: Running
    acting: Acting
    clock: Clock
    taker: Callable[[], Taker]
    evidence: Path
    named: str
    faults: tuple[Fault, ...]
    audience: Audience
    parallel: int


def askable(states: States) -> tuple[States, Mapping[PhaseName, tuple[str, ...]]]:
    """
    Return *states* without the gates that ask the user's own system, and those gates by phase.

    An address, a database or a command of theirs is not in the sandbox, and what it says would be
    about another system than the one that is rehearsed.
    """
    found: dict[PhaseName, Compiled] = {}
    left: dict[PhaseName, tuple[str, ...]] = {}
    for phase, state in states.items():
        gates = state.manifest.gates
        inside = tuple(gate for gate in gates if gate.kind not in OUTSIDE)
        outside = tuple(f"{gate.kind} {gate.key}" for gate in gates if gate.kind in OUTSIDE)
        found[phase] = replace(state, manifest=replace(state.manifest, gates=inside))
        if outside:
            left[phase] = outside
    return found, left
