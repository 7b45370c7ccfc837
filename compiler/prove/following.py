"""
Follows every reference of a state to what it means, so that two states can be compared.

A parameter is nothing of its own: it stands for a value that is known, for another stack's output
and so for a resource there, or for what is looked up. Followed to its end, the same value has the
same form in two states, however parameters and outputs are called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compiler.manifest import FromLookup, FromOutput
from compiler.prove.states import Key
from compiler.prove.values import IDENTITY, LOOKED_UP, REFERENCE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from compiler.manifest import Stack
    from compiler.prove.states import State
    from compiler.prove.values import Json

_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9.]+)\}")
"""A reference inside the text of `Fn::Sub`; `${!Literal}` is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """
    The properties of one resource.

    Attributes:
        properties: With their references followed.
        refers: The resources that they refer to.
    """

    properties: Mapping[str, Json]
    refers: frozenset[Key]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedState:
    """
    A state with its references followed.

    Attributes:
        state: The state.
        parameters: What each parameter stands for, by id of the stack and name.
        resources: By resource, in the order of `State.resources`.
    """

    state: State
    parameters: Mapping[str, Mapping[str, Json]]
    resources: Mapping[Key, Followed]


def follow(state: State, earlier: FollowedState | None = None) -> FollowedState:
    """
    Follow the references of *state*.

    Args:
        state: The state.
        earlier: Another one, from which is taken what is the same: most stacks are.
    """
    stacks = state.stacks()
    inputs = _Inputs(state=state, stacks=stacks)
    parameters = {id_: inputs.of(stack) for id_, stack in stacks.items()}
    resources: dict[Key, Followed] = {}
    for id_, template in state.templates.items():
        if id_ not in stacks:
            continue
        if earlier is not None and (
            earlier.state.templates.get(id_) is template
            and earlier.parameters[id_] == parameters[id_]
        ):
            keys = (Key(stack=id_, logical_id=each) for each in template.get("Resources", {}))
            resources.update((key, earlier.resources[key]) for key in keys)
        else:
            resources.update(_followed(id_, template, parameters[id_]))
    return FollowedState(state=state, parameters=parameters, resources=resources)


def _followed(
    id_: str, template: Mapping[str, Json], parameters: Mapping[str, Json]
) -> Iterator[tuple[Key, Followed]]:
    for logical_id, body in template.get("Resources", {}).items():
        inside = _Inside(stack=id_, resources=template["Resources"].keys(), parameters=parameters)
        properties = inside.follow(body.get("Properties", {}))
        refers = frozenset(_referred(properties))
        yield Key(stack=id_, logical_id=logical_id), Followed(properties=properties, refers=refers)


def _referred(value: Json) -> Iterator[Key]:
    if isinstance(value, list):
        for item in value:
            yield from _referred(item)
    elif isinstance(value, dict):
        if REFERENCE in value:
            stack, logical_id, _ = value[REFERENCE]
            yield Key(stack=stack, logical_id=logical_id)
        else:
            yield from _referred(list(value.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inputs:
    """What the parameters of each stack stand for, each output followed once."""

    state: State
    stacks: Mapping[str, Stack]
    outputs: dict[tuple[str, str], Json] = field(default_factory=dict)

    def of(self, stack: Stack) -> dict[str, Json]:
        known = self.state.values.get(stack.id, {})
        return {
            name: known[name] if name in known else self._given(source)
            for name, source in stack.parameters.items()
        }

    def _given(self, source: FromOutput | FromLookup) -> Json:
        match source:
            case FromLookup(kind=kind, name=name):
                return {LOOKED_UP: [kind, name]}
            case FromOutput(stack=giver, output=output):
                if (giver, output) not in self.outputs:
                    self.outputs[giver, output] = self._output(giver, output)
                return self.outputs[giver, output]

    def _output(self, giver: str, output: str) -> Json:
        template = self.state.templates.get(giver, {})
        if giver not in self.stacks or output not in template.get("Outputs", {}):
            return {UNKNOWN: [giver, output]}
        inside = _Inside(
            stack=giver,
            resources=template.get("Resources", {}).keys(),
            parameters=self.of(self.stacks[giver]),
        )
        return inside.follow(template["Outputs"][output]["Value"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inside:
    """Follows the references in one template."""

    stack: str
    resources: Collection[str]
    parameters: Mapping[str, Json]

    def follow(self, value: Json) -> Json:
        """Return *value* with its references followed."""
        if isinstance(value, list):
            return [self.follow(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((word, item),) = value.items()
            found = self._reference(word, item)
            if found is not None:
                return found
        return {key: self.follow(item) for key, item in value.items()}

    def _reference(self, word: str, item: Json) -> Json:
        """Follow what *word* says of *item*; nothing (`None`) where that is no reference."""
        match word, item:
            case "Ref", str():
                return self._named(item, IDENTITY)
            case "Fn::GetAtt", [str() as name, str() as attribute]:
                return self._named(name, attribute)
            case "Fn::Sub", str():
                return {word: [item, self._in_text(item, {})]}
            case "Fn::Sub", [str() as text, dict() as own]:
                return {word: [text, self._in_text(text, own)]}
            case _:
                return None

    def _in_text(self, text: str, own: Mapping[str, Json]) -> dict[str, Json]:
        found = {}
        for dotted in _IN_TEXT.findall(text):
            name, _, attribute = dotted.partition(".")
            found[dotted] = (
                self.follow(own[dotted]) if dotted in own else self._named(name, attribute)
            )
        return found

    def _named(self, name: str, attribute: str) -> Json:
        """Follow a name: a resource's, a parameter's, or one of AWS's own."""
        if name in self.resources:
            return {REFERENCE: [self.stack, name, attribute]}
        if name in self.parameters:
            return self.parameters[name]
        if name.startswith("AWS::"):
            return {"Ref": name}
        return {UNKNOWN: [self.stack, name]}
