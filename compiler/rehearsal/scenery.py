"""
Users who write while a migration goes on.

A gate that compares two empty buckets proves nothing: so objects lie in the buckets before they
replicate, for the batch copy, and others come afterwards, for live replication. Clients of the
databases need not be played here: the sandbox lets them connect as long as a rule lets them in.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.manifest import Computed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.folder import Compiled
    from compiler.deploy.path.states import States
    from compiler.manifest import Action, Manifest
    from compiler.sandbox.embedded import Sandbox

BEFORE = 5
"""How many objects lie in a bucket before it replicates."""

AFTER = 3
"""How many more are written as soon as it does."""


def bring_secrets(sandbox: Sandbox, states: States) -> tuple[str, ...]:
    """
    Put the secrets of the user's own into *sandbox*, which no template makes and gates look for.

    Returns:
        What was put there, one line each, sorted.
    """
    made = {name for state in states.values() for name in _made(state)}
    wanted = {
        (gate.account, gate.region, source.value)
        for state in states.values()
        for gate in state.manifest.gates
        if gate.kind == "secret present"
        and isinstance(source := gate.facts.get("secret"), Computed)
        and source.value not in made
    }
    for account, region, name in sorted(wanted):
        # No secret: who reads it in a sandbox is nobody's customer.
        sandbox.client("secretsmanager", region, account).create_secret(
            Name=name, SecretString="rehearsed"
        )
    return tuple(sorted(f"secret {name} in {region}" for _, region, name in wanted))


def _made(state: Compiled) -> Iterator[str]:
    """Yield the names of the secrets that templates make."""
    for text in state.templates.values():
        for resource in json.loads(text)["Resources"].values():
            if resource["Type"] == "AWS::SecretsManager::Secret":
                yield str(resource["Properties"].get("Name", ""))


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
