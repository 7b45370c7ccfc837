"""
Taking a migration down: only what the manifest names, what others need last.

The plan is pure; a step of it removes one stack with its stack set. Nothing is emptied, and
protection is turned off only by a step that the plan shows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.operations import operation_id, until_decided, until_gone, until_settled
from compiler.deploy.outcome import Done, Failed
from compiler.deploy.port import (
    Aws,
    AwsError,
    Definition,
    Instance,
    Operation,
    StackResource,
)
from compiler.deploy.walk import failed_call, failed_operation
from compiler.deploy.wanted import place_of
from compiler.manifest import Manifest, Stack, origin_of
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from compiler.deploy.flow import Job, Pool
    from compiler.deploy.plan import Seen

_DATABASE = "AWS::RDS::DBInstance"
_BUCKET = "AWS::S3::Bucket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """
    What stands in one stack that is to be removed.

    Attributes:
        resources: Its resources.
        protected: Logical ids of databases that refuse to be deleted.
        filled: Logical ids of buckets that hold something.
    """

    resources: tuple[StackResource, ...] = ()
    protected: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """
    What is to be removed of one stack.

    Attributes:
        stack: The stack.
        has_stack: Whether there is a stack, or only an empty stack set.
        unprotect: Logical ids of the databases whose protection is turned off first.
        keeps: What stays behind, by the template's own deletion policy.
        snapshots: Of what a final snapshot stays behind.
    """

    stack: Stack
    has_stack: bool
    unprotect: tuple[str, ...]
    keeps: tuple[StackResource, ...]
    snapshots: tuple[StackResource, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalPlan:
    """
    What a destroy would do.

    Attributes:
        manifest: What was compiled.
        steps: In an order in which they could be done: what others need last.
    """

    manifest: Manifest
    steps: tuple[Removal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """
    Something of the migration that is still there after a destroy, although nothing keeps it.

    Attributes:
        stack: Id of the stack.
        what: What it is.
    """

    stack: str
    what: str


def find(aws: Aws, manifest: Manifest, seen: Mapping[str, Seen], pool: Pool) -> dict[str, Found]:
    """
    Return what stands in each stack that is there, by its id.

    Raises:
        AwsError: AWS refused to tell.
    """
    calls = {
        stack.id: pool.submit(partial(_find, aws, stack, instance.stack_id))
        for stack in manifest.stacks
        if (instance := seen[stack.id].instance(place_of(stack))) and instance.stack_id
    }
    return {id_: call.result() for id_, call in calls.items()}


def plan_removal(
    manifest: Manifest, seen: Mapping[str, Seen], found: Mapping[str, Found], *, unprotect: bool
) -> RemovalPlan:
    """
    Say what a destroy would do. Pure.

    Args:
        manifest: What was compiled.
        seen: What AWS has of each stack, by its id.
        found: What stands in the stacks that are there, by their ids.
        unprotect: Whether protection may be turned off.
    """
    return RemovalPlan(
        manifest=manifest,
        steps=tuple(
            _removal(stack, seen[stack.id], found.get(stack.id, Found()), unprotect=unprotect)
            for stack in reversed(manifest.stacks)
            if seen[stack.id].definition is not None
        ),
    )


def _removal(stack: Stack, seen: Seen, found: Found, *, unprotect: bool) -> Removal:
    def among(logical_ids: tuple[str, ...]) -> tuple[StackResource, ...]:
        return tuple(one for one in found.resources if one.logical_id in logical_ids)

    return Removal(
        stack=stack,
        has_stack=seen.instance(place_of(stack)) is not None,
        unprotect=found.protected if unprotect else (),
        keeps=among(stack.retained),
        snapshots=among(stack.snapshotted),
    )


def obstacles(
    manifest: Manifest, found: Mapping[str, Found], *, unprotect: bool
) -> Iterator[Finding]:
    """SF508, SF509: what AWS would refuse to delete half-way through."""
    for stack in manifest.stacks:
        there = found.get(stack.id)
        if there is None:
            continue
        names = {one.logical_id: one.physical_id for one in there.resources}
        for logical_id in () if unprotect else there.protected:
            yield Finding(
                code="SF508",
                where=at(*origin_of(stack, ("Resources", logical_id))),
                detail=(
                    f'The database "{names[logical_id]}" in {stack.region} has deletion protection '
                    "on. Nothing was touched."
                ),
                way_out=(
                    "Make sure that nothing needs it. Then run destroy with --unprotect: its plan "
                    "shows the step that turns the protection off."
                ),
            )
        for logical_id in there.filled:
            yield Finding(
                code="SF509",
                where=at(*origin_of(stack, ("Resources", logical_id))),
                detail=(
                    f'The bucket "{names[logical_id]}" in {stack.region} holds objects or old '
                    "versions, and its stack deletes it. Nothing was touched."
                ),
                way_out="Move or delete all versions of its objects, then run destroy again.",
            )


def needs(plan: RemovalPlan) -> dict[str, frozenset[str]]:
    """For each stack of *plan*, those that must be gone first: the ones that come after it."""
    nodes = {step.stack.id for step in plan.steps}
    return {
        step.stack.id: frozenset(
            other.stack.id for other in plan.steps if step.stack.id in other.stack.after
        )
        & nodes
        for step in plan.steps
    }


def start(aws: Aws, plan: RemovalPlan, node: str) -> Job:
    """Return the job that removes the stack *node*."""
    step = next(step for step in plan.steps if step.stack.id == node)
    return _remove(aws, step)


def leftovers(
    aws: Aws, manifest: Manifest, seen: Mapping[str, Seen], pool: Pool
) -> tuple[Leftover, ...]:
    """
    Look once more: name every stack set and stack that is still there.

    Raises:
        AwsError: AWS refused to tell.
    """
    calls = [
        pool.submit(partial(_left, aws, stack, seen[stack.id].instance(place_of(stack))))
        for stack in manifest.stacks
    ]
    return tuple(one for call in calls for one in call.result())


def _left(aws: Aws, stack: Stack, before: Instance | None) -> tuple[Leftover, ...]:
    left: list[Leftover] = []
    if aws.stack_set(stack.stack_set) is not None:
        left.append(Leftover(stack=stack.id, what=f"the stack set {stack.stack_set}"))
    if before is not None and before.stack_id:
        status = aws.stack_status(before.place, before.stack_id)
        if status not in {"", "DELETE_COMPLETE"}:
            left.append(Leftover(stack=stack.id, what=f"the stack {before.stack_id} ({status})"))
    return tuple(left)


def _find(aws: Aws, stack: Stack, stack_id: str) -> Found:
    place = place_of(stack)
    resources = aws.resources(place, stack_id)
    doomed = [one for one in resources if one.logical_id not in stack.retained]
    return Found(
        resources=resources,
        protected=tuple(
            one.logical_id
            for one in doomed
            if one.type == _DATABASE and aws.is_protected(place, one.physical_id)
        ),
        filled=tuple(
            one.logical_id
            for one in doomed
            if one.type == _BUCKET and aws.is_filled(place, one.physical_id)
        ),
    )


def _remove(aws: Aws, step: Removal) -> Job:
    try:
        return (yield from _remove_or_raise(aws, step))
    except AwsError as error:
        return failed_call(step.stack, error)


def _remove_or_raise(aws: Aws, step: Removal) -> Generator[str, None, Done | Failed]:
    stack, name = step.stack, step.stack.stack_set
    previous = aws.last_operation(name)
    if previous is not None and previous.is_unfinished:
        previous = yield from until_decided(aws, name, previous.id, "following an earlier run")
    definition = aws.stack_set(name)
    if definition is None:
        return Done(what="deleted", left=step.keeps, snapshots=step.snapshots)
    if step.unprotect:
        definition = replace(definition, template=unprotected(definition.template, step.unprotect))
        operation = operation_id("unprotect", definition, previous)
        aws.update_stack_set(definition, operation)
        previous = yield from until_decided(aws, name, operation, "turning protection off")
        found = yield from until_settled(
            aws, name, (place_of(stack),), previous, "turning protection off"
        )
        instance = next(iter(found), None)
        if previous.status != "SUCCEEDED" or instance is None or not instance.is_current:
            return failed_operation(aws, stack, previous, instance)
    failed = yield from _delete_stacks(aws, stack, definition, previous)
    if failed is not None:
        return failed
    aws.delete_stack_set(name)
    return Done(what="deleted", left=step.keeps, snapshots=step.snapshots)


def _delete_stacks(
    aws: Aws, stack: Stack, definition: Definition, previous: Operation | None
) -> Generator[str, None, Failed | None]:
    name = stack.stack_set
    before = {one.place: one for one in aws.instances(name)}
    if not before:
        return None
    places = tuple(sorted(before))
    operation = operation_id("delete", definition, previous)
    aws.delete_instances(name, places, operation)
    decided = yield from until_decided(aws, name, operation, "deleting")
    left = yield from until_gone(aws, name, places, decided, "deleting")
    if not left:
        return None
    # The stack's id as it was before: a failed deletion may no longer tell it.
    return failed_operation(
        aws, stack, decided, replace(left[0], stack_id=before[left[0].place].stack_id)
    )


def unprotected(template: str, databases: tuple[str, ...]) -> str:
    """Return *template* with the deletion protection of the resources *databases* turned off."""
    value = json.loads(template)
    for logical_id in databases:
        value["Resources"][logical_id]["Properties"]["DeletionProtection"] = False
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
