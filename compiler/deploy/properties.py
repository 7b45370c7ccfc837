"""Which property of a resource a sentence of AWS's is about. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.manifest import Stack

_POINTER = re.compile(r"(?:#|\bProperties)/(?P<path>[A-Za-z][\w/]*)")
"""A path of CloudFormation's: `#/Port: expected type: Integer` (seen in event reasons, 2026-11)."""

_QUOTED = re.compile(r"""["'\[`](?P<name>[A-Za-z]\w+)["'\]`]""")

_INTRODUCED = re.compile(r"\b(?:[Pp]roperty|[Pp]arameter|[Aa]ttribute)s? (?P<name>[A-Za-z]\w+)\b")

_COMPOUND = re.compile(r"\b(?P<name>[A-Za-z]+[a-z0-9]+[A-Z]\w*|[A-Z]{2,}[a-z]\w+)\b")
"""A word with a capital inside, `cidrBlock`, `DBSubnetGroupName`: never plain English."""

_WITH = re.compile(r"\bwith [A-Za-z]\w+")
"""In "A cannot be specified with B" it is A that is wrong."""


def named_property(stack: Stack, resource: str, reason: str) -> tuple[str | int, ...]:
    """
    Return the place of the property that *reason* mentions, from the resource on.

    Only what the template has (by the origins that the manifest lists) counts, since services also
    name members of their own API. Their first letter may be a small one.

    Args:
        stack: The stack in the manifest.
        resource: Logical id of the resource.
        reason: AWS's sentence.

    Returns:
        `("Properties", "Port")`, or nothing where no property is mentioned.
    """
    base = f"Resources.{resource}.Properties."
    known = {place[len(base) :] for place in stack.origins if place.startswith(base)}
    by_small_name = {
        name.partition(".")[0].lower(): name.partition(".")[0] for name in sorted(known)
    }
    for path in _pointed_at(reason):
        name = by_small_name.get(str(path[0]).lower())
        if name is not None:
            return ("Properties", name, *path[1:])
    for pattern in (_INTRODUCED, _QUOTED, _COMPOUND):
        for found in pattern.finditer(_WITH.sub("", reason)):
            name = by_small_name.get(found["name"].lower())
            if name is not None:
                return ("Properties", name)
    return ()


def _pointed_at(reason: str) -> Iterator[tuple[str | int, ...]]:
    for found in _POINTER.finditer(reason):
        parts = [part for part in found["path"].split("/") if part]
        yield tuple(int(part) if part.isdigit() else part for part in parts)
