"""What is left of a migration that was destroyed: what its manifest retains, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import pytest

from compiler.sandbox.engine.work import Work
from tests.functional.standing import Standing, standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.destroying import DestroyResult
    from compiler.sandbox.engine.records import ResourceRecord
    from compiler.sandbox.engine.records import Stack as Made

# Runs again and again what others measure; tracing it takes longer than it does itself.
pytestmark = [pytest.mark.no_cover, pytest.mark.slow]


class Destroyed(NamedTuple):
    """A migration after its end, what it was made of, and what destroy said."""

    there: Standing
    made: list[tuple[Made, ResourceRecord, Work]]
    result: DestroyResult

    def of_manifest(self, kind: str) -> set[tuple[str, str]]:
        return {
            (stack.id, name)
            for stack in self.there.compiled.manifest.stacks
            for name in getattr(stack, kind)
        }


@pytest.fixture(name="destroyed", scope="module")
def _destroyed() -> Iterator[Destroyed]:
    with standing("streaming-staging") as there:
        world = there.sandbox.world
        made = [
            (stack, record, Work(world=world, stack=stack, desired=stack.desired))
            for stacks in world.stacks.values()
            for stack in stacks
            if stack.desired is not None
            for record in stack.live()
        ]
        yield Destroyed(there, made, there.destroy(unprotect=True))


def test_destroy_leaves_nothing_but_what_is_retained(destroyed: Destroyed) -> None:
    assert (destroyed.result.exit_code, destroyed.result.left) == (0, ())
    left = {
        (_stack_id(destroyed, stack), record.logical_id)
        for stack, record, work in destroyed.made
        if work.read(record) is not None
    }
    assert left == destroyed.of_manifest("retained")


def test_destroy_leaves_no_stack_and_no_stack_set(destroyed: Destroyed) -> None:
    sandbox = destroyed.there.sandbox
    manifest = destroyed.there.compiled.manifest

    regions = {stack.region for stack in manifest.stacks}
    statuses = {
        summary["StackStatus"]
        for region in regions
        for summary in sandbox.client("cloudformation", region).list_stacks()["StackSummaries"]
    }
    active = sandbox.client("cloudformation", manifest.target_region).list_stack_sets(
        Status="ACTIVE"
    )

    assert statuses == {"DELETE_COMPLETE"}
    assert active["Summaries"] == []


def test_a_source_database_leaves_a_final_snapshot(destroyed: Destroyed) -> None:
    manifest = destroyed.there.compiled.manifest
    found = {
        region: [
            snapshot["DBInstanceIdentifier"]
            for snapshot in destroyed.there.sandbox.client("rds", region).describe_db_snapshots(
                SnapshotType="manual"
            )["DBSnapshots"]
        ]
        for region in (manifest.source_region, manifest.target_region)
    }

    assert destroyed.of_manifest("snapshotted") == {("us-east-1/database-catalog", "Database")}
    assert found == {"us-east-1": ["streaming-staging-catalog"], "eu-central-1": []}


def _stack_id(destroyed: Destroyed, made: Made) -> str:
    """Return the manifest's name for a stack that StackSets named: `StackSet-<set>-<uuid>`."""
    stack_set = made.name.removeprefix("StackSet-")[: -len(f"-{UUID(int=0)}")]
    (found,) = (
        stack.id
        for stack in destroyed.there.compiled.manifest.stacks
        if stack.stack_set == stack_set
    )
    return found
