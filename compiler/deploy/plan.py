"""
The plan: every step as a value, from what was compiled and what AWS has. Pure.

The same `decide` says what a plan shows and, once every value is known, what is done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from compiler.deploy.causes import in_short
from compiler.deploy.orphans import NO_ORPHANS, Orphans
from compiler.deploy.targets import EVERYTHING, OWN_ACCOUNTS, Scope, Targets, Via
from compiler.deploy.wanted import definition_of, differences, place_of, places_of
from compiler.kinds import is_stateful
from compiler.manifest import FromLookup, FromOutput, Manifest, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.answers import Preview
    from compiler.deploy.folder import Compiled
    from compiler.deploy.path.transition import Transition
    from compiler.deploy.port import Definition, Instance, Place

Action: TypeAlias = Literal["create", "update", "add", "remove", "follow", "check", "skip", "wait"]
"""
`create` and `update` are what they say. `add`: nothing differs, but an account has no stack yet.
`remove`: nothing differs, but an account has a stack that is not wanted there. `follow`: an
earlier run's operation is at work, so it is waited for and then looked at again. `check`: nothing
differs so far, but a value that it reads may. `skip`: nothing to do. `wait`: not now, since it
needs what stands in another region and is not there.
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
class Decision:
    """
    What is to be done, given what AWS has.

    Attributes:
        action: What is to be done.
        reasons: Why, in the operator's words.
        adds: Where a stack is to be created, sorted.
        removes: Where a stack is to be deleted, sorted.
    """

    action: Action
    reasons: tuple[str, ...]
    adds: tuple[Place, ...] = ()
    removes: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """
    What keeps an update from losing what cannot be made again.

    Attributes:
        allowed: Resources that may be lost, as the operator named them: `Database`,
            `us-east-1/database-catalog:Database`, or what their service calls them.
        is_off: Whether CloudFormation is not to be asked what an update would do.
    """

    allowed: tuple[str, ...] = ()
    is_off: bool = False


