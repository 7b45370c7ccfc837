"""
`python -m compiler.prove.publish` writes the extract of the registry schemas inside cfn-lint.

It holds each type that a component can emit, found by reading the components' source: a type is
there before the first spec that needs it. The schemas are read as files, those of us-east-1: a test
sees that no region says otherwise of these types.
"""

from __future__ import annotations

import ast
import inspect
import json
import pkgutil
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler import components
from compiler.prove.registry import EXTRACT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

REGION = "us-east-1"

KEYWORDS = (
    "createOnlyProperties",
    "conditionalCreateOnlyProperties",
    "readOnlyProperties",
)
"""Keywords of a schema that list properties in no order."""


def emitted_types() -> tuple[str, ...]:
    """Return the resource types that the components' source names, sorted."""
    found = {
        type_
        for module in pkgutil.iter_modules(components.__path__)
        for type_ in _named_in(import_module(f"{components.__name__}.{module.name}"))
    }
    return tuple(sorted(found))


def _named_in(module: ModuleType) -> Iterator[str]:
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                named = getattr(getattr(module, name, None), attribute, None)
            case ast.Name(id=name):
                named = getattr(module, name, None)
            case _:
                continue
        type_ = getattr(named, "resource_type", None)
        if isinstance(named, type) and isinstance(type_, str):
            yield type_


def schemas_folder() -> Path:
    """Return where cfn-lint keeps the schemas."""
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:  # a dependency of ours
        message = "cfn-lint is not installed: its provider schemas are needed."
        raise RuntimeError(message)
    return Path(spec.origin).parent / "data" / "schemas"


def schema(type_: str) -> Mapping[str, Any]:
    """
    Return the registry schema of *type_*.

    Raises:
        KeyError: cfn-lint does not know it.
    """
    file = schemas_folder() / "providers" / f"{REGION}.json"
    return _schema(json.loads(file.read_text(encoding="utf-8"))[type_])


def extract_of(digest: str) -> Mapping[str, Any]:
    """
    Return what the extract holds of the type whose schema has *digest*.

    Properties are dotted, `*` for any item of a list.
    """
    return extract(_schema(digest))


def extract(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the extract holds of a type; `*` stands for any item of a list."""
    return {
        # The identifier's parts have an order.
        "primaryIdentifier": [_dotted(pointer) for pointer in schema["primaryIdentifier"]],
        "replacementStrategy": schema.get("replacementStrategy", "create_then_delete"),
        **{
            keyword: sorted({_dotted(pointer) for pointer in schema.get(keyword, ())})
            for keyword in KEYWORDS
        },
    }


def _schema(digest: str) -> Mapping[str, Any]:
    file = schemas_folder() / "resources" / f"{digest}.json"
    found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _dotted(pointer: str) -> str:
    # Some schemas write "/properties/A/properties/B" or "/properties/A/items/B".
    parts = pointer.removeprefix("/properties/").split("/")
    return ".".join("*" if part == "items" else part for part in parts if part != "properties")


def text() -> str:
    """
    Return the extract: the same bytes each time.

    Raises:
        KeyError: cfn-lint does not know a type.
    """
    document = {
        "cfn_lint": version("cfn-lint"),
        "schema_date": json.loads((schemas_folder() / "version.json").read_text(encoding="utf-8"))[
            "schema_date"
        ],
        "types": {type_: extract(schema(type_)) for type_ in emitted_types()},
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    EXTRACT.write_text(text(), encoding="utf-8", newline="\n")
