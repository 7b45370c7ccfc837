"""
Facts by name, as endpoints, actions and gates have them: computed, or read from a stack's outputs.

Only reads. No output of a stack is used that is not current: what it says may be gone with the next
rollback.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from compiler.deploy.observe import look
from compiler.deploy.port import Aws, AwsError
from compiler.deploy.wanted import place_of
from compiler.manifest import Computed, FromOutput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.deploy.flow import Pool
    from compiler.deploy.plan import Seen
    from compiler.manifest import FactSource, Manifest, Stack

Looked: TypeAlias = "Mapping[str, Seen | AwsError]"
"""What AWS has of stacks, or why it does not tell, by id of the stack."""


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


def stacks_read(facts: Iterable[Mapping[str, FactSource]]) -> frozenset[str]:
    """Return the ids of the stacks from whose outputs *facts* are read."""
    return frozenset(
        source.stack
        for named in facts
        for source in named.values()
        if isinstance(source, FromOutput)
    )


def look_at(aws: Aws, manifest: Manifest, ids: Iterable[str], pool: Pool) -> Looked:
    """
    Ask for the stacks with these *ids*, each once, at the same time.

    Raises:
        KeyError: The manifest has no stack of that id.
    """
    stacks = {stack.id: stack for stack in manifest.stacks}
    calls = {id_: pool.submit(partial(_look, aws, stacks[id_])) for id_ in sorted(set(ids))}
    return {id_: call.result() for id_, call in calls.items()}


def facts_of(
    sources: Mapping[str, FactSource], manifest: Manifest, looked: Looked
) -> Mapping[str, Fact]:
    """
    Return the facts that have these *sources*, by name, sorted.

    Args:
        sources: Where each is read.
        manifest: Has the stacks that they are read from.
        looked: What AWS has of these.
    """
    stacks = {stack.id: stack for stack in manifest.stacks}
    return {name: _fact(source, stacks, looked) for name, source in sorted(sources.items())}


def missing(stack: Stack, seen: Seen | AwsError) -> str:
    """Return why nothing can be read of a stack; empty if it can."""
    if isinstance(seen, AwsError):
        return f"AWS refused {seen}"
    instance = seen.instance(place_of(stack))
    if instance is None:
        return f"{stack.id} is not deployed yet"
    return "" if instance.is_current else f"{stack.id} is {instance.status}"


def _look(aws: Aws, stack: Stack) -> Seen | AwsError:
    try:
        return look(aws, stack)
    except AwsError as error:
        return error


def _fact(source: FactSource, stacks: Mapping[str, Stack], looked: Looked) -> Fact:
    if isinstance(source, Computed):
        return Fact(value=source.value)
    found = looked[source.stack]
    reason = missing(stacks[source.stack], found)
    if reason or isinstance(found, AwsError):
        return Fact(value=None, reason=reason)
    value = (found.outputs or {}).get(source.output)
    if value is None:
        # Deployed from an older compilation, or changed behind its stack set's back.
        return Fact(value=None, reason=f"{source.stack} has no output {source.output}; deploy it")
    return Fact(value=value)
