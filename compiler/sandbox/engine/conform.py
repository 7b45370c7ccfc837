"""
Holds a resource's properties against its registry schema, as CloudFormation does before a handler.

Only what CloudFormation itself checks is checked: names, required keys, JSON types and closed lists
of values. Text that stands for a number or a boolean becomes one, since templates may spell either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.values import Json, Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.engine.schemas import ResourceSchema

_TRUTH = {"true": True, "false": False}


def conform(schema: ResourceSchema, properties: Mapping[str, Json]) -> dict[str, Json]:
    """Return *properties* with every scalar in the JSON type that *schema* asks for."""
    made = _convert(schema.document, schema.document, dict(properties))
    if not isinstance(made, dict):
        message = f"{schema.type_name} has a schema that is not of an object"
        raise TypeError(message)
    return made


def problems(schema: ResourceSchema, properties: Mapping[str, Json]) -> tuple[str, ...]:
    """Return what CloudFormation would refuse in *properties* (already conformed), in its words."""
    return tuple(_problems(schema.document, schema.document, dict(properties), "#"))


def _convert(root: Mapping[str, Any], schema: Mapping[str, Any], value: Json) -> Json:
    schema = _followed(root, schema)
    if isinstance(value, dict):
        named: Mapping[str, Any] = schema.get("properties", {})
        patterned = schema.get("patternProperties", {})
        rest: Mapping[str, Any] = next(iter(patterned.values()), {})
        return {key: _convert(root, named.get(key, rest), part) for key, part in value.items()}
    if isinstance(value, list):
        items = schema.get("items", {})
        return [_convert(root, items, part) for part in value]
    return _scalar(_types(schema), value)


def _scalar(types: frozenset[str], value: Json) -> Json:  # noqa: PLR0911 -- a table of conversions
    if not types or value is Mark.UNKNOWN:
        return value
    if isinstance(value, bool):
        return str(value).lower() if types <= {"string"} else value
    if isinstance(value, int | float):
        if types & {"number", "integer"}:
            return value
        return str(value) if "string" in types else value
    if isinstance(value, str) and "string" not in types:
        if "boolean" in types and value.lower() in _TRUTH:
            return _TRUTH[value.lower()]
        if "integer" in types or "number" in types:
            return _number(value)
    return value


def _number(text: str) -> Json:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


def _problems(
    root: Mapping[str, Any], schema: Mapping[str, Any], value: Json, place: str
) -> Iterator[str]:
    schema = _followed(root, schema)
    if value is Mark.UNKNOWN:
        return
    types = _types(schema)
    if types and not _is_one_of(types, value):
        wanted = ", ".join(sorted(types))
        yield f"{place}: expected type: {wanted}, found: {_type_of(value)}"
        return
    if isinstance(value, dict):
        yield from _object_problems(root, schema, value, place)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _problems(root, schema.get("items", {}), part, f"{place}/{index}")
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value} is not a valid enum value"


def _object_problems(
    root: Mapping[str, Any], schema: Mapping[str, Any], value: Mapping[str, Json], place: str
) -> Iterator[str]:
    named: Mapping[str, Any] = schema.get("properties", {})
    patterned: Mapping[str, Any] = schema.get("patternProperties", {})
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{place}: required key [{key}] not found"
    for key, part in value.items():
        if key in named:
            yield from _problems(root, named[key], part, f"{place}/{key}")
        elif patterned:
            yield from _problems(root, next(iter(patterned.values())), part, f"{place}/{key}")
        elif schema.get("additionalProperties") is False and named:
            yield f"{place}: extraneous key [{key}] is not permitted"


def _followed(root: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while isinstance(reference := schema.get("$ref"), str):
        target: Any = root
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
        schema = target
    return schema


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    kind = schema.get("type")
    if kind is None:
        return frozenset()
    return frozenset([kind]) if isinstance(kind, str) else frozenset(kind)


def _is_one_of(types: frozenset[str], value: Json) -> bool:
    found = _type_of(value)
    return found in types or (found == "integer" and "number" in types)


def _type_of(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    return "object"
