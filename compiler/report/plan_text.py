"""A plan as text: what a deploy or a destroy would do, before it does anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from compiler.deploy.plan import Action, Known, KnownAfter, Plan, Step
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.removal import Removal, RemovalPlan

_SIGNS: dict[Action, str] = {
    "create": "+",
    "update": "~",
    "add": "+",
    "remove": "-",
    "follow": ">",
    "check": "?",
    "skip": "=",
    "wait": "!",
}


def plan_text(plan: Plan) -> str:
    """Return *plan* as lines: a sign, the stack, what is done and why, and the given values."""
    return "".join(f"{line}\n" for line in _plan_lines(plan))


def removal_text(plan: RemovalPlan) -> str:
    """Return *plan* as lines: each stack in the order of its removal, and what stays behind."""
    return "".join(f"{line}\n" for line in _removal_lines(plan))


def _plan_lines(plan: Plan) -> Iterator[str]:
    manifest = plan.manifest
    yield f"Plan for {manifest.name}-{manifest.environment}{plan.scope}"
    yield (
        f"Stack sets live in {manifest.target_region} of {manifest.target_account}; "
        f"phase {manifest.phase}."
    )
    yield ""
    for step in plan.steps:
        yield f"  {_SIGNS[step.action]} {step.stack.id}: {_what(step)}"
        if step.action in {"create", "update", "add", "check"}:
            yield from _value_lines(step)
    yield ""
    yield _count(plan)


def _what(step: Step) -> str:
    reasons = visible("; ".join(step.reasons))
    match step.action:
        case "create" | "update" | "add" | "remove":
            return f"{step.action}, since {reasons}"
        case "follow":
            return f"wait for what an earlier run started, since {reasons}"
        case "check":
            return "update only if a value that it reads changes"
        case "skip":
            return "unchanged"
        case "wait":
            return f"not now: {reasons}"
        case _:
            assert_never(step.action)


def _value_lines(step: Step) -> Iterator[str]:
    for name, value in step.values.items():
        match value:
            case Known(value=known):
                yield f"        {name} = {visible(known)}"
            case KnownAfter(stack=stack, output=output):
                yield f"        {name} = (known after {stack}: {output})"
            case _:
                assert_never(value)


def _count(plan: Plan) -> str:
    words: tuple[tuple[Action, str], ...] = (
        ("create", "to create"),
        ("update", "to update"),
        ("add", "to add an account to"),
        ("remove", "to remove an account from"),
        ("follow", "at work"),
        ("check", "to check"),
        ("skip", "unchanged"),
        ("wait", "waiting for another region"),
    )
    counts = [
        f"{number} {word}"
        for action, word in words
        if (number := sum(step.action == action for step in plan.steps))
    ]
    return f"{', '.join(counts)}."


def _removal_lines(plan: RemovalPlan) -> Iterator[str]:
    manifest = plan.manifest
    yield f"Plan to destroy {manifest.name}-{manifest.environment}"
    if not plan.steps:
        yield "Nothing of it is there."
        return
    yield f"Stack sets live in {manifest.target_region} of {manifest.target_account}."
    yield ""
    for step in plan.steps:
        yield from _removal_step(step)
    kept = [resource for step in plan.steps for resource in step.keeps]
    yield ""
    yield f"{len(plan.steps)} to delete; resources that stay behind: {len(kept)}."


def _removal_step(step: Removal) -> Iterator[str]:
    what = "delete" if step.has_stack else "delete its empty stack set"
    yield f"  - {step.stack.id}: {what}"
    for logical_id in step.unprotect:
        yield f"        first turns off the deletion protection of {logical_id}, as asked for"
    for resource in step.keeps:
        yield (
            f"        keeps {resource.physical_id} ({resource.type}): its template retains it, "
            "since what it holds cannot be made again"
        )
    for resource in step.snapshots:
        yield f"        leaves a final snapshot of {resource.physical_id} ({resource.type})"
