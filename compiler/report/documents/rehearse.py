"""The document of `rehearse`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from compiler.deploy.outcome import Outcome
from compiler.manifest import Manifest
from compiler.rehearsal.course import Rehearsed, Stage
from compiler.report.documents.failures import FailedStack, failed_stacks
from compiler.report.documents.findings import FoundFinding, found
from compiler.report.documents.gate import GateAnswer, gate_answer
from compiler.report.failures import named
from compiler.sandbox.inventory import Thing
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedTransition:
    """
    One transition as it was rehearsed, with the gates before it.

    Attributes:
        origin: The phase that it comes from; null if none stood.
        to: The phase that it leads to.
        is_back: Whether it leads back.
        is_undoing: Whether it took the one before back, since an action of that one had to be.
        is_done: Whether its phase stands.
        gates: What was asked before it; none on the way back.
        gates_seconds: How long they were asked, by the sandbox's clock.
        did: How often each thing was done: `created`, `updated`, `deleted`, `actions` beside
            stacks.
        seconds: How long it took without its gates, by the sandbox's clock.
        expected_seconds: How long AWS is expected to take for it.
        findings: What kept it from starting.
        failures: What failed, each walked down to its cause.
    """

    origin: str | None
    to: str
    is_back: bool
    is_undoing: bool
    is_done: bool
    gates: tuple[GateAnswer, ...]
    gates_seconds: float
    did: Mapping[str, int]
    seconds: float
    expected_seconds: float
    findings: tuple[FoundFinding, ...]
    failures: tuple[FailedStack, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingThere:
    """
    One resource as its service reports it.

    Attributes:
        region: Where it is; `global` for what has no region.
        kind: In AWS's words: `VPC`, `RDS instance`.
        name: Its id or name.
        state: What matters about it, in a few words.
    """

    region: str
    kind: str
    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedMigration:
    """
    How a migration went in the sandbox; no time in it is AWS's but those that are expected.

    Attributes:
        command: The verb.
        version: Of the documents.
        migration: `<name>-<environment>`.
        exit_code: What the command ends with, as a real run would have.
        findings: Why nothing was rehearsed, or why no way leads further.
        transitions: Every transition that was tried, in order.
        stands: The phase that stands at the end; null if none does.
        begun: The phase that was begun and not finished; null if there is none.
        serving: Whom users reach at the end of a cutover that did not come to its end: `source`,
            `target`, `nobody` or `unknown`; null where that is no question.
        outage_seconds: For how long nobody was served, by the sandbox's clock; null if somebody
            always was.
        needed_seconds: For how long nobody would be in AWS, as far as that can be expected; null if
            the cutover was not rehearsed.
        allowed_seconds: For how long nobody may be, as the spec says; null likewise.
        unasked: The user's own gates, which are not asked in a rehearsal, by the phase that has
            them.
        written: How many objects were written to each bucket.
        exists: What there is at the end, read back from the services.
        file: What was measured was written to it; empty if it was not.
    """

    migration: str
    exit_code: int
    findings: tuple[FoundFinding, ...]
    transitions: tuple[RehearsedTransition, ...] = ()
    stands: str | None = None
    begun: str | None = None
    serving: str | None = None
    outage_seconds: float | None = None
    needed_seconds: float | None = None
    allowed_seconds: float | None = None
    unasked: Mapping[str, tuple[str, ...]]
    written: Mapping[str, int]
    exists: tuple[ThingThere, ...] = ()
    file: str = ""
    command: Literal["rehearse"] = "rehearse"
    version: Literal[1] = 1


def document(  # noqa: PLR0913 -- each is a part of the whole
    rehearsed: Rehearsed,
    things: tuple[Thing, ...],
    manifest: Manifest,
    loaded: LoadedSpec | None,
    *,
    folder: str,
    file: str,
) -> RehearsedMigration:
    """
    Return what the document says about a rehearsal.

    Args:
        rehearsed: How it went.
        things: What there is at the end.
        manifest: Everything that the migration ever has.
        loaded: Its spec, where it is at hand.
        folder: What was rehearsed, as it was named.
        file: What was measured was written to it; empty if it was not.
    """
    outage, allowance = rehearsed.outage, rehearsed.allowance
    closed = (rehearsed.closed,) if rehearsed.closed else ()
    needed = rehearsed.needed
    return RehearsedMigration(
        migration=rehearsed.migration,
        exit_code=rehearsed.exit_code,
        findings=found(closed, manifest.spec_file, loaded),
        transitions=tuple(_transition(one, manifest, loaded, folder) for one in rehearsed.stages),
        stands=rehearsed.stands.phase,
        begun=rehearsed.stands.begun,
        serving=rehearsed.ending.serving if rehearsed.ending else None,
        outage_seconds=_seconds(outage.lasted(rehearsed.ended)) if outage else None,
        needed_seconds=_seconds(needed) if needed is not None else None,
        allowed_seconds=_seconds(allowance.announced) if allowance else None,
        unasked={str(phase): gates for phase, gates in rehearsed.unasked.items()},
        written=rehearsed.written,
        exists=tuple(
            ThingThere(region=one.region, kind=one.kind, name=one.name, state=one.state)
            for one in things
        ),
        file=file,
    )


def not_compiled(findings: tuple[FoundFinding, ...], exit_code: int) -> RehearsedMigration:
    """Return what the document says of a spec that does not compile."""
    return RehearsedMigration(
        migration="", exit_code=exit_code, findings=findings, unasked={}, written={}
    )


def _transition(
    stage: Stage, manifest: Manifest, loaded: LoadedSpec | None, folder: str
) -> RehearsedTransition:
    walked = stage.crossed.walked if stage.crossed else None
    outcome = walked.result.outcome if walked else None
    return RehearsedTransition(
        origin=stage.origin,
        to=stage.to,
        is_back=stage.is_back,
        is_undoing=walked.is_undoing if walked else False,
        is_done=stage.is_done,
        gates=tuple(map(gate_answer, stage.asked.evidence.answers)) if stage.asked else (),
        gates_seconds=_seconds(stage.waited),
        did=stage.did(),
        seconds=_seconds(stage.took),
        expected_seconds=_seconds(stage.expected),
        findings=found(walked.result.findings if walked else (), manifest.spec_file, loaded),
        failures=failed_stacks(
            outcome or Outcome(ends={}), folder=named(folder), home=manifest.target_region
        ),
    )


def _seconds(lasts: timedelta) -> float:
    return round(lasts.total_seconds(), 3)
