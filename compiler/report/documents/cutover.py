"""The document of `cutover`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from compiler.deploy.cutover.allowance import Allowance
from compiler.deploy.cutover.course import Outage
from compiler.deploy.cutover.events import Run
from compiler.manifest import Manifest
from compiler.report.documents.findings import FoundFinding, found
from compiler.report.documents.run import RunTold, told
from compiler.report.documents.times import instant
from spec.findings import Finding
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class DowntimePart:
    """
    A part of the time in which nobody is served.

    Attributes:
        what: What takes it.
        seconds: How long it is expected to take.
    """

    what: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Downtime:
    """
    For how long nobody was served.

    Attributes:
        began: When the first step of the fence began; empty if users were served all the time.
        ended: When a side was open again; empty if none is.
        seconds: How long it was; until the end of the run if it is not over.
        announced_seconds: How long it might be, as the spec says.
        expected_seconds: How long it was expected to be.
        parts: Of what that consists.
        is_earlier: Whether an earlier run closed the source.
    """

    began: str
    ended: str
    seconds: float
    announced_seconds: float
    expected_seconds: float
    parts: tuple[DowntimePart, ...]
    is_earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOver:
    """
    What a cutover did.

    Attributes:
        command: The verb.
        version: Of the documents.
        folder: The compiled folder, as it was named.
        migration: Name and environment.
        exit_code: What the command ends with.
        findings: What kept it from beginning.
        downtime: For how long nobody was served; null if it did not begin.
        run: What happened; null if it did not begin.
        report: The files that the report was written to, Markdown and this document; empty if it
            was not written.
    """

    folder: str
    migration: str
    exit_code: int
    findings: tuple[FoundFinding, ...]
    downtime: Downtime | None
    run: RunTold | None
    report: tuple[str, ...]
    command: Literal["cutover"] = "cutover"
    version: Literal[1] = 1


def refused(
    findings: Sequence[Finding],
    manifest: Manifest,
    loaded: LoadedSpec | None,
    *,
    folder: str,
    exit_code: int,
) -> CutOver:
    """
    Return the document of a cutover that did not begin.

    Args:
        findings: Why it did not.
        manifest: What was compiled.
        loaded: The spec, where it is at hand.
        folder: The compiled folder, as it was named.
        exit_code: What the command ends with.
    """
    return CutOver(
        folder=folder,
        migration=manifest.migration,
        exit_code=exit_code,
        findings=found(findings, manifest.spec_file, loaded),
        downtime=None,
        run=None,
        report=(),
    )


def document(
    run: Run, *, folder: str, named: str, exit_code: int, report: tuple[str, ...]
) -> CutOver:
    """
    Return the document of a cutover.

    Args:
        run: What it came to.
        folder: The compiled folder, as it was named.
        named: The folder as commands name it.
        exit_code: What the command ends with.
        report: The files that the report was written to.
    """
    return CutOver(
        folder=folder,
        migration=run.name,
        exit_code=exit_code,
        findings=(),
        downtime=_downtime(run.outage, run.allowance, run) if run.allowance else None,
        run=told(run, named),
        report=report,
    )


def _downtime(outage: Outage | None, allowance: Allowance, run: Run) -> Downtime:
    return Downtime(
        began=instant(outage.began) if outage else "",
        ended=instant(outage.ended) if outage and outage.ended else "",
        seconds=round(outage.lasted(run.ended).total_seconds(), 3) if outage else 0.0,
        announced_seconds=allowance.announced.total_seconds(),
        expected_seconds=round(allowance.needed.total_seconds(), 3),
        parts=tuple(
            DowntimePart(what=one.what, seconds=round(one.lasts.total_seconds(), 3))
            for one in allowance.parts
        ),
        is_earlier=outage is not None and outage.is_earlier,
    )
