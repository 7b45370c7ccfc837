"""Resources as plain dicts, with what they refer to: read once, linked as often as needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.symbols import LOOKUP, SYMBOL, Address, StackKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.symbols import Resource
    from spec.findings import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """
    A value that one resource reads of another.

    Attributes:
        address: The resource that is read.
        attribute: The attribute; `None` for its `Ref`.
        place: Where it is used, below the resource: `("Properties", "VpcId")`.
    """

    address: Address
    attribute: str | None
    place: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFile:
    """
    A resource after troposphere is done with it.

    Attributes:
        address: Where its component put it.
        body: Its JSON, with symbols and lookups unresolved.
        component: Spec path of its component.
        origins: As in `Resource`.
        after: As in `Resource`.
        part: As in `Resource`.
        is_last: As in `Resource`.
        freezes_tags: As in `Resource`.
        references: Every value that it reads, in the order of the body.
    """

    address: Address
    body: Mapping[str, Any]
    component: Path
    origins: Mapping[str, Path]
    after: tuple[Address, ...]
    part: str
    is_last: bool
    freezes_tags: bool
    references: tuple[Reference, ...]


class LinkError(Exception):
    """A component broke the linker's contract: our bug, never the user's mistake."""


def object_files(resources: Iterable[Resource]) -> dict[Address, ObjectFile]:
    """
    Turn *resources* into JSON, by address, in the order given.

    Raises:
        LinkError: Two resources have one address, or one refers to a resource that there is not.
    """
    return together(object_file(resource) for resource in resources)


def object_file(resource: Resource) -> ObjectFile:
    """Turn one resource into JSON."""
    body = resource.body.to_dict()
    return ObjectFile(
        address=resource.address,
        body=body,
        component=resource.component,
        origins=resource.origins,
        after=resource.after,
        part=resource.part,
        is_last=resource.is_last,
        freezes_tags=resource.freezes_tags,
        references=tuple(_references(body, ())),
    )


def together(several: Iterable[ObjectFile]) -> dict[Address, ObjectFile]:
    """
    Return all object files of one state by address, in the order given.

    Raises:
        LinkError: Two have one address, or one refers to a resource that there is not.
    """
    files: dict[Address, ObjectFile] = {}
    for file in several:
        if file.address in files:
            message = f"two resources at {file.address}"
            raise LinkError(message)
        files[file.address] = file
    for file in files.values():
        for wanted in (*(reference.address for reference in file.references), *file.after):
            if wanted not in files:
                message = f"{file.address} refers to {wanted}, which no component makes"
                raise LinkError(message)
    return files


def symbol_of(value: Mapping[str, Any]) -> tuple[Address, str | None] | None:
    """Return what *value* refers to where it is an unresolved symbol."""
    if len(value) == 1 and SYMBOL in value:
        side, stack, logical_id, attribute = value[SYMBOL]
        return Address(stack=StackKey(side=side, name=stack), logical_id=logical_id), attribute
    return None


def lookup_of(value: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return kind and name where *value* is an unresolved lookup."""
    if len(value) == 1 and LOOKUP in value:
        kind, name = value[LOOKUP]
        return kind, name
    return None


def _references(value: object, place: tuple[str | int, ...]) -> Iterator[Reference]:
    if isinstance(value, dict):
        if (symbol := symbol_of(value)) is not None:
            yield Reference(address=symbol[0], attribute=symbol[1], place=place)
            return
        for key, item in value.items():
            yield from _references(item, (*place, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _references(item, (*place, position))
