"""Deletes resources in the order that their references demand, reversed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.engine.errors import invalid
from compiler.sandbox.engine.references import order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from compiler.sandbox.engine.records import ResourceRecord, Stack
    from compiler.sandbox.engine.work import Work

_DELETABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "CREATE_FAILED",
        "DELETE_FAILED",
        "REVIEW_IN_PROGRESS",
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_FAILED",
    }
)


def refuse_deletion(stack: Stack) -> None:
    """
    Refuse to delete a stack that is protected.

    Raises:
        ApiError: `ValidationError`.
    """
    if stack.is_protected:
        message = f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
        raise invalid(message)
    if stack.status not in _DELETABLE and not stack.is_deleted:
        message = f"Stack {stack.name} cannot be deleted while in status {stack.status}"
        raise invalid(message)


def delete_stack(work: Work, *, retained: frozenset[str] = frozenset()) -> None:
    """
    Delete a stack's resources and then the stack.

    Args:
        work: The hands on the stack.
        retained: Logical ids to leave alone, as `RetainResources` asks after a failed deletion.
    """
    work.tell("DELETE_IN_PROGRESS", "User Initiated")
    finish_deletion(work, lambda record: _policy(record, retained))


def finish_deletion(work: Work, policy: Callable[[ResourceRecord], str]) -> None:
    """Delete what the stack still has and end as `DELETE_COMPLETE` or `DELETE_FAILED`."""
    failed = delete_records(work, list(work.stack.live()), policy)
    if failed:
        names = ", ".join(failed)
        work.tell("DELETE_FAILED", f"The following resource(s) failed to delete: [{names}]. ")
        return
    work.stack.deleted_at = work.world.clock()
    work.tell("DELETE_COMPLETE")


def delete_records(
    work: Work, records: Iterable[ResourceRecord], policy: Callable[[ResourceRecord], str]
) -> tuple[str, ...]:
    """
    Delete *records*, users before what they use.

    Returns:
        The logical ids that could not be deleted. What those still use was not touched.
    """
    by_id = {record.logical_id: record for record in records}
    needs = {name: record.needs & by_id.keys() for name, record in by_id.items()}
    failed: list[str] = []
    kept: set[str] = set()
    for name in reversed(order(needs)):
        if name in kept:
            kept |= needs[name]
            continue
        if not work.delete(by_id[name], policy=policy(by_id[name])):
            failed.append(name)
            kept |= needs[name]
    return tuple(sorted(failed))


def _policy(record: ResourceRecord, retained: frozenset[str]) -> str:
    return "Retain" if record.logical_id in retained else record.deletion_policy
