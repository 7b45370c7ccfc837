"""What is to go wrong in a rehearsal, by the name that an operator gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.phases import ORDER, phase_named
from compiler.sandbox.faults import ANY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.deploy.path.states import States
    from compiler.kinds import ActionKind, GateKind
    from compiler.phases import PhaseName
    from compiler.sandbox.faults import FaultKind, Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    Something that goes wrong.

    Attributes:
        kind: As the sandbox calls it.
        name: With what, as the sandbox calls that.
        begins_before: The phase right before whose transition it begins.
    """

    kind: FaultKind
    name: str
    begins_before: PhaseName

    def begin(self, faults: Faults) -> None:
        """Let it hold from now on."""
        faults.ask(self.kind, self.name)

    def end(self, faults: Faults) -> None:
        """Let it hold no longer."""
        faults.end(self.kind, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """
    A fault that can be asked for.

    Attributes:
        kind: As the sandbox calls it.
        begins_before: See `Fault`.
        shows: The action or gate that it shows at: without one it cannot.
    """

    kind: FaultKind
    begins_before: PhaseName
    shows: ActionKind | GateKind


_KNOWN: Mapping[str, _Known] = {
    "batch-job-fails": _Known(
        kind="job-fails", begins_before="replicate", shows="copy existing objects"
    ),
    "lag-grows": _Known(kind="lag-grows", begins_before="fence", shows="replica drained"),
    "promotion-fails": _Known(
        kind="promotion-fails", begins_before="promote", shows="database writable"
    ),
    "replica-broken": _Known(
        kind="replica-breaks", begins_before="fence", shows="sever connections"
    ),
    "targets-unhealthy": _Known(kind="unhealthy", begins_before="warm", shows="targets healthy"),
}

NAMES: tuple[str, ...] = (*_KNOWN, "stack-fails:STACK")
"""How faults are asked for; a stack may be followed by `@` and the phase in which it is to fail."""


def faults_of(texts: Sequence[str], states: States) -> tuple[Fault, ...]:
    """
    Read faults as a command line gives them.

    Raises:
        ValueError: One is none, or cannot show in this migration; the text says why.
    """
    return tuple(_fault(text, states) for text in texts)


def _fault(text: str, states: States) -> Fault:
    name, _, about = text.partition(":")
    if name == "stack-fails" and about:
        return _stack_fails(about, states)
    known = _KNOWN.get(text)
    if known is None:
        message = f"{text!r} is no fault; there is {', '.join(NAMES)}."
        raise ValueError(message)
    manifests = [state.manifest for state in states.values()]
    kinds: set[ActionKind | GateKind] = {action.kind for one in manifests for action in one.actions}
    kinds.update(gate.kind for one in manifests for gate in one.gates)
    if known.shows not in kinds:
        message = (
            f"{text} cannot happen here: no phase of the migration has a gate or an action "
            f'"{known.shows}", at which it would show.'
        )
        raise ValueError(message)
    return Fault(kind=known.kind, name=ANY, begins_before=known.begins_before)


def _stack_fails(about: str, states: States) -> Fault:
    stack_id, separator, phase = about.partition("@")
    stacks = {
        stack.id: stack.stack_set for state in states.values() for stack in state.manifest.stacks
    }
    if stack_id not in stacks:
        message = f"no stack is called {stack_id}; there is {', '.join(stacks)}."
        raise ValueError(message)
    begins = phase_named(phase) if separator else ORDER[0]
    if begins is None:
        message = f"{phase!r} is no phase; there is {', '.join(ORDER)}."
        raise ValueError(message)
    return Fault(kind="stack-fails", name=stacks[stack_id], begins_before=begins)
