"""Updates in place, and the exchange of running members that an update policy asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.sandbox.handler import RollingHandler

if TYPE_CHECKING:
    from compiler.sandbox.handler import Created, Handler, Properties, Scope

POLICY = "AutoScalingRollingUpdate"
"""The member of `UpdatePolicy` that has instances exchanged; here all at once, not in batches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    What an update is to change.

    Attributes:
        physical_id: The resource.
        old: Its properties before.
        new: Its properties afterwards.
        is_rolled: Whether its update policy has running members exchanged.
    """

    physical_id: str
    old: Properties
    new: Properties
    is_rolled: bool


def update_in_place(handler: Handler, scope: Scope, change: Change) -> Created:
    """
    Make *change*, and exchange running members where it makes that necessary.

    Raises:
        Refused: The service says no.
    """
    made = handler.update(scope, change.physical_id, change.old, change.new)
    if (
        change.is_rolled
        and isinstance(handler, RollingHandler)
        and any(change.old.get(name) != change.new.get(name) for name in handler.rolled_by)
    ):
        handler.roll(scope, made.physical_id)
    return made
