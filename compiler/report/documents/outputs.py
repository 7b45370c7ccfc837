"""The document of `outputs`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from compiler.deploy.endpoints import FoundEndpoint, FoundEndpoints
from compiler.kinds import EndpointKind, Side
from compiler.manifest import Manifest
from compiler.report.documents.findings import FoundFinding, dotted, found
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFact:
    """
    One thing that there is to know.

    Attributes:
        value: What it is; null if it is not known.
        reason: Why it is not known; empty if it is.
    """

    value: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundThing:
    """
    Something that the application or its people have to find.

    Attributes:
        kind: What it is.
        key: The component's name; of a public name the name itself; empty where there is one only.
        side: The side of the migration that it belongs to.
        region: Where its stack stands.
        account: In whose account.
        stack: Id of the stack without which it is not there.
        path: The place in the spec that it comes from, as a dotted path.
        is_there: Whether that stack is deployed and current.
        reason: Why it cannot be used yet; empty if it is there.
        facts: What there is to know about it, by name.
    """

    kind: EndpointKind
    key: str
    side: Side
    region: str
    account: str
    stack: str
    path: str
    is_there: bool
    reason: str
    facts: Mapping[str, EndpointFact]


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationOutputs:
    """
    What the application and its people have to find.

    Attributes:
        command: The verb.
        version: Of the documents.
        migration: `<name>-<environment>`.
        exit_code: What the command ends with.
        phase: The phase that was compiled.
        endpoints: What is public first, then by side.
        findings: Why nothing could be read.
    """

    migration: str
    exit_code: int
    phase: str
    endpoints: tuple[FoundThing, ...]
    findings: tuple[FoundFinding, ...] = ()
    command: Literal["outputs"] = "outputs"
    version: Literal[1] = 1


def document(
    result: FoundEndpoints, manifest: Manifest, loaded: LoadedSpec | None
) -> MigrationOutputs:
    """
    Return what the document says about a *result*.

    Args:
        result: What was found.
        manifest: What was compiled.
        loaded: Its spec, where it is at hand.
    """
    return MigrationOutputs(
        migration=manifest.migration,
        exit_code=result.exit_code,
        phase=manifest.phase,
        endpoints=tuple(_thing(one) for one in result.endpoints),
        findings=found(result.findings, manifest.spec_file, loaded),
    )


def _thing(one: FoundEndpoint) -> FoundThing:
    endpoint = one.endpoint
    return FoundThing(
        kind=endpoint.kind,
        key=endpoint.key,
        side=endpoint.side,
        region=one.region,
        account=one.account,
        stack=endpoint.stack,
        path=dotted(endpoint.component),
        is_there=not one.reason,
        reason=one.reason,
        facts={
            name: EndpointFact(value=fact.value, reason=fact.reason)
            for name, fact in one.facts.items()
        },
    )
