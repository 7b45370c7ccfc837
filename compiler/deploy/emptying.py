"""Buckets that a destroy may empty, since the operator named each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compiler.manifest import origin_of
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.deploy.folder import Compiled
    from compiler.deploy.port import Place, StackResource
    from compiler.manifest import Stack

BUCKET = "AWS::S3::Bucket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptying:
    """
    A bucket that is emptied before its stack is deleted.

    Attributes:
        bucket: The bucket.
        place: Where it stands.
        versions: How many versions and delete markers it held when it was looked at. A bucket that
            is in use goes on filling, so this does not make another plan.
    """

    bucket: StackResource
    place: Place
    versions: int = field(default=0, compare=False)


def is_named(resource: StackResource, empty: frozenset[str]) -> bool:
    """Tell whether the operator named this bucket, by its own name or its logical id."""
    return resource.type == BUCKET and not empty.isdisjoint(
        {resource.logical_id, resource.physical_id}
    )


def strange_buckets(
    compiled: Compiled, there: Mapping[str, Sequence[StackResource]], empty: frozenset[str]
) -> Iterator[Finding]:
    """
    SF559: a name that is no bucket of this migration, or one that its template retains.

    A bucket of the migration that is gone already is no finding: an interrupted destroy is run
    again with the same words.

    Args:
        compiled: What was compiled.
        there: What the stacks hold that are there, by their ids.
        empty: Names or logical ids of the buckets that may be emptied.
    """
    known = [*_declared(compiled), *_standing(compiled, there)]
    for name in sorted(empty):
        named = [(stack, logical_id) for stack, logical_id, own in known if name in own]
        doomed = [1 for stack, logical_id in named if logical_id not in stack.retained]
        if doomed:
            continue
        if named:
            stack, logical_id = named[0]
            yield Finding(
                code="SF559",
                where=at(*origin_of(stack, ("Resources", logical_id))),
                detail=(
                    f'The bucket "{name}" stays on purpose: the template of {stack.id} retains it. '
                    "Emptying it would lose what it is kept for. Nothing was touched."
                ),
                way_out=(
                    "Leave it out of --empty. If what it holds may go, delete the bucket by hand "
                    "after destroy."
                ),
            )
            continue
        deleted = sorted(
            {logical_id for stack, logical_id, _ in known if logical_id not in stack.retained}
        )
        yield Finding(
            code="SF559",
            where=at(),
            detail=f'No stack of this migration has a bucket "{name}". Nothing was touched.',
            way_out=(
                f"Name one that is deleted: {', '.join(deleted)}."
                if deleted
                else "Leave --empty out: no stack of this migration deletes a bucket."
            ),
        )


def _declared(compiled: Compiled) -> Iterator[tuple[Stack, str, frozenset[str]]]:
    """Yield each bucket of the templates: its stack, its logical id, and what it may be called."""
    for stack in compiled.manifest.stacks:
        for logical_id, resource in sorted(
            json.loads(compiled.templates[stack.id]).get("Resources", {}).items()
        ):
            if resource["Type"] != BUCKET:
                continue
            name = resource.get("Properties", {}).get("BucketName")
            called = {logical_id, *((name,) if isinstance(name, str) else ())}
            yield stack, logical_id, frozenset(called)


def _standing(
    compiled: Compiled, there: Mapping[str, Sequence[StackResource]]
) -> Iterator[tuple[Stack, str, frozenset[str]]]:
    """Yield the buckets that stand, likewise; AWS gave those a name that have none of ours."""
    for stack in compiled.manifest.stacks:
        for one in there.get(stack.id, ()):
            if one.type == BUCKET:
                yield stack, one.logical_id, frozenset({one.physical_id})
