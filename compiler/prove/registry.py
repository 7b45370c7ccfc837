"""
What the CloudFormation registry says of the resource types that components emit.

An extract of the schemas inside cfn-lint, so that a compile need not load them: `python -m
compiler.prove.publish` writes it, and a test holds it against the installed schemas.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

EXTRACT = Path(__file__).with_name("registry.json")

Place: TypeAlias = tuple[str, ...]
"""A property's place in its resource: `("DnsOptions", "PrivateDnsPreference")`; `*`: any item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """
    What the registry says of one type.

    Attributes:
        create_only: Properties whose change always needs a new resource.
        conditional_create_only: Properties whose change may need a new resource.
        read_only: Properties that only the service gives.
        primary_identifier: Properties that name the resource.
        deletes_first: Whether a replacement deletes the old resource before it creates the new one.
    """

    create_only: frozenset[Place]
    conditional_create_only: frozenset[Place]
    read_only: frozenset[Place]
    primary_identifier: tuple[Place, ...]
    deletes_first: bool


@cache
def registered_types() -> Mapping[str, Registered]:
    """Return what the registry says, by type."""
    document = json.loads(EXTRACT.read_text(encoding="utf-8"))
    return {
        type_: Registered(
            create_only=_places(one["createOnlyProperties"]),
            conditional_create_only=_places(one["conditionalCreateOnlyProperties"]),
            read_only=_places(one["readOnlyProperties"]),
            primary_identifier=tuple(_place(name) for name in one["primaryIdentifier"]),
            deletes_first=one["replacementStrategy"] == "delete_then_create",
        )
        for type_, one in document["types"].items()
    }


@cache
def schema_date() -> str:
    """Return the day of which the schemas are: `2026-10-20`."""
    document = json.loads(EXTRACT.read_text(encoding="utf-8"))
    return str(document["schema_date"])[:10]


def _places(dotted: list[str]) -> frozenset[Place]:
    return frozenset(map(_place, dotted))


def _place(dotted: str) -> Place:
    return tuple(dotted.split("."))
