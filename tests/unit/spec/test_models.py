"""What every model promises to the reference, to editors and to Python."""

from __future__ import annotations

import typing
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

import spec.model
from spec.model import Model, Spec
from spec.shape import Shape, alternatives, shape_of

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

MODELS = sorted(
    (
        model
        for name in spec.model.__all__
        if issubclass(model := getattr(spec.model, name), Model) and model is not Model
    ),
    key=lambda model: model.__name__,
)


def fields() -> Iterator[tuple[type[Model], str, FieldInfo]]:
    for model in MODELS:
        for name, field in model.model_fields.items():
            yield model, name, field


FIELDS = [pytest.param(*field, id=f"{field[0].__name__}.{field[1]}") for field in fields()]


@pytest.mark.parametrize(("model", "name", "field"), FIELDS)
def test_every_field_is_described_in_a_sentence(
    model: type[Model], name: str, field: FieldInfo
) -> None:
    assert field.description, f"{model.__name__}.{name}"
    assert field.description.endswith(".")


@pytest.mark.parametrize(("model", "name", "field"), FIELDS)
def test_every_number_has_a_unit(model: type[Model], name: str, field: FieldInfo) -> None:
    is_number = any(part in {int, float} for part in alternatives(field.annotation))
    unit = Shape(annotation=field.annotation, field=field).unit

    assert not is_number or unit, f"{model.__name__}.{name}"


@pytest.mark.parametrize(("model", "name", "field"), FIELDS)
def test_every_example_is_valid(model: type[Model], name: str, field: FieldInfo) -> None:
    shape = Shape(annotation=field.annotation, field=field)
    assert field.examples, f"{model.__name__}.{name}"
    annotation: Any = field.annotation
    for piece in field.metadata:
        annotation = typing.Annotated[annotation, piece]
    adapter: TypeAdapter[object] = TypeAdapter(annotation)

    adapter.validate_python(shape.example, strict=True)


@pytest.mark.parametrize(("model", "name", "field"), FIELDS)
def test_a_default_is_what_an_empty_mapping_would_give(
    model: type[Model], name: str, field: FieldInfo
) -> None:
    if isinstance(field.default, Model):
        assert field.default == type(field.default).model_validate({}), f"{model.__name__}.{name}"


def test_models_cannot_be_changed() -> None:
    spec_ = shape_of(("source", "vpc"))
    assert spec_ is not None
    vpc = spec.model.Vpc.model_validate({"cidr": "10.0.0.0/16", "zones": ("a", "b")})

    with pytest.raises(ValidationError, match="frozen"):
        vpc.cidr = "10.1.0.0/16"


def test_no_union_takes_a_tag_for_a_key() -> None:
    keys = {name for _, name, _ in fields()}

    assert not [key for key in keys if key.startswith("<")]


def test_the_version_is_an_integer_and_nothing_that_equals_one() -> None:
    for version in (True, 1.0, "1"):
        with pytest.raises(ValidationError) as raised:
            Spec.model_validate({"version": version})
        assert [line["type"] for line in raised.value.errors() if line["loc"] == ("version",)] == [
            "int_type"
        ]
