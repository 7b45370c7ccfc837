"""
Values of a template whose references are followed to what they mean, and the marks in them.

What only AWS knows stands as a dict of one key, one of `MARKS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from compiler.prove.states import Key

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
