"""The document of `destroy`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from compiler.deploy.destroying import DestroyResult
from compiler.deploy.left_behind import SNAPSHOT_COST, cost_of
from compiler.deploy.outcome import Done, End
from compiler.deploy.port import StackResource
from compiler.deploy.removal import Removal
from compiler.manifest import Manifest
from compiler.report.documents.ends import ended
from compiler.report.documents.failures import FailedStack, failed_stacks
from compiler.report.documents.findings import FoundFinding, found
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptResource:
    """
    A resource that stays behind.

    Attributes:
        resource: Its logical id.
        type: Its type.
        physical_id: What its service calls it.
        cost: What it goes on costing, in words.
    """

    resource: str
    type: str
    physical_id: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptiedBucket:
    """
    A bucket that is emptied since it was asked for.

    Attributes:
        bucket: Its name.
        planned: How many versions and delete markers it held when the plan was made.
        deleted: How many were deleted; null if it was not begun with, or failed.
    """

    bucket: str
    planned: int
    deleted: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedStack:
    """
    A stack that is removed.

    Attributes:
        stack: Id of the stack, `<region>/<name>`.
        accounts: The accounts in which it stands, its own first.
        unprotects: Logical ids of databases whose deletion protection is turned off.
        empties: Buckets that are emptied.
        keeps: What stays behind, since its template retains it.
        snapshots: Of what a final snapshot stays behind.
        kept_by_aws: What services made beside it and keep, in words.
        end: How it ended: `deleted`, `failed`, `not started`, `still running`; empty if it was not
            begun with.
    """

    stack: str
    accounts: tuple[str, ...]
    unprotects: tuple[str, ...]
    empties: tuple[EmptiedBucket, ...]
    keeps: tuple[KeptResource, ...]
    snapshots: tuple[KeptResource, ...]
    kept_by_aws: tuple[str, ...]
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftThing:
    """
    Something that is still there although nothing keeps it.

    Attributes:
        stack: Id of the stack; the migration's name where it is of no stack.
        what: What it is.
    """

    stack: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """
    What a destroy would do, and how it ended.

    Attributes:
        command: The verb.
        version: Of the documents.
        migration: Name and environment.
        exit_code: What the command ends with.
        findings: What kept it from starting.
        stacks: In the order of their removal.
        failures: What failed.
        left: What is still there although nothing keeps it.
        is_started: Whether it was started.
        is_interrupted: Whether the operator stopped it.
        took: How long it took, in seconds; null if it was not started.
    """

    migration: str
    exit_code: int
    findings: tuple[FoundFinding, ...]
    stacks: tuple[RemovedStack, ...]
    failures: tuple[FailedStack, ...]
    left: tuple[LeftThing, ...]
    is_started: bool
    is_interrupted: bool
    took: float | None
    command: Literal["destroy"] = "destroy"
    version: Literal[1] = 1


def destroyed(
    result: DestroyResult, manifest: Manifest, loaded: LoadedSpec | None, *, folder: str
) -> Destroyed:
    """
    Return the document about *result*.

    Args:
        result: Of `compiler.deploy.destroying.destroy`.
        manifest: What was compiled.
        loaded: The spec, where it is at hand.
        folder: The compiled folder as commands name it, `compiler.report.failures.named`.
    """
    outcome = result.outcome
    return Destroyed(
        migration=manifest.migration,
        exit_code=result.exit_code,
        findings=found(result.findings, manifest.spec_file, loaded),
        stacks=tuple(
            _removed(step, outcome.ends.get(step.stack.id) if outcome else None)
            for step in (result.plan.steps if result.plan else ())
        ),
        failures=failed_stacks(outcome, folder=folder, home=manifest.target_region),
        left=tuple(LeftThing(stack=one.stack, what=one.what) for one in result.left),
        is_started=outcome is not None,
        is_interrupted=outcome is not None and outcome.is_interrupted,
        took=outcome.took.total_seconds() if outcome else None,
    )


def _removed(step: Removal, end: End | None) -> RemovedStack:
    emptied = end.emptied if isinstance(end, Done) else {}
    return RemovedStack(
        stack=step.stack.id,
        accounts=(step.stack.account, *(one.account for one in step.elsewhere)),
        unprotects=step.unprotect,
        empties=tuple(
            EmptiedBucket(
                bucket=one.bucket.physical_id,
                planned=one.versions,
                deleted=emptied.get(one.bucket.physical_id),
            )
            for one in step.empties
        ),
        keeps=tuple(_kept(one, cost_of(one.type)) for one in step.keeps),
        snapshots=tuple(_kept(one, SNAPSHOT_COST) for one in step.snapshots),
        kept_by_aws=step.kept_by_aws,
        end=ended(end) if end else "",
    )


def _kept(resource: StackResource, cost: str) -> KeptResource:
    return KeptResource(
        resource=resource.logical_id,
        type=resource.type,
        physical_id=resource.physical_id,
        cost=cost,
    )
