"""What an update would do, told beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.engine.conform import conform
from compiler.sandbox.engine.errors import ApiError
from compiler.sandbox.engine.intrinsics import resolve
from compiler.sandbox.engine.records import Desired, ResourceChange, ResourceRecord, Stack
from compiler.sandbox.engine.replacement import Replacement, changes, replacement
from compiler.sandbox.engine.schemas import resource_schema
from compiler.sandbox.engine.surroundings import surroundings
from compiler.sandbox.engine.values import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.engine.template import Resource
    from compiler.sandbox.engine.world import World
    from compiler.sandbox.handler import Created

NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set."
)
"""The reason that the AWS CLI recognizes as "nothing to do"."""


def foresee(world: World, stack: Stack, desired: Desired) -> tuple[ResourceChange, ...]:
    """
    Return the changes that executing *desired* would make, by logical id.

    What only the operation will know (the id of a new resource) counts as a dynamic change.

    Raises:
        ApiError: `ValidationError`: a function of the template cannot be evaluated.
    """
    found = (*_changed(world, stack, desired), *_removed(stack, desired))
    return tuple(sorted(found, key=lambda change: change.logical_id))


def size_of(world: World, stack: Stack, desired: Desired) -> int:
    """Return how many resources an update will touch, as far as that can be told beforehand."""
    if not world.seconds_per_stack:
        return 1
    try:
        found = foresee(world, stack, desired)
    except ApiError:
        return len(desired.template.resources)
    replaced = [change for change in found if change.replacement is Replacement.YES]
    return len(found) + len(replaced)


def _removed(stack: Stack, desired: Desired) -> Iterator[ResourceChange]:
    for record in stack.live():
        if record.logical_id not in desired.template.resources:
            yield ResourceChange(
                action="Remove",
                logical_id=record.logical_id,
                physical_id=record.physical_id,
                type_name=record.type_name,
                replacement=None,
                properties=(),
                tags_change=False,
                policy=record.deletion_policy.replace("RetainExceptOnCreate", "Retain"),
            )


def _changed(world: World, stack: Stack, desired: Desired) -> Iterator[ResourceChange]:
    live = {record.logical_id: record for record in stack.live()}
    known: dict[str, Created | Mark] = {
        name: record.created for name, record in live.items() if record.created is not None
    }
    for name in desired.template.resources:
        known.setdefault(name, Mark.UNKNOWN)
    old_tags = {} if stack.desired is None else dict(stack.desired.tags)
    tags_change = dict(desired.tags) != old_tags
    for resource in desired.template.resources.values():
        record = live.get(resource.logical_id)
        if record is None:
            yield _added(resource)
            continue
        change = _modified(
            resource, record, _Look(world, stack, desired, known), tags_change=tags_change
        )
        if change is None:
            continue
        if change.replacement is not Replacement.NO:
            known[resource.logical_id] = Mark.UNKNOWN
        yield change


class _Look:
    """Resolves a resource's properties as far as they can be known."""

    def __init__(
        self,
        world: World,
        stack: Stack,
        desired: Desired,
        known: Mapping[str, Created | Mark],
    ) -> None:
        self.stack = stack
        self._around = surroundings(world, stack, desired, known)

    def __call__(self, resource: Resource) -> dict[str, object]:
        schema = resource_schema(resource.type_name, self.stack.region)
        return conform(schema, resolve(dict(resource.properties), self._around))


def _added(resource: Resource) -> ResourceChange:
    return ResourceChange(
        action="Add",
        logical_id=resource.logical_id,
        physical_id="",
        type_name=resource.type_name,
        replacement=None,
        properties=(),
        tags_change=False,
        policy="",
    )


def _modified(
    resource: Resource, record: ResourceRecord, look: _Look, *, tags_change: bool
) -> ResourceChange | None:
    schema = resource_schema(resource.type_name, look.stack.region)
    found = changes(schema, record.properties, look(resource))
    reached = tags_change and schema.taggable and schema.tag_updatable
    if not found and not reached:
        return None
    decided = replacement(found)
    policy = ""
    if decided is not Replacement.NO:
        policy = f"ReplaceAnd{resource.update_replace_policy}"
    return ResourceChange(
        action="Modify",
        logical_id=resource.logical_id,
        physical_id=record.physical_id,
        type_name=resource.type_name,
        replacement=decided,
        properties=found,
        tags_change=reached,
        policy=policy,
    )
