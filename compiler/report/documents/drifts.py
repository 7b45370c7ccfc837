"""Differences between stacks and their templates in a document."""

from __future__ import annotations

from dataclasses import dataclass

from compiler.deploy.answers import Drift
from compiler.deploy.origins import origin, pointer_of
from compiler.manifest import Stack
from compiler.report.documents.findings import dotted
from compiler.report.documents.times import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    One property that is not as its template says.

    Attributes:
        property: Where it stands in the resource, `/Port`; empty where AWS does not say.
        difference: What is expected and what was found.
        path: The place in the spec that it comes from, as a dotted path.
    """

    property: str
    difference: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftedThing:
    """
    A resource that is not as its template says.

    Attributes:
        logical_id: Its key in the template.
        type: Its type.
        physical_id: What its service calls it.
        status: `MODIFIED` or `DELETED`.
        path: The place in the spec that it comes from, as a dotted path.
        differences: By property.
    """

    logical_id: str
    type: str
    physical_id: str
    status: str
    path: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackDrift:
    """
    How far one stack is from its template.

    Attributes:
        stack: Id of the stack, `<region>/<name>`.
        account: The account in which it stands.
        region: The region in which it stands.
        status: `IN_SYNC`, `DRIFTED`, `UNKNOWN` or `NOT_CHECKED`.
        checked: When they were compared; null where AWS does not say.
        resources: Those that differ, sorted by logical id.
    """

    stack: str
    account: str
    region: str
    status: str
    checked: str | None
    resources: tuple[DriftedThing, ...]


def stack_drift(drift: Drift, stack: Stack) -> StackDrift:
    """Return what a document says about the *drift* of a stack."""
    return StackDrift(
        stack=stack.id,
        account=drift.place.account,
        region=drift.place.region,
        status=drift.status,
        checked=instant(drift.checked) if drift.checked else None,
        resources=tuple(
            DriftedThing(
                logical_id=one.logical_id,
                type=one.type,
                physical_id=one.physical_id,
                status=one.status,
                path=dotted(origin(stack, one.logical_id)),
                differences=tuple(
                    Difference(
                        property=pointer_of(text),
                        difference=text,
                        path=dotted(origin(stack, one.logical_id, pointer_of(text))),
                    )
                    for text in one.differences
                ),
            )
            for one in drift.resources
        ),
    )
