"""Deletes resources in the order that their references demand, reversed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.engine.errors import invalid
from compiler.sandbox.engine.records import USER_INITIATED
from compiler.sandbox.engine.references import order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from compiler.sandbox.engine.pace import Steps
    from compiler.sandbox.engine.records import ResourceRecord, Stack
    from compiler.sandbox.engine.work import Work

_DELETABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "CREATE_FAILED",
        "CREATE_IN_PROGRESS",
        "DELETE_FAILED",
        "DELETE_IN_PROGRESS",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
        "IMPORT_ROLLBACK_FAILED",
        "REVIEW_IN_PROGRESS",
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "UPDATE_COMPLETE",
        "UPDATE_FAILED",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_FAILED",
    }
)

_KEEPING = frozenset({"Retain", "RetainExceptOnCreate"})


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


def delete_stack(
    work: Work, *, retained: frozenset[str] = frozenset(), is_forced: bool = False
) -> Steps[None]:
    """
    Delete a stack's resources and then the stack.

    Args:
        work: The hands on the stack.
        retained: Logical ids to leave alone, as `RetainResources` asks after a failed deletion.
        is_forced: Whether what cannot be deleted is left alone (`FORCE_DELETE_STACK`).
    """
    work.cancel()
    work.tell("DELETE_IN_PROGRESS", USER_INITIATED)
    if is_forced:
        retained |= yield from _what_cannot_go(work, retained)
    yield from finish_deletion(work, lambda record: _policy(record, retained))


def _what_cannot_go(work: Work, retained: frozenset[str]) -> Steps[frozenset[str]]:
    """Delete what can be deleted; return the logical ids that are in the way of the rest."""
    found: frozenset[str] = frozenset()
    while True:
        kept = retained | found
        left = [record for record in work.stack.live() if record.logical_id not in kept]
        failed = yield from delete_records(work, left, lambda record: record.deletion_policy)
        if not failed:
            return found
        found |= frozenset(failed)


def finish_deletion(work: Work, policy: Callable[[ResourceRecord], str]) -> Steps[None]:
    """Delete what the stack still has and end as `DELETE_COMPLETE` or `DELETE_FAILED`."""
    stack = work.stack
    failed = yield from delete_records(work, list(stack.live()), policy)
    if stack.reversal is not None:
        # An update that was not taken back wholly left old and new resources side by side.
        failed += yield from delete_records(work, list(stack.reversal.others(stack)), policy)
    if failed:
        names = ", ".join(sorted({*failed}))
        work.tell("DELETE_FAILED", f"The following resource(s) failed to delete: [{names}]. ")
        return
    stack.deleted_at = work.world.now()
    work.tell("DELETE_COMPLETE")


def delete_records(
    work: Work, records: Iterable[ResourceRecord], policy: Callable[[ResourceRecord], str]
) -> Steps[tuple[str, ...]]:
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
        is_gone = yield from _delete(work, by_id[name], policy(by_id[name]))
        if not is_gone:
            failed.append(name)
            kept |= needs[name]
    return tuple(sorted(failed))


def _delete(work: Work, record: ResourceRecord, policy: str) -> Steps[bool]:
    if policy in _KEEPING:
        work.skip(record)
        return True
    work.announce_deletion(record)
    yield
    return work.delete(record, has_snapshot=policy == "Snapshot")


def _policy(record: ResourceRecord, retained: frozenset[str]) -> str:
    return "Retain" if record.logical_id in retained else record.deletion_policy