GUARDED = Guard()
"""Nothing may be lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    What is to be done about one stack.

    Attributes:
        stack: The stack.
        action: What is to be done.
        reasons: Why, in the operator's words.
        values: The value of each parameter.
        places: Where it is to stand, sorted.
        adds: Where a stack is to be created.
        removes: Where a stack is to be deleted.
        stateful: Logical ids of its resources that hold what cannot be made again, sorted; those
            that AWS has and the template no longer has included.
        previews: What CloudFormation says an update would do, for each place that has a stack;
            none where it was not asked.
        guard: What keeps it from losing one of them.
    """

    stack: Stack
    action: Action
    reasons: tuple[str, ...]
    values: Mapping[str, Value]
    places: tuple[Place, ...]
    adds: tuple[Place, ...] = ()
    removes: tuple[Place, ...] = ()
    stateful: tuple[str, ...] = ()
    previews: tuple[Preview, ...] = ()
    guard: Guard = GUARDED

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do."""
        return self.action in {"skip", "wait"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    What a deploy would do.

    Attributes:
        manifest: What was compiled.
        scope: What it is about.
        steps: One for each stack that it is about, in an order in which they could be done.
        targets: Into which accounts.
        via: How stacks are brought about.
        unasked: Why CloudFormation was not asked what updates would do; empty if it was.
        orphans: What the migration has beside that, which a deploy leaves as it is.
        transition: What is done beside the steps, where it leads from one phase to another.
    """

    manifest: Manifest
    scope: Scope
    steps: tuple[Step, ...]
    targets: Targets = OWN_ACCOUNTS
    via: Via = "stacksets"
    unasked: str = ""
    orphans: Orphans = NO_ORPHANS
    transition: Transition | None = None

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do."""
        is_stepping = self.transition is not None and not self.transition.is_idle
        return not is_stepping and all(step.is_idle for step in self.steps)


ASIDE = "its database was promoted and no form of this phase fits it"
"""Why a stack is not brought to what was compiled."""


def plan(  # noqa: PLR0913 -- each is a part of the whole
    compiled: Compiled,
    seen: Mapping[str, Seen],
    looked_up: Mapping[tuple[str, str], str],
    *,
    scope: Scope = EVERYTHING,
    targets: Targets = OWN_ACCOUNTS,
    guard: Guard = GUARDED,
    aside: tuple[str, ...] = (),
) -> Plan:
    """
    Say what a deploy would do.

    Args:
        compiled: What was compiled.
        seen: What AWS has of each stack of the manifest, by its id.
        looked_up: What AWS said to each lookup of `lookups`, by stack id and parameter.
        scope: Deploy these stacks only.
        targets: Into which accounts; what is not deployed stays where it is.
        guard: What keeps updates from losing what cannot be made again.
        aside: Ids of stacks that are left as they are, whatever they are in AWS.
    """
    steps: dict[str, Step] = {}
    for stack in compiled.manifest.stacks:
        steps[stack.id] = _step(
            compiled,
            stack,
            before=steps,
            seen=seen,
            looked_up=looked_up,
            scope=scope,
            targets=targets if scope.covers(stack.id) else OWN_ACCOUNTS,
            is_aside=stack.id in aside,
        )
    return Plan(
        manifest=compiled.manifest,
        scope=scope,
        targets=targets,
        steps=tuple(
            replace(step, guard=guard, stateful=stateful_in(step.stack, seen[step.stack.id]))
            for step in steps.values()
            if scope.covers(step.stack.id)
        ),
    )


def lookups(
    compiled: Compiled, seen: Mapping[str, Seen], *, refresh: bool
) -> Iterator[tuple[Stack, str, FromLookup]]:
    """
    Yield the parameters whose value must be looked up: stack, parameter, and what is asked for.

    A value that the stack set has is kept, since a public parameter that moves on would replace
    instances at the next deploy. It is kept as long as the template declares the parameter in the
    same words: those name what was looked up, so another image in the spec is looked up anew.
    """
    for stack in compiled.manifest.stacks:
        for name, source in stack.parameters.items():
            if isinstance(source, FromLookup) and (
                refresh or _kept(compiled.templates[stack.id], seen[stack.id], name) is None
            ):
                yield stack, name, source


def decide(
    places: tuple[Place, ...], wanted: Definition, unknown: frozenset[str], seen: Seen
) -> Decision:
    """
    Compare what is *wanted* with what was *seen*.

    Args:
        places: Where the stack is to stand.
        wanted: What its stack set is to be; the parameters in *unknown* are left out.
        unknown: Parameters whose value is not known yet.
        seen: What AWS has.
    """
    if seen.definition is None:
        return Decision(action="create", reasons=("it is not there yet",), adds=places)
    there = {one.place: one for one in seen.instances}
    if any(one.is_unfinished for one in seen.instances):
        return Decision(action="follow", reasons=("an operation is at work on it",))
    adds = tuple(place for place in places if place not in there)
    removes = tuple(place for place in there if place not in places)
    if len(adds) == len(places):
        return Decision(
            action="create", reasons=("its stack set has no stack",), adds=adds, removes=removes
        )
    reasons = (
        *differences(wanted, unknown, seen.definition),
        *_not_current(places, there),
    )
    action: Action = "update" if reasons else "add" if adds else "remove" if removes else "skip"
    reasons = (
        *reasons,
        *(f"it is to stand in {place.account} too" for place in adds),
        *(f"it is not to stand in {place.account} any more" for place in removes),
    )
    if action == "skip":
        action = "check" if unknown else "skip"
        reasons = ("nothing differs so far",) if unknown else ("unchanged",)
    return Decision(action=action, reasons=reasons, adds=adds, removes=removes)


def _not_current(places: tuple[Place, ...], there: Mapping[Place, Instance]) -> Iterator[str]:
    for place in places:
        instance = there.get(place)
        if instance is not None and not instance.is_current:
            said = f": {in_short(instance.reason)}" if instance.reason else ""
            where = f" in {place.account}" if len(places) > 1 else ""
            yield f"its stack{where} is {instance.status}{said}"


def _step(  # the state of a plan in the making  # noqa: PLR0913 -- each is a part of the whole
    compiled: Compiled,
    stack: Stack,
    *,
    before: Mapping[str, Step],
    seen: Mapping[str, Seen],
    looked_up: Mapping[tuple[str, str], str],
    scope: Scope,
    targets: Targets,
    is_aside: bool,
) -> Step:
    values: dict[str, Value] = {}
    for name, source in sorted(stack.parameters.items()):
        kept = _kept(compiled.templates[stack.id], seen[stack.id], name)
        match source:
            case FromOutput():
                values[name] = _output(source, before, seen, kept)
            case FromLookup():
                found = looked_up.get((stack.id, name))
                values[name] = Known(value=found if found is not None else kept or "")
    places = places_of(stack, seen[stack.id].instances, targets)
    waits = tuple(_missing(stack, before, seen, scope))
    if waits and scope.covers(stack.id):
        return Step(stack=stack, action="wait", reasons=waits, values=values, places=places)
    if is_aside:
        return Step(stack=stack, action="skip", reasons=(ASIDE,), values=values, places=places)
    known = {name: value.value for name, value in values.items() if isinstance(value, Known)}
    decision = decide(
        places,
        definition_of(compiled.manifest, stack, compiled.templates[stack.id], known, ""),
        frozenset(values) - frozenset(known),
        seen[stack.id],
    )
    return Step(
        stack=stack,
        action=decision.action,
        reasons=decision.reasons,
        values=values,
        places=places,
        adds=decision.adds,
        removes=decision.removes,
    )


def _output(
    source: FromOutput, before: Mapping[str, Step], seen: Mapping[str, Seen], kept: str | None
) -> Value:
    outputs, step = seen[source.stack].outputs or {}, before[source.stack]
    if step.action == "skip" and source.output in outputs:
        return Known(value=outputs[source.output])
    if kept is not None and ASIDE in step.reasons:
        return Known(value=kept)  # A promotion that failed leaves a stack without outputs.
    return KnownAfter(stack=source.stack, output=source.output)


def _missing(
    stack: Stack, before: Mapping[str, Step], seen: Mapping[str, Seen], scope: Scope
) -> Iterator[str]:
    """Yield what keeps *stack* from being deployed when only *scope* is."""
    for id_ in stack.after:
        step = before[id_]
        if scope.covers(id_):
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


def stateful_in(stack: Stack, seen: Seen) -> tuple[str, ...]:
    """
    Return the logical ids of the resources of *stack* that hold what cannot be made again, sorted.

    Those that AWS has count as well: the new template may be without them.
    """
    try:
        there = json.loads(seen.definition.template)["Resources"] if seen.definition else {}
        found = {name for name, body in there.items() if is_stateful(body)}
    except (ValueError, LookupError, TypeError, AttributeError):
        found = set()
    return tuple(sorted({*stack.stateful, *found}))


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
