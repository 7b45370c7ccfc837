"""What must not be so before a deploy touches anything. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.plan import Known
from compiler.deploy.port import MARK
from compiler.deploy.wanted import place_of
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.plan import Plan, Seen
    from compiler.deploy.targets import Scope
    from compiler.manifest import Manifest, Stack


def stacks_without_a_bucket(manifest: Manifest, scope: Scope) -> Iterator[Finding]:
    """SF504: a template that is too large for the request needs a bucket that nobody made."""
    for stack in manifest.stacks:
        if stack.needs_artifact_bucket and scope.covers(stack.id):
            yield Finding(
                code="SF504",
                where=at(*stack.component),
                detail=(
                    f'The template "{stack.file}" has {stack.size_bytes:,} bytes. StackSets take '
                    "51,200 in a request, and deploying through a bucket is not supported yet."
                ),
                way_out=(
                    "Run the script of `stackferry export cli` with ARTIFACT_BUCKET set, or make "
                    "the component smaller."
                ),
            )


def foreign_stack_sets(manifest: Manifest, seen: Mapping[str, Seen]) -> Iterator[Finding]:
    """SF505: a stack set of that name is not this migration's."""
    for stack in manifest.stacks:
        definition = seen[stack.id].definition
        if definition is not None and not definition.description.startswith(
            f"{MARK} {stack.id} of {manifest.name}-{manifest.environment}"
        ):
            yield _foreign(
                stack,
                f"its description is {definition.description!r}: it was not made for this stack.",
            )
            continue
        for instance in seen[stack.id].instances:
            if instance.place != place_of(stack):
                yield _foreign(
                    stack,
                    f"it has a stack in {instance.place.region} of {instance.place.account}, where "
                    "this migration has none.",
                )


def stacks_out_of_reach(
    manifest: Manifest, seen: Mapping[str, Seen], scope: Scope
) -> Iterator[Finding]:
    """SF507: StackSets leaves an INOPERABLE stack out of every update."""
    for stack in manifest.stacks:
        instance = seen[stack.id].instance(place_of(stack))
        if instance is None or instance.status != "INOPERABLE":
            continue
        if scope.covers(stack.id):
            yield Finding(
                code="SF507",
                where=at(*stack.component),
                detail=(
                    f'The stack of "{stack.id}" is INOPERABLE: '
                    f"{instance.reason or 'AWS gives no reason'}."
                ),
                way_out=(
                    "Find in its events why its deletion failed and remove that. Then run "
                    "`aws cloudformation delete-stack-instances "
                    f"--stack-set-name {stack.stack_set} "
                    f"--accounts {stack.account} --regions {stack.region} --retain-stacks`, delete "
                    f"the stack {instance.stack_id or 'itself'}, and run this again."
                ),
            )


def lost_outputs(plan: Plan) -> Iterator[Finding]:
    """SF510: a value is to come from a stack that is up to date, and is not there."""
    busy = {step.stack.id for step in plan.steps if step.action not in {"skip", "wait"}}
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


def before_deploy(seen: Mapping[str, Seen], plan: Plan) -> tuple[Finding, ...]:
    """Return whatever must not be so before the deploy that is planned."""
    return (
        *stacks_without_a_bucket(plan.manifest, plan.scope),
        *foreign_stack_sets(plan.manifest, seen),
        *stacks_out_of_reach(plan.manifest, seen, plan.scope),
        *lost_outputs(plan),
    )


def _foreign(stack: Stack, why: str) -> Finding:
    return Finding(
        code="SF505",
        where=at(*stack.component),
        detail=f'There is a stack set "{stack.stack_set}" already, and {why}',
        way_out="Give the migration another name or environment, or delete that stack set.",
    )
