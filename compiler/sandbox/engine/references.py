"""Finds what a value refers to, and the order that references demand."""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from compiler.sandbox.engine.errors import invalid, template_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.engine.values import Json

SUBSTITUTION = re.compile(r"\$\{(!?)([^{}]*)\}")
"""A placeholder of `Fn::Sub`; `${!Name}` is the literal `${Name}`."""


def references(value: Json) -> frozenset[str]:
    """Return the names that *value* refers to, pseudo parameters left out."""
    return frozenset(name for name, _ in _mentions(value) if not name.startswith("AWS::"))


def order(needs: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """
    Return the names so that each comes after what it needs; ties stay alphabetical.

    Raises:
        ApiError: `ValidationError` for a circle.
    """
    sorter = TopologicalSorter({name: sorted(needs[name]) for name in sorted(needs)})
    try:
        sorter.prepare()
    except CycleError as error:
        members = sorted(set(error.args[1]))
        message = f"Circular dependency between resources: [{', '.join(members)}]"
        raise invalid(message) from error
    done: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        done.extend(ready)
        sorter.done(*ready)
    return tuple(done)


def uses_of(logical_id: str, value: Json) -> frozenset[str]:
    """Return the attributes of a resource that *value* refers to; empty for its `Ref`."""
    return frozenset(attribute for name, attribute in _mentions(value) if name == logical_id)


def split_attribute(argument: Json) -> tuple[str, str] | None:
    """Return logical id and attribute of a `Fn::GetAtt`, in either spelling; `None` if neither."""
    if isinstance(argument, str) and "." in argument:
        logical_id, _, attribute = argument.partition(".")
        return logical_id, attribute
    if (
        isinstance(argument, list)
        and len(argument) >= 2  # noqa: PLR2004 -- a logical id and an attribute
        and all(isinstance(part, str) for part in argument)
    ):
        return argument[0], ".".join(argument[1:])
    return None


def substitution(argument: Json) -> tuple[str, Mapping[str, Json]]:
    """
    Return the text of a `Fn::Sub` and the names that it brings along.

    Raises:
        ApiError: `ValidationError`: it is neither a text nor a text with names.
    """
    if isinstance(argument, str):
        return argument, {}
    match argument:
        case [str(text), dict(own)]:
            return text, own
        case _:
            message = "one or more Fn::Sub intrinsic functions don't specify expected arguments"
            raise template_error(message)


def _mentions(value: Json) -> Iterator[tuple[str, str]]:
    """Iterate over the names that *value* refers to, each with its attribute or an empty text."""
    if isinstance(value, list):
        for part in value:
            yield from _mentions(part)
    if not isinstance(value, dict):
        return
    if len(value) == 1:
        (function, argument) = next(iter(value.items()))
        if function == "Ref" and isinstance(argument, str):
            yield argument, ""
            return
        if function == "Fn::GetAtt":
            if (split := split_attribute(argument)) is not None:
                yield split
            return
        if function == "Fn::Sub":
            yield from _substituted(argument)
            return
    for part in value.values():
        yield from _mentions(part)


def _substituted(argument: Json) -> Iterator[tuple[str, str]]:
    text, own = substitution(argument)
    for literal, name in SUBSTITUTION.findall(text):
        if not literal and name not in own:
            logical_id, _, attribute = name.partition(".")
            yield logical_id, attribute
    yield from _mentions(list(own.values()))
