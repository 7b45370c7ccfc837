"""
Reads a template and refuses what CloudFormation refuses before it makes anything.

Conditions, transforms, rules and hooks are AWS's too, but the sandbox does not evaluate them: it
says so instead of ignoring them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import (
    ApiError,
    invalid,
    template_format_error,
    unsupported,
)
from compiler.sandbox.engine.references import order, references
from compiler.sandbox.engine.rolling import POLICY

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from compiler.sandbox.engine.values import Json

INLINE_TEMPLATE_MAX_BYTES = 51_200
"""Largest `TemplateBody`. Source: AWS CloudFormation API Reference, CreateStack, 2026-11-23."""

TEMPLATE_MAX_BYTES = 1_000_000
"""Largest template read from S3. Source: CloudFormation User Guide, quotas, 2026-11-23."""

RESOURCES_MAX = 500
PARAMETERS_MAX = 200
OUTPUTS_MAX = 200

_SECTIONS = frozenset(
    {
        "AWSTemplateFormatVersion",
        "Description",
        "Mappings",
        "Metadata",
        "Outputs",
        "Parameters",
        "Resources",
    }
)
_NOT_EVALUATED = frozenset({"Conditions", "Hooks", "Rules", "Transform"})
_RESOURCE_KEYS = frozenset(
    {
        "DeletionPolicy",
        "DependsOn",
        "Metadata",
        "Properties",
        "Type",
        "UpdatePolicy",
        "UpdateReplacePolicy",
    }
)
_RESOURCE_KEYS_NOT_EVALUATED = frozenset({"Condition", "CreationPolicy"})
_DELETION_POLICIES = frozenset({"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"})
_REPLACE_POLICIES = frozenset({"Delete", "Retain", "Snapshot"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """
    One entry of `Resources`.

    Attributes:
        logical_id: Its key.
        type_name: Its CloudFormation type.
        properties: As written, intrinsics and all.
        needs: Logical ids that must exist first: by reference or by `DependsOn`.
        deletion_policy: `Delete`, `Retain`, `RetainExceptOnCreate` or `Snapshot`.
        update_replace_policy: `Delete`, `Retain` or `Snapshot`.
        metadata: As written.
        is_rolled: Whether an update exchanges its running members.
        has_deletion_policy: Whether the template says what its deletion policy is.
    """

    logical_id: str
    type_name: str
    properties: Mapping[str, Json]
    needs: frozenset[str]
    deletion_policy: str
    update_replace_policy: str
    metadata: Json
    is_rolled: bool = False
    has_deletion_policy: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """
    A template that can be deployed.

    Attributes:
        body: The text that was given.
        document: The same, read.
        description: Its description, or an empty text.
        parameters: Declarations by name.
        mappings: `Mappings` as written.
        resources: By logical id, in the order of creation.
        outputs: By name, as written.
    """

    body: str
    document: Mapping[str, Json]
    description: str
    parameters: Mapping[str, Mapping[str, Any]]
    mappings: Mapping[str, Any]
    resources: Mapping[str, Resource]
    outputs: Mapping[str, Mapping[str, Json]]


def read_template(body: str, known_types: Callable[[str], bool]) -> Template:
    """
    Read a template's text.

    Args:
        body: JSON or YAML.
        known_types: Tells whether a resource type can be made here.

    Raises:
        ApiError: `ValidationError` for whatever CloudFormation (or the sandbox) refuses.
    """
    document = _load(body)
    _refuse_unknown_sections(document)
    raw = _mapping(document, "Resources")
    if not raw:
        message = "At least one Resources member must be defined."
        raise template_format_error(message)
    parameters = _mapping(document, "Parameters")
    outputs = _mapping(document, "Outputs")
    _refuse_too_many("resources", raw, RESOURCES_MAX)
    _refuse_too_many("parameters", parameters, PARAMETERS_MAX)
    _refuse_too_many("outputs", outputs, OUTPUTS_MAX)
    resources = {name: _resource(name, entry, set(raw)) for name, entry in raw.items()}
    unknown = sorted({r.type_name for r in resources.values() if not known_types(r.type_name)})
    if unknown:
        message = f"Unrecognized resource types: [{', '.join(unknown)}]"
        raise template_format_error(message)
    _refuse_unresolved(resources, parameters, outputs)
    return Template(
        body=body,
        document=document,
        description=str(document.get("Description", "")),
        parameters=parameters,
        mappings=_mapping(document, "Mappings"),
        resources={name: resources[name] for name in order(_needs(resources))},
        outputs=outputs,
    )


def refuse_too_large(body: str, *, inline: bool = True) -> None:
    """
    Refuse a text that is larger than AWS takes.

    Raises:
        ApiError: `ValidationError`.
    """
    size = len(body.encode())
    if inline and size > INLINE_TEMPLATE_MAX_BYTES:
        message = (
            f"1 validation error detected: Value '{body[:40]}…' at 'templateBody' failed to "
            "satisfy constraint: Member must have length less than or equal to "
            f"{INLINE_TEMPLATE_MAX_BYTES}"
        )
        raise invalid(message)
    if size > TEMPLATE_MAX_BYTES:
        message = f"Template may not exceed {TEMPLATE_MAX_BYTES} bytes in size."
        raise invalid(message)


def _load(body: str) -> Mapping[str, Json]:
    if body.lstrip().startswith("{"):
        try:
            document = json.loads(body)
        except ValueError as error:
            message = f"JSON not well-formed. ({error})"
            raise template_format_error(message) from error
    else:
        # YAML is rare here (the compiler writes JSON): its parser is loaded when it is met.
        from compiler.sandbox.engine.yaml_template import read_yaml  # noqa: PLC0415 -- few templates are YAML

        document = read_yaml(body)
    if not isinstance(document, dict):
        message = "unsupported structure."
        raise template_format_error(message)
    return document


def _refuse_unknown_sections(document: Mapping[str, Json]) -> None:
    if met := sorted(_NOT_EVALUATED & document.keys()):
        what = f"templates with {', '.join(met)}"
        raise unsupported(what)
    if unknown := sorted(document.keys() - _SECTIONS):
        message = f"Invalid template property or properties [{', '.join(unknown)}]"
        raise invalid(message)
    version = document.get("AWSTemplateFormatVersion", "2010-09-09")
    if version != "2010-09-09":
        message = f"Template format error: Unsupported template version: {version}"
        raise invalid(message)


def _mapping(document: Mapping[str, Json], section: str) -> dict[str, Any]:
    found = document.get(section, {})
    if not isinstance(found, dict) or not all(isinstance(entry, dict) for entry in found.values()):
        message = f"[/{section}] {section} must be an object of objects"
        raise template_format_error(message)
    return found


def _refuse_too_many(what: str, entries: Collection[str], limit: int) -> None:
    if len(entries) > limit:
        message = f"Number of {what}, {len(entries)}, is greater than maximum allowed, {limit}"
        raise template_format_error(message)


def _resource(logical_id: str, entry: Mapping[str, Json], all_ids: set[str]) -> Resource:
    if not logical_id.isalnum() or not logical_id.isascii():
        message = f"Resource name {logical_id} is non alphanumeric."
        raise template_format_error(message)
    if not isinstance(entry.get("Type"), str):
        message = f"[/Resources/{logical_id}/Type] 'null' values are not allowed in templates"
        raise template_format_error(message)
    if met := sorted(_RESOURCE_KEYS_NOT_EVALUATED & entry.keys()):
        what = f"resources with {', '.join(met)} ({logical_id})"
        raise unsupported(what)
    if unknown := sorted(entry.keys() - _RESOURCE_KEYS):
        message = f"Invalid template resource property '{unknown[0]}'"
        raise invalid(message)
    properties = entry.get("Properties", {})
    if not isinstance(properties, dict):
        message = f"[/Resources/{logical_id}] Properties must be an object"
        raise template_format_error(message)
    if _has_null(properties):
        message = f"[/Resources/{logical_id}/Properties] 'null' values are not allowed in templates"
        raise template_format_error(message)
    depends_on = entry.get("DependsOn", [])
    listed = [depends_on] if isinstance(depends_on, str) else depends_on
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        message = (
            f"[/Resources/{logical_id}/DependsOn] DependsOn must be a string or a list of them"
        )
        raise template_format_error(message)
    return Resource(
        logical_id=logical_id,
        type_name=entry["Type"],
        properties=properties,
        needs=frozenset(listed) | (references(properties) & all_ids),
        deletion_policy=_policy(logical_id, entry, "DeletionPolicy", _DELETION_POLICIES),
        update_replace_policy=_policy(logical_id, entry, "UpdateReplacePolicy", _REPLACE_POLICIES),
        metadata=entry.get("Metadata"),
        is_rolled=isinstance(policy := entry.get("UpdatePolicy"), dict) and POLICY in policy,
        has_deletion_policy="DeletionPolicy" in entry,
    )


def _policy(logical_id: str, entry: Mapping[str, Json], key: str, allowed: frozenset[str]) -> str:
    given = entry.get(key)
    if given is None:
        return _default_deletion_policy(entry) if key == "DeletionPolicy" else "Delete"
    if not isinstance(given, str) or given not in allowed:
        message = f"Template error: {key} of resource {logical_id} must be one of {sorted(allowed)}"
        raise invalid(message)
    return given


def _default_deletion_policy(entry: Mapping[str, Json]) -> str:
    """
    Return what CloudFormation does where a template says nothing.

    Source: CloudFormation Template Reference, DeletionPolicy attribute, 2026-11-23: `Snapshot` for
    clusters and for instances that belong to none, `Delete` for the rest.
    """
    properties = entry.get("Properties", {})
    if entry["Type"] == "AWS::RDS::DBCluster":
        return "Snapshot"
    if entry["Type"] == "AWS::RDS::DBInstance" and "DBClusterIdentifier" not in properties:
        return "Snapshot"
    return "Delete"


def _has_null(value: Json) -> bool:
    if isinstance(value, dict):
        return any(_has_null(part) for part in value.values())
    if isinstance(value, list):
        return any(_has_null(part) for part in value)
    return value is None


def _refuse_unresolved(
    resources: Mapping[str, Resource],
    parameters: Collection[str],
    outputs: Mapping[str, Mapping[str, Json]],
) -> None:
    known = {*resources, *parameters}
    used = {name for r in resources.values() for name in references(r.properties)}
    if missing := sorted(used - known):
        raise _unresolved(missing, "Resources")
    depended = {name for r in resources.values() for name in r.needs}
    if missing := sorted(depended - resources.keys()):
        raise _unresolved(missing, "Resources")
    shown = {name for entry in outputs.values() for name in references(entry.get("Value"))}
    if missing := sorted(shown - known):
        raise _unresolved(missing, "Outputs")
    for name, entry in outputs.items():
        if "Value" not in entry:
            message = f"Every Outputs member must contain a Value object ({name})"
            raise template_format_error(message)
        if extra := sorted(entry.keys() - {"Value", "Description"}):
            what = f"Outputs with {', '.join(extra)} ({name})"
            raise unsupported(what)


def _unresolved(missing: Collection[str], block: str) -> ApiError:
    return template_format_error(
        f"Unresolved resource dependencies [{', '.join(missing)}] in the {block} block of the "
        "template"
    )


def _needs(resources: Mapping[str, Resource]) -> Mapping[str, frozenset[str]]:
    return {name: resource.needs for name, resource in resources.items()}
