"""
What the application and its people have to find, with what only AWS knows read from the stacks.

Only reads, and needs the manifest alone. The value of a secret is never read. No output of a stack
is used that is not current: what it says may be gone with the next rollback.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.exit_codes import DONE, FINDINGS, REFUSED
from compiler.deploy.observe import account_refusal, look
from compiler.deploy.otherwise import OtherWay, standing_otherwise
from compiler.deploy.port import Aws, AwsError
from compiler.deploy.wanted import place_of
from compiler.manifest import Computed, FromOutput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.flow import Pool
    from compiler.deploy.plan import Seen
    from compiler.manifest import Endpoint, FactSource, Manifest, Stack
    from spec.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """
    One thing that there is to know.

    Attributes:
        value: What it is; `None` if it is not known.
        reason: Why it is not known; empty if it is.
    """

    value: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEndpoint:
    """
    Something that the application has to find.

    Attributes:
        endpoint: What it is.
        region: Where its stack stands.
        account: In whose account.
        reason: Why it cannot be used yet; empty if it is there.
        facts: What there is to know about it, by name.
    """

    endpoint: Endpoint
    region: str
    account: str
    reason: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEndpoints:
    """
    All that the application has to find.

    Attributes:
        exit_code: 0 all is there, 1 something is not there yet or findings, 3 AWS refused.
        findings: Why nothing could be read.
        endpoints: In the order of the manifest.
    """

    exit_code: int
    findings: tuple[Finding, ...] = ()
    endpoints: tuple[FoundEndpoint, ...] = ()


def find_endpoints(
    aws: Aws, manifest: Manifest, pool: Pool, other: OtherWay | None = None
) -> FoundEndpoints:
    """
    Ask AWS for what is not computed, and whether all is there.

    Args:
        aws: Whom to ask.
        manifest: What was compiled.
        pool: Makes the calls.
        other: The way that was not asked for: what stands that way is not called absent.
    """
    refusal = account_refusal(aws, manifest)
    if refusal is not None:
        return FoundEndpoints(exit_code=refusal.exit_code, findings=(refusal.finding,))
    needed = {one.stack for one in manifest.endpoints} | {
        fact.stack
        for one in manifest.endpoints
        for fact in one.facts.values()
        if isinstance(fact, FromOutput)
    }
    stacks = {stack.id: stack for stack in manifest.stacks}
    calls = {id_: pool.submit(partial(_look, aws, stacks[id_])) for id_ in sorted(needed)}
    seen = {id_: call.result() for id_, call in calls.items()}
    told = [one for one in seen.values() if not isinstance(one, AwsError)]
    is_refused = len(told) < len(seen)
    if not is_refused:
        findings = standing_otherwise(aws, manifest, other, told)
        if findings:
            return FoundEndpoints(exit_code=FINDINGS, findings=findings)
    endpoints = tuple(_found(one, stacks, seen) for one in manifest.endpoints)
    is_whole = all(
        not one.reason and all(fact.value is not None for fact in one.facts.values())
        for one in endpoints
    )
    return FoundEndpoints(
        exit_code=REFUSED if is_refused else DONE if is_whole else FINDINGS, endpoints=endpoints
    )


def _look(aws: Aws, stack: Stack) -> Seen | AwsError:
    try:
        return look(aws, stack)
    except AwsError as error:
        return error


def _found(
    endpoint: Endpoint, stacks: Mapping[str, Stack], seen: Mapping[str, Seen | AwsError]
) -> FoundEndpoint:
    stack = stacks[endpoint.stack]
    return FoundEndpoint(
        endpoint=endpoint,
        region=stack.region,
        account=stack.account,
        reason=_missing(stack, seen[stack.id]),
        facts={
            name: _fact(source, stacks, seen) for name, source in sorted(endpoint.facts.items())
        },
    )


def _fact(
    source: FactSource, stacks: Mapping[str, Stack], seen: Mapping[str, Seen | AwsError]
) -> Fact:
    if isinstance(source, Computed):
        return Fact(value=source.value)
    found = seen[source.stack]
    reason = _missing(stacks[source.stack], found)
    if reason or isinstance(found, AwsError):
        return Fact(value=None, reason=reason)
    value = (found.outputs or {}).get(source.output)
    if value is None:
        # Deployed from an older compilation, or changed behind its stack set's back.
        return Fact(value=None, reason=f"{source.stack} has no output {source.output}; deploy it")
    return Fact(value=value)


def _missing(stack: Stack, seen: Seen | AwsError) -> str:
    """Return why nothing can be read of a stack; empty if it can."""
    if isinstance(seen, AwsError):
        return f"AWS refused {seen}"
    instance = seen.instance(place_of(stack))
    if instance is None:
        return f"{stack.id} is not deployed yet"
    return "" if instance.is_current else f"{stack.id} is {instance.status}"
