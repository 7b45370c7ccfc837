"""A state of a migration as the prover looks at it: the manifest and its templates, parsed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from compiler.kinds import is_stateful

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.itinerary import Itinerary
    from compiler.manifest import Manifest, Stack

Policy: TypeAlias = Literal["Delete", "Retain", "Snapshot"]
"""What becomes of a resource that leaves its template; `Retain` whether on create or not."""

Template: TypeAlias = "Mapping[str, Any]"
"""A template as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Key:
    """
    One resource, in whatever state.

    Attributes:
        stack: Id of its stack.
        logical_id: Its key in the template.
    """

    stack: str
    logical_id: str

    def __str__(self) -> str:
        """Return it as an operator names it: `us-east-1/database-orders:Database`."""
        return f"{self.stack}:{self.logical_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    One state of a migration.

    Attributes:
        manifest: What was compiled, or, of what is deployed, the manifest that tells of it.
        templates: Templates by id of the stack. A stack that the manifest has and that is not here
            does not stand.
        values: Parameters whose values are known, by id of the stack and name: of what is deployed.
            Others are known by where they come from.
    """

    manifest: Manifest
    templates: Mapping[str, Template]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def stacks(self) -> Mapping[str, Stack]:
        """Return the stacks that stand, by id, in the manifest's order."""
        return {stack.id: stack for stack in self.manifest.stacks if stack.id in self.templates}

    def resources(self) -> Iterator[tuple[Key, Mapping[str, Any]]]:
        """Yield every resource, by the manifest's order and logical ids."""
        for id_ in self.stacks():
            for logical_id, body in sorted(self.templates[id_].get("Resources", {}).items()):
                yield Key(stack=id_, logical_id=logical_id), body

    def resource(self, key: Key) -> Mapping[str, Any] | None:
        """Return the resource at *key*, if there is one."""
        found: Mapping[str, Any] | None = (
            self.templates.get(key.stack, {}).get("Resources", {}).get(key.logical_id)
        )
        return found

    def stateful(self) -> Iterator[tuple[Key, Mapping[str, Any]]]:
        """Yield what holds what cannot be made again."""
        return ((key, body) for key, body in self.resources() if is_stateful(body))


def states_of(itinerary: Itinerary, texts: Mapping[str, str | bytes]) -> tuple[State, ...]:
    """Return the states of *itinerary*, in order, with the texts of its templates by file."""
    parsed = {stack.file: json.loads(texts[stack.file]) for stack in itinerary.stacks}
    manifests = [itinerary.at(phase) for phase in itinerary.phases]
    return tuple(
        State(
            manifest=manifest,
            templates={stack.id: parsed[stack.file] for stack in manifest.stacks},
        )
        for manifest in manifests
    )


def state_of(manifest: Manifest, texts: Mapping[str, str | bytes]) -> State:
    """Return the state of *manifest* with the texts of its templates, by id of the stack."""
    return State(manifest=manifest, templates={id_: json.loads(t) for id_, t in texts.items()})


def derived(body: Mapping[str, Any]) -> bool:
    """
    Tell whether a stateful resource can be made again after all: a replica that follows its source.

    What its deletion is to leave does not count: AWS ignores it (registry schema of
    AWS::RDS::DBInstance, SourceDBInstanceIdentifier, 2026-10-20).
    """
    properties = body.get("Properties", {})
    return body["Type"] == "AWS::RDS::DBInstance" and "SourceDBInstanceIdentifier" in properties


def policy_of(body: Mapping[str, Any]) -> Policy:
    """
    Return what becomes of a resource that leaves its template.

    Source: CloudFormation user guide, "DeletionPolicy attribute", 2026-11: an instance without one
    leaves a snapshot, whatever else has none is deleted; where snapshots are unknown, `Snapshot`
    means `Delete`.
    """
    given = body.get("DeletionPolicy")
    if given in {"Retain", "RetainExceptOnCreate"}:
        return "Retain"
    if body["Type"] == "AWS::RDS::DBInstance" and given in {"Snapshot", None}:
        in_cluster = "DBClusterIdentifier" in body.get("Properties", {})
        return "Delete" if in_cluster and given is None else "Snapshot"
    return "Delete"
