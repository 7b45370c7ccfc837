"""
What a rehearsal measured, kept in a file beside the manifest, for the cutover that it is made for.

It is bound to the migration and to the digest of the spec: a rehearsal of something else says
nothing about this. The file may come from anywhere, so it is read key by key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, timedelta
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime

from compiler.deploy.kept import read_kept, write_whole
from compiler.phases import PhaseName
from spec.findings import Finding, at

NAME = "rehearsal.json"
"""The file beside the manifest."""

VERSION: Literal[1] = 1
"""Of the file's format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """
    What a rehearsal measured.

    Attributes:
        migration: `<name>-<environment>`.
        spec_file: File name of the spec.
        spec_sha256: Digest of its values.
        rehearsed: When it ended.
        seconds: How long each phase took to enter, by its name.
        downtime_seconds: How long nobody was served: from the beginning of the fence's first step
            to the end of the target's access stack in `switch`.
        version: Of the format.
    """

    migration: str
    spec_file: str
    spec_sha256: str
    rehearsed: AwareDatetime
    seconds: Mapping[PhaseName, float]
    downtime_seconds: float
    version: Literal[1] = VERSION

    @property
    def downtime(self) -> timedelta:
        """How long nobody was served."""
        return timedelta(seconds=self.downtime_seconds)


def rehearsal_path(folder: Path) -> Path:
    """Return where the rehearsal of what was compiled into *folder* lies."""
    return folder / NAME


def to_text(rehearsal: Rehearsal) -> str:
    """Return the text of the file: the same text for the same rehearsal; times in UTC."""
    found = {field.name: getattr(rehearsal, field.name) for field in fields(rehearsal)}
    moment = rehearsal.rehearsed.astimezone(UTC).isoformat().replace("+00:00", "Z")
    found |= {"rehearsed": moment, "seconds": dict(rehearsal.seconds)}
    return f"{json.dumps(found, indent=1, sort_keys=True)}\n"


def write_rehearsal(path: Path, rehearsal: Rehearsal) -> None:
    """
    Write the file whole, in the place of the one that is there.

    Raises:
        OSError: It cannot be written.
    """
    write_whole(path, to_text(rehearsal))


def read_rehearsal(path: Path, again: str) -> Rehearsal | Finding:
    """
    Read the file, or say that there is no rehearsal.

    Args:
        path: Where it lies.
        again: The command that rehearses.
    """
    found = read_kept(Rehearsal, path, "rehearsal")
    if isinstance(found, Rehearsal):
        return found
    return Finding(
        code="SF662",
        where=at(),
        detail=f"{found} So nobody knows how long a cutover of this migration takes.",
        way_out=f"Run `{again}`: it carries the migration through all phases in the sandbox.",
    )
