"""A plan as text: what a deploy would do, before it does anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from compiler.deploy.artifacts import artifact_bucket, artifact_region
from compiler.deploy.losses import losses
from compiler.deploy.plan import ASIDE, Action, Known, KnownAfter, Plan, Step
from compiler.deploy.preview import is_asked_again
from compiler.deploy.wanted import place_of
from compiler.report.breaking import WIDEST, broken
from compiler.report.orphans_text import HOW_TO_DELETE, deleting, orphan_lines
from compiler.report.preview_text import changes_of
from compiler.report.terminal import visible
from compiler.report.transition_text import beside_lines, counts, gate_lines, heading_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.deploy.answers import Preview
    from compiler.deploy.port import Place
    from spec.findings import Path

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


def plan_text(
    plan: Plan, locate: Callable[[Path], str] | None = None, columns: int = WIDEST
) -> str:
    """
    Return *plan* as lines: a sign, the stack, what is done and why, values, what AWS says of it.

    Args:
        plan: The plan.
        locate: Turns a place of the spec into `file:line`; without it no places are shown.
        columns: Where lines are broken; names are not.
    """
    lines = [line for text in _plan_lines(plan, locate) for line in broken(text, columns)]
    if beside := tuple(orphan_lines(plan.orphans, plan.manifest)):
        lines += ["", *(line for text in beside for line in broken(text, columns))]
    if plan.orphans.found:
        lines += broken(HOW_TO_DELETE, columns)
        # Not broken, since they are for copying.
        lines += (f"    {line}" for line in deleting(plan))
    return "".join(f"{line}\n" for line in lines)


def _plan_lines(plan: Plan, locate: Callable[[Path], str] | None) -> Iterator[str]:
    manifest = plan.manifest
    yield f"Plan for {manifest.migration}{plan.scope}"
    if plan.via == "stacks":
        yield f"Stacks are made directly, by change sets; phase {manifest.phase}."
    else:
        yield (
            f"Stack sets live in {manifest.target_region} of {manifest.target_account}; "
            f"phase {manifest.phase}."
        )
    yield from _target_lines(plan)
    if plan.transition is not None:
        yield from heading_lines(plan.transition)
    yield ""
    for step in plan.steps:
        yield f"  {_SIGNS[step.action]} {step.stack.id}: {_what(step)}"
        yield from _place_lines(step)
        if step.action in {"create", "update", "add", "check"}:
            yield from _value_lines(step)
            yield from _template_lines(plan, step)
        yield from _preview_lines(step, locate)
        yield from _again_lines(step)
    if plan.transition is not None:
        yield from beside_lines(plan.transition)
    yield ""
    if plan.transition is not None and plan.transition.gates:
        yield from gate_lines(plan.transition.gates)
        yield ""
    if plan.unasked and any(step.action == "update" for step in plan.steps):
        yield f"CloudFormation was not asked what updates would do: {plan.unasked}."
    yield count(plan)


def _target_lines(plan: Plan) -> Iterator[str]:
    targets = plan.targets
    if targets.organizational_units:
        who = " by a delegated administrator" if targets.call_as == "DELEGATED_ADMIN" else ""
        yield f"Service-managed{who}, in the units {', '.join(targets.organizational_units)}."
    if targets.max_concurrent > 1:
        yield f"In up to {targets.max_concurrent} accounts at the same time."
    if targets.failure_tolerance:
        yield f"A stack set goes on although it failed in up to {targets.failure_tolerance}."


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
            return f"set aside, since {ASIDE}" if ASIDE in step.reasons else "unchanged"
        case "wait":
            return f"not now: {reasons}"
        case _:
            assert_never(step.action)


def _place_lines(step: Step) -> Iterator[str]:
    """Yield in which accounts something begins or ends, where that is more than a stack's own."""
    own = place_of(step.stack)
    if step.adds and step.adds != (own,):
        yield f"        creates its stack in {_accounts(step.adds)}"
    if step.removes:
        yield f"        deletes its stack in {_accounts(step.removes)}"
    for loss in losses(step):
        if loss.place in step.removes:
            yield f"          {loss.logical_id} of {loss.place.account} {loss.how}"


def _accounts(places: tuple[Place, ...]) -> str:
    return ", ".join(place.account for place in places)


def _template_lines(plan: Plan, step: Step) -> Iterator[str]:
    stack = step.stack
    if stack.needs_artifact_bucket:
        region = artifact_region(plan.manifest, stack, plan.via)
        bucket = artifact_bucket(plan.manifest, region)
        yield f"        its template is put into the bucket {bucket}"


def _preview_lines(step: Step, locate: Callable[[Path], str] | None) -> Iterator[str]:
    for preview in step.previews:
        yield f"        {_heard(step, preview)}"
        for line in changes_of(step.stack, preview, locate):
            yield f"          {line}"
        if preview.refusal and preview.changes:
            yield f"          {visible(preview.refusal)}"


def _again_lines(step: Step) -> Iterator[str]:
    """Yield that the last word is not spoken yet about what holds data."""
    is_refused = any(preview.refusal and not preview.is_early for preview in step.previews)
    may_update = step.action in {"check", "follow"} or step.previews
    if may_update and not is_refused and is_asked_again(step):
        held = ", ".join(step.stateful)
        yield f"        CloudFormation is asked again right before its update, as it holds {held}"


def _heard(step: Step, preview: Preview) -> str:
    """Return from whom the changes are, and what they take for granted."""
    is_own = preview.place == place_of(step.stack)
    where = "" if is_own else f" of {preview.place.account}"
    if preview.is_early:
        return f"CloudFormation cannot be asked yet{where}: {visible(preview.refusal)}"
    if preview.refusal and not preview.changes:
        return f"CloudFormation does not tell what happens{where}: {visible(preview.refusal)}"
    nothing = "" if preview.changes else " no resource changes"
    if preview.assumed:
        stays = (
            f"{preview.assumed[0]} stays as it is"
            if len(preview.assumed) == 1
            else "the values that are known later stay as they are"
        )
        return f"CloudFormation says{where}, if {stays}:{nothing}"
    return f"CloudFormation says{where}:{nothing}"


def _value_lines(step: Step) -> Iterator[str]:
    for name, value in step.values.items():
        match value:
            case Known(value=known):
                yield f"        {name} = {visible(known)}"
            case KnownAfter(stack=stack, output=output):
                yield f"        {name} = (known after {stack}: {output})"
            case _:
                assert_never(value)


def count(plan: Plan) -> str:
    """Return how much is to be done of each kind: `2 to create, 1 to update, 12 unchanged.`."""
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
    parts = [
        f"{number} {word}"
        for action, word in words
        if (number := sum(_counts_as(step, action) for step in plan.steps))
    ]
    if plan.transition is not None:
        parts += counts(plan.transition)
    return f"{', '.join(parts)}."


def _counts_as(step: Step, action: Action) -> bool:
    # Nothing is deleted uncounted: a stack that goes from account to account is added and removed.
    return step.action == action or (action == "remove" and bool(step.removes))
