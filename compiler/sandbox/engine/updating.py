"""
Updates a stack: in place or by replacement, then cleans up; a failure puts back what was.

A replaced resource lives until the whole update has succeeded: what uses it is moved to the new one
first, and going back needs the old one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from compiler.sandbox.engine.creation import created_policy
from compiler.sandbox.engine.deletion import delete_records
from compiler.sandbox.engine.errors import invalid
from compiler.sandbox.engine.replacement import (
    Replacement,
    changes,
    kept_custom_name,
    replacement,
)
from compiler.sandbox.engine.work import ResourceFailed, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.records import Desired, ResourceRecord, Stack
    from compiler.sandbox.engine.template import Resource
    from compiler.sandbox.engine.world import World

_UPDATABLE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})


class _Kind(Enum):
    ADDED = "added"
    KEPT = "kept"
    UPDATED = "updated"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """
    One change that was begun, for going back.

    Attributes:
        kind: What was done.
        before: The resource as it was; `None` where it was added.
        after: The resource as it is, or as it was asked to be; `None` where there is none.
        old_is_gone: Whether a replacement deleted the old one first.
    """

    kind: _Kind
    before: ResourceRecord | None
    after: ResourceRecord | None
    old_is_gone: bool = False


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
        message = "No updates are to be performed."
        raise invalid(message)


def refuse_state(stack: Stack) -> None:
    """
    Refuse to touch a stack that is in no state for an update.

    Raises:
        ApiError: `ValidationError`.
    """
    if stack.status not in _UPDATABLE:
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


def update_stack(world: World, stack: Stack, desired: Desired) -> None:
    """Bring *stack* to *desired*, or back to where it was."""
    previous = stack.desired
    assert previous is not None  # noqa: S101 -- `refuse_update` was asked first
    update = _Update(work=Work(world=world, stack=stack, desired=desired), previous=previous)
    update.run()


@dataclass(slots=True, kw_only=True)
class _Update:
    work: Work
    previous: Desired

    def run(self) -> None:
        work, stack = self.work, self.work.stack
        before = {record.logical_id: record for record in stack.live()}
        outputs = dict(stack.outputs)
        work.tell("UPDATE_IN_PROGRESS", "User Initiated")
        done: list[_Done] = []
        try:
            for resource in work.desired.template.resources.values():
                self._step(resource, before.get(resource.logical_id), done)
            stack.outputs = work.outputs()
        except ResourceFailed as failure:
            stack.outputs = outputs
            self._go_back(failure, done)
            return
        stack.desired = work.desired
        stack.updated_at = work.world.clock()
        work.tell("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up(before, done)
        work.tell("UPDATE_COMPLETE")

    def _step(self, resource: Resource, old: ResourceRecord | None, done: list[_Done]) -> None:
        work = self.work
        if old is None:
            done.append(_Done(kind=_Kind.ADDED, before=None, after=work.create(resource)))
            return
        schema = work.schema(resource.type_name)
        try:
            wanted = work.wanted(resource)
        except ResourceFailed as failure:
            raise self._failed(old, failure.reason, done) from failure
        found = changes(schema, old.properties, wanted)
        after = replace(
            old,
            properties=wanted,
            needs=resource.needs,
            deletion_policy=resource.deletion_policy,
            is_rolled=resource.is_rolled,
        )
        if replacement(found) is not Replacement.NO:
            self._replace(after, old, done)
            return
        tags_reach = schema.taggable and schema.tag_updatable
        if found or (tags_reach and dict(work.desired.tags) != dict(self.previous.tags)):
            # Entered before it is tried: half an update must be put back too.
            done.append(_Done(kind=_Kind.UPDATED, before=old, after=after))
            done[-1] = replace(done[-1], after=work.update(old, after))
        else:
            work.stack.resources[old.logical_id] = after
            done.append(_Done(kind=_Kind.KEPT, before=old, after=after))

    def _replace(self, after: ResourceRecord, old: ResourceRecord, done: list[_Done]) -> None:
        work, schema = self.work, self.work.schema(old.type_name)
        name = kept_custom_name(schema, old.properties, after.properties)
        if name is not None and not schema.deletes_first:
            reason = (
                "CloudFormation cannot update a stack when a custom-named resource requires "
                f"replacing. Rename {name} and update the stack again."
            )
            raise self._failed(old, reason, done)
        why = (
            "Requested update requires the creation of a new physical resource; hence creating one."
        )
        work.enter(replace(old, status="UPDATE_IN_PROGRESS"), why)
        if schema.deletes_first:
            if not work.delete(old, policy="Delete"):
                raise self._failed(old, work.stack.resources[old.logical_id].reason, done)
            done.append(_Done(kind=_Kind.REPLACED, before=old, after=None, old_is_gone=True))
        try:
            new = work.recreate(replace(after, created=None))
        except ResourceFailed as failure:
            if not schema.deletes_first:
                raise self._failed(old, failure.reason, done) from failure
            work.enter(replace(old, status="UPDATE_FAILED"), failure.reason)
            raise
        if schema.deletes_first:
            done[-1] = replace(done[-1], after=new)
        else:
            done.append(_Done(kind=_Kind.REPLACED, before=old, after=new))

    def _failed(self, old: ResourceRecord, reason: str, done: list[_Done]) -> ResourceFailed:
        self.work.enter(replace(old, status="UPDATE_FAILED"), reason)
        done.append(_Done(kind=_Kind.KEPT, before=old, after=old))
        return ResourceFailed(old.logical_id, reason)

    def _clean_up(self, before: Mapping[str, ResourceRecord], done: list[_Done]) -> None:
        work, stack = self.work, self.work.stack
        wanted = work.desired.template.resources
        policies = {
            name: wanted[name].update_replace_policy if name in wanted else record.deletion_policy
            for name, record in before.items()
        }
        replaced = {
            each.before.logical_id: each
            for each in done
            if each.kind is _Kind.REPLACED and each.before is not None and not each.old_is_gone
        }
        leaving = [r for name, r in before.items() if name not in wanted or name in replaced]
        # A failure here leaves the old resource behind, and the stack is complete all the same.
        delete_records(work, leaving, lambda record: policies[record.logical_id])
        for name in (record.logical_id for record in leaving):
            del stack.resources[name]
            if name in replaced and (new := replaced[name].after) is not None:
                stack.resources[name] = new

    def _go_back(self, failure: ResourceFailed, done: list[_Done]) -> None:
        stack = self.work.stack
        reason = f"{failure.reason}. "
        if failure.logical_id:
            status = stack.resources[failure.logical_id].status
            verb = "create" if status == "CREATE_FAILED" else "update"
            reason = f"The following resource(s) failed to {verb}: [{failure.logical_id}]. "
        self.work.tell("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        back = Work(world=self.work.world, stack=stack, desired=self.previous)
        back.secrets.seen |= self.work.secrets.seen
        back.secrets.unshown |= self.work.secrets.unshown
        try:
            for each in reversed(done):
                _put_back(back, each)
        except ResourceFailed as second:
            reason = f"The following resource(s) failed to update: [{second.logical_id}]. "
            back.tell("UPDATE_ROLLBACK_FAILED", reason)
            return
        back.tell("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        self._remove_new(back, done)
        back.tell("UPDATE_ROLLBACK_COMPLETE")

    def _remove_new(self, back: Work, done: list[_Done]) -> None:
        stack = back.stack
        new = [
            each.after
            for each in done
            if each.after is not None
            and (each.kind is _Kind.ADDED or (each.kind is _Kind.REPLACED and not each.old_is_gone))
        ]
        old = dict(stack.resources)
        delete_records(back, new, lambda record: created_policy(record, back))
        kept = self.previous.template.resources
        for name in list(stack.resources):
            if name in kept:
                stack.resources[name] = old[name]
            else:
                del stack.resources[name]


def _put_back(back: Work, each: _Done) -> None:
    old = each.before
    if old is None:
        return
    if each.kind is _Kind.KEPT:
        if back.stack.resources[old.logical_id].status == "UPDATE_FAILED":
            back.enter(replace(old, status="UPDATE_COMPLETE"))
        else:
            back.stack.resources[old.logical_id] = old
    elif each.kind is _Kind.UPDATED and each.after is not None:
        back.update(each.after, old)
    elif each.old_is_gone:
        if each.after is not None and not back.delete(each.after, policy="Delete"):
            raise ResourceFailed(old.logical_id, "its replacement could not be deleted")
        back.recreate(old)
    else:
        back.enter(replace(old, status="UPDATE_COMPLETE"))
