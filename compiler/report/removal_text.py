"""What a destroy would do, and what it leaves behind, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.left_behind import SNAPSHOT_COST, cost_of
from compiler.deploy.outcome import Done
from compiler.report.breaking import WIDEST, page
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.outcome import Outcome
    from compiler.deploy.removal import Removal, RemovalPlan


def removal_text(plan: RemovalPlan, columns: int = WIDEST) -> str:
    """
    Return *plan* as lines: each stack in the order of its removal, and what stays behind.

    Args:
        plan: The plan.
        columns: Where lines are broken; names are not.
    """
    return page(_plan_lines(plan), columns)


def stays_lines(outcome: Outcome, plan: RemovalPlan | None) -> Iterator[str]:
    """Yield what a destroy emptied and left behind, with the kind of cost; nothing for nothing."""
    done = {id_: end for id_, end in outcome.ends.items() if isinstance(end, Done)}
    kept_by_aws = {step.stack.id: step.kept_by_aws for step in (plan.steps if plan else ())}
    groups = (
        (
            "Emptied, as asked for:",
            [
                f"{bucket} (of {id_}): {_counted(count)}"
                for id_, end in done.items()
                for bucket, count in end.emptied.items()
            ],
        ),
        (
            "Retained on purpose, since what they hold cannot be made again:",
            [
                f"{one.physical_id} ({one.type}, of {id_}): goes on costing {cost_of(one.type)}"
                for id_, end in done.items()
                for one in end.left
            ],
        ),
        (
            "A final snapshot was left of:",
            [
                f"{one.physical_id} ({one.type}, of {id_}): goes on costing {SNAPSHOT_COST}"
                for id_, end in done.items()
                for one in end.snapshots
            ],
        ),
        (
            "AWS keeps what its services made:",
            [f"{what} (of {id_})" for id_ in done for what in kept_by_aws.get(id_, ())],
        ),
    )
    for heading, lines in groups:
        if lines:
            yield heading
            yield from (f"  {visible(line)}" for line in lines)
            yield ""


def _plan_lines(plan: RemovalPlan) -> Iterator[str]:
    manifest = plan.manifest
    yield f"Plan to destroy {manifest.migration}"
    if not plan.steps:
        yield "Nothing of it is there."
        return
    yield f"Stack sets live in {manifest.target_region} of {manifest.target_account}."
    yield ""
    for step in plan.steps:
        yield from step_lines(step)
    yield ""
    yield f"{'; '.join(_counts(plan))}."


def step_lines(step: Removal) -> Iterator[str]:
    """Yield what is removed with one stack, and what stays behind."""
    what = "delete" if step.has_stack else "delete its empty stack set"
    yield f"  - {step.stack.id}: {what}"
    for line in _step_details(step):
        yield f"        {visible(line)}"


def _step_details(step: Removal) -> Iterator[str]:
    for place in step.elsewhere:
        yield f"also in {place.account}, {place.region}"
    for place in step.inoperable:
        yield (
            f"INOPERABLE in {place.account}: an earlier deletion failed. This tries once more; if "
            "it fails again, see `stackferry recover`"
        )
    for logical_id in step.unprotect:
        yield f"first turns off the deletion protection of {logical_id}, as asked for"
    for emptying in step.empties:
        yield (
            f"first empties {emptying.bucket.physical_id}, as asked for: "
            f"{_counted(emptying.versions)}, for good"
        )
    for resource in step.keeps:
        yield (
            f"keeps {resource.physical_id} ({resource.type}): its template retains it, since what "
            f"it holds cannot be made again; it goes on costing {cost_of(resource.type)}"
        )
    for resource in step.snapshots:
        yield (
            f"leaves a final snapshot of {resource.physical_id} ({resource.type}); it goes on "
            f"costing {SNAPSHOT_COST}"
        )
    for kept in step.kept_by_aws:
        yield f"AWS keeps {kept}"


def _counts(plan: RemovalPlan) -> Iterator[str]:
    yield f"{len(plan.steps)} to delete"
    emptied = [one for step in plan.steps for one in step.empties]
    if emptied:
        total = sum(one.versions for one in emptied)
        yield f"buckets to empty: {len(emptied)} ({_counted(total)})"
    yield f"resources that stay behind: {sum(len(step.keeps) for step in plan.steps)}"


def _counted(versions: int) -> str:
    noun = "version or delete marker" if versions == 1 else "versions and delete markers"
    return f"{versions:,} {noun}"
