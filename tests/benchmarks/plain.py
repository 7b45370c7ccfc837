"""A plain troposphere script of compiled templates' resources: what the compiler is measured by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import troposphere
from troposphere.template_generator import TemplateGenerator

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def script(templates: Iterable[Path], folder: Path) -> str:
    """
    Return a script that writes *templates* anew into *folder*, one constructor for each resource.

    No loop, no spec, no link: what an engineer would have typed, with every value in its place.
    """
    lines = [*_HEAD]
    body = []
    modules: set[str] = set()
    for number, path in enumerate(templates):
        template = json.loads(path.read_text())
        # The generator knows the class of every type and of every property in it.
        built: Any = TemplateGenerator(json.loads(path.read_text()))  # type: ignore[no-untyped-call] # so it is published
        body.append("template = troposphere.Template()")
        for name, value in template.get("Parameters", {}).items():
            body.append(f"template.add_parameter(troposphere.Parameter({name!r}, **{value!r}))")
        for name, resource in built.resources.items():
            body.append(f"template.add_resource({_call(resource, modules, name)})")
        for name, value in template.get("Outputs", {}).items():
            given = {key: item for key, item in value.items() if key != "Value"}
            wanted = f"{name!r}, Value={_text(built.outputs[name].Value, modules)}, **{given!r}"
            body.append(f"template.add_output(troposphere.Output({wanted}))")
        target = str(folder / f"{number}.json")
        body.append(f"pathlib.Path({target!r}).write_text(template.to_json())")
    lines.extend(f"import {module}" for module in sorted(modules))
    return "\n".join([*lines, *body, ""])


_HEAD = (
    "import pathlib",
    "import troposphere",
    "class Function(troposphere.AWSHelperFn):",
    "    def __init__(self, data): self.data = data",
)

# Any: every class of troposphere's, and JSON with such objects in it.


def _call(value: Any, modules: set[str], title: str | None = None) -> str:  # noqa: ANN401
    kind = type(value)
    modules.add(kind.__module__)
    arguments = [repr(title)] if title else []
    arguments.extend(
        f"{name}={_text(item, modules)}" for name, item in value.__dict__["properties"].items()
    )
    if title:
        arguments.extend(
            f"{name}={_text(value.resource[name], modules)}"
            for name in ("DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy")
            if name in value.resource
        )
        # Some validators of troposphere's refuse what AWS takes, as the compiler knows too.
        return f"{kind.__module__}.{kind.__name__}({', '.join(arguments)}).no_validation()"
    return f"{kind.__module__}.{kind.__name__}({', '.join(arguments)})"


def _arguments(function: troposphere.AWSHelperFn) -> list[str]:
    (given,) = function.to_dict().values()
    return [given] if isinstance(given, str) else list(given)


def _text(value: Any, modules: set[str]) -> str:  # noqa: ANN401, PLR0911 -- one way for each kind
    if isinstance(value, troposphere.BaseAWSObject):
        return _call(value, modules)
    if isinstance(value, troposphere.Tags):
        return f"troposphere.Tags({ {tag['Key']: tag['Value'] for tag in value.to_dict()}!r})"
    if isinstance(value, troposphere.Ref | troposphere.GetAtt):
        return f"troposphere.{type(value).__name__}(*{_arguments(value)!r})"
    if isinstance(value, troposphere.AWSHelperFn):
        return f"Function({value.to_dict()!r})"
    if isinstance(value, dict):
        items = (f"{key!r}: {_text(item, modules)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_text(item, modules) for item in value) + "]"
    return repr(value)
