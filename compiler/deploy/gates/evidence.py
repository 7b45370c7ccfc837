"""
Evidence: what gates answered, kept in a file, for the transition that demands it.

It is bound to the digest of the spec, to the migration and to the phase in which it was asked, and
is good for a while only. The file may come from anywhere, so it is read key by key; who can write
it can also give `--force`, so it is not sealed. It holds no value of a secret.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime

from compiler.deploy.gates.answer import Verdict
from compiler.deploy.kept import read_kept, write_whole
from compiler.kinds import GateKind, Side
from spec.findings import Finding, at
from spec.findings import Path as SpecPath

VERSION: Literal[1] = 1
"""Of the file's format."""

FOLDER = "evidence"
"""The folder beside the manifest in which evidence lies, a file for each phase that it opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """
    What one gate answered.

    Attributes:
        kind: What was asked.
        key: Of which component; empty where there is one only.
        side: Of which side.
        region: Where it was asked.
        account: In whose account.
        component: Spec path of what it comes from.
        verdict: `green`, `red` or `unknown`.
        measured: What was found, with the time of its sample where it has one.
        wanted: What was wanted.
        remedy: What to do; empty if it is green.
        notes: What else was told.
        at: When it was asked.
        is_refused: Whether AWS refused to tell.
    """

    kind: GateKind
    key: str
    side: Side
    region: str
    account: str
    component: SpecPath
    verdict: Verdict
    measured: str
    wanted: str
    remedy: str
    notes: tuple[str, ...]
    at: AwareDatetime
    is_refused: bool

    @property
    def name(self) -> tuple[GateKind, Side, str]:
        """What the gate is known by."""
        return self.kind, self.side, self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Forced:
    """
    That somebody goes on in spite of it.

    Attributes:
        reason: Why, in their words.
        by: Who, `user@host`.
        at: When.
    """

    reason: str
    by: str
    at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    What the gates of a phase answered.

    Attributes:
        migration: `<name>-<environment>`.
        phase: The phase that stood, whose gates were asked.
        opens: The phase that they open.
        spec_file: File name of the spec.
        spec_sha256: Digest of its values.
        by: Who asked, `user@host`.
        asked: When the oldest of the answers was given; of none when it was asked.
        answered: When the newest was.
        good_until: Until when it is evidence.
        fenced: The moment after which nothing can have written to the source; null if it is not
            known, or nothing is fenced.
        answers: In the order of the manifest's gates.
        forced: That somebody went on in spite of it; null if nobody did.
        version: Of the format.
    """

    migration: str
    phase: str
    opens: str
    spec_file: str
    spec_sha256: str
    by: str
    asked: AwareDatetime
    answered: AwareDatetime
    good_until: AwareDatetime
    fenced: AwareDatetime | None
    answers: tuple[Witness, ...]
    forced: Forced | None = None
    version: Literal[1] = VERSION

    @property
    def is_green(self) -> bool:
        """Whether every gate is as wanted."""
        return all(one.verdict == "green" for one in self.answers)


def evidence_path(folder: Path, opens: str) -> Path:
    """Return where the evidence lies that opens the phase *opens*, beside the manifest."""
    return folder / FOLDER / f"{opens}.json"


def to_text(evidence: Evidence) -> str:
    """Return the text of the file: the same text for the same evidence; times in UTC."""
    return f"{json.dumps(asdict(evidence), default=_plain, indent=1, sort_keys=True)}\n"


def write_evidence(path: Path, evidence: Evidence) -> None:
    """
    Write the file whole, in the place of the one that is there.

    Raises:
        OSError: It cannot be written.
    """
    write_whole(path, to_text(evidence))


def read_evidence(path: Path, again: str) -> Evidence | Finding:
    """
    Read the file, or say that there is no evidence.

    Args:
        path: Where it lies.
        again: The command that asks for it.
    """
    found = read_kept(Evidence, path, "evidence")
    if isinstance(found, Evidence):
        return found
    return Finding(code="SF640", where=at(), detail=found, way_out=f"Run `{again}`.")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(type(value))
