"""
Taking a migration down: only what the manifest names, what others need last.

The plan is pure; a step of it removes one stack set with its stacks, in every account. A bucket is
emptied, and a protection turned off, only by a step that the plan shows, since it was asked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.emptying import BUCKET, Emptying, is_named
from compiler.deploy.left_behind import kept_by_aws
from compiler.deploy.operations import operation_id, until_decided, until_removed, until_settled
from compiler.deploy.outcome import Done, Failed
from compiler.deploy.patience import answered
from compiler.deploy.port import (
    GONE,
    Aws,
    AwsError,
    Definition,
    Instance,
    Operation,
    Place,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """
    What stands in one stack that is to be removed.

    Attributes:
        resources: Its resources.
        protected: Logical ids of databases that refuse to be deleted.
        filled: Logical ids of buckets that hold something, and are not to be emptied.
        empties: Buckets that are to be emptied.
    """

    resources: tuple[StackResource, ...] = ()
    protected: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    empties: tuple[Emptying, ...] = ()


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
        empties: Buckets that are emptied first.
        elsewhere: Where else it stands, sorted.
        inoperable: Where an earlier deletion of it failed, sorted.
        kept_by_aws: What services made beside it and keep, in words.
    """

    stack: Stack
    has_stack: bool
    unprotect: tuple[str, ...]
    keeps: tuple[StackResource, ...]
    snapshots: tuple[StackResource, ...] = ()
    empties: tuple[Emptying, ...] = ()
    elsewhere: tuple[Place, ...] = ()
    inoperable: tuple[Place, ...] = ()
    kept_by_aws: tuple[str, ...] = ()


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


def find(
    aws: Aws,
    manifest: Manifest,
    seen: Mapping[str, Seen],
    pool: Pool,
    *,
    empty: frozenset[str] = frozenset(),
) -> dict[str, Found]:
    """
    Return what stands in each stack that is there, in all accounts, by its id.

    Args:
        aws: Whom to ask.
        manifest: What was compiled.
        seen: What AWS has of each stack, by its id.
        pool: Makes the calls.
        empty: Names or logical ids of the buckets that may be emptied.

    Raises:
        AwsError: AWS refused to tell.
    """
    calls = [
        (stack.id, pool.submit(partial(_find, aws, stack, instance, empty)))
        for stack in manifest.stacks
        for instance in seen[stack.id].instances
        if instance.stack_id
    ]
    found: dict[str, Found] = {}
    for id_, call in calls:
        one, before = call.result(), found.get(id_, Found())
        found[id_] = Found(
            resources=(*before.resources, *one.resources),
            protected=(*before.protected, *one.protected),
            filled=(*before.filled, *one.filled),
            empties=(*before.empties, *one.empties),
        )
    return found


def plan_removal(
    manifest: Manifest,
    seen: Mapping[str, Seen],
    found: Mapping[str, Found],
    *,
    unprotect: bool,
    made: frozenset[str] = frozenset(),
) -> RemovalPlan:
    """
    Say what a destroy would do. Pure.

    Args:
        manifest: What was compiled.
        seen: What AWS has of each stack, by its id.
        found: What stands in the stacks that are there, by their ids.
        unprotect: Whether protection may be turned off.
        made: Names of the log groups that stacks make, see `left_behind.log_groups`.
    """
    return RemovalPlan(
        manifest=manifest,
        steps=tuple(
            _removal(
                stack, seen[stack.id], found.get(stack.id, Found()), unprotect=unprotect, made=made
            )
            for stack in reversed(manifest.stacks)
            if seen[stack.id].definition is not None
        ),
    )


def _removal(
    stack: Stack, seen: Seen, found: Found, *, unprotect: bool, made: frozenset[str]
) -> Removal:
    def among(logical_ids: tuple[str, ...]) -> tuple[StackResource, ...]:
        return tuple(one for one in found.resources if one.logical_id in logical_ids)

    template = seen.definition.template if seen.definition else "{}"
    return Removal(
        stack=stack,
        has_stack=bool(seen.instances),
        unprotect=found.protected if unprotect else (),
        keeps=among(stack.retained),
        snapshots=among(stack.snapshotted),
        empties=found.empties,
        elsewhere=tuple(
            sorted(one.place for one in seen.instances if one.place != place_of(stack))
        ),
        inoperable=tuple(sorted(one.place for one in seen.instances if one.status == "INOPERABLE")),
        kept_by_aws=tuple(kept_by_aws(template, found.resources, made)),
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
                way_out=(
                    "Move what is needed. Then run destroy with "
                    f"--empty {names[logical_id] or logical_id}: its plan counts what goes."
                ),
            )


