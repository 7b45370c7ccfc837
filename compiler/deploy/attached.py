"""
What CloudFormation takes for drift and is none: rules that another stack adds to a security group.

It knows that a rule belongs to a group only where both stand in one template (CloudFormation
user guide, "Detect unmanaged configuration changes", resource attachments, read 2026-11-24). Ours
stand apart, so that no order between groups is ever needed. A rule is recognised by its
description, ports and protocol; whatever else is found in a group stays drift. Pure.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.answers import Drift, DriftedResource
    from compiler.deploy.folder import Compiled
    from compiler.manifest import Stack

_GROUP = "AWS::EC2::SecurityGroup"

_ADDED = re.compile(
    r"/(?P<list>SecurityGroup(?:E|In)gress)/\d+: nothing expected, (?P<rule>\{.*\}) found"
)

_Rule: TypeAlias = tuple[str, tuple[str, ...]]
"""`SecurityGroupEgress` or `SecurityGroupIngress`, and what a rule is recognised by."""

_MARKS = ("Description", "FromPort", "IpProtocol", "ToPort")


def without_attached(compiled: Compiled | None, stack: Stack, drift: Drift) -> Drift:
    """
    Return the *drift* of a *stack* without the rules that other stacks of *compiled* add.

    Where the templates are not at hand, so that *compiled* is `None`, nothing is left out.
    """
    if compiled is None or not any(resource.type == _GROUP for resource in drift.resources):
        return drift
    rules = frozenset(_rules_beside(compiled, stack))
    resources = tuple(
        left for resource in drift.resources if (left := _without(resource, rules)) is not None
    )
    status = "IN_SYNC" if drift.status == "DRIFTED" and not resources else drift.status
    return replace(drift, status=status, resources=resources)


def _without(resource: DriftedResource, rules: frozenset[_Rule]) -> DriftedResource | None:
    """Return *resource* without what is none of its own, or nothing if that was all."""
    if resource.type != _GROUP or not resource.differences:
        return resource
    left = tuple(text for text in resource.differences if _rule_in(text) not in rules)
    return replace(resource, differences=left) if left else None


def _rule_in(difference: str) -> _Rule | None:
    found = _ADDED.fullmatch(difference)
    if found is None:
        return None
    try:
        return _rule(found["list"], json.loads(found["rule"]))
    except ValueError:
        return None


def _rules_beside(compiled: Compiled, stack: Stack) -> Iterator[_Rule]:
    for other in compiled.manifest.stacks:
        if other.region != stack.region or other.id == stack.id:
            continue
        for body in json.loads(compiled.templates[other.id])["Resources"].values():
            kind = str(body["Type"]).removeprefix("AWS::EC2::")
            if kind in {"SecurityGroupEgress", "SecurityGroupIngress"}:
                yield _rule(kind, body["Properties"])


def _rule(kind: str, properties: Mapping[str, Any]) -> _Rule:
    return kind, tuple(str(properties.get(mark, "")) for mark in _MARKS)
