"""Creates a stack, and takes back what it made when a resource fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.engine.deletion import delete_records, finish_deletion
from compiler.sandbox.engine.outputs import outputs_of
from compiler.sandbox.engine.records import USER_INITIATED
from compiler.sandbox.engine.work import ResourceFailed

if TYPE_CHECKING:
    from compiler.sandbox.engine.pace import Steps
    from compiler.sandbox.engine.records import ResourceRecord
    from compiler.sandbox.engine.work import Work


def create_stack(work: Work) -> Steps[None]:
    """Create every resource in order; after a failure do what the stack's `on_failure` says."""
    work.tell("CREATE_IN_PROGRESS", USER_INITIATED)
    try:
        for resource in work.desired.template.resources.values():
            announced = work.announce(resource)
            yield
            work.create(resource, announced)
        work.stack.outputs = outputs_of(work)
    except ResourceFailed as failure:
        yield from _after_failure(work, failure)
        return
    work.tell("CREATE_COMPLETE")


def roll_back_creation(work: Work, reason: str) -> Steps[None]:
    """Delete what a failed creation made, and keep the stack to be looked at and deleted."""
    work.tell("ROLLBACK_IN_PROGRESS", reason)
    failed = yield from delete_records(
        work, list(work.stack.live()), lambda record: created_policy(record, work)
    )
    if failed:
        names = ", ".join(failed)
        work.tell("ROLLBACK_FAILED", f"The following resource(s) failed to delete: [{names}]. ")
        return
    work.tell("ROLLBACK_COMPLETE")


def _after_failure(work: Work, failure: ResourceFailed) -> Steps[None]:
    stack = work.stack
    reason = f"{failure.reason}. "
    if failure.logical_id:
        reason = f"The following resource(s) failed to create: [{failure.logical_id}]. "
    if stack.on_failure == "DO_NOTHING":
        work.tell("CREATE_FAILED", reason)
    elif stack.on_failure == "DELETE":
        work.tell("DELETE_IN_PROGRESS", f"{reason}Delete requested by user.")
        yield from finish_deletion(work, lambda record: created_policy(record, work))
    else:
        yield from roll_back_creation(work, f"{reason}Rollback requested by user.")


def created_policy(record: ResourceRecord, work: Work) -> str:
    """
    Return the policy for taking back a resource that the failed operation itself made.

    `Retain` holds even here and leaves an orphan behind, which is what `RetainExceptOnCreate` (in
    the template, or as the flag of the call) is for. Nothing new is worth a snapshot.
    Source: CloudFormation Template Reference, DeletionPolicy attribute, 2026-11-23.
    """
    if record.deletion_policy == "Retain" and not work.stack.retain_except_on_create:
        return "Retain"
    return "Delete"
