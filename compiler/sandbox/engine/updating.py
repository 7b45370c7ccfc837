"""
Updates a stack: in place or by replacement, then cleans up; a failure puts back what was.

A replaced resource lives until the whole update has succeeded: what uses it is moved to the new one
first, and going back needs the old one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.sandbox.engine.deletion import delete_records
from compiler.sandbox.engine.errors import invalid
from compiler.sandbox.engine.outputs import outputs_of
from compiler.sandbox.engine.records import USER_INITIATED
from compiler.sandbox.engine.replacement import (
    Replacement,
    changes,
    kept_custom_name,
    replacement,
)
from compiler.sandbox.engine.reversal import Done, Kind, Reversal, go_back
from compiler.sandbox.engine.work import ResourceFailed, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.pace import Steps
    from compiler.sandbox.engine.records import Desired, ResourceRecord, Stack
    from compiler.sandbox.engine.template import Resource
    from compiler.sandbox.engine.world import World

NOTHING_TO_DO = "No updates are to be performed."
"""The refusal of an update that would change nothing."""

_UPDATABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
    }
)


def refuse_update(stack: Stack, desired: Desired) -> None:
    """
    Refuse an update that AWS would not start.

    Raises:
        ApiError: `ValidationError`: wrong state, another type under an old id, or no change.
    """
    refuse_state(stack)
    assert stack.desired is not None  # noqa: S101 -- only a stack under review has none
    old, new = stack.desired.template.resources, desired.template.resources
    moved = [name for name in new if name in old and old[name].type_name != new[name].type_name]
    if moved:
        message = (
            "Update of resource type is not permitted. The new template modifies resource type of "
            f"the following resources: [{', '.join(moved)}]"
        )
        raise invalid(message)
    if not differs(stack.desired, desired):
        raise invalid(NOTHING_TO_DO)


def refuse_state(stack: Stack) -> None:
    """
    Refuse to touch a stack that is in no state for an update.

    Raises:
        ApiError: `ValidationError`.
    """
    if stack.status not in _UPDATABLE or stack.desired is None:
        message = f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
        raise invalid(message)


def differs(old: Desired, new: Desired) -> bool:
    """Tell whether an update would have anything to do."""
    return (
        dict(old.template.resources) != dict(new.template.resources)
        or old.template.outputs != new.template.outputs
        or old.template.mappings != new.template.mappings
        or old.values.resolved != new.values.resolved
        or dict(old.tags) != dict(new.tags)
    )


def update_stack(
    world: World, stack: Stack, desired: Desired, *, stays_failed: bool = False
) -> Steps[None]:
    """
    Bring *stack* to *desired*, or back to where it was.

    Args:
        world: Everything else.
        stack: The stack; `refuse_update` let it pass.
        desired: What it is to become.
        stays_failed: Whether a failure ends as `UPDATE_FAILED`, as `DisableRollback` asks.
    """
    previous = stack.desired
    assert previous is not None  # noqa: S101 -- `refuse_update` was asked first
    work = Work(world=world, stack=stack, desired=desired)
    reversal = Reversal(previous=previous, outputs=dict(stack.outputs))
    stack.reversal = reversal
    yield from _Update(work=work, reversal=reversal, stays_failed=stays_failed).run()


def roll_back_update(world: World, stack: Stack, reason: str) -> Steps[None]:
    """Take back what an update did: one that failed, that is ended, or whose way back failed."""
    reversal = stack.reversal
    assert reversal is not None  # noqa: S101 -- its state was asked first
    stack.outputs = dict(reversal.outputs)
    work = Work(world=world, stack=stack, desired=reversal.previous)
    cancelled = work.cancel()
    reversal.done += [Done(kind=Kind.KEPT, before=each, after=each) for each in cancelled]
    yield from go_back(work, reversal, reason)


@dataclass(slots=True, kw_only=True)
class _Update:
    work: Work
    reversal: Reversal
    stays_failed: bool

    @property
    def done(self) -> list[Done]:
        return self.reversal.done

    def run(self) -> Steps[None]:
        work, stack = self.work, self.work.stack
        before = {record.logical_id: record for record in stack.live()}
        work.tell("UPDATE_IN_PROGRESS", USER_INITIATED)
        try:
            for resource in work.desired.template.resources.values():
                yield from self._step(resource, before.get(resource.logical_id))
            stack.outputs = outputs_of(work)
        except ResourceFailed as failure:
            yield from self._after_failure(failure)
            return
        stack.desired = work.desired
        stack.reversal = None
        stack.updated_at = work.world.now()
        work.tell("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        yield from self._clean_up(before)
        work.tell("UPDATE_COMPLETE")

    def _step(self, resource: Resource, old: ResourceRecord | None) -> Steps[None]:
        work = self.work
        if old is None:
            announced = work.announce(resource)
            yield
            made = work.create(resource, announced)
            self.done.append(Done(kind=Kind.ADDED, before=None, after=made))
            return
        schema = work.schema(resource.type_name)
        try:
            wanted = work.wanted(resource)
        except ResourceFailed as failure:
            raise self._failed(old, failure.reason) from failure
        found = changes(schema, old.properties, wanted)
        after = replace(
            old,
            properties=wanted,
            needs=resource.needs,
            deletion_policy=resource.deletion_policy,
            is_rolled=resource.is_rolled,
        )
        if replacement(found) is not Replacement.NO:
            yield from self._replace(after, old)
            return
        tags_reach = schema.taggable and schema.tag_updatable
        if found or (tags_reach and dict(work.desired.tags) != dict(self.reversal.previous.tags)):
            work.announce_update(old)
            yield
            # Entered before it is tried: half an update must be put back too.
            self.done.append(Done(kind=Kind.UPDATED, before=old, after=after))
            self.done[-1] = replace(self.done[-1], after=work.update(old, after))
        else:
            work.stack.resources[old.logical_id] = after
            self.done.append(Done(kind=Kind.KEPT, before=old, after=after))

    def _replace(self, after: ResourceRecord, old: ResourceRecord) -> Steps[None]:
        work, schema = self.work, self.work.schema(old.type_name)
        name = kept_custom_name(schema, old.properties, after.properties)
        if name is not None and not schema.deletes_first:
            reason = (
                "CloudFormation cannot update a stack when a custom-named resource requires "
                f"replacing. Rename {name} and update the stack again."
            )
            raise self._failed(old, reason)
        why = (
            "Requested update requires the creation of a new physical resource; hence creating one."
        )
        work.announce_update(old, why)
        yield
        if schema.deletes_first:
            yield from self._make_room(old)
        try:
            new = work.recreate(replace(after, created=None))
        except ResourceFailed as failure:
            if not schema.deletes_first:
                raise self._failed(old, failure.reason) from failure
            work.enter(replace(old, status="UPDATE_FAILED"), failure.reason)
            raise
        if schema.deletes_first:
            self.done[-1] = replace(self.done[-1], after=new)
        else:
            self.done.append(Done(kind=Kind.REPLACED, before=old, after=new))

    def _make_room(self, old: ResourceRecord) -> Steps[None]:
        work = self.work
        work.announce_deletion(old)
        yield
        if not work.delete(old):
            raise self._failed(old, work.stack.resources[old.logical_id].reason)
        self.done.append(Done(kind=Kind.REPLACED, before=old, after=None, old_is_gone=True))

    def _failed(self, old: ResourceRecord, reason: str) -> ResourceFailed:
        self.work.enter(replace(old, status="UPDATE_FAILED"), reason)
        self.done.append(Done(kind=Kind.KEPT, before=old, after=old))
        return ResourceFailed(old.logical_id, reason)

    def _clean_up(self, before: Mapping[str, ResourceRecord]) -> Steps[None]:
        work, stack = self.work, self.work.stack
        wanted = work.desired.template.resources
        policies = {
            name: wanted[name].update_replace_policy if name in wanted else record.deletion_policy
            for name, record in before.items()
        }
        replaced = frozenset(
            each.before.logical_id
            for each in self.done
            if each.has_both and each.before is not None
        )
        leaving = [r for name, r in before.items() if name not in wanted or name in replaced]
        work.beside = replaced
        # A failure here leaves the old resource behind, and the stack is complete all the same.
        yield from delete_records(work, leaving, lambda record: policies[record.logical_id])
        for name in before.keys() - wanted.keys():
            del stack.resources[name]

    def _after_failure(self, failure: ResourceFailed) -> Steps[None]:
        work, stack = self.work, self.work.stack
        reason = f"{failure.reason}. "
        if failure.logical_id:
            status = stack.resources[failure.logical_id].status
            verb = "create" if status == "CREATE_FAILED" else "update"
            reason = f"The following resource(s) failed to {verb}: [{failure.logical_id}]. "
        self.reversal.hidden |= work.secrets.seen | work.secrets.unshown
        if self.stays_failed:
            work.tell("UPDATE_FAILED", reason)
            return
        yield from roll_back_update(work.world, stack, reason)
