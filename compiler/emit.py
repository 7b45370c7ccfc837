"""
From linked stacks to files: the forms of each stack, their bytes, and the itinerary of all states.

A stack keeps its form from one phase to the next where nothing of it changes. So a form is told by
what the linker gives with the tag `MigrationPhase` left open, and gets the tag of the phase that
brings it; one that must differ in nothing else (`freezes_tags`) keeps the tag of the form before.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from compiler.components.tags import tags
from compiler.itinerary import Itinerary, itinerary
from compiler.manifest import MANIFEST_NAME, Manifest, Stack, spec_digest
from compiler.manifest import to_bytes as manifest_bytes
from compiler.template_text import to_bytes
from spec import names
from spec.durations import seconds_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from compiler.link import Limits, Linked, LinkedStack
    from compiler.phases import Phase
    from compiler.symbols import StackKey
    from spec.model import Spec

OPEN_TAG = "\uffff"
"""Stands for `MigrationPhase` until the form is known: no YAML, so no spec, holds U+FFFF."""

_CAPABILITIES = {"AWS::IAM::Role", "AWS::IAM::ManagedPolicy"}
"""Types whose names CloudFormation wants acknowledged with CAPABILITY_NAMED_IAM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted:
    """
    What is written to disk.

    Attributes:
        itinerary: What was compiled.
        files: Bytes of each file by its path below the migration's folder, the itinerary included.
    """

    itinerary: Itinerary
    files: Mapping[str, bytes]

    @property
    def manifest(self) -> Manifest:
        """The last state that was compiled."""
        return self.itinerary.at(self.itinerary.phases[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """
    Which spec was compiled.

    Attributes:
        spec: The spec.
        spec_file: Its file name, without folders.
        home_region: Where global stacks stand.
    """

    spec: Spec
    spec_file: str
    home_region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """A form of a stack: what the linker gave, its tag and its bytes, and its first phase."""

    linked: LinkedStack
    phase: str
    tag: str
    text: bytes


def emit(
    states: Sequence[tuple[Phase, Linked]],
    wanted: Collection[str],
    origin: Origin,
    limits: Limits,
) -> Emitted:
    """
    Give the *wanted* ones of *states* their bytes; equal input gives equal bytes.

    Args:
        states: Every state from the first phase on, in order.
        wanted: Names of the phases to write; at least one.
        origin: Which spec it is.
        limits: What fits into a template.
    """
    chosen = [entry for entry in _formed(states) if entry[0].name in wanted]
    counted: dict[str, set[str]] = {}
    for _, _, forms in chosen:
        for form in forms.values():
            counted.setdefault(form.linked.id, set()).add(form.phase)
    manifests = []
    files: dict[str, bytes] = {}
    entries: dict[tuple[str, str], Stack] = {}
    for phase, linked, forms in chosen:
        ids = {stack.key: stack.id for stack in linked.stacks}
        stacks = []
        for stack in linked.stacks:
            form = forms[stack.key]
            has_one = len(counted[stack.id]) == 1
            file = f"{stack.id}.json" if has_one else f"{stack.id}.{form.phase}.json"
            files[file] = form.text
            named = (stack.id, form.phase)
            if named not in entries:
                entries[named] = _entry(form, file, origin.spec, limits)
            after = tuple(sorted(ids[key] for key in stack.after))
            stacks.append(replace(entries[named], after=after))
        manifests.append(_manifest(origin, phase, linked, tuple(stacks)))
    whole = itinerary(manifests)
    files[MANIFEST_NAME] = manifest_bytes(whole)
    return Emitted(itinerary=whole, files=files)


def _formed(
    states: Sequence[tuple[Phase, Linked]],
) -> Iterator[tuple[Phase, Linked, dict[StackKey, _Form]]]:
    """Yield each state with the forms of its stacks."""
    before: dict[StackKey, _Form] = {}
    for phase, linked in states:
        forms = {}
        for stack in linked.stacks:
            had = before.get(stack.key)
            forms[stack.key] = (
                had
                if had is not None and replace(stack, after=had.linked.after) == had.linked
                else _form(stack, phase, had)
            )
        yield phase, linked, forms
        before = forms


def _form(stack: LinkedStack, phase: Phase, before: _Form | None) -> _Form:
    tag = before.tag if before is not None and stack.freezes_tags else phase.name
    return _Form(
        linked=stack,
        phase=phase.name,
        tag=tag,
        text=to_bytes(_tagged(stack.template, tag)),
    )


def _tagged(value: Any, tag: str) -> Any:  # noqa: ANN401 -- JSON
    """Fill in the tag that was left open."""
    if isinstance(value, str):
        return tag if value == OPEN_TAG else value
    if isinstance(value, dict):
        return {key: _tagged(item, tag) for key, item in value.items()}
    if isinstance(value, list):
        return [_tagged(item, tag) for item in value]
    return value


def _manifest(origin: Origin, phase: Phase, linked: Linked, stacks: tuple[Stack, ...]) -> Manifest:
    spec = origin.spec
    ids = {stack.key: stack.id for stack in linked.stacks}
    return Manifest(
        name=spec.name,
        environment=spec.environment,
        phase=phase.name,
        spec_file=origin.spec_file,
        spec_sha256=spec_digest(spec),
        source_region=spec.source.region,
        target_region=spec.target.region,
        home_region=origin.home_region,
        target_account=spec.accounts.target,
        tags=dict(tags(spec, phase)),
        stacks=stacks,
        batches=tuple(tuple(ids[key] for key in batch) for batch in linked.batches),
        endpoints=linked.endpoints,
        actions=linked.actions,
        gates=linked.gates,
        max_downtime_seconds=seconds_of(spec.cutover.max_downtime),
    )


def _entry(form: _Form, file: str, spec: Spec, limits: Limits) -> Stack:
    stack, text = form.linked, form.text
    kinds = {str(body["Type"]) for body in stack.template["Resources"].values()}
    return Stack(
        id=stack.id,
        side=stack.side,
        name=stack.key.name,
        region=stack.region,
        account=stack.account,
        file=file,
        stack_set=names.stack_set(spec, stack.region, stack.key.name),
        sha256=hashlib.sha256(text).hexdigest(),
        size_bytes=len(text),
        needs_artifact_bucket=len(text) > limits.inline_bytes,
        capabilities=("CAPABILITY_NAMED_IAM",) if kinds & _CAPABILITIES else (),
        component=stack.component,
        parameters=stack.parameters,
        outputs=tuple(sorted(stack.template.get("Outputs", ()))),
        after=(),
        stateful=stack.stateful,
        retained=stack.retained,
        snapshotted=stack.snapshotted,
        origins=stack.origins,
        phase=form.phase,
        keeps_tags=stack.freezes_tags,
    )
