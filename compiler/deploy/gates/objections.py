"""Is evidence good for a transition; and the word of somebody who goes on without. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.gates.evidence import Evidence
from compiler.manifest import Computed
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from compiler.deploy.gates.evidence import Forced, Witness
    from compiler.manifest import Manifest

LIFETIME = timedelta(minutes=30)
"""For how long evidence is good where the spec does not say."""

LIFETIME_FACT = "evidence_lifetime_seconds"
"""The fact of a gate that says for how long its answer is good."""


def lifetime_of(manifest: Manifest) -> timedelta:
    """Return for how long what the gates of *manifest* answer is evidence: the shortest counts."""
    said = [
        float(source.value)
        for gate in manifest.gates
        if isinstance(source := gate.facts.get(LIFETIME_FACT), Computed)
    ]
    return timedelta(seconds=min(said)) if said else LIFETIME


def again(folder: str, opens: str) -> str:
    """Return the command that asks for the evidence that opens *opens*."""
    return f"stackferry gate {folder} {opens}"


def objections(
    evidence: Evidence, manifest: Manifest, opens: str, now: datetime, *, folder: str
) -> tuple[Finding, ...]:
    """
    Return what speaks against a transition on this evidence; nothing if nothing does.

    Args:
        evidence: What gates answered.
        manifest: The state that stands, with its gates.
        opens: The phase that is gone into.
        now: The time.
        folder: The compiled folder, as it was named.
    """
    command = f"Run `{again(folder, opens)}`."
    other = tuple(_of_another(evidence, manifest, opens))
    if other:
        return tuple(
            Finding(code="SF642", where=at(), detail=one, way_out=command) for one in other
        )
    stale = _stale(evidence, now)
    if stale:
        return (Finding(code="SF641", where=at(), detail=stale, way_out=command),)
    return tuple(_bad(one) for one in evidence.answers if one.verdict != "green")


def forced(evidence: Evidence | None, manifest: Manifest, opens: str, word: Forced) -> Evidence:
    """
    Return *evidence* with the word of somebody who goes on in spite of it.

    Args:
        evidence: What gates answered; `None` if they were not asked.
        manifest: The state that stands.
        opens: The phase that is gone into.
        word: Who, when, and why.
    """
    if evidence is not None:
        return replace(evidence, forced=word)
    return Evidence(
        migration=manifest.migration,
        phase=manifest.phase,
        opens=opens,
        spec_file=manifest.spec_file,
        spec_sha256=manifest.spec_sha256,
        by=word.by,
        asked=word.at,
        answered=word.at,
        good_until=word.at,
        fenced=None,
        answers=(),
        forced=word,
    )


def _of_another(evidence: Evidence, manifest: Manifest, opens: str) -> Iterator[str]:
    """Yield why the evidence is not of this state."""
    if evidence.migration != manifest.migration:
        yield f"The evidence is of the migration {evidence.migration}, not of {manifest.migration}."
        return
    if (evidence.phase, evidence.opens) != (manifest.phase, opens):
        yield (
            f"The evidence was asked for in {evidence.phase} and opens {evidence.opens}; "
            f"{manifest.phase} stands, and {opens} is to be opened."
        )
        return
    if evidence.spec_sha256 != manifest.spec_sha256:
        yield (
            f"The evidence is of another {manifest.spec_file}: the spec was changed and compiled "
            "after it."
        )
        return
    answered = {one.name for one in evidence.answers}
    for gate in manifest.gates:
        if (gate.kind, gate.side, gate.key) not in answered:
            words = " ".join(part for part in (gate.kind, gate.key, gate.region) if part)
            yield f'The evidence does not answer the gate "{words}".'


def _stale(evidence: Evidence, now: datetime) -> str:
    if now <= evidence.good_until:
        return ""
    age = round((now - evidence.asked).total_seconds() / 60)
    return (
        f"The evidence is of {evidence.asked:%Y-%m-%d %H:%M} UTC, {age:,} minutes ago; it was good "
        f"until {evidence.good_until:%H:%M} UTC."
    )


def _bad(one: Witness) -> Finding:
    words = " ".join(part for part in (one.kind, one.key, one.region) if part)
    said = "is red" if one.verdict == "red" else "could not be answered"
    return Finding(
        code="SF643" if one.verdict == "red" else "SF644",
        where=at(*one.component),
        detail=f'The gate "{words}" {said}: {one.measured}. Wanted: {one.wanted}.',
        way_out=one.remedy,
    )
