"""
What the application and its people have to find, with what only AWS knows read from the stacks.

Only reads, and needs the manifest alone. The value of a secret is never read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy.exit_codes import DONE, FINDINGS, REFUSED
from compiler.deploy.facts import facts_of, look_at, missing, stacks_read
from compiler.deploy.observe import account_refusal
from compiler.deploy.otherwise import OtherWay, standing_otherwise
from compiler.deploy.port import Aws, AwsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.facts import Fact, Looked
    from compiler.deploy.flow import Pool
    from compiler.manifest import Endpoint, Manifest
    from spec.findings import Finding


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
    needed = {one.stack for one in manifest.endpoints} | stacks_read(
        one.facts for one in manifest.endpoints
    )
    seen = look_at(aws, manifest, needed, pool)
    told = [one for one in seen.values() if not isinstance(one, AwsError)]
    is_refused = len(told) < len(seen)
    if not is_refused:
        findings = standing_otherwise(aws, manifest, other, told)
        if findings:
            return FoundEndpoints(exit_code=FINDINGS, findings=findings)
    endpoints = tuple(_found(one, manifest, seen) for one in manifest.endpoints)
    is_whole = all(
        not one.reason and all(fact.value is not None for fact in one.facts.values())
        for one in endpoints
    )
    return FoundEndpoints(
        exit_code=REFUSED if is_refused else DONE if is_whole else FINDINGS, endpoints=endpoints
    )


def _found(endpoint: Endpoint, manifest: Manifest, seen: Looked) -> FoundEndpoint:
    stack = next(one for one in manifest.stacks if one.id == endpoint.stack)
    return FoundEndpoint(
        endpoint=endpoint,
        region=stack.region,
        account=stack.account,
        reason=missing(stack, seen[stack.id]),
        facts=facts_of(endpoint.facts, manifest, seen),
    )
