"""
What a plan would lose that cannot be made again, and whether the operator said so. Pure.

A resource is lost to its stack when an update replaces or removes it, or when its stack is removed
from an account. What becomes of the old one is the template's policy: told, but no excuse, since
the system goes on with a new and empty one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy.origins import origin
from spec.findings import Finding, Path, at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.deploy.answers import Change, Preview
    from compiler.deploy.plan import Plan, Step
    from compiler.deploy.port import Place
    from compiler.manifest import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """
    A resource that a step would lose.

    Attributes:
        stack: Its stack.
        place: Where that stands.
        logical_id: Its key in the template.
        physical_id: What its service calls it; empty where nobody said.
        how: What happens to it and to the old one, as a sentence without its subject.
        path: The place in the spec that the change comes from.
    """

    stack: Stack
    place: Place
    logical_id: str
    physical_id: str
    how: str
    path: Path

    def is_called(self, name: str) -> bool:
        """Tell whether *name*, as an operator typed it, means this resource."""
        return name in {
            self.logical_id,
            f"{self.stack.id}:{self.logical_id}",
            self.physical_id or self.logical_id,
        }


def path_of(stack: Stack, change: Change) -> Path:
    """Return the spec path of a change: of its property where one is to blame, else of all."""
    return origin(stack, change.logical_id, change.causes[0] if len(change.causes) == 1 else "")


def kept(policy_action: str, what: str = "it") -> str:
    """Return what becomes of a resource, called *what*, given CloudFormation's word for it."""
    words = _KEPT.get(policy_action.removeprefix("ReplaceAnd"))
    return words.format(what) if words else f"AWS does not say what becomes of {what}"


_KEPT = {
    "Delete": "{} is deleted with all that it holds",
    "Retain": "{} stays, but outside of the stack",
    "Snapshot": "{} is deleted, and a final snapshot of it is left",
}
"""Words of ResourceChange.PolicyAction (CloudFormation API reference, read 2026-11-24)."""


def losses(step: Step) -> tuple[Loss, ...]:
    """Return whatever *step* would lose, allowed or not, in the order of its places."""
    return (*_by_update(step), *_by_removal(step))


def _by_update(step: Step) -> Iterator[Loss]:
    for preview in step.previews:
        for change in preview.changes:
            is_doomed = change.may_lose_it and not is_promotion(step.stack, preview)
            if is_doomed and change.logical_id in step.stateful:
                yield Loss(
                    stack=step.stack,
                    place=preview.place,
                    logical_id=change.logical_id,
                    physical_id=change.physical_id,
                    how=_what_happens(change),
                    path=path_of(step.stack, change),
                )


def is_promotion(stack: Stack, preview: Preview) -> bool:
    """
    Tell whether an update of *stack* only takes away what its database was replicated from.

    CloudFormation calls that a conditional replacement; it promotes the database in place as long
    as nothing else changes (UpdateHandler of aws-cloudformation-resource-providers-rds, commit
    5a410e84 of 2025-07-29). Only the forms that were compiled for it leave the tags alone.
    """
    return stack.keeps_tags and [
        (one.type, one.action, one.properties) for one in preview.changes
    ] == [("AWS::RDS::DBInstance", "Modify", ("SourceDBInstanceIdentifier",))]


def _what_happens(change: Change) -> str:
    if change.action == "Modify":
        old = kept(change.policy_action, "the old one")
        why = f", since {', '.join(change.causes)} changes" if change.causes else ""
        if change.replacement == "Conditional":
            return f"may be replaced{why}: CloudFormation knows only when it does it; {old}"
        return f"would be replaced by a new one{why}; {old}"
    left = kept(change.policy_action)
    if change.action == "Remove":
        return f"would be removed, since the template no longer has it; {left}"
    return f"may be lost: CloudFormation cannot tell what happens to it; {left}"


def _by_removal(step: Step) -> Iterator[Loss]:
    stack = step.stack
    for place in step.removes:
        for logical_id in step.stateful:
            policy = (
                "Retain"
                if logical_id in stack.retained
                else "Snapshot"
                if logical_id in stack.snapshotted
                else "Delete"
            )
            yield Loss(
                stack=stack,
                place=place,
                logical_id=logical_id,
                physical_id="",
                how=f"would go with its stack; {kept(policy)}",
                path=origin(stack, logical_id),
            )


def resources_that_would_be_lost(step: Step) -> Iterator[Finding]:
    """SF512: what cannot be made again would be lost, and nobody allowed it."""
    for loss in losses(step):
        if any(loss.is_called(name) for name in step.guard.allowed):
            continue
        name = f" ({loss.physical_id})" if loss.physical_id else ""
        yield Finding(
            code="SF512",
            where=at(*loss.path),
            detail=(
                f'"{loss.logical_id}"{name} of "{loss.stack.id}", in {loss.place.region} of '
                f"{loss.place.account}, {loss.how}."
            ),
            way_out=(
                "Take the change back. Only if nothing needs what it holds, run this again with "
                f"--allow-replacement {loss.stack.id}:{loss.logical_id}."
            ),
        )


def untold_updates(step: Step) -> Iterator[Finding]:
    """SF513: CloudFormation does not say what becomes of what cannot be made again."""
    if not step.stateful:
        return
    for preview in step.previews:
        if preview.refusal and not preview.changes and not preview.is_early:
            yield Finding(
                code="SF513",
                where=at(*step.stack.component),
                detail=(
                    f'CloudFormation does not tell what the update of "{step.stack.id}" in '
                    f"{preview.place.region} of {preview.place.account} would do: "
                    f"{preview.refusal.rstrip('.')}. The stack holds what cannot be made again: "
                    f"{', '.join(step.stateful)}."
                ),
                way_out=(
                    "Remove what it names and run this again. With --no-preview the update goes on "
                    "unseen."
                ),
            )


def names_of_nothing(plan: Plan, elsewhere: Iterable[Stack] = ()) -> Iterator[Finding]:
    """
    SF516: a resource was named that may be lost, and there is none of that name.

    Args:
        plan: What is to be done.
        elsewhere: Stacks of other phases on the way, whose resources may be named as well.
    """
    if plan.unasked:
        # What its service calls a resource, only CloudFormation tells.
        return
    known = {
        name
        for stack_id, stateful in (
            *((step.stack.id, step.stateful) for step in plan.steps),
            *((stack.id, stack.stateful) for stack in elsewhere),
        )
        for logical_id in stateful
        for name in (logical_id, f"{stack_id}:{logical_id}")
    } | {
        change.physical_id
        for step in plan.steps
        for preview in step.previews
        for change in preview.changes
        if change.logical_id in step.stateful
    }
    for name in sorted({name for step in plan.steps for name in step.guard.allowed} - known):
        yield Finding(
            code="SF516",
            where=at(),
            detail=(
                f'--allow-replacement names "{name}". No stack that this is about has a resource '
                "of that name that holds what cannot be made again."
            ),
            way_out=(
                "Name it as the plan does: by its logical id, by stack and logical id "
                "(`us-east-1/database-orders:Database`), or by what its service calls it. Or "
                "leave it out."
            ),
        )


def against(plan: Plan, elsewhere: Iterable[Stack] = ()) -> tuple[Finding, ...]:
    """
    Return what speaks against *plan* because of what it would lose, or may lose unseen.

    Args:
        plan: What is to be done.
        elsewhere: Stacks of other phases on the way, whose resources may be named as well.
    """
    return (
        *(finding for step in plan.steps for finding in resources_that_would_be_lost(step)),
        *(finding for step in plan.steps for finding in untold_updates(step)),
        *names_of_nothing(plan, elsewhere),
    )
