"""What CloudFormation says of an update, as lines: a sign, the resource, what happens to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from compiler.deploy.losses import is_promotion, path_of
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.deploy.answers import Change, Preview
    from compiler.manifest import Stack
    from spec.findings import Path


def changes_of(
    stack: Stack, preview: Preview, locate: Callable[[Path], str] | None
) -> Iterator[str]:
    """
    Yield a line for each change of *preview*, followed by its place in the spec where one is known.

    Args:
        stack: The stack.
        preview: What CloudFormation says of it.
        locate: Turns a place of the spec into `file:line`.
    """
    for change in preview.changes:
        name = " ".join(part for part in (change.type, change.physical_id) if part)
        sign, what = _PROMOTED if is_promotion(stack, preview) else _what(change)
        yield f"{sign} {change.logical_id} ({visible(name)}) {what}"
        path = path_of(stack, change)
        if locate is not None and path:
            yield f"    {visible(locate(path))}"


_PROMOTED = (
    "~",
    "promoted in place: it stops following its source, which CloudFormation calls conditional",
)


def _what(change: Change) -> tuple[str, str]:
    """Return the sign of a change, and what happens to the resource."""
    if change.action == "Modify":
        return _modified(change)
    if change.action == "Remove":
        return "-", f"removed, {_left(change) or 'AWS does not say what becomes of it'}"
    return _OTHERS.get(change.action, ("?", change.action))


def _modified(change: Change) -> tuple[str, str]:
    which = f": {', '.join(change.properties)}" if change.properties else ""
    match change.replacement:
        case "True":
            return "-/+", f"replaced{which}; {_old(change)}"
        case "Conditional":
            return "-/+", f"perhaps replaced{which}; {_old(change)}"
        case "False" | "":
            return "~", f"in place{which}"
        case _:
            assert_never(change.replacement)


_OTHERS = {
    "Add": ("+", "new"),
    "Import": (">", "taken over as it is"),
    "Dynamic": ("?", "CloudFormation cannot tell what happens to it"),
}


def _old(change: Change) -> str:
    left = _left(change)
    return f"the old one is {left}" if left else "AWS does not say what becomes of the old one"


def _left(change: Change) -> str:
    """Return what becomes of the resource that is no longer wanted; empty if nobody says."""
    return _LEFT.get(change.policy_action.removeprefix("ReplaceAnd"), "")


_LEFT = {
    "Delete": "deleted",
    "Retain": "retained",
    "Snapshot": "deleted but for a snapshot",
}
