"""What a transition asks of actions; `compiler.deploy.actions` answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import timedelta

    from compiler.deploy.flow import Job
    from compiler.manifest import Action, Manifest


class Acting(Protocol):
    """Does what CloudFormation cannot; each action any number of times."""

    def says(self, action: Action, *, is_undone: bool) -> str:
        """Say what doing *action*, or taking it back, does; empty if it does nothing."""

    def lasts(self, action: Action) -> timedelta:
        """Return how long *action* is expected to take."""

    def start(self, action: Action, manifest: Manifest, *, is_undone: bool) -> Job:
        """
        Return the job that does *action*, or takes it back.

        Args:
            action: The action.
            manifest: The state that has it.
            is_undone: Whether it is taken back.
        """
