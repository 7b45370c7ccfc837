"""What a stack set is to be, where its stacks are to stand, and in what it differs. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.deploy.port import MARK, Definition, Instance, Place
from compiler.phases import ORDER
from compiler.template_text import to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.deploy.targets import Targets
    from compiler.manifest import Manifest, Stack

PHASE = "MigrationPhase"
"""Key of the tag that says in which phase a stack took its form."""

TIMESTAMP = "Timestamp"
"""Key of the tag that says when a deploy last changed a stack set. Its value is never a change."""


def place_of(stack: Stack) -> Place:
    """Return where *stack* stands."""
    return Place(account=stack.account, region=stack.region)


def places_of(stack: Stack, instances: Sequence[Instance], targets: Targets) -> tuple[Place, ...]:
    """
    Return where *stack* is to stand: in its own account, and in those that it is fanned out to.

    Args:
        stack: The stack.
        instances: Those that there are: without a word about accounts they stay.
        targets: Into which accounts.
    """
    others = (
        {one.place for one in instances if one.place.region == stack.region}
        if targets.accounts is None
        else {Place(account=account, region=stack.region) for account in targets.accounts}
    )
    return tuple(sorted({place_of(stack), *others}))


def definition_of(
    manifest: Manifest, stack: Stack, template: str, values: Mapping[str, str], stamp: str
) -> Definition:
    """Return what the stack set of *stack* is to be, given the *values* of its parameters."""
    form = {PHASE: stack.phase} if stack.phase else {}
    return Definition(
        name=stack.stack_set,
        description=mark_of(manifest, stack),
        template=template,
        parameters=dict(sorted(values.items())),
        tags=dict(sorted({**manifest.tags, **form, TIMESTAMP: stamp}.items())),
        capabilities=stack.capabilities,
        keeps_tags=stack.keeps_tags,
    )


def keeping_tags(wanted: Definition, have: Definition | None) -> Definition:
    """
    Return *wanted* with the tags that AWS *has*, where an update is to leave them alone.

    It is not on the way back into a form: then the tag of the later one must go.
    """
    if not wanted.keeps_tags or have is None:
        return wanted
    form, there = wanted.tags.get(PHASE, ""), have.tags.get(PHASE, "")
    if form in ORDER and there in ORDER and ORDER.index(there) > ORDER.index(form):
        return replace(wanted, keeps_tags=False)
    return replace(wanted, tags=have.tags)


def mark_of(manifest: Manifest, stack: Stack) -> str:
    """Return how the description of the stack set of *stack* begins."""
    return f"{MARK} {stack.id} of {manifest.migration}"


def differences(wanted: Definition, unknown: frozenset[str], have: Definition) -> Iterator[str]:
    """Yield in what *wanted* differs from what AWS has, parameters in *unknown* left out."""
    if not _is_same_template(wanted.template, have.template):
        yield "the template changed"
    for name in sorted({*wanted.parameters, *have.parameters} - unknown):
        new, old = wanted.parameters.get(name), have.parameters.get(name)
        if new is None:
            yield f"the parameter {name} is gone"
        elif new != old:
            yield f"{name} is {new}" if old is None else f"{name} becomes {new}, was {old}"
    if wanted.keeps_tags:
        return
    for key in sorted({*wanted.tags, *have.tags} - {TIMESTAMP}):
        if wanted.tags.get(key) != have.tags.get(key):
            yield f"the tag {key} changed"


def digest_of(template: str, compiled: str) -> str:
    """
    Return the SHA-256 of a template that AWS has.

    Args:
        template: Its text.
        compiled: The digest of what was compiled: returned for a text that says the same in
            another layout, since AWS may hand a text back with other line ends.
    """
    own = hashlib.sha256(template.encode()).hexdigest()
    try:
        same = hashlib.sha256(to_bytes(json.loads(template))).hexdigest()
    except (ValueError, AttributeError):
        return own
    return compiled if same == compiled else own


def _is_same_template(one: str, other: str) -> bool:
    """Compare by value: AWS may hand a text back with other line ends."""
    if one == other:
        return True
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False
