"""The document of `rollback`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from compiler.deploy.deploying import DeployResult
from compiler.deploy.outcome import Outcome
from compiler.deploy.path.walking import Walked, exit_code_of
from compiler.manifest import Manifest
from compiler.report.documents.deploy import DeployedTransition, transition_of
from compiler.report.documents.failures import FailedStack, failed_stacks
from compiler.report.documents.findings import FoundFinding, found
from compiler.report.failures import named
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """
    How far a rollback came.

    Attributes:
        command: The verb.
        version: Of the documents.
        folder: The compiled folder, as it was named.
        migration: Name and environment.
        exit_code: What the command ends with.
        findings: What kept it from starting, or from going on.
        transitions: Through which phases it led, in order.
        failures: What failed in the last one, each walked down to its cause.
        lock: What kept the lock from being given back; empty if nothing did.
    """

    folder: str
    migration: str
    exit_code: int
    findings: tuple[FoundFinding, ...]
    transitions: tuple[DeployedTransition, ...]
    failures: tuple[FailedStack, ...]
    lock: str
    command: Literal["rollback"] = "rollback"
    version: Literal[1] = 1


def rolled_back(
    result: DeployResult,
    manifest: Manifest,
    loaded: LoadedSpec | None,
    *,
    folder: str,
    walked: tuple[Walked, ...],
) -> RolledBack:
    """
    Return the document about a rollback.

    Args:
        result: Of its last transition.
        manifest: What was compiled.
        loaded: The spec, where it is at hand.
        folder: The compiled folder, as it was named.
        walked: Every transition.
    """
    return RolledBack(
        folder=folder,
        migration=manifest.migration,
        exit_code=exit_code_of(walked) if walked else result.exit_code,
        findings=found(result.findings, manifest.spec_file, loaded),
        transitions=tuple(transition_of(one) for one in walked),
        failures=failed_stacks(
            result.outcome or Outcome(ends={}),
            folder=named(folder, result.plan.via if result.plan else "stacksets"),
            home=manifest.target_region,
        ),
        lock=result.lock,
    )
