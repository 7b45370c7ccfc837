"""The document of `gate`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from compiler.deploy.gates.answer import Verdict
from compiler.deploy.gates.evidence import Evidence, Witness
from compiler.kinds import GateKind, Side
from compiler.manifest import Manifest
from compiler.report.documents.findings import FoundFinding, dotted, found
from compiler.report.documents.times import instant
from spec.findings import Finding
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class GateAnswer:
    """
    What one gate answered.

    Attributes:
        kind: What was asked.
        key: Of which component; empty where there is one only.
        side: The side of the migration that it belongs to.
        region: Where it was asked.
        account: In whose account.
        path: The place in the spec that it comes from, as a dotted path.
        verdict: `green`, `red` or `unknown`; unknown does not open a door.
        measured: What was found, with the time of its sample where it has one.
        wanted: What was wanted.
        remedy: What to do; empty if it is green.
        notes: What else is told, and decides nothing.
        at: When it was asked.
        is_refused: Whether AWS refused to tell.
    """

    kind: GateKind
    key: str
    side: Side
    region: str
    account: str
    path: str
    verdict: Verdict
    measured: str
    wanted: str
    remedy: str
    notes: tuple[str, ...]
    at: str
    is_refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GatesAsked:
    """
    What the gates before a phase answered.

    Attributes:
        command: The verb.
        version: Of the documents.
        migration: `<name>-<environment>`.
        exit_code: What the command ends with.
        phase: The phase whose gates were asked; empty if none were.
        opens: The phase that they open; empty likewise.
        is_open: Whether every gate is green.
        evidence: The file that the evidence was written to; empty if there is none.
        asked: When the oldest of the answers was given; empty likewise.
        good_until: Until when it is evidence; empty likewise.
        fenced: The moment after which nothing can have written to the source; empty if it is not
            known, or nothing is fenced.
        gates: The answers, in the order of the manifest.
        findings: Why nothing was asked.
    """

    migration: str
    exit_code: int
    phase: str
    opens: str
    is_open: bool
    evidence: str
    asked: str
    good_until: str
    fenced: str
    gates: tuple[GateAnswer, ...]
    findings: tuple[FoundFinding, ...] = ()
    command: Literal["gate"] = "gate"
    version: Literal[1] = 1


def document(evidence: Evidence, file: str, exit_code: int) -> GatesAsked:
    """
    Return what the document says about *evidence*.

    Args:
        evidence: What was answered.
        file: Where it was written.
        exit_code: What the command ends with.
    """
    return GatesAsked(
        migration=evidence.migration,
        exit_code=exit_code,
        phase=evidence.phase,
        opens=evidence.opens,
        is_open=evidence.is_green,
        evidence=file,
        asked=instant(evidence.asked),
        good_until=instant(evidence.good_until),
        fenced=instant(evidence.fenced) if evidence.fenced else "",
        gates=tuple(map(gate_answer, evidence.answers)),
    )


def refusal(
    finding: Finding, manifest: Manifest, loaded: LoadedSpec | None, exit_code: int
) -> GatesAsked:
    """Return what the document says where nothing was asked."""
    return GatesAsked(
        migration=manifest.migration,
        exit_code=exit_code,
        phase="",
        opens="",
        is_open=False,
        evidence="",
        asked="",
        good_until="",
        fenced="",
        gates=(),
        findings=found((finding,), manifest.spec_file, loaded),
    )


def gate_answer(one: Witness) -> GateAnswer:
    """Return what a document says about what one gate answered."""
    return GateAnswer(
        kind=one.kind,
        key=one.key,
        side=one.side,
        region=one.region,
        account=one.account,
        path=dotted(one.component),
        verdict=one.verdict,
        measured=one.measured,
        wanted=one.wanted,
        remedy=one.remedy,
        notes=one.notes,
        at=instant(one.at),
        is_refused=one.is_refused,
    )
