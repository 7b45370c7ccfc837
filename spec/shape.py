"""
What the models say about a path: which field it is, what it takes, whether it may be left out.

Only asked once something is wrong, and for the language reference: a spec without mistakes never
pays for it.
"""

from __future__ import annotations

import json
import re
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from spec.model import Model, Spec
from spec.scalars import is_text

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from spec.findings import Path

_PLAIN = re.compile(r"(?!(?i:y|n|yes|no|on|off)$)[A-Za-z0-9/][\w./@-]*")
"""Texts that need no quotes: anywhere in YAML, for readers of YAML 1.1 too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """
    What may stand at a path.

    Attributes:
        annotation: Its type, as pydantic sees it.
        field: The field of a model that it is; `None` for an entry of a mapping or a list.
    """

    annotation: Any  # a type form, which has no narrower type in Python 3.11
    field: FieldInfo | None = None

    @property
    def is_optional(self) -> bool:
        """Whether the spec is complete without it."""
        return self.field is None or not self.field.is_required()

    @property
    def models(self) -> tuple[type[Model], ...]:
        """The models that may stand here, in the order of the union."""
        return tuple(
            part
            for part in alternatives(self.annotation)
            if isinstance(part, type) and issubclass(part, Model)
        )

    @property
    def unit(self) -> str | None:
        """The unit of a number."""
        extra = self.field.json_schema_extra if self.field else None
        unit = extra.get("unit") if isinstance(extra, dict) else None
        return unit if isinstance(unit, str) else None

    @property
    def example(self) -> object:
        """
        The field's first example, as a spec would have it.

        Raises:
            LookupError: It is no field.
        """
        if self.field is None or not self.field.examples:
            raise LookupError
        return with_tuples(self.field.examples[0])


def shape_of(path: Path) -> Shape | None:
    """Return what may stand at *path* in a spec; `None` where nothing may."""
    shape: Shape | None = Shape(annotation=Spec)
    for part in path:
        if shape is None:
            return None
        shape = _step(shape, part)
    return shape


def _step(shape: Shape, part: str | int) -> Shape | None:
    for model in shape.models:
        if (field := model.model_fields.get(str(part))) is not None:
            return Shape(annotation=field.annotation, field=field)
    for annotation in alternatives(shape.annotation):
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is dict and isinstance(part, str):
            return Shape(annotation=arguments[1])
        if origin is tuple and isinstance(part, int):
            return Shape(annotation=arguments[0])
    return None


def alternatives(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401 - type forms, as above
    """Return the branches of a union, `Annotated` taken off; one, where it is none."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return alternatives(get_args(annotation)[0])
    if origin is Union or origin is types.UnionType:
        return tuple(part for arm in get_args(annotation) for part in alternatives(arm))
    return (annotation,)


def with_tuples(value: object) -> object:
    """Return *value* with a tuple for each list, which is what the models take as a sequence."""
    if isinstance(value, dict):
        return {key: with_tuples(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return tuple(with_tuples(inner) for inner in value)
    return value


def takes(shape: Shape) -> str:
    """Say what may stand somewhere: `a whole number (GiB)`."""
    words = list(dict.fromkeys(_words(part) for part in alternatives(shape.annotation)))
    words = [word for word in words if word]
    said = " or ".join(words)
    return f"{said} ({shape.unit})" if shape.unit and "number" in said else said


_WORDS: dict[object, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    type(None): "",
}


def _words(annotation: Any) -> str:  # noqa: ANN401 - type forms, as above
    if annotation in _WORDS:
        return _WORDS[annotation]
    if get_origin(annotation) is Literal:
        return " or ".join(as_yaml(choice) for choice in get_args(annotation))
    if get_origin(annotation) is tuple:
        return "a list"
    return "a mapping"


def as_yaml(value: object) -> str:
    """Return *value* as one would write it in a spec, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_yaml(k)}: {as_yaml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_yaml(item) for item in value) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and is_text(value):
        return value
    return json.dumps(value, ensure_ascii=False)
