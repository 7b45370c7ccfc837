"""
Values of a template with every reference followed to what it means, so that they can be compared.

A parameter is nothing of its own: it stands for a value that is known, for another stack's output
and so for a resource there, or for what is looked up. Followed to its end, the same value has the
same form in two states, however parameters and outputs are called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from compiler.manifest import FromLookup, FromOutput
from compiler.prove.states import Key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.manifest import ParameterSource
    from compiler.prove.states import State

Json: TypeAlias = Any  # template JSON, of any shape

REFERENCE = "Stackferry::Reference"
"""The key under which a followed reference stands: `[stack, logical id, attribute]`."""

LOOKED_UP = "Stackferry::LookedUp"
"""The key under which a value stands that is looked up: `[kind, name]`."""

UNKNOWN = "Stackferry::Unknown"
"""The key under which stands what leads nowhere: `[stack, name]`."""

NEW = "Stackferry::New"
"""The key under which a followed reference stands whose value becomes another one."""

MAYBE_NEW = "Stackferry::MaybeNew"
"""The key under which a followed reference stands whose value may become another one."""

IDENTITY = ""
"""The attribute of a reference that is what `Ref` gives."""

MARKS = frozenset({REFERENCE, LOOKED_UP, UNKNOWN, NEW, MAYBE_NEW})
"""Keys under which stands what only AWS knows."""

_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9.]+)\}")
"""A reference inside the text of `Fn::Sub`; `${!Literal}` is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaken:
    """
    Resources that give another value than before.

    Attributes:
        new: Those that are replaced: whatever they give is another value.
        maybe: Those that may be replaced.
        changed: Those that are changed in place: what they are called stays, another attribute may
            not.
    """

    new: frozenset[Key] = frozenset()
    maybe: frozenset[Key] = frozenset()
    changed: frozenset[Key] = frozenset()

    def mark(self, reference: list[str]) -> str:
        """Return the key under which a followed *reference* stands."""
        stack, logical_id, attribute = reference
        key = Key(stack=stack, logical_id=logical_id)
        if key in self.new:
            return NEW
        if key in self.maybe or (key in self.changed and not _names(attribute)):
            return MAYBE_NEW
        return REFERENCE

    def shake(self, value: Json) -> Json:
        """Return a followed *value* with the references marked that give another value."""
        if isinstance(value, list):
            return [self.shake(item) for item in value]
        if not isinstance(value, dict):
            return value
        if REFERENCE in value:
            return {self.mark(value[REFERENCE]): value[REFERENCE]}
        return {key: self.shake(item) for key, item in value.items()}


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


def follow(state: State) -> Mapping[Key, Followed]:
    """Return the properties of every resource of *state* with their references followed."""
    found = {}
    for key, body in state.resources():
        follower = _Follower(state=state)
        properties = follower.followed(key.stack, body.get("Properties", {}))
        found[key] = Followed(properties=properties, refers=frozenset(follower.refers))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Follower:
    """Follows references in one state, and notes to which resources."""

    state: State
    refers: set[Key] = field(default_factory=set)

    def followed(self, stack: str, value: Json) -> Json:
        """Return *value*, which stands in a template of *stack*, with its references followed."""
        if isinstance(value, list):
            return [self.followed(stack, item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((word, item),) = value.items()
            found = self._reference(stack, word, item)
            if found is not None:
                return found
        return {key: self.followed(stack, item) for key, item in value.items()}

    def _reference(self, stack: str, word: str, item: Json) -> Json:
        """Follow what *word* says of *item*; nothing (`None`) where that is no reference."""
        match word, item:
            case "Ref", str():
                return self._named(stack, item, IDENTITY)
            case "Fn::GetAtt", [str() as name, str() as attribute]:
                return self._named(stack, name, attribute)
            case "Fn::Sub", str():
                return {word: [item, self._in_text(stack, item, {})]}
            case "Fn::Sub", [str() as text, dict() as own]:
                return {word: [text, self._in_text(stack, text, own)]}
            case _:
                return None

    def _in_text(self, stack: str, text: str, own: Mapping[str, Json]) -> dict[str, Json]:
        found = {}
        for dotted in _IN_TEXT.findall(text):
            name, _, attribute = dotted.partition(".")
            found[dotted] = (
                self.followed(stack, own[dotted])
                if dotted in own
                else self._named(stack, name, attribute)
            )
        return found

    def _named(self, stack: str, name: str, attribute: str) -> Json:
        """Follow a name that stands in a template of *stack*: a resource's, or a parameter's."""
        if name in self.state.values.get(stack, {}):
            return self.state.values[stack][name]
        if name in self.state.templates.get(stack, {}).get("Resources", {}):
            key = Key(stack=stack, logical_id=name)
            self.refers.add(key)
            return {REFERENCE: [stack, name, attribute]}
        if name.startswith("AWS::"):
            return {"Ref": name}
        place = self.state.stacks().get(stack)
        return self._given(stack, name, place.parameters.get(name) if place else None)

    def _given(self, stack: str, name: str, source: ParameterSource | None) -> Json:
        """Follow a parameter of *stack* to its source."""
        match source:
            case FromOutput(stack=giver, output=output):
                outputs = self.state.templates.get(giver, {}).get("Outputs", {})
                if output in outputs:
                    return self.followed(giver, outputs[output]["Value"])
                return {UNKNOWN: [giver, output]}
            case FromLookup(kind=kind, name=looked_up):
                return {LOOKED_UP: [kind, looked_up]}
            case None:
                return {UNKNOWN: [stack, name]}


def is_certain(value: Json) -> bool:
    """Tell whether nothing in *value* is only known to AWS; a replaced resource counts as known."""
    if isinstance(value, list):
        return all(is_certain(item) for item in value)
    if not isinstance(value, dict):
        return True
    return not (MARKS - {NEW}) & value.keys() and all(map(is_certain, value.values()))


def _names(attribute: str) -> bool:
    """Tell whether *attribute* names its resource, and so stays as long as that one does."""
    return attribute == IDENTITY or attribute.endswith(("Arn", "Id", "ID", "Name"))