def needs(plan: RemovalPlan) -> dict[str, frozenset[str]]:
    """For each stack of *plan*, those that must be gone first: the ones that come after it."""
    return {
        step.stack.id: frozenset(
            other.stack.id for other in plan.steps if step.stack.id in other.stack.after
        )
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
    Look once more: name every stack set and stack that is still there, in whatever account.

    Raises:
        AwsError: AWS refused to tell.
    """
    calls = [
        pool.submit(partial(_left, aws, stack, seen[stack.id].instances))
        for stack in manifest.stacks
    ]
    return tuple(one for call in calls for one in call.result())


def _left(aws: Aws, stack: Stack, before: tuple[Instance, ...]) -> tuple[Leftover, ...]:
    left: list[Leftover] = []
    if aws.stack_set(stack.stack_set) is not None:
        left.append(Leftover(stack=stack.id, what=f"the stack set {stack.stack_set}"))
    for instance in before:
        if not instance.stack_id:
            continue
        status = aws.stack_status(instance.place, instance.stack_id)
        if status not in GONE:
            left.append(Leftover(stack=stack.id, what=f"the stack {instance.stack_id} ({status})"))
    return tuple(left)


def _find(aws: Aws, stack: Stack, instance: Instance, empty: frozenset[str]) -> Found:
    place = instance.place
    resources = aws.resources(place, instance.stack_id)
    doomed = [one for one in resources if one.logical_id not in stack.retained]
    filled = [one for one in doomed if one.type == BUCKET and aws.is_filled(place, one.physical_id)]
    return Found(
        resources=resources,
        protected=tuple(
            one.logical_id
            for one in doomed
            if one.type == _DATABASE and aws.is_protected(place, one.physical_id)
        ),
        filled=tuple(one.logical_id for one in filled if not is_named(one, empty)),
        empties=tuple(
            Emptying(bucket=one, place=place, versions=aws.versions(place, one.physical_id))
            for one in filled
            if is_named(one, empty)
        ),
    )


def _remove(aws: Aws, step: Removal) -> Job:
    try:
        return (yield from _remove_or_raise(aws, step))
    except AwsError as error:
        return failed_call(step.stack, error)


def _remove_or_raise(aws: Aws, step: Removal) -> Generator[str, None, Done | Failed]:
    stack, name = step.stack, step.stack.stack_set
    previous = yield from answered(partial(aws.last_operation, name), "looking")
    if previous is not None and previous.is_unfinished:
        previous = yield from until_decided(aws, name, previous.id, "following an earlier run")
    definition = yield from answered(partial(aws.stack_set, name), "looking")
    emptied: dict[str, int] = {}
    if definition is not None:
        if step.unprotect:
            operation, failed = yield from _unprotect(aws, step, definition, previous)
            if failed is not None:
                return failed
            definition, previous = operation
        for one in step.empties:
            bucket = one.bucket.physical_id
            emptied[bucket] = yield from answered(
                partial(aws.empty, one.place, bucket), f"emptying {bucket}"
            )
        failed = yield from _delete_stacks(aws, stack, definition, previous)
        if failed is not None:
            return failed
        yield from answered(partial(aws.delete_stack_set, name), "deleting the stack set")
    return Done(what="deleted", left=step.keeps, snapshots=step.snapshots, emptied=emptied)


def _unprotect(
    aws: Aws, step: Removal, definition: Definition, previous: Operation | None
) -> Generator[str, None, tuple[tuple[Definition, Operation], Failed | None]]:
    """Turn protection off; return what the stack set is then and by what, and a failure."""
    stack, name, doing = step.stack, step.stack.stack_set, "turning protection off"
    definition = replace(definition, template=unprotected(definition.template, step.unprotect))
    operation = operation_id("unprotect", definition, previous)
    yield from answered(partial(aws.update_stack_set, definition, operation), doing)
    decided = yield from until_decided(aws, name, operation, doing)
    places = (place_of(stack), *step.elsewhere)
    found = yield from until_settled(aws, name, places, decided, doing)
    # An empty answer is no stack that could be current.
    worst = next((one for one in found if not one.is_current), None)
    if decided.status == "SUCCEEDED" and found and worst is None:
        return (definition, decided), None
    return (definition, decided), failed_operation(aws, stack, decided, worst)


def _delete_stacks(
    aws: Aws, stack: Stack, definition: Definition, previous: Operation | None
) -> Generator[str, None, Failed | None]:
    name = stack.stack_set
    before = yield from answered(partial(aws.instances, name), "looking")
    if not before:
        return None
    places = tuple(one.place for one in before)
    operation = operation_id("delete", definition, previous)
    yield from answered(partial(aws.delete_instances, name, places, operation), "deleting")
    return (yield from until_removed(aws, stack, operation, before, "deleting"))


def unprotected(template: str, databases: tuple[str, ...]) -> str:
    """Return *template* with the deletion protection of the resources *databases* turned off."""
    value = json.loads(template)
    for logical_id in databases:
        value["Resources"][logical_id]["Properties"]["DeletionProtection"] = False
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
