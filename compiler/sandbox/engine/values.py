"""Values of a template: plain JSON, and two marks that stand in for one."""

from __future__ import annotations

from enum import Enum
from typing import Any

Json = Any
"""Any: what a template holds is JSON, and its shape is the resource type's business."""


class Mark(Enum):
    """
    Values that no template can spell.

    Attributes:
        NO_VALUE: `AWS::NoValue`: the property is left out.
        UNKNOWN: Known only once a resource exists; a change set meets it.
    """

    NO_VALUE = "AWS::NoValue"
    UNKNOWN = "known after the operation"


def has_unknown(value: Json) -> bool:
    """Tell whether a part of *value* is not known yet."""
    if isinstance(value, dict):
        return any(has_unknown(part) for part in value.values())
    if isinstance(value, list):
        return any(has_unknown(part) for part in value)
    return value is Mark.UNKNOWN
