"""
The manifest: one compiled state, in which order, with which links and digests.

All that the deployer works on; `compiler.itinerary` reads it out of the file. It holds spec
*paths*, the spec file's name and a digest of its values, never line numbers: a comment in the spec
changes no byte of the output.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Field

from compiler.kinds import ActionKind, EndpointKind, GateKind, LookupKind, Side
from compiler.phases import PhaseName
from spec.findings import Path
from spec.model import Spec

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FromOutput:
    """
    A parameter that is read from another stack's output.

    Attributes:
        stack: Id of the stack that gives it.
        output: Name of the output.
    """

    stack: str
    output: str
    kind: Literal["output"] = "output"


@dataclass(frozen=True, slots=True, kw_only=True)
class FromLookup:
    """
    A parameter that the deployer looks up in the stack's own region.

    Attributes:
        kind: What is looked up; an `image` is kept once it was passed.
        name: The name that is looked up.
    """

    kind: LookupKind
    name: str


ParameterSource: TypeAlias = Annotated[FromOutput | FromLookup, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """
    A fact that is known before anything is deployed.

    Attributes:
        value: The fact.
    """

    value: str
    kind: Literal["computed"] = "computed"


FactSource: TypeAlias = Annotated[Computed | FromOutput, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """
    Something that the application or its people have to find.

    Attributes:
        kind: What it is.
        key: The component's name; of a public name the name itself; empty where there is one only.
        side: Source, target, or global.
        stack: Id of the stack without which it is not there.
        component: Spec path of what it comes from.
        facts: What there is to know about it, by name; never the value of a secret.
    """

    kind: EndpointKind
    key: str
    side: Side
    stack: str
    component: Path
    facts: Mapping[str, FactSource]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """
    What the deployer does, beside stacks, in the transition into a phase.

    Attributes:
        kind: What is done.
        key: The component's name; empty where there is one only. Unique among those of its kind and
            side.
        side: Source, target, or global.
        region: Where it is done.
        account: Twelve digits.
        component: Spec path of what it comes from.
        facts: What has to be known for it, by name.
        after: Ids of the stacks that must have taken their form of the phase before, sorted.
        before: Ids of the stacks that take their form of the phase, or go, only after it, sorted.
    """

    kind: ActionKind
    key: str
    side: Side
    region: str
    account: str
    component: Path
    facts: Mapping[str, FactSource]
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    @property
    def node(self) -> str:
        """What it is called among the stacks of a run: unique, and never a stack's id."""
        return " ".join(word for word in (self.region, self.kind, self.key) if word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """
    A question asked of the running system while a phase stands, before the next transition.

    Attributes:
        kind: What is asked.
        key: The component's name, or the gate's own; empty where there is one only. Unique among
            those of its kind and side.
        side: Source, target, or global.
        region: Where it is asked.
        account: Twelve digits.
        component: Spec path of what it comes from.
        facts: What has to be known to ask it, by name; thresholds included, in the units that their
            names tell.
    """

    kind: GateKind
    key: str
    side: Side
    region: str
    account: str
    component: Path
    facts: Mapping[str, FactSource]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """
    One stack: one template, one region, one stack set.

    Attributes:
        id: `<region>/<name>`, unique in a manifest.
        side: Source, target, or global.
        name: `network`, `database-catalog`.
        region: Where it is deployed.
        account: Twelve digits.
        file: The template, relative to the manifest's folder.
        stack_set: Name of its stack set.
        sha256: Digest of the template file.
        size_bytes: Size of the template file.
        needs_artifact_bucket: Whether it is too large for the request (51,200 bytes).
        capabilities: What CloudFormation wants acknowledged.
        component: Spec path of the component, where it belongs to one.
        parameters: Where the value of each parameter comes from, by its name.
        outputs: Names of the outputs, sorted.
        after: Ids of the stacks that must stand first, sorted; those whose outputs it reads
            included.
        stateful: Logical ids of the resources that hold what cannot be made again.
        retained: Logical ids of the resources that a deletion of the stack leaves behind.
        snapshotted: Logical ids of the resources of which a deletion leaves a final snapshot.
        phase: The phase that brings this form of the stack.
        keeps_tags: Whether the update to this form passes no tags, so that it changes nothing that
            it need not.
        origins: Spec path of each template place, by dotted path from the template's root
            (`Resources.Database.Properties.Port`); a place that is not listed comes from its
            nearest listed parent.
    """

    id: str
    side: Side
    name: str
    region: str
    account: str
    file: str
    stack_set: str
    sha256: str
    size_bytes: int
    needs_artifact_bucket: bool
    capabilities: tuple[str, ...]
    component: Path
    parameters: Mapping[str, ParameterSource]
    outputs: tuple[str, ...]
    after: tuple[str, ...]
    stateful: tuple[str, ...]
    retained: tuple[str, ...]
    origins: Mapping[str, Path]
    snapshotted: tuple[str, ...] = ()
    phase: str = ""
    keeps_tags: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """
    A compiled migration, in one state.

    Attributes:
        name: The system's name.
        environment: Its environment.
        phase: Which state it is; `bootstrap`: what has to stand before the first one.
        spec_file: File name of the spec, without folders.
        spec_sha256: Digest of the spec's values.
        source_region: The region moved from.
        target_region: The region moved to; stack sets live there.
        home_region: Where global stacks stand.
        target_account: The account in which stack sets live.
        tags: Tags that every stack set carries, without `Timestamp`; of each stack set,
            `MigrationPhase` is rather the phase of its form.
        stacks: In an order in which they can be deployed one by one.
        batches: Ids of stacks that may be deployed at the same time, in order.
        endpoints: What the application and its people have to find: what is public first, then by
            side.
        actions: What is done beside stacks in the transition into this phase, sorted.
        gates: What is asked while this phase stands, before the next transition, sorted.
        max_downtime_seconds: How long nobody may be served during the cutover.
    """

    name: str
    environment: str
    phase: PhaseName | Literal["bootstrap"]
    spec_file: str
    spec_sha256: str
    source_region: str
    target_region: str
    home_region: str
    target_account: str
    tags: Mapping[str, str]
    stacks: tuple[Stack, ...]
    batches: tuple[tuple[str, ...], ...]
    endpoints: tuple[Endpoint, ...] = ()
    actions: tuple[Action, ...] = ()
    gates: tuple[Gate, ...] = ()
    max_downtime_seconds: int = 1_800

    @property
    def migration(self) -> str:
        """What the migration is called: `<name>-<environment>`."""
        return f"{self.name}-{self.environment}"


def origin_of(stack: Stack, place: Sequence[str | int]) -> Path:
    """
    Return the spec path that a template place comes from.

    Args:
        stack: The stack.
        place: Keys and list positions from the template's root.

    Returns:
        The path listed for *place* or for its nearest listed parent, else the stack's component.
    """
    for length in range(len(place), 0, -1):
        found = stack.origins.get(".".join(str(part) for part in place[:length]))
        if found is not None:
            return found
    return stack.component


def spec_digest(spec: Spec) -> str:
    """Return the SHA-256 of the spec's values: comments, order of keys and layout do not count."""
    values = spec.model_dump(mode="json")
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def to_bytes(value: DataclassInstance) -> bytes:
    """
    Serialize a manifest, or whatever holds several: UTF-8 JSON, sorted keys.

    Equal values are equal bytes.
    """
    text = json.dumps(value, default=_fields, indent=1, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()


def _fields(value: DataclassInstance) -> dict[str, object]:
    return {field.name: getattr(value, field.name) for field in fields(value)}
