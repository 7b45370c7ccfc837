"""The port, answered by boto3 with stack sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.aws.beside import Beside
from compiler.deploy.aws.stack_sets import StackSets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.answers import Drift
    from compiler.deploy.port import Definition, Instance, Operation, Place


class Boto3Aws(Beside):
    """
    AWS as the deployer asks it, by StackSets.

    See `compiler.deploy.port.Aws`, which says what each method means.
    """

    def stack_set(self, name: str) -> Definition | None:
        """Return the stack set called *name*, if there is one."""
        return self._stack_sets().describe(name)

    def marked(self) -> Mapping[str, str]:
        """Return the descriptions of the stack sets of ours, by name."""
        return self._stack_sets().marked()

    def create_stack_set(self, definition: Definition, token: str) -> None:
        """Create a stack set without stacks."""
        self._stack_sets().create(definition, token)

    def update_stack_set(self, definition: Definition, operation: str) -> None:
        """Start to change a stack set and its stacks."""
        self._stack_sets().update(definition, operation)

    def delete_stack_set(self, name: str) -> None:
        """Delete a stack set that has no stacks."""
        self._stack_sets().delete(name)

    def instances(self, name: str) -> tuple[Instance, ...]:
        """Return the stacks of a stack set."""
        return self._stack_sets().instances(name)

    def create_instances(self, name: str, places: tuple[Place, ...], operation: str) -> None:
        """Start to create stacks."""
        self._stack_sets().create_instances(name, places, operation)

    def delete_instances(
        self, name: str, places: tuple[Place, ...], operation: str, *, retain: bool = False
    ) -> None:
        """Start to delete stacks."""
        self._stack_sets().delete_instances(name, places, operation, retain=retain)

    def operation(self, name: str, operation: str) -> Operation:
        """Return how far an operation is."""
        return self._stack_sets().operation(name, operation)

    def last_operation(self, name: str) -> Operation | None:
        """Return the newest operation on a stack set."""
        return self._stack_sets().last_operation(name)

    def import_stack(self, name: str, place: Place, stack_id: str, operation: str) -> None:
        """
        Start to make a stack one of a stack set's.

        AWS reads the place off the stack's ARN, so one that stands elsewhere is our bug.
        """
        if place.region not in stack_id or place.account not in stack_id:
            message = f"{stack_id} does not stand in {place.region} of {place.account}"
            raise ValueError(message)
        self._stack_sets().import_stack(name, stack_id, operation)

    def detect_drift(self, name: str, operation: str) -> None:
        """Start to compare stacks with their templates."""
        self._stack_sets().detect_drift(name, operation)

    def drift(self, name: str) -> tuple[Drift, ...]:
        """Return what the newest comparison found."""
        return self._stack_sets().drift(name)

    def overrides(self, name: str, place: Place) -> Mapping[str, str]:
        """Return the parameters that a stack has instead of its stack set's."""
        return self._stack_sets().overrides(name, place)

    def _stack_sets(self) -> StackSets:
        return StackSets(self._own("cloudformation", self._home), self._targets)
