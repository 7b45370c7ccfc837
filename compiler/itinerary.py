"""
The itinerary: every compiled state of a migration, in the one file that the deployer reads.

A stack has a form for each time that a phase changes it; consecutive phases that leave it as it is
share one. `Itinerary.at` gives one state as the `Manifest` that everything else works on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import TypeAdapter

from compiler.manifest import Action, Endpoint, Gate, Manifest, Stack
from compiler.phases import PhaseName

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION: Literal[2] = 2
"""Of the file's format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """
    A stack in one state.

    Attributes:
        id: The stack's id.
        form: The phase that brings the form that it has.
        after: Ids of the stacks that must stand first, sorted.
    """

    id: str
    form: str
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    One phase.

    Attributes:
        phase: Its name.
        stacks: Its stacks, in an order in which they can be deployed one by one.
        batches: Ids of stacks that may be deployed at the same time, in order.
        endpoints: As in `Manifest`.
        actions: As in `Manifest`.
        gates: As in `Manifest`.
    """

    phase: PhaseName
    stacks: tuple[Member, ...]
    batches: tuple[tuple[str, ...], ...]
    endpoints: tuple[Endpoint, ...] = ()
    actions: tuple[Action, ...] = ()
    gates: tuple[Gate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Itinerary:
    """
    A compiled migration, in all phases that were compiled.

    Attributes:
        name: The system's name.
        environment: Its environment.
        spec_file: File name of the spec, without folders.
        spec_sha256: Digest of the spec's values.
        source_region: The region moved from.
        target_region: The region moved to; stack sets live there.
        home_region: Where global stacks stand.
        target_account: The account in which stack sets live.
        tags: Tags that every stack set carries, without `MigrationPhase` and `Timestamp`.
        max_downtime_seconds: As in `Manifest`.
        stacks: Every form of every stack, by id and then in the order of phases. `after` is empty
            in them: an order is a state's.
        states: In the order of phases.
    """

    name: str
    environment: str
    spec_file: str
    spec_sha256: str
    source_region: str
    target_region: str
    home_region: str
    target_account: str
    tags: dict[str, str]
    max_downtime_seconds: int
    stacks: tuple[Stack, ...]
    states: tuple[State, ...]
    version: Literal[2] = VERSION

    @property
    def migration(self) -> str:
        """What the migration is called: `<name>-<environment>`."""
        return f"{self.name}-{self.environment}"

    @property
    def phases(self) -> tuple[PhaseName, ...]:
        """Names of the phases that were compiled, in order."""
        return tuple(state.phase for state in self.states)

    def at(self, phase: PhaseName) -> Manifest:
        """
        Return the manifest of one state.

        Raises:
            KeyError: *phase* was not compiled.
        """
        state = {state.phase: state for state in self.states}[phase]
        forms = {(stack.id, stack.phase): stack for stack in self.stacks}
        return Manifest(
            phase=phase,
            stacks=tuple(
                replace(forms[member.id, member.form], after=member.after)
                for member in state.stacks
            ),
            batches=state.batches,
            endpoints=state.endpoints,
            actions=state.actions,
            gates=state.gates,
            **{name: getattr(self, name) for name in _SHARED},
            tags={**self.tags, PHASE_TAG: phase},
        )


PHASE_TAG = "MigrationPhase"
"""The tag that says in which phase a stack took its present form."""

_SHARED = (
    "name",
    "environment",
    "spec_file",
    "spec_sha256",
    "source_region",
    "target_region",
    "home_region",
    "target_account",
    "max_downtime_seconds",
)


def itinerary(manifests: Sequence[Manifest]) -> Itinerary:
    """Return the itinerary of *manifests*, one for each phase, in order; at least one."""
    forms: dict[tuple[str, str], Stack] = {}
    for manifest in manifests:
        for stack in manifest.stacks:
            if (stack.id, stack.phase) not in forms:
                forms[stack.id, stack.phase] = replace(stack, after=())
    first = manifests[0]
    shared: dict[str, Any] = {name: getattr(first, name) for name in _SHARED}
    return Itinerary(
        **shared,
        tags={key: value for key, value in first.tags.items() if key != PHASE_TAG},
        # Sorting is stable: the forms of one stack stay in the order of phases.
        stacks=tuple(sorted(forms.values(), key=lambda stack: stack.id)),
        states=tuple(_state(manifest) for manifest in manifests),
    )


def _state(manifest: Manifest) -> State:
    if manifest.phase == "bootstrap":
        message = "what bootstrap makes is no state of a migration"
        raise ValueError(message)
    return State(
        phase=manifest.phase,
        stacks=tuple(
            Member(id=stack.id, form=stack.phase, after=stack.after) for stack in manifest.stacks
        ),
        batches=manifest.batches,
        endpoints=manifest.endpoints,
        actions=manifest.actions,
        gates=manifest.gates,
    )


def from_bytes(text: bytes) -> Itinerary:
    """
    Read an itinerary back.

    Raises:
        pydantic.ValidationError: It is none, or one of another version.
    """
    return TypeAdapter(Itinerary).validate_json(text)
