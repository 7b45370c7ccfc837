"""Where in the spec what AWS tells of a stack comes from. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.manifest import origin_of

if TYPE_CHECKING:
    from compiler.manifest import Stack
    from spec.findings import Path


def origin(stack: Stack, resource: str, pointer: str = "") -> Path:
    """
    Return the place in the spec that a resource comes from, or one of its properties.

    Args:
        stack: The stack.
        resource: Logical id of the resource.
        pointer: The property as CloudFormation names it, `/VpcConfig/0`; the whole if empty.
    """
    parts = tuple(part for part in pointer.split("/") if part)
    return origin_of(stack, ("Resources", resource, *(("Properties", *parts) if parts else ())))


def pointer_of(difference: str) -> str:
    """Return the property that a line of `DriftedResource.differences` is about."""
    pointer, colon, _ = difference.partition(": ")
    return pointer if colon and pointer.startswith("/") else ""
