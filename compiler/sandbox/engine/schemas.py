"""
What the CloudFormation registry says of a resource type.

The provider schemas come with cfn-lint. They are read from its files instead of through
`cfnlint.schema`, whose import alone takes longer than deploying a template into the sandbox.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Path_ = tuple[str, ...]
"""A property's place in its resource: `("Tags", "*", "Key")`; `*` stands for any item."""

FALLBACK_REGION = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceSchema:
    """
    The parts of a registry schema that decide about operations.

    Attributes:
        type_name: The CloudFormation type.
        document: The JSON schema of the properties, with its `definitions`.
        properties: Names of the top-level properties that a template may give.
        create_only: Properties whose change always needs a new resource.
        conditional_create_only: Properties whose change may need a new resource.
        read_only: Properties that only the service gives.
        write_only: Properties that the service does not tell.
        primary_identifier: Properties that name the resource.
        taggable: Whether stack tags reach the resource.
        tag_updatable: Whether they reach it after its creation too.
        system_tags: Whether the `aws:cloudformation:*` tags reach it.
        tag_property: Where a template gives tags.
        is_readable: Whether CloudFormation can read a resource of the type back: detect its drift,
            or import one.
        deletes_first: Whether a replacement deletes the old resource before it creates the new one.
    """

    type_name: str
    document: Mapping[str, Any]
    properties: frozenset[str]
    create_only: frozenset[Path_]
    conditional_create_only: frozenset[Path_]
    read_only: frozenset[Path_]
    write_only: frozenset[Path_]
    primary_identifier: tuple[Path_, ...]
    taggable: bool
    tag_updatable: bool
    system_tags: bool
    tag_property: str
    is_readable: bool
    deletes_first: bool


@cache
def _folder() -> Path:
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:  # cfn-lint is a dependency of ours
        message = "cfn-lint is not installed: its provider schemas are needed."
        raise RuntimeError(message)
    return Path(spec.origin).parent / "data" / "schemas"


@cache
def _providers(region: str) -> Mapping[str, str]:
    path = _folder() / "providers" / f"{region}.json"
    if not path.exists():
        path = _folder() / "providers" / f"{FALLBACK_REGION}.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def is_known(type_name: str, region: str) -> bool:
    """Tell whether *region* has the type; a region unknown to cfn-lint has those of us-east-1."""
    return type_name in _providers(region)


@cache
def resource_schema(type_name: str, region: str) -> ResourceSchema:
    """
    Read the schema of a resource type.

    Raises:
        KeyError: The region does not have the type.
    """
    return _of_file(_providers(region)[type_name])


@cache
def _of_file(digest: str) -> ResourceSchema:
    path = _folder() / "resources" / f"{digest}.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    tagging = document.get("tagging", {})
    taggable = bool(tagging.get("taggable", document.get("taggable", "tagging" not in document)))
    has_tags = "Tags" in document["properties"] or "tagProperty" in tagging
    return ResourceSchema(
        type_name=document["typeName"],
        document=document,
        properties=frozenset(document["properties"]),
        create_only=_paths(document, "createOnlyProperties"),
        conditional_create_only=_paths(document, "conditionalCreateOnlyProperties"),
        read_only=_paths(document, "readOnlyProperties"),
        write_only=_paths(document, "writeOnlyProperties"),
        primary_identifier=tuple(map(_path, document.get("primaryIdentifier", ()))),
        taggable=taggable and has_tags,
        tag_updatable=bool(tagging.get("tagUpdatable", True)),
        system_tags=bool(tagging.get("cloudFormationSystemTags", True)),
        tag_property=str(tagging.get("tagProperty", "/properties/Tags")).rpartition("/")[2],
        is_readable="read" in document.get("handlers", {}),
        deletes_first=document.get("replacementStrategy") == "delete_then_create",
    )


def _paths(document: Mapping[str, Any], keyword: str) -> frozenset[Path_]:
    return frozenset(map(_path, document.get(keyword, ())))


def _path(pointer: str) -> Path_:
    # Some schemas write "/properties/A/properties/B" or "/properties/A/items/B" inside.
    parts = pointer.removeprefix("/properties/").split("/")
    return tuple("*" if part == "items" else part for part in parts if part != "properties")
