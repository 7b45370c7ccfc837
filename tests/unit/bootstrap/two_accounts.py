"""A migration from one account to another, and other variations of the smallest example."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from compiler.deploy.folder import Compiled
from compiler.pipeline import compile_spec
from spec.load import load

SOURCE = "111122223333"
TARGET = "444455556666"
PEERING_ROLE = f"arn:aws:iam::{TARGET}:role/AcceptPeering"
OPERATOR = f"arn:aws:iam::{TARGET}:role/ops"


def spec_of_two_accounts() -> str:
    """Return the smallest example, with its target in another account."""
    return (
        Path("spec/examples/minimal.yaml")
        .read_text(encoding="utf-8")
        .replace('target: "111122223333"}', f'target: "{TARGET}", peering_role: "{PEERING_ROLE}"}}')
    )


@cache
def compiled_from(text: str) -> Compiled:
    loaded = load(text.encode(), "spec.yaml")
    assert loaded.spec is not None, loaded.findings
    emitted = compile_spec(loaded.spec, "spec.yaml").emitted
    assert emitted is not None
    return Compiled(
        manifest=emitted.manifest,
        templates={
            stack.id: emitted.files[stack.file].decode() for stack in emitted.manifest.stacks
        },
    )
