"""What an update would do, told beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.sandbox.engine.conform import conform
from compiler.sandbox.engine.errors import ApiError
from compiler.sandbox.engine.intrinsics import resolve
from compiler.sandbox.engine.parameters import starred, unshown
from compiler.sandbox.engine.records import (
    DIRECT,
    Cause,
    Desired,
    ResourceChange,
    ResourceRecord,
    Stack,
)
from compiler.sandbox.engine.references import references, uses_of
from compiler.sandbox.engine.replacement import (
    Replacement,
    changes,
    foreseen_replacement,
    replacement,
)
from compiler.sandbox.engine.schemas import resource_schema
from compiler.sandbox.engine.surroundings import surroundings
from compiler.sandbox.engine.values import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.engine.template import Resource
    from compiler.sandbox.engine.values import Json
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
    hidden = unshown(desired.template.parameters, desired.values)
    if stack.desired is not None:
        hidden |= unshown(stack.desired.template.parameters, stack.desired.values)
    found = (*_changed(world, stack, desired), *_removed(stack, desired))
    covered = (
        replace(
            change, before=_covered(change.before, hidden), after=_covered(change.after, hidden)
        )
        for change in found
    )
    return tuple(sorted(covered, key=lambda change: change.logical_id))


def _covered(value: Json, hidden: set[str]) -> Json:
    if isinstance(value, Mapping):
        return {key: _covered(part, hidden) for key, part in value.items()}
    if isinstance(value, list):
        return [_covered(part, hidden) for part in value]
    return starred(value, hidden) if isinstance(value, str) else value


def size_of(world: World, stack: Stack, desired: Desired) -> int:
    """Return how many resources an update will touch, as far as that can be told beforehand."""
    if not world.seconds_per_stack:
        return 1
    try:
        found = foresee(world, stack, desired)
    except ApiError:
        return len(desired.template.resources)
    replaced = [each for each in found if replacement(each.properties) is not Replacement.NO]
    return len(found) + len(replaced)


def _removed(stack: Stack, desired: Desired) -> Iterator[ResourceChange]:
    for record in stack.live():
        if record.logical_id not in desired.template.resources:
            yield ResourceChange(
                action="Remove",
                logical_id=record.logical_id,
                physical_id=record.physical_id,
                type_name=record.type_name,
                policy=record.deletion_policy.replace("RetainExceptOnCreate", "Retain"),
                before=record.properties,
            )


def _changed(world: World, stack: Stack, desired: Desired) -> Iterator[ResourceChange]:
    live = {record.logical_id: record for record in stack.live()}
    known: dict[str, Created | Mark] = {
        name: record.created for name, record in live.items() if record.created is not None
    }
    for name in desired.template.resources:
        known.setdefault(name, Mark.UNKNOWN)
    look = _Look(world, stack, desired, known)
    for resource in desired.template.resources.values():
        record = live.get(resource.logical_id)
        if record is None:
            yield ResourceChange(
                action="Add",
                logical_id=resource.logical_id,
                physical_id="",
                type_name=resource.type_name,
                after=look(resource),
            )
            continue
        change = _modified(resource, record, look)
        if change is None:
            continue
        if change.replacement is not Replacement.NO:
            known[resource.logical_id] = Mark.UNKNOWN
        yield change


class _Look:
    """
    Resolves a resource's properties as far as they can be known.

    Attributes:
        stack: As it is.
        desired: As it is to be.
        known: What is known of each resource; changes as replacements are met.
    """

    def __init__(
        self,
        world: World,
        stack: Stack,
        desired: Desired,
        known: Mapping[str, Created | Mark],
    ) -> None:
        self.stack = stack
        self.desired = desired
        self.known = known
        self._around = surroundings(world, stack, desired, known)

    def __call__(self, resource: Resource) -> dict[str, Json]:
        schema = resource_schema(resource.type_name, self.stack.region)
        return conform(schema, resolve(dict(resource.properties), self._around))

    @property
    def tags_change(self) -> bool:
        """Whether the stack's tags change."""
        old = {} if self.stack.desired is None else dict(self.stack.desired.tags)
        return dict(self.desired.tags) != old

    def before(self, resource: Resource) -> Resource | None:
        """Return what the stack's present template says of a resource."""
        present = self.stack.desired
        return None if present is None else present.template.resources.get(resource.logical_id)

    def causes(self, resource: Resource, name: str) -> tuple[Cause, ...]:
        """Tell what makes a property change: its text, or what that refers to."""
        old, text = self.before(resource), resource.properties.get(name)
        found: list[Cause] = []
        if old is None or old.properties.get(name) != text:
            found.append(DIRECT)
        for entity in sorted(references(text)):
            if self._parameter_changes(entity):
                found.append(Cause(source="ParameterReference", entity=entity))
            elif self.known.get(entity) is Mark.UNKNOWN:
                found += _references_to(entity, text)
        return tuple(found) or (DIRECT,)

    def _parameter_changes(self, name: str) -> bool:
        present = self.stack.desired
        if name not in self.desired.values.resolved or present is None:
            return False
        if name not in present.values.resolved:
            return False
        return bool(present.values.resolved[name] != self.desired.values.resolved[name])


def _references_to(logical_id: str, text: Json) -> Iterator[Cause]:
    uses = uses_of(logical_id, text)
    for attribute in sorted(uses - {""}):
        yield Cause(source="ResourceAttribute", entity=f"{logical_id}.{attribute}")
    if "" in uses:
        yield Cause(source="ResourceReference", entity=logical_id)


def _modified(resource: Resource, record: ResourceRecord, look: _Look) -> ResourceChange | None:
    schema = resource_schema(resource.type_name, look.stack.region)
    after = look(resource)
    found = changes(schema, record.properties, after)
    reached = look.tags_change and schema.taggable and schema.tag_updatable
    attributes = _attributes_that_differ(look.before(resource), resource)
    if not found and not reached and not attributes:
        return None
    decided = foreseen_replacement(found)
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
        causes={change.name: look.causes(resource, change.name) for change in found},
        tags_change=reached,
        attributes=attributes,
        policy=policy,
        before=record.properties,
        after=after,
    )


def _attributes_that_differ(old: Resource | None, new: Resource) -> tuple[str, ...]:
    if old is None:
        return ()
    pairs = {
        "DeletionPolicy": (old.deletion_policy, new.deletion_policy),
        "Metadata": (old.metadata, new.metadata),
        "UpdatePolicy": (old.is_rolled, new.is_rolled),
        "UpdateReplacePolicy": (old.update_replace_policy, new.update_replace_policy),
    }
    return tuple(name for name, (before, after) in pairs.items() if before != after)
