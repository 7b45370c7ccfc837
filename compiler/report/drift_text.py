"""What differs between stacks and their templates, as text of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.origins import origin, pointer_of
from compiler.report.breaking import page
from compiler.report.failures import failure_lines
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from compiler.deploy.answers import Drift, DriftedResource
    from compiler.deploy.drifting import DriftResult, StackDrifts
    from compiler.manifest import Manifest, Stack
    from spec.findings import Path

_COLUMNS = 80


def announcement(stacks: Sequence[Stack], manifest: Manifest) -> str:
    """Return what is about to be done, before anything is started."""
    name = manifest.migration
    if not stacks:
        return f"Nothing of {name} is there, so there is nothing to compare.\n"
    things = "1 stack" if len(stacks) == 1 else f"{len(stacks)} stacks"
    return "".join(
        f"{line}\n"
        for line in (
            f"Comparing {things} of {name} with what AWS has.",
            "Nothing is changed; other operations on their stack sets wait meanwhile.",
            "",
        )
    )


def drift_text(
    result: DriftResult, locate: Callable[[Path], str], *, folder: str, home: str
) -> str:
    """
    Return what was found: stack by stack each resource that differs, with its place in the spec.

    Args:
        result: Of `compiler.deploy.drifting.look_for_drift`.
        locate: Tells where in the spec a path stands.
        folder: The compiled folder as commands name it, for the next command.
        home: The region in which the stack sets live, likewise.
    """
    return page(_lines(result, locate, folder, home), _COLUMNS, hanging=2)


def _lines(
    result: DriftResult, locate: Callable[[Path], str], folder: str, home: str
) -> Iterator[str]:
    outcome = result.outcome
    if outcome is None:
        return
    for failure in outcome.failures:
        yield from failure_lines(failure, locate, folder=folder, home=home)
    for found in result.found:
        for drift in found.drifts:
            yield from _stack(found, drift, locate)
    if result.absent:
        yield f"Not there: {', '.join(stack.id for stack in result.absent)}."
    if result.lock:
        yield result.lock
    if outcome.is_interrupted:
        yield "Interrupted. AWS goes on with the comparisons that were started; the same"
        yield "command again takes up their results."
        return
    yield _summary(result)


def _stack(found: StackDrifts, drift: Drift, locate: Callable[[Path], str]) -> Iterator[str]:
    stack = found.stack
    where = "" if len(found.drifts) == 1 else f" in {drift.place.account}"
    if drift.status == "IN_SYNC":
        return
    if drift.status != "DRIFTED":
        yield f"{stack.id}{where}: AWS could not compare it ({drift.status})"
        yield ""
        return
    yield f"{stack.id}{where} drifted"
    for resource in drift.resources:
        yield from _resource(stack, resource, locate)
    if not drift.resources:
        yield "  AWS does not say in what."
    yield ""


def _resource(
    stack: Stack, resource: DriftedResource, locate: Callable[[Path], str]
) -> Iterator[str]:
    what = "was deleted" if resource.status == "DELETED" else "was changed"
    yield f"  {resource.logical_id} ({resource.type}) {what}"
    yield f"    {visible(resource.physical_id)}"
    whole = origin(stack, resource.logical_id)
    yield f"    --> {locate(whole)}"
    for difference in resource.differences:
        yield f"    {difference}"
        place = origin(stack, resource.logical_id, pointer_of(difference))
        if place != whole:
            yield f"      --> {locate(place)}"


def _summary(result: DriftResult) -> str:
    drifts = [drift for found in result.found for drift in found.drifts]
    counts = (
        (sum(one.status == "DRIFTED" for one in drifts), "drifted"),
        (sum(one.status == "IN_SYNC" for one in drifts), "in sync"),
        (
            sum(one.status not in {"DRIFTED", "IN_SYNC"} for one in drifts),
            "that AWS could not compare",
        ),
        (len(result.outcome.failures) if result.outcome else 0, "failed"),
    )
    if len(drifts) == counts[1][0] and not counts[3][0]:
        return "In sync." if len(drifts) == 1 else f"All {len(drifts)} stacks are in sync."
    return ", ".join(f"{number} {word}" for number, word in counts if number) + "."
