"""What must not be so before a deploy touches anything. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.artifacts import artifact_bucket, artifact_region
from compiler.deploy.plan import Known
from compiler.deploy.wanted import mark_of
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from compiler.deploy.plan import Plan, Seen
    from compiler.manifest import Manifest, Stack


def buckets_for(plan: Plan) -> dict[str, tuple[str, str]]:
    """
    Return, by stack, the bucket that its template must be put into: its name and its region.

    Only stacks with a template too large for a request need one, and only where something is done.
    """
    regions = {
        step.stack.id: artifact_region(plan.manifest, step.stack, plan.via)
        for step in plan.steps
        if step.stack.needs_artifact_bucket and not step.is_idle
    }
    return {
        id_: (artifact_bucket(plan.manifest, region), region) for id_, region in regions.items()
    }


def stacks_without_a_bucket(plan: Plan, missing: Collection[str]) -> Iterator[Finding]:
    """
    SF504: a template that is too large for the request needs a bucket that is not there.

    Args:
        plan: The plan.
        missing: Names of buckets that are not there.
    """
    buckets = buckets_for(plan)
    for step in plan.steps:
        stack = step.stack
        bucket, region = buckets.get(stack.id, ("", ""))
        if bucket in missing:
            yield Finding(
                code="SF504",
                where=at(*stack.component),
                detail=(
                    f'The template "{stack.file}" has {stack.size_bytes:,} bytes. StackSets take '
                    f'51,200 in a request; a larger one is read from the bucket "{bucket}" in '
                    f"{region}, which is not there."
                ),
                way_out=(
                    "Run `stackferry bootstrap`, which makes it, or make the component smaller."
                ),
            )


def foreign_stack_sets(manifest: Manifest, seen: Mapping[str, Seen]) -> Iterator[Finding]:
    """SF505: a stack set of that name is not this migration's."""
    for stack in manifest.stacks:
        definition = seen[stack.id].definition
        if definition is not None and not definition.description.startswith(
            mark_of(manifest, stack)
        ):
            yield _foreign(
                stack,
                f"its description is {definition.description!r}: it was not made for this stack.",
            )
            continue
        for instance in seen[stack.id].instances:
            # In other accounts it may stand: there it was fanned out to.
            if instance.place.region != stack.region:
                yield _foreign(
                    stack,
                    f"it has a stack in {instance.place.region} of {instance.place.account}, and "
                    f"this migration has it in {stack.region} only.",
                )


def stacks_out_of_reach(plan: Plan, seen: Mapping[str, Seen]) -> Iterator[Finding]:
    """SF507: StackSets leaves an INOPERABLE stack out of every update."""
    how = "" if plan.via == "stacksets" else f" --via {plan.via}"
    for stack in plan.manifest.stacks:
        if not plan.scope.covers(stack.id):
            continue
        for instance in seen[stack.id].instances:
            if instance.status != "INOPERABLE":
                continue
            place = instance.place
            yield Finding(
                code="SF507",
                where=at(*stack.component),
                detail=(
                    f'The stack of "{stack.id}" in {place.region} of {place.account} is '
                    f"INOPERABLE: {instance.reason or 'AWS gives no reason'}."
                ),
                way_out=(
                    f"Run `stackferry recover --stack {stack.id}{how}` on the compiled folder: it "
                    "tells why it failed, and carries out the way out that you choose."
                ),
            )


def stacks_that_are_gone(plan: Plan, gone: Collection[str]) -> Iterator[Finding]:
    """SF556: a stack was deleted past its stack set, which still takes it for current."""
    for step in plan.steps:
        if step.stack.id in gone:
            yield Finding(
                code="SF556",
                where=at(*step.stack.component),
                detail=(
                    f'The stack of "{step.stack.id}" is CURRENT to its stack set, but somebody '
                    "deleted it past that, so no update would bring it back."
                ),
                way_out=(
                    f"Run `stackferry recover --stack {step.stack.id}` on the compiled folder, and "
                    "let the stack set forget it; then deploy again."
                ),
            )


def lost_outputs(plan: Plan) -> Iterator[Finding]:
    """SF510: a value is to come from a stack that is up to date, and is not there."""
    busy = {step.stack.id for step in plan.steps if not step.is_idle}
    for step in plan.steps:
        for value in step.values.values():
            if step.action == "wait" or isinstance(value, Known) or value.stack in busy:
                continue
            yield Finding(
                code="SF510",
                where=at(*step.stack.component),
                detail=(
                    f'The stack "{step.stack.id}" reads the output "{value.output}" of '
                    f'"{value.stack}". That stack is CURRENT, and has no such output.'
                ),
                way_out=(
                    "Somebody changed that stack past its stack set. Update it once more with the "
                    "template of its stack set, and deploy again."
                ),
            )


def before_deploy(
    seen: Mapping[str, Seen], plan: Plan, missing_buckets: Collection[str], gone: Collection[str]
) -> tuple[Finding, ...]:
    """
    Return whatever must not be so before the deploy that is planned.

    Args:
        seen: What AWS has of each stack, by its id.
        plan: The plan.
        missing_buckets: Names of the buckets of `buckets_for` that are not there.
        gone: Ids of the stacks that are not there although their stack sets take them for current.
    """
    return (
        *stacks_without_a_bucket(plan, missing_buckets),
        *foreign_stack_sets(plan.manifest, seen),
        *stacks_out_of_reach(plan, seen),
        *stacks_that_are_gone(plan, gone),
        *(one for one in lost_outputs(plan) if not gone),
    )


def _foreign(stack: Stack, why: str) -> Finding:
    return Finding(
        code="SF505",
        where=at(*stack.component),
        detail=f'There is a stack set "{stack.stack_set}" already, and {why}',
        way_out="Give the migration another name or environment, or delete that stack set.",
    )
