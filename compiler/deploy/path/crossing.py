"""What is asked for when a plan is to lead from one phase to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.phases import ORDER, PHASES

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.deploy.folder import Compiled
    from compiler.deploy.path.acting import Acting
    from compiler.deploy.path.standing import Standing
    from compiler.deploy.path.states import States
    from compiler.manifest import Manifest
    from compiler.phases import Door, PhaseName
    from spec.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """
    One transition of a way.

    Attributes:
        origin: The phase that it comes from; `None` if none stands.
        to: The phase that it leads to; the one that it comes from where only that is brought up to
            date.
        standing: Where the migration must stand for it.
    """

    origin: PhaseName | None
    to: PhaseName
    standing: Standing

    @property
    def is_back(self) -> bool:
        """Whether it leads back."""
        return self.origin is not None and ORDER.index(self.to) < ORDER.index(self.origin)

    @property
    def is_resumed(self) -> bool:
        """Whether it was begun already."""
        return self.standing.begun == self.to

    @property
    def door(self) -> Door:
        """What kind of door lies between its phases: that of the later one."""
        later = self.origin if self.is_back and self.origin is not None else self.to
        return PHASES[later].door if self.origin != self.to else "reversible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """
    One transition, and what carries it out.

    Attributes:
        leg: The transition.
        states: Every compiled state.
        acting: Does what CloudFormation cannot.
        demand: Returns what keeps a state's gates from being open: no fresh evidence, or none that
            is green.
        is_forced: Whether the operator goes on without evidence.
    """

    leg: Leg
    states: States
    acting: Acting
    demand: Callable[[Manifest], tuple[Finding, ...]]
    is_forced: bool = False

    @property
    def left(self) -> Compiled | None:
        """The state that is left; nothing where none stands, or it was not compiled."""
        return self.states.get(self.leg.origin) if self.leg.origin is not None else None

    @property
    def reached(self) -> Compiled:
        """The state that it leads to."""
        return self.states[self.leg.to]
