"""
From text to a spec, or to everything that is wrong with it at once.

Three kinds of mistakes are found in one run: what the text says (`spec.tree`), what the models
refuse (`spec.complaints`), and what the rules refuse (`spec.rules`). The rules also look at a
spec whose structure has mistakes, after `spec.repair` took the faulty pieces out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from spec.complaints import complaints
from spec.loaded import LoadedSpec, in_order
from spec.model import Spec
from spec.repair import Repair, repaired
from spec.rules import check
from spec.tree import read

if TYPE_CHECKING:
    from spec.findings import Finding, Path
    from spec.places import LocatedTree

_MOST_ROUNDS = 8
"""Repairs may uncover mistakes that the first one hid; a few rounds find them all."""


def load(data: bytes, name: str) -> LoadedSpec:
    """
    Load the spec in *data*, the content of the file called *name*.

    Returns:
        The spec, and every finding. Never raises, whatever the bytes are.
    """
    reading = read(data, name)
    findings = reading.findings
    spec: Spec | None = None
    if reading.tree is not None:
        if reading.tree.broken:
            findings += _about_the_rest(reading.tree)
        else:
            try:
                spec = Spec.model_validate(reading.tree.root)
            except ValidationError:
                findings += _about_the_rest(reading.tree)
            else:
                findings += tuple(check(spec))
    if reading.findings:
        spec = None
    return LoadedSpec(
        source=reading.source,
        tree=reading.tree,
        spec=spec,
        findings=in_order(reading.tree, findings),
    )


def _about_the_rest(tree: LocatedTree) -> tuple[Finding, ...]:
    """Return what the models refuse in *tree*, and what the rules refuse in what is left."""
    findings: list[Finding] = []
    repair = Repair(root=tree.root)
    for path in sorted(tree.broken, key=str):
        repair = repaired(repair, path, tree)
    for _ in range(_MOST_ROUNDS):
        try:
            spec = Spec.model_validate(repair.root)
        except ValidationError as error:
            before = repair.touched
            for path, finding in complaints(error, replace(tree, root=repair.root)):
                if not _is_under(path, before):
                    findings.append(finding)
                repair = repaired(repair, path, tree)
        else:
            rules = (finding for finding in check(spec) if not repair.is_knock_on(finding, tree))
            return (*findings, *rules)
    return tuple(findings)


def _is_under(path: Path, touched: frozenset[Path]) -> bool:
    return any(path[: len(above)] == above for above in touched)
