"""The documents as JSON Schemas (draft 2020-12), described in the words of their docstrings."""

from __future__ import annotations

import inspect
import json
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter

from compiler.report.documents import document_type

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(verb: str) -> str:
    """
    Return the schema of the document that *verb* prints with `--json`.

    Returns:
        JSON text, the same bytes each time. Keys that it does not name are allowed, so that a
        program that checks a document lives on when documents grow.

    Raises:
        KeyError: The verb prints no document.
    """
    document = document_type(verb)
    made = TypeAdapter[object](document).json_schema(mode="serialization")
    definitions = made.pop("$defs", {})
    classes = {part.__name__: part for part in parts(document)}
    schema: dict[str, object] = {
        "$schema": _DIALECT,
        "title": f"What `stackferry {verb} --json` prints",
        **_described(made, document),
    }
    if definitions:
        schema["$defs"] = {
            name: _described(body, classes[name]) if name in classes else _untitled(body)
            for name, body in sorted(definitions.items())
        }
    return json.dumps(schema, indent=2) + "\n"


def parts(document: type) -> tuple[type, ...]:
    """Return *document* and every dataclass in it, each once, in the order of its fields."""
    found: dict[type, None] = {}

    def visit(annotation: object) -> None:
        if isinstance(annotation, type) and is_dataclass(annotation):
            if annotation not in found:
                found[annotation] = None
                for hint in get_type_hints(annotation).values():
                    visit(hint)
            return
        for argument in get_args(annotation):
            visit(argument)

    visit(document)
    return tuple(found)


def summary_of(document: type) -> str:
    """Return what the docstring of a dataclass says before its `Attributes`, in one line."""
    text, _, _ = inspect.cleandoc(document.__doc__ or "").partition("\nAttributes:")
    return " ".join(text.split())


def fields_of(document: type) -> dict[str, str]:
    """
    Return what the docstring of a dataclass says about each of its fields, in their order.

    Raises:
        LookupError: It does not describe one.
    """
    _, _, text = inspect.cleandoc(document.__doc__ or "").partition("\nAttributes:\n")
    said: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        name, colon, words = line.strip().partition(": ")
        if colon and line.startswith("    ") and not line.startswith("     "):
            lines = said[name] = [words]
        else:
            lines.append(line.strip())
    missing = [field.name for field in fields(document) if field.name not in said]
    if missing:
        message = f"{document.__name__} does not describe {', '.join(missing)}"
        raise LookupError(message)
    return {name: " ".join(" ".join(words).split()) for name, words in said.items()}


def _described(body: dict[str, Any], document: type) -> dict[str, Any]:
    said = fields_of(document)
    properties = {
        name: {**_untitled(inner), "description": said[name]}
        for name, inner in body["properties"].items()
    }
    return {
        **_untitled(body),
        "description": summary_of(document),
        "properties": properties,
        # What has a default is printed as well.
        "required": list(properties),
    }


def _untitled(node: Any) -> Any:  # noqa: ANN401 -- JSON
    if isinstance(node, list):
        return [_untitled(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: _untitled(inner) for name, inner in value.items()}
        if key == "properties"
        else _untitled(value)
        for key, value in node.items()
        if key not in {"title", "default"}
    }
