"""
The plan: every step as a value, from what was compiled and what AWS has. Pure.

The same `decide` says what a plan shows and, once every value is known, what is done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from compiler.deploy.causes import in_short
from compiler.deploy.port import MARK, Definition, Instance, Place
from compiler.manifest import FromLookup, FromOutput, Manifest, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.folder import Compiled

TIMESTAMP = "Timestamp"
"""Key of the tag that says when a deploy last changed a stack set. Its value is never a change."""

Action: TypeAlias = Literal["create", "update", "follow", "check", "skip", "wait"]
"""
`create` and `update` are what they say. `follow`: an earlier run's operation is at work, so it is
waited for and then looked at again. `check`: nothing differs so far, but a value that it reads may.
`skip`: nothing to do. `wait`: not now, since it needs what stands in another region and is not
there.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A value that is known."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAfter:
    """A value that is known once the stack *stack* was dealt with."""

    stack: str
    output: str


Value: TypeAlias = Known | KnownAfter


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """
    What AWS has of one stack.

    Attributes:
        definition: Its stack set, if there is one.
        instances: The stacks of that stack set.
        outputs: The outputs of its stack where that one is current; nothing is read from any other.
    """

    definition: Definition | None = None
    instances: tuple[Instance, ...] = ()
    outputs: Mapping[str, str] | None = None

    def instance(self, place: Place) -> Instance | None:
        """Return the stack at *place*."""
        return next((one for one in self.instances if one.place == place), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    What is to be done about one stack.

    Attributes:
        stack: The stack.
        action: What is to be done.
        reasons: Why, in the operator's words.
        values: The value of each parameter.
    """

    stack: Stack
    action: Action
    reasons: tuple[str, ...]
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    What a deploy would do.

    Attributes:
        manifest: What was compiled.
        region: The one region that it is about; all if none.
        steps: One for each stack that it is about, in an order in which they could be done.
    """

    manifest: Manifest
    region: str | None
    steps: tuple[Step, ...]

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do."""
        return all(step.action in {"skip", "wait"} for step in self.steps)


def place_of(stack: Stack) -> Place:
    """Return where *stack* stands."""
    return Place(account=stack.account, region=stack.region)


def definition_of(
    manifest: Manifest, stack: Stack, template: str, values: Mapping[str, str], stamp: str
) -> Definition:
    """Return what the stack set of *stack* is to be, given the *values* of its parameters."""
    return Definition(
        name=stack.stack_set,
        description=f"{MARK} {stack.id} of {manifest.name}-{manifest.environment}",
        template=template,
        parameters=dict(sorted(values.items())),
        tags=dict(sorted({**manifest.tags, TIMESTAMP: stamp}.items())),
        capabilities=stack.capabilities,
    )


def plan(
    compiled: Compiled,
    seen: Mapping[str, Seen],
    looked_up: Mapping[tuple[str, str], str],
    region: str | None = None,
) -> Plan:
    """
    Say what a deploy would do.

    Args:
        compiled: What was compiled.
        seen: What AWS has of each stack of the manifest, by its id.
        looked_up: What AWS said to each lookup of `lookups`, by stack id and parameter.
        region: Deploy in this region only.
    """
    steps: dict[str, Step] = {}
    for stack in compiled.manifest.stacks:
        steps[stack.id] = _step(
            compiled, stack, before=steps, seen=seen, looked_up=looked_up, region=region
        )
    return Plan(
        manifest=compiled.manifest,
        region=region,
        steps=tuple(step for step in steps.values() if region in {None, step.stack.region}),
    )


def lookups(
    compiled: Compiled, seen: Mapping[str, Seen], *, refresh: bool
) -> Iterator[tuple[Stack, str, FromLookup]]:
    """
    Yield the parameters whose value must be looked up: stack, parameter, and what is asked for.

    A value that the stack set has is kept, since a public parameter that moves on would replace
    instances at the next deploy. It is kept as long as the template declares the parameter in the
    same
    words: those name what was looked up, so another image in the spec is looked up anew.
    """
    for stack in compiled.manifest.stacks:
        for name, source in stack.parameters.items():
            if isinstance(source, FromLookup) and (
                refresh or _kept(compiled.templates[stack.id], seen[stack.id], name) is None
            ):
                yield stack, name, source


def decide(
    stack: Stack, wanted: Definition, unknown: frozenset[str], seen: Seen
) -> tuple[Action, tuple[str, ...]]:
    """
    Compare what is *wanted* with what was *seen*.

    Args:
        stack: The stack.
        wanted: What its stack set is to be; the parameters in *unknown* are left out.
        unknown: Parameters whose value is not known yet.
        seen: What AWS has.

    Returns:
        The action, and why.
    """
    if seen.definition is None:
        return "create", ("it is not there yet",)
    instance = seen.instance(place_of(stack))
    if instance is None:
        return "create", ("its stack set has no stack",)
    if instance.is_unfinished:
        return "follow", ("an operation is at work on it",)
    reasons = tuple(differences(wanted, unknown, seen.definition))
    if not instance.is_current:
        said = f": {in_short(instance.reason)}" if instance.reason else ""
        reasons = (*reasons, f"its stack is {instance.status}{said}")
    if reasons:
        return "update", reasons
    if unknown:
        return "check", ("nothing differs so far",)
    return "skip", ("unchanged",)


def _step(  # the state of a plan in the making  # noqa: PLR0913 -- each is a part of the whole
    compiled: Compiled,
    stack: Stack,
    *,
    before: Mapping[str, Step],
    seen: Mapping[str, Seen],
    looked_up: Mapping[tuple[str, str], str],
    region: str | None,
) -> Step:
    values: dict[str, Value] = {}
    for name, source in sorted(stack.parameters.items()):
        match source:
            case FromOutput():
                values[name] = _output(source, before, seen)
            case FromLookup():
                found = looked_up.get((stack.id, name))
                kept = _kept(compiled.templates[stack.id], seen[stack.id], name)
                values[name] = Known(value=found if found is not None else kept or "")
    waits = tuple(_missing(stack, before, seen, region))
    if waits and region in {None, stack.region}:
        return Step(stack=stack, action="wait", reasons=waits, values=values)
    known = {name: value.value for name, value in values.items() if isinstance(value, Known)}
    action, reasons = decide(
        stack,
        definition_of(compiled.manifest, stack, compiled.templates[stack.id], known, ""),
        frozenset(values) - frozenset(known),
        seen[stack.id],
    )
    return Step(stack=stack, action=action, reasons=reasons, values=values)


def _output(source: FromOutput, before: Mapping[str, Step], seen: Mapping[str, Seen]) -> Value:
    outputs = seen[source.stack].outputs
    if before[source.stack].action == "skip" and outputs is not None and source.output in outputs:
        return Known(value=outputs[source.output])
    return KnownAfter(stack=source.stack, output=source.output)


def _missing(
    stack: Stack, before: Mapping[str, Step], seen: Mapping[str, Seen], region: str | None
) -> Iterator[str]:
    """Yield what keeps *stack* from being deployed when only *region* is."""
    for id_ in stack.after:
        step = before[id_]
        if region is None or step.stack.region == region:
            if step.action == "wait":
                yield f"needs {id_}, which waits itself"
            continue
        instance = seen[id_].instance(place_of(step.stack))
        if instance is None:
            yield f"needs {id_}, which is not deployed yet"
        elif not instance.is_current:
            yield f"needs {id_}, which is {instance.status}"
        elif step.action == "check":
            yield f"needs {id_}, which reads what is about to change"
        elif step.action != "skip":
            yield f"needs {id_}, which is not up to date ({'; '.join(step.reasons)})"


def _kept(template: str, seen: Seen, parameter: str) -> str | None:
    if seen.definition is None or parameter not in seen.definition.parameters:
        return None
    if _declaration(template, parameter) != _declaration(seen.definition.template, parameter):
        return None
    return seen.definition.parameters[parameter]


def _declaration(template: str, parameter: str) -> object:
    try:
        return json.loads(template)["Parameters"][parameter]
    except (ValueError, LookupError, TypeError):
        return None


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
    for key in sorted({*wanted.tags, *have.tags} - {TIMESTAMP}):
        if wanted.tags.get(key) != have.tags.get(key):
            yield f"the tag {key} changed"


def _is_same_template(one: str, other: str) -> bool:
    """Compare by value: AWS may hand a text back with other line ends."""
    if one == other:
        return True
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False
