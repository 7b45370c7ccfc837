"""Whether gates were asked before a phase is left, and the word of who goes on without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.gates.evidence import evidence_path, read_evidence, write_evidence
from compiler.deploy.gates.objections import again, forced, objections
from spec.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from compiler.deploy.clock import Clock
    from compiler.deploy.gates.evidence import Forced
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName


def demanding(
    folder: Path, named: str, opens: PhaseName, clock: Clock
) -> Callable[[Manifest], tuple[Finding, ...]]:
    """
    Return what tells why a state may not be left for the phase *opens*.

    Args:
        folder: The compiled folder, beside whose manifest evidence lies.
        named: The folder as commands name it.
        opens: The phase that is gone into.
        clock: Tells how old evidence is.
    """

    def demand(manifest: Manifest) -> tuple[Finding, ...]:
        found = read_evidence(evidence_path(folder, opens), again(named, opens))
        if isinstance(found, Finding):
            return (found,)
        return objections(found, manifest, opens, clock.now(), folder=named)

    return demand


def demanding_nothing(manifest: Manifest) -> tuple[Finding, ...]:
    """Let a state be left without evidence."""
    del manifest
    return ()


def record(folder: Path, manifest: Manifest, opens: PhaseName, word: Forced) -> None:
    """
    Write into the evidence that somebody goes on in spite of it.

    Args:
        folder: The compiled folder.
        manifest: The state that is left.
        opens: The phase that is gone into.
        word: Who, when, and why.

    Raises:
        OSError: It cannot be written.
    """
    path = evidence_path(folder, opens)
    found = read_evidence(path, "")
    evidence = None if isinstance(found, Finding) else found
    write_evidence(path, forced(evidence, manifest, opens, word))
