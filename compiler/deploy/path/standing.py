"""
Where a migration stands, read from AWS; there is no other record of it.

A stack of its own says which phase stands completely. On the way on it comes after everything else,
and on the way back before: so whatever happens half-way, that phase is the earlier one of the two,
and other stacks already have, or still have, forms of the later one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy.observe import observe
from compiler.deploy.path.states import everything
from compiler.deploy.port import AwsBusyError, AwsError
from compiler.deploy.recovery.promotion import is_marked
from compiler.deploy.wanted import PHASE, digest_of, place_of
from compiler.phases import ORDER, next_phase, phase_before, phase_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.deploy.flow import Pool
    from compiler.deploy.plan import Seen
    from compiler.deploy.port import Aws
    from compiler.manifest import Manifest, Stack
    from compiler.phases import PhaseName

MARKER = "phase"
"""Name of the stack, in the target, that says which phase stands completely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    Where a migration stands.

    Attributes:
        phase: The phase that stands completely; `None` if none does.
        begun: The phase after it that some stacks are in: the way there was begun, or the way back
            from there, and was not finished. `None` if there is no such.
    """

    phase: PhaseName | None = None
    begun: PhaseName | None = None

    def __str__(self) -> str:
        """Return it in words: what follows the migration's name in a sentence."""
        if self.phase is None:
            return (
                "has nothing deployed" if self.begun is None else f"stands partly in {self.begun}"
            )
        if self.begun is None:
            return f"stands in {self.phase}"
        return f"stands between {self.phase} and {self.begun}"


def standing(aws: Aws, manifests: Sequence[Manifest], pool: Pool) -> Standing:
    """
    Ask AWS where a migration stands.

    Args:
        aws: Whom to ask.
        manifests: Every compiled state, in the order of phases.
        pool: Makes the calls.

    Raises:
        AwsError: AWS refused to tell.
    """
    seen = observe(aws, everything(manifests), pool, with_outputs=False)
    return standing_of(aws, manifests, seen)


def standing_of(aws: Aws, manifests: Sequence[Manifest], seen: Mapping[str, Seen]) -> Standing:
    """
    Tell where a migration stands.

    Args:
        aws: Is asked only if the stack that says so is not current.
        manifests: Every compiled state, in the order of phases.
        seen: What AWS has of each of their stacks, by its id.

    Raises:
        AwsError: AWS refused to tell.
    """
    marker = next((one for one in everything(manifests).stacks if one.name == MARKER), None)
    phase = _phase_in(aws, marker, seen[marker.id]) if marker else None
    begun = frozenset(_beyond(manifests, seen, phase))
    return Standing(phase=phase, begun=max(begun, key=ORDER.index, default=None))


def is_marker(stack: Stack) -> bool:
    """Tell whether *stack* is the one that says which phase stands."""
    return stack.name == MARKER


def _phase_in(aws: Aws, marker: Stack, seen: Seen) -> PhaseName | None:
    instance = seen.instance(place_of(marker))
    if seen.definition is None or instance is None:
        return None
    try:
        (properties,) = (
            one["Properties"] for one in json.loads(seen.definition.template)["Resources"].values()
        )
        said, parameter = str(properties["Value"]), str(properties["Name"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    if not instance.is_current:
        # Of a failed update the stack set has the new template, and the stack the old value.
        wanted = phase_named(said)
        return phase_named(_value(aws, parameter)) or (wanted and phase_before(wanted))
    return phase_named(said)


def _value(aws: Aws, parameter: str) -> str:
    """Return what *parameter* holds; nothing if there is none, or it may not be read."""
    try:
        return aws.parameter(parameter) or ""
    except AwsBusyError:
        raise
    except AwsError:
        return ""


def _beyond(
    manifests: Sequence[Manifest], seen: Mapping[str, Seen], phase: PhaseName | None
) -> Iterator[PhaseName]:
    """Yield the phases after *phase* of which AWS has something."""
    later = ORDER[ORDER.index(phase) + 1 :] if phase else ORDER
    for one in seen.values():
        tag = phase_named(one.definition.tags.get(PHASE, "")) if one.definition else None
        if tag in later:
            yield tag
    for manifest in manifests:
        for stack in manifest.stacks:
            form = phase_named(stack.phase)
            if stack.keeps_tags and form in later and _has_form(stack, seen[stack.id]):
                yield form
    yield from _removed(manifests, seen, phase)


def _has_form(stack: Stack, seen: Seen) -> bool:
    have = seen.definition
    if have is None:
        return False
    # What is taken over promoted has a template of its own until the next deploy.
    return is_marked(have) or digest_of(have.template, stack.sha256) == stack.sha256


def _removed(
    manifests: Sequence[Manifest], seen: Mapping[str, Seen], phase: PhaseName | None
) -> Iterator[PhaseName]:
    """Yield the phase after *phase* if stacks are gone that it does not have any more."""
    states = {manifest.phase: manifest for manifest in manifests}
    after = next_phase(phase) if phase else None
    if phase not in states or after not in states:
        return
    stay = {stack.id for stack in states[after].stacks}
    if any(
        seen[stack.id].definition is None for stack in states[phase].stacks if stack.id not in stay
    ):
        yield after
