"""What the proof says of one resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from spec.findings import Finding, at

if TYPE_CHECKING:
    from compiler.prove.changes import PropertyChange
    from compiler.prove.states import Key, Policy
    from spec.findings import Path

Fate: TypeAlias = Literal[
    "unchanged",
    "in place",
    "created",
    "kept",
    "deleted with snapshot",
    "deleted",
    "overwritten",
    "replaced",
    "refused",
    "unknown",
]
"""
What becomes of a resource.

`overwritten`: it stays, with other contents. `kept`: it leaves its template, and its policy leaves
it where it is. `refused`: AWS does not do it, and the update fails. `unknown`: what happens depends
on what only AWS knows.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    What becomes of one resource in a transition.

    Attributes:
        key: The resource.
        type: Its type.
        name: What its template calls it; empty where AWS makes up a name.
        fate: What becomes of it.
        is_stateful: Whether it holds what cannot be made again.
        is_derived: Whether that can be made again after all, from what it replicates.
        policy: What becomes of the old one where it goes.
        changes: The properties that differ, by name; of a replacement in another stack none.
        reason: Why, as sentences; empty where nothing happens.
        path: The place in the spec that it comes from, of its property where one is to blame.
        code: With which it fails; empty if it does not.
    """

    key: Key
    type: str
    name: str
    fate: Fate
    is_stateful: bool
    is_derived: bool
    policy: Policy
    changes: tuple[PropertyChange, ...] = ()
    reason: str = ""
    path: Path = ()
    code: str = ""

    @property
    def fails(self) -> bool:
        """Whether the proof fails over it."""
        return bool(self.code)


def finding(verdict: Verdict, transition: str) -> Finding:
    """
    Return the finding of a verdict that fails.

    Args:
        verdict: It.
        transition: Between which states, as a part of a sentence: `from warm to fence`.
    """
    called = f" ({verdict.name})" if verdict.name else ""
    return Finding(
        code=verdict.code,
        where=at(*verdict.path),
        detail=f'"{verdict.key}"{called}, {verdict.type}, {transition}: {verdict.reason}',
        way_out=_WAYS_OUT[verdict.code],
    )


_WAYS_OUT = {
    "SF410": "Take the change back. What must become another one gets a name of its own, beside"
    " the old one, and its data is moved.",
    "SF411": "Leave it in the spec. Only `retire` deletes, and only what leaves a copy behind.",
    "SF412": "Take the change back; or see what AWS does in an account that holds nothing.",
    "SF413": "Take the change back.",
    "SF414": "Take the change back, or give it another name with the same change.",
    "SF415": "Leave it where it is and called what it is called. If you changed neither, this is a"
    " bug in stackferry.",
}
