"""Whether a plan is still the one that was agreed to. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.plan import Known
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.path.transition import Transition
    from compiler.deploy.plan import Plan, Step
    from compiler.deploy.removal import RemovalPlan


def changed_meanwhile(agreed: Plan, now: Plan) -> Iterator[Finding]:
    """
    SF511: what is to be done is not what was agreed to any more.

    To follow an earlier run, or to check whether a value changed, means to do whatever is needed
    then; so those are no other plan when they have come to it meanwhile, nor are steps whose values
    are known now.

    Args:
        agreed: The plan that was shown.
        now: The plan that was made when the lock was taken.
    """
    yield from _beside(agreed.transition, now.transition)
    later = {step.stack.id: step for step in now.steps}
    for step in agreed.steps:
        found = later.get(step.stack.id)
        if found is not None and not _is_another(step, found):
            continue
        became = f'"{found.action}" ({"; ".join(found.reasons)})' if found else "nothing"
        yield Finding(
            code="SF511",
            where=at(*step.stack.component),
            detail=(
                f'The plan for "{step.stack.id}" was "{step.action}" '
                f"({'; '.join(step.reasons)}); between that and the lock it became {became}. "
                "Nothing was touched."
            ),
            way_out="Somebody was at work meanwhile. Read the new plan: run this again.",
        )


def _beside(agreed: Transition | None, now: Transition | None) -> Iterator[Finding]:
    """SF511: what a transition does beside its steps is not what was agreed to any more."""
    if agreed is None or now is None:
        return
    yield from removal_changed_meanwhile(agreed.removals, now.removals)
    if agreed.deeds != now.deeds or agreed.aside != now.aside:
        yield Finding(
            code="SF511",
            where=at(),
            detail=(
                f"What the way to {now.leg.to} does beside stacks changed between the plan and the "
                "lock. Nothing was touched."
            ),
            way_out="Somebody was at work meanwhile. Read the new plan: run this again.",
        )


def _is_another(step: Step, now: Step) -> bool:
    if step.action == "follow":
        return step.places != now.places
    allowed = {"check", "skip", "update"} if step.action == "check" else {step.action}
    if now.action not in allowed or step.places != now.places:
        return True
    if (step.adds, step.removes) != (now.adds, now.removes):
        return True
    return any(
        isinstance(value, Known) and now.values.get(name) != value
        for name, value in step.values.items()
    )


def removal_changed_meanwhile(agreed: RemovalPlan, now: RemovalPlan) -> Iterator[Finding]:
    """
    SF511: what is to be removed is not what was agreed to any more. Less of it is.

    Args:
        agreed: The plan that was shown.
        now: The plan that was made when the lock was taken.
    """
    shown = {step.stack.id: step for step in agreed.steps}
    for step in now.steps:
        if shown.get(step.stack.id) == step:
            continue
        yield Finding(
            code="SF511",
            where=at(*step.stack.component),
            detail=(
                f'What stands in "{step.stack.id}" changed between the plan and the lock. Nothing '
                "was touched."
            ),
            way_out="Somebody was at work meanwhile. Read the new plan: run this again.",
        )
