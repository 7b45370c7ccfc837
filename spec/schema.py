"""The language as a JSON Schema (draft 2020-12), for editors and other programs."""

from __future__ import annotations

import json
from typing import Any

from spec.model import Spec

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> str:
    """
    Return the schema of a spec.

    It says what the models say: keys, types, choices, defaults. What the rules say no schema can.

    Returns:
        JSON text, the same bytes each time.
    """
    schema = {"$schema": _DIALECT, **_for_editors(Spec.model_json_schema())}
    schema["title"] = "A stackferry spec"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _for_editors(node: Any) -> Any:  # noqa: ANN401 - JSON
    """Return *node* without pydantic's titles, units told where an editor shows them."""
    if isinstance(node, list):
        return [_for_editors(item) for item in node]
    if not isinstance(node, dict):
        return node
    done: dict[str, object] = {}
    for key, value in node.items():
        if key in {"properties", "$defs", "patternProperties"}:
            done[key] = {name: _for_editors(inner) for name, inner in value.items()}
        elif key in {"default", "examples", "const", "enum"}:
            done[key] = value
        elif key not in {"title", "unit"}:
            done[key] = _for_editors(value)
    if "patternProperties" in node:
        # pydantic refuses other keys, and forgets to say so.
        done["additionalProperties"] = False
    if "unit" in node:
        done["description"] = f"{node['description']} Unit: {node['unit']}."
    return done
