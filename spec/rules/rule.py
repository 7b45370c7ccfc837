"""What every rule is, and the few words they all say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from spec import regions
from spec.findings import Finding
from spec.model import Spec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spec import model, names
    from spec.regions import Partition

Rule: TypeAlias = Callable[[Spec], Iterator[Finding]]
"""
One bad pattern: yields a finding for each time it occurs in a spec.

A rule is named after the pattern, its docstring opens with its code, and it yields no other code.
It skips what another rule refuses, so that one mistake is one finding.
"""


def sides(spec: Spec) -> tuple[tuple[names.Side, model.Side], ...]:
    """Return both sides with their keys, source first."""
    return (("source", spec.source), ("target", spec.target))


def partition(spec: Spec) -> Partition | None:
    """
    Return the partition of the migration.

    Returns:
        The partition of the source, or of the target where the source's region does not exist;
        `None` where neither does.
    """
    for _, side in sides(spec):
        if regions.exists(side.region):
            return regions.partition_of(side.region)
    return None


def listed(words: Iterable[str], *, last: str = "or") -> str:
    """Return *words* in quotes as an English list: `"a", "b" or "c"`."""
    quoted = [f'"{word}"' for word in words]
    if len(quoted) < 2:  # noqa: PLR2004 (a list of one has no "or")
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean "x"? `, or nothing where no known word is like *word*."""
    # Not at the top: a spec without mistakes does without it.
    from difflib import get_close_matches  # noqa: PLC0415 -- only for what is wrong

    matches = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f'Did you mean "{matches[0]}"? ' if matches else ""
