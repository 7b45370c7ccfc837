"""The document of `retire`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from compiler.deploy.cutover.events import Run
from compiler.manifest import Manifest
from compiler.report.documents.findings import FoundFinding, found
from compiler.report.documents.run import LeftResource, RunTold, left_resources, told
from spec.findings import Finding
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """
    How the source of a migration was retired.

    Attributes:
        command: The verb.
        version: Of the documents.
        folder: The compiled folder, as it was named.
        migration: Name and environment.
        exit_code: What the command ends with.
        findings: What kept it from beginning.
        run: What happened; null if it did not begin.
        left: What is left of the source, read back; empty unless it is retired.
        report: The files that the report was written to, Markdown and this document; empty if it
            was not written.
    """

    folder: str
    migration: str
    exit_code: int
    findings: tuple[FoundFinding, ...]
    run: RunTold | None
    left: tuple[LeftResource, ...]
    report: tuple[str, ...]
    command: Literal["retire"] = "retire"
    version: Literal[1] = 1


def refused(
    findings: Sequence[Finding],
    manifest: Manifest,
    loaded: LoadedSpec | None,
    *,
    folder: str,
    exit_code: int,
) -> Retired:
    """
    Return the document of a retirement that did not begin.

    Args:
        findings: Why it did not.
        manifest: What was compiled.
        loaded: The spec, where it is at hand.
        folder: The compiled folder, as it was named.
        exit_code: What the command ends with.
    """
    return Retired(
        folder=folder,
        migration=manifest.migration,
        exit_code=exit_code,
        findings=found(findings, manifest.spec_file, loaded),
        run=None,
        left=(),
        report=(),
    )


def document(
    run: Run, *, folder: str, named: str, exit_code: int, report: tuple[str, ...]
) -> Retired:
    """
    Return the document of a retirement.

    Args:
        run: What it came to.
        folder: The compiled folder, as it was named.
        named: The folder as commands name it.
        exit_code: What the command ends with.
        report: The files that the report was written to.
    """
    return Retired(
        folder=folder,
        migration=run.name,
        exit_code=exit_code,
        findings=(),
        run=told(run, named),
        left=left_resources(run),
        report=report,
    )
