"""What is in trouble, the ways out, and what became of one, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from compiler.deploy.recovery.steps import (
    Adopt,
    ContinueRollback,
    DeleteStack,
    Keep,
    LetGo,
    RecoveryPlan,
    Redefine,
    Step,
    TakeIn,
)
from compiler.deploy.ways_out import FOLDER, filled
from compiler.report.breaking import WIDEST, broken, page
from compiler.report.failures import Locate, failure_lines, reason_of
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.port import StackResource
    from compiler.deploy.recovery.frame import RecoverResult
    from compiler.deploy.recovery.option import Option
    from compiler.deploy.recovery.troubles import Kind, Trouble

_TITLES: dict[Kind, str] = {
    "unreadable": "AWS does not tell what it has of it",
    "busy": "somebody else's operation is at work on it",
    "at work": "an earlier run's operation is at work on it",
    "rollback failed": "an update failed, and so did going back",
    "promotion failed": "its promotion failed, and so did going back",
    "creation failed": "it never came to be, and what is left stands in the way",
    "suspended": "its account is suspended",
    "inoperable": "it could not be deleted, and takes no update any more",
    "name taken": "it could not be created, since something of it exists",
    "half adopted": "taking over what exists was interrupted",
    "gone": "it was deleted behind the stack set's back",
    "import failed": "it could not be taken into its stack set",
    "not current": "it is not what its stack set says",
}

_BY_DEPLOY: frozenset[Kind] = frozenset({"at work", "not current"})
"""Troubles that the next deploy sees to."""

_NEXT = {
    "adopt-promoted": (
        f"stackferry deploy {FOLDER} --to promote",
        f"stackferry cutover {FOLDER}, if that was under way",
    ),
}
"""What is typed after ways out after which a phase was begun and not finished."""


def troubles_text(
    result: RecoverResult, locate: Locate, *, folder: str, home: str, columns: int = WIDEST
) -> str:
    """
    Return what is in trouble, each with its ways out.

    Args:
        result: Of `compiler.deploy.recovery.frame.recover`.
        locate: Tells where in the spec a path stands.
        folder: The compiled folder as commands name it, `compiler.report.failures.named`.
        home: The region in which the stack sets live.
        columns: Where lines are broken; names, and commands to be copied, are not.
    """
    return page(_troubles(result.troubles, locate, folder, home, columns), columns)


def recovery_text(plan: RecoveryPlan, columns: int = WIDEST) -> str:
    """Return the steps of *plan* as lines."""
    return page(_plan_lines(plan), columns)


def recovered_text(
    result: RecoverResult, locate: Locate, *, folder: str, home: str, columns: int = WIDEST
) -> str:
    """Return how a recovery ended, and what to do next; the arguments are as above."""
    return page(_recovered(result, locate, folder, home), columns)


def _troubles(
    troubles: tuple[Trouble, ...], locate: Locate, folder: str, home: str, columns: int
) -> Iterator[str]:
    for trouble in troubles:
        yield f"{trouble.stack} in {trouble.place.account}: {_TITLES[trouble.kind]}"
        yield f"  AWS says: {visible(trouble.says)}"
        failure = trouble.failure
        if failure is not None:
            yield f"  since: {reason_of(failure)} [{failure.code}]"
            if failure.then:
                yield f"  then the rollback failed: {visible(failure.then)}"
            yield f"  --> {locate(failure.path)}"
        for option in trouble.options:
            yield from _option(trouble, option, folder, home, columns)
        yield ""
    if not troubles:
        yield "Nothing is in trouble."
        return
    yield "Nothing was changed."


def _option(
    trouble: Trouble, option: Option, folder: str, home: str, columns: int
) -> Iterator[str]:
    state = "" if option.is_ours else " (by you)"
    if option.refusal:
        state = " (not now)"
    yield f"  * {option.name}{state}"
    said = [filled(option.does, folder=folder, home=home)]
    if option.refusal:
        said.append(f"Not now: {option.refusal}.")
    if option.risks:
        said.append(f"Risk: {option.risks}")
    said.append(f"It will not {option.will_not}")
    for text in said:
        yield from broken(f"      {text}", columns, hanging=0)
    for command in option.commands:
        yield f"      $ {filled(command, folder=folder, home=home)}"
    if option.is_ours and not option.refusal:
        chosen = f"stackferry recover {FOLDER} --stack {trouble.stack} --option {option.name}"
        yield f"      $ {filled(chosen, folder=folder, home=home)}"


def step_lines(plan: RecoveryPlan) -> Iterator[str]:
    """Yield the steps of *plan*, numbered, each with what it is about on lines of their own."""
    for number, step in enumerate(plan.steps, start=1):
        yield from _step(number, step)


def _plan_lines(plan: RecoveryPlan) -> Iterator[str]:
    trouble = plan.trouble
    yield f"Plan to recover {trouble.stack} in {trouble.place.account}: {plan.option.name}"
    yield ""
    yield from (f"  {line}" for line in step_lines(plan))
    yield ""
    if plan.option.risks:
        yield f"Risk: {visible(plan.option.risks)}"
    yield f"It will not {plan.option.will_not}"


def _step(number: int, step: Step) -> Iterator[str]:
    match step:
        case ContinueRollback():
            yield f"{number}. go on with the rollback of {step.stack_id}"
            for name in step.skip:
                yield f"     leaves {name} as it is now"
        case DeleteStack():
            yield f"{number}. delete the stack {step.stack_id}"
            yield from (f"     deletes {_named(one)}" for one in step.deletes)
            yield from (f"     keeps {_named(one)}" for one in step.keeps)
        case Keep():
            yield f"{number}. have the stack keep {', '.join(step.keeps)} when it is deleted"
        case LetGo():
            yield (
                f"{number}. let the stack set {step.stack_set} forget its stack in "
                f"{step.place.account}, {step.place.region}; no stack is deleted by that"
            )
        case Redefine():
            yield (
                f"{number}. give the stack set {step.definition.name}, which has no stack then, "
                "a template with nothing but what is taken over"
            )
        case Adopt():
            yield f"{number}. make the stack {step.stack_name} of what exists"
            for logical_id, identifier in sorted(step.resources.items()):
                named = ", ".join(f"{key} {value}" for key, value in sorted(identifier.items()))
                yield f"     takes over {logical_id}: {visible(named)}"
        case TakeIn():
            yield f"{number}. take that stack into the stack set {step.stack_set}"
        case _:
            assert_never(step)


def _named(resource: StackResource) -> str:
    return f"{resource.logical_id} ({resource.type}): {visible(resource.physical_id)}"


def _recovered(result: RecoverResult, locate: Locate, folder: str, home: str) -> Iterator[str]:
    outcome, plan = result.outcome, result.plan
    if outcome is None or plan is None:
        return
    for failure in outcome.failures:
        yield from failure_lines(failure, locate, folder=folder, home=home)
    if outcome.is_interrupted:
        yield "Interrupted. AWS goes on with what was started; the same command goes on from here."
    elif result.after:
        yield "Looked again:"
        yield ""
        for trouble in result.after:
            yield f"  {trouble.stack} in {trouble.place.account}: {_TITLES[trouble.kind]}"
            yield f"    AWS says: {visible(trouble.says)}"
        yield ""
        verb = "deploy" if all(one.kind in _BY_DEPLOY for one in result.after) else "recover"
        yield filled(f"Next: stackferry {verb} {FOLDER}", folder=folder, home=home)
    elif not outcome.failures:
        yield f"Looked again: {plan.trouble.stack} is in no trouble any more."
        for command in _NEXT.get(plan.option.name, (f"stackferry deploy {FOLDER}",)):
            yield filled(f"Next: {command}", folder=folder, home=home)
    if outcome.stopped:
        yield f"Stopped: {outcome.stopped}."
    if result.lock:
        yield result.lock
