"""What a verb prints with `--json`, checked against what its schema says."""

from __future__ import annotations

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped] # has no types of its own

from compiler.report.documents import schema


def valid(verb: str, text: str) -> Any:  # noqa: ANN401 -- JSON
    """Return the document that *verb* printed as *text*, once it obeys its schema to the letter."""
    document = json.loads(text)
    jsonschema.Draft202012Validator(_closed(json.loads(schema.json_schema(verb)))).validate(
        document
    )
    assert (document["command"], document["version"]) == (verb, 1)
    assert text == json.dumps(document, indent=2, sort_keys=True) + "\n"
    assert text.isascii()
    return document


def _closed(node: Any) -> Any:  # noqa: ANN401 -- JSON
    """Return *node* with no key allowed that it does not name."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    if "properties" in node and node.get("type") == "object":
        closed["additionalProperties"] = False
    return closed
