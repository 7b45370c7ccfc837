"""The document of `drift`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from compiler.deploy.drifting import DriftResult
from compiler.manifest import Manifest
from compiler.report.documents.drifts import StackDrift, stack_drift
from compiler.report.documents.failures import FailedStack, failed_stacks
from compiler.report.documents.findings import FoundFinding, found
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationDrift:
    """
    What differs between the stacks of a migration and their templates.

    Attributes:
        command: The verb.
        version: Of the documents.
        migration: `<name>-<environment>`.
        exit_code: What the command ends with.
        stacks: What was found of each stack that was compared, those in sync included.
        absent: Ids of stacks that are not there, so there was nothing to compare.
        failures: Stacks that AWS could not compare, and why.
        is_interrupted: Whether the operator stopped it; AWS goes on with what was started.
        findings: What kept it from starting or from being read.
        lock: What kept the lock from being given back; empty if nothing did.
    """

    migration: str
    exit_code: int
    stacks: tuple[StackDrift, ...]
    absent: tuple[str, ...]
    failures: tuple[FailedStack, ...]
    is_interrupted: bool
    findings: tuple[FoundFinding, ...]
    lock: str
    command: Literal["drift"] = "drift"
    version: Literal[1] = 1


def document(
    result: DriftResult, manifest: Manifest, loaded: LoadedSpec | None, *, folder: str
) -> MigrationDrift:
    """
    Return what the document says about a *result*.

    Args:
        result: What was found.
        manifest: What was compiled.
        loaded: Its spec, where it is at hand.
        folder: The compiled folder as commands name it, `compiler.report.failures.named`.
    """
    return MigrationDrift(
        migration=manifest.migration,
        exit_code=result.exit_code,
        stacks=tuple(stack_drift(drift, one.stack) for one in result.found for drift in one.drifts),
        absent=tuple(stack.id for stack in result.absent),
        failures=failed_stacks(result.outcome, folder=folder, home=manifest.target_region),
        is_interrupted=result.outcome is not None and result.outcome.is_interrupted,
        findings=found(result.findings, manifest.spec_file, loaded),
        lock=result.lock,
    )
