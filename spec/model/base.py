"""What all models share."""

from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Discriminator, StringConstraints, Tag

Key = Annotated[str, StringConstraints(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=32)]
"""The name that a user gives to a component: lower-case letters, digits, single hyphens."""


class Model(BaseModel):
    """A frozen, strict model: unknown keys and values of another YAML type are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def _off_or_settings(value: object) -> str | None:
    """Tell which one of the two *value* is written as; a union tag is never a key of the spec."""
    if value is False:
        return "<off>"
    return "<settings>" if isinstance(value, dict | Model) else None


_Settings = TypeVar("_Settings", bound=Model)

OrOff: TypeAlias = Annotated[
    Annotated[_Settings, Tag("<settings>")] | Annotated[Literal[False], Tag("<off>")],
    Discriminator(_off_or_settings),
]
"""A mapping of settings, or `false` for none of it."""
