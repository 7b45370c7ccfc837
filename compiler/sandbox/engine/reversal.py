"""
Takes an update back: puts every changed resource to what it was, then removes what was added.

It can fail half-way (`UPDATE_ROLLBACK_FAILED`), and `ContinueUpdateRollback` goes on from there:
what is left to be put back stays with the stack until it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from compiler.sandbox.engine.creation import created_policy
from compiler.sandbox.engine.deletion import delete_records
from compiler.sandbox.engine.work import ResourceFailed, Work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.engine.pace import Steps
    from compiler.sandbox.engine.records import Desired, ResourceRecord, Stack


class Kind(Enum):
    """What an update did to a resource."""

    ADDED = "added"
    KEPT = "kept"
    UPDATED = "updated"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """
    One change that was begun, for going back.

    Attributes:
        kind: What was done.
        before: The resource as it was; `None` where it was added.
        after: The resource as it is, or as it was asked to be; `None` where there is none.
        old_is_gone: Whether a replacement deleted the old one first.
    """

    kind: Kind
    before: ResourceRecord | None
    after: ResourceRecord | None
    old_is_gone: bool = False

    @property
    def has_both(self) -> bool:
        """Whether the old and the new resource exist side by side."""
        return self.kind is Kind.REPLACED and not self.old_is_gone

    @property
    def is_new(self) -> bool:
        """Whether `after` is a resource that going back has to delete."""
        return self.after is not None and (self.kind is Kind.ADDED or self.has_both)


@dataclass(slots=True, kw_only=True)
class Reversal:
    """
    How an update can be taken back.

    Attributes:
        previous: What the stack was made from.
        outputs: Those that it had.
        done: What the update did, in order.
        hidden: Texts that no event may show: the update's secrets.
        reached: How many of `done` are still to be put back; `None` before going back begins.
    """

    previous: Desired
    outputs: dict[str, str]
    done: list[Done] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    reached: int | None = None

    def others(self, stack: Stack) -> Iterator[ResourceRecord]:
        """Iterate over the resources that exist beside those that the stack shows."""
        for each in self.done:
            if each.has_both and each.before is not None and each.after is not None:
                shown = stack.resources[each.before.logical_id].physical_id
                yield each.before if shown == each.after.physical_id else each.after


def go_back(work: Work, reversal: Reversal, reason: str) -> Steps[None]:
    """
    Put the stack back to where it was before its update, as far as it was not yet.

    Args:
        work: Hands on the stack that want what was there before.
        reversal: What to put back.
        reason: Why; told by the event that begins it.
    """
    work.secrets.unshown |= reversal.hidden
    work.tell("UPDATE_ROLLBACK_IN_PROGRESS", reason)
    if reversal.reached is None:
        reversal.reached = len(reversal.done)
    try:
        while reversal.reached:
            yield from _put_back(work, reversal.done[reversal.reached - 1])
            reversal.reached -= 1
    except ResourceFailed as failure:
        why = f"The following resource(s) failed to update: [{failure.logical_id}]. "
        work.tell("UPDATE_ROLLBACK_FAILED", why)
        return
    work.tell("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    yield from _remove_new(work, reversal)
    work.stack.reversal = None
    work.tell("UPDATE_ROLLBACK_COMPLETE")


def skip(work: Work, reversal: Reversal, names: frozenset[str]) -> None:
    """Take resources for put back that are not, as `ResourcesToSkip` asks."""
    for each in reversal.done[: reversal.reached]:
        if each.before is not None and each.before.logical_id in names:
            work.enter(replace(each.before, status="UPDATE_COMPLETE"))
    reached = reversal.reached or 0
    left = [each for each in reversal.done[:reached] if _name(each) not in names]
    reversal.done[:reached] = left
    reversal.reached = len(left)


def _name(each: Done) -> str:
    record = each.before or each.after
    return "" if record is None else record.logical_id


def _put_back(work: Work, each: Done) -> Steps[None]:
    old = each.before
    if old is None:
        return
    if each.kind is Kind.KEPT:
        if work.stack.resources[old.logical_id].status == "UPDATE_FAILED":
            work.enter(replace(old, status="UPDATE_COMPLETE"))
        else:
            work.stack.resources[old.logical_id] = old
    elif each.kind is Kind.UPDATED and each.after is not None:
        work.announce_update(each.after)
        yield
        work.update(each.after, old)
    elif each.old_is_gone:
        yield from _bring_back(work, old, each.after)
    else:
        work.enter(replace(old, status="UPDATE_COMPLETE"))


def _bring_back(work: Work, old: ResourceRecord, new: ResourceRecord | None) -> Steps[None]:
    if new is not None:
        work.announce_deletion(new)
        yield
        if not work.delete(new):
            raise ResourceFailed(old.logical_id, "its replacement could not be deleted")
    work.announce_update(old)
    yield
    try:
        work.recreate(old)
    except ResourceFailed as failure:
        work.enter(replace(old, status="UPDATE_FAILED"), failure.reason)
        raise


def _remove_new(work: Work, reversal: Reversal) -> Steps[None]:
    stack = work.stack
    new = [each.after for each in reversal.done if each.is_new and each.after is not None]
    work.beside = frozenset(reversal.previous.template.resources)
    yield from delete_records(work, new, lambda record: created_policy(record, work))
    for name in stack.resources.keys() - work.beside:
        del stack.resources[name]
