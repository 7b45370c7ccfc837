"""From linked stacks to files: the bytes of each template, and the manifest that describes them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.components.tags import tags
from compiler.manifest import MANIFEST_NAME, Manifest, Stack, spec_digest
from compiler.manifest import to_bytes as manifest_bytes
from spec import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.link import Limits, Linked, LinkedStack
    from compiler.phases import Phase
    from compiler.symbols import StackKey
    from spec.model import Spec

_CAPABILITIES = {"AWS::IAM::Role", "AWS::IAM::ManagedPolicy"}
"""Types whose names CloudFormation wants acknowledged with CAPABILITY_NAMED_IAM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted:
    """
    What is written to disk.

    Attributes:
        manifest: What was compiled.
        files: Bytes of each file by its path below the migration's folder, the manifest included.
    """

    manifest: Manifest
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """
    Which spec was compiled, in which state.

    Attributes:
        spec: The spec.
        spec_file: Its file name, without folders.
        phase: The state.
        home_region: Where global stacks stand.
    """

    spec: Spec
    spec_file: str
    phase: Phase
    home_region: str


def emit(linked: Linked, origin: Origin, limits: Limits) -> Emitted:
    """Give *linked* its bytes; equal input gives equal bytes."""
    spec = origin.spec
    ids = {stack.key: stack.id for stack in linked.stacks}
    manifest = Manifest(
        name=spec.name,
        environment=spec.environment,
        phase=origin.phase.name,
        spec_file=origin.spec_file,
        spec_sha256=spec_digest(spec),
        source_region=spec.source.region,
        target_region=spec.target.region,
        home_region=origin.home_region,
        target_account=spec.accounts.target,
        tags=dict(tags(spec, origin.phase)),
        stacks=tuple(_entry(stack, ids, spec, limits) for stack in linked.stacks),
        batches=tuple(tuple(ids[key] for key in batch) for batch in linked.batches),
        endpoints=linked.endpoints,
    )
    files = {f"{stack.id}.json": stack.text for stack in linked.stacks}
    files[MANIFEST_NAME] = manifest_bytes(manifest)
    return Emitted(manifest=manifest, files=files)


def _entry(stack: LinkedStack, ids: Mapping[StackKey, str], spec: Spec, limits: Limits) -> Stack:
    text = stack.text
    kinds = {str(body["Type"]) for body in stack.template["Resources"].values()}
    return Stack(
        id=stack.id,
        side=stack.side,
        name=stack.key.name,
        region=stack.region,
        account=stack.account,
        file=f"{stack.id}.json",
        stack_set=names.stack_set(spec, stack.region, stack.key.name),
        sha256=hashlib.sha256(text).hexdigest(),
        size_bytes=len(text),
        needs_artifact_bucket=len(text) > limits.inline_bytes,
        capabilities=("CAPABILITY_NAMED_IAM",) if kinds & _CAPABILITIES else (),
        component=stack.component,
        parameters=stack.parameters,
        outputs=tuple(sorted(stack.template.get("Outputs", ()))),
        after=tuple(sorted(ids[key] for key in stack.after)),
        stateful=stack.stateful,
        retained=stack.retained,
        snapshotted=stack.snapshotted,
        origins=stack.origins,
    )
