"""The class that moto calls instead of its own for CloudFormation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.api.drift_calls import DriftCalls
from compiler.sandbox.api.set_calls import SetCalls
from compiler.sandbox.api.stack_calls import StackCalls

if TYPE_CHECKING:
    from compiler.sandbox.engine.world import World


class CloudFormation(StackCalls, DriftCalls, SetCalls):
    """Every call that the sandbox answers; any other gets `UnsupportedOperation`."""

    operations = frozenset(
        name
        for part in (StackCalls, DriftCalls, SetCalls)
        for name, method in vars(part).items()
        if callable(method) and not name.startswith("_")
    )


def bound_to(world: World) -> type[CloudFormation]:
    """Return the class whose calls work on *world*."""
    return type("CloudFormation", (CloudFormation,), {"world": world})
