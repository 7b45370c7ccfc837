"""What AWS answers when it is asked before, beside and after a deploy, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from compiler.in_place import IN_PLACE

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.deploy.port import Place

Replacement: TypeAlias = Literal["True", "False", "Conditional", ""]
"""CloudFormation's own words (API reference, ResourceChange, read 2026-11-24); empty: not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    What an update would do to one resource, as a change set tells it.

    Attributes:
        logical_id: Its key in the template.
        type: `AWS::RDS::DBInstance`.
        action: `Add`, `Modify`, `Remove`, `Import` or `Dynamic`.
        replacement: Whether a modification makes a new one.
        policy_action: What becomes of the old one (`Delete`, `Retain`, `Snapshot`,
            `ReplaceAndDelete`, …); empty where AWS does not say.
        physical_id: What its service calls it; empty for a new one.
        properties: Names of the properties that change, sorted.
        recreating: Those of them of which AWS says that their change may make a new one; empty
            where it does not say.
    """

    logical_id: str
    type: str
    action: str
    replacement: Replacement = ""
    policy_action: str = ""
    physical_id: str = ""
    properties: tuple[str, ...] = ()
    recreating: tuple[str, ...] = ()

    @property
    def causes(self) -> tuple[str, ...]:
        """The properties that make a new resource; all that change where AWS does not tell."""
        in_place = IN_PLACE.get(self.type, frozenset())
        return tuple(name for name in self.recreating if name not in in_place) or self.properties

    @property
    def may_lose_it(self) -> bool:
        """Whether the resource may be removed or replaced; what AWS leaves open counts."""
        if self.action in {"Remove", "Dynamic"}:
            return True
        if self.action == "Modify" and self.replacement == "Conditional":
            in_place = IN_PLACE.get(self.type, frozenset())
            return not self.recreating or not in_place.issuperset(self.recreating)
        return self.action == "Modify" and self.replacement == "True"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """
    What CloudFormation says an update of one stack would do.

    Attributes:
        place: Where the stack stands.
        changes: Sorted by logical id; none if nothing would change.
        assumed: Parameters whose new value is not known yet, for which the present one was taken.
        refusal: Why CloudFormation could not tell; empty if it did.
        is_early: Whether that is only because the value of a new parameter is not known yet.
    """

    place: Place
    changes: tuple[Change, ...] = ()
    assumed: tuple[str, ...] = ()
    refusal: str = ""
    is_early: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftedResource:
    """
    A resource that is not as its template says.

    Attributes:
        logical_id: Its key in the template.
        type: Its type.
        physical_id: What its service calls it.
        status: `MODIFIED` or `DELETED`.
        differences: One line for each property, `/Port: 5432 expected, 5433 found`, sorted.
    """

    logical_id: str
    type: str
    physical_id: str
    status: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """
    How far one stack is from its template.

    Attributes:
        place: Where it stands.
        status: `IN_SYNC`, `DRIFTED`, `UNKNOWN` or `NOT_CHECKED`.
        resources: Those that differ, sorted by logical id.
        checked: When the two were compared; `None` where AWS does not say.
    """

    place: Place
    status: str
    resources: tuple[DriftedResource, ...] = ()
    checked: datetime | None = None
