"""What is wrong with the structure of a spec, and what the rules say about the rest of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from spec.complaints import MAX_COMPLAINTS, complaints
from spec.model import Spec
from spec.repair import Repair, repaired
from spec.rules import check

if TYPE_CHECKING:
    from spec.findings import Finding, Path
    from spec.places import LocatedTree

_MOST_ROUNDS = 8
"""Repairs may uncover mistakes that the first one hid; a few rounds find them all."""


def findings_despite(tree: LocatedTree) -> tuple[Finding, ...]:
    """Return what the models refuse in *tree*, and what the rules refuse in what is left."""
    structure, pruned = _findings(tree, Repair(root=tree.root, is_filling=False))
    _, filled = _findings(tree, Repair(root=tree.root, is_filling=True))
    both = {(finding.code, finding.where) for finding in filled}
    return (*structure, *(found for found in pruned if (found.code, found.where) in both))


def _findings(tree: LocatedTree, repair: Repair) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the findings of the models, and those of the rules after *repair* is complete."""
    findings: list[Finding] = []
    for path in sorted(tree.broken, key=str):
        repair = repaired(repair, path, tree)
    for _ in range(_MOST_ROUNDS):
        if len(findings) >= MAX_COMPLAINTS:
            break
        try:
            spec = Spec.model_validate(repair.root)
        except ValidationError as error:
            before = repair.touched
            for path, finding in complaints(error, replace(tree, root=repair.root)):
                if finding is not None and not _is_under(path, before):
                    findings.append(finding)
                repair = repaired(repair, path, tree)
        else:
            rules = (found for found in check(spec) if not repair.is_knock_on(found, tree))
            return tuple(findings), tuple(rules)
    return tuple(findings), ()


def _is_under(path: Path, touched: frozenset[Path]) -> bool:
    return any(path[: len(above)] == above for above in touched)
