"""The document of `unlock`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from compiler.deploy.lease import Holder
from compiler.manifest import Manifest
from compiler.report.documents.findings import FoundFinding, found
from compiler.report.documents.times import instant
from spec.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerHolder:
    """
    Who holds a lock.

    Attributes:
        owner: The operator, `user@host`.
        run: Id of the run; empty for a lock that stackferry did not write.
        verb: What the run does.
        since: When it began; null for a lock that stackferry did not write.
        until: When the lock runs out unless it is renewed; null likewise.
    """

    owner: str
    run: str
    verb: str
    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocked:
    """
    Whose lock was removed.

    Attributes:
        command: The verb.
        version: Of the documents.
        folder: The compiled folder, as it was named.
        migration: Name and environment.
        exit_code: What the command ends with.
        holder: Who held the lock; null if nobody did, or it could not be asked.
        is_removed: Whether it was removed.
        findings: What kept it from being removed.
    """

    folder: str
    migration: str
    exit_code: int
    holder: FormerHolder | None
    is_removed: bool
    findings: tuple[FoundFinding, ...]
    command: Literal["unlock"] = "unlock"
    version: Literal[1] = 1


def unlocked(  # noqa: PLR0913 -- each is a part of the whole
    manifest: Manifest,
    *,
    folder: str,
    exit_code: int,
    holder: Holder | None = None,
    is_removed: bool = False,
    findings: Sequence[Finding] = (),
) -> Unlocked:
    """
    Return the document of `unlock`.

    Args:
        manifest: What was compiled.
        folder: The compiled folder, as it was named.
        exit_code: What the command ends with.
        holder: Who held the lock.
        is_removed: Whether it was removed.
        findings: What kept it from being removed.
    """
    return Unlocked(
        folder=folder,
        migration=manifest.migration,
        exit_code=exit_code,
        holder=_holder(holder) if holder else None,
        is_removed=is_removed,
        findings=found(findings, manifest.spec_file, None),
    )


def lock_time(holder: Holder, at: datetime) -> str | None:
    """Return when a lock began or ends; nothing for one that stackferry did not write."""
    return instant(at) if holder.run else None


def _holder(holder: Holder) -> FormerHolder:
    return FormerHolder(
        owner=holder.owner,
        run=holder.run,
        verb=holder.verb,
        since=lock_time(holder, holder.since),
        until=lock_time(holder, holder.until),
    )
