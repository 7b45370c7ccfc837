"""What all models share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=32)]
"""The name that a user gives to a component: lower-case letters, digits, single hyphens."""


class Model(BaseModel):
    """A frozen, strict model: unknown keys and values of another YAML type are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)
