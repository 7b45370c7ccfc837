"""
Users who write while a migration goes on.

A gate that compares two empty buckets proves nothing: so objects lie in the buckets before they
replicate, for the batch copy, and others come afterwards, for live replication. Clients of the
databases need not be played here: the sandbox lets them connect as long as a rule lets them in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.manifest import Computed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.manifest import Action, Manifest
    from compiler.sandbox.embedded import Sandbox

BEFORE = 5
"""How many objects lie in a bucket before it replicates."""

AFTER = 3
"""How many more are written as soon as it does."""


def write_before(sandbox: Sandbox, manifest: Manifest) -> Iterator[tuple[str, int]]:
    """
    Write to the buckets that replicate in *manifest*, which is not deployed yet.

    Returns:
        The name of each bucket, and how many objects were written to it.
    """
    yield from _write(sandbox, manifest, "before", BEFORE)


def write_after(sandbox: Sandbox, manifest: Manifest) -> Iterator[tuple[str, int]]:
    """Write to the buckets that have begun to replicate with *manifest*."""
    yield from _write(sandbox, manifest, "after", AFTER)


def _write(
    sandbox: Sandbox, manifest: Manifest, when: str, count: int
) -> Iterator[tuple[str, int]]:
    for action in _copies(manifest):
        bucket = action.facts["bucket"]
        if not isinstance(bucket, Computed):
            message = f"the bucket of {action.key} has no name yet"
            raise TypeError(message)
        client = sandbox.client("s3", action.region, action.account)
        for number in range(count):
            # Within the prefix that replicates, where only a part of a bucket does.
            prefix = action.facts.get("prefix")
            under = prefix.value if isinstance(prefix, Computed) else ""
            client.put_object(
                Bucket=bucket.value,
                Key=f"{under}rehearsal/{when}-{manifest.phase}-{number}",
                Body=f"written {when} {manifest.phase}".encode(),
            )
        yield bucket.value, count


def _copies(manifest: Manifest) -> Iterator[Action]:
    return (action for action in manifest.actions if action.kind == "copy existing objects")
