"""Lengths and patterns of parameters, by the service's own description, as AWS refuses them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from moto.core.utils import get_service_model

from compiler.sandbox.engine.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import Shape


def refuse_malformed(action: str, given: Mapping[str, object]) -> None:
    """
    Refuse a call with a text or list that is too long, or of the wrong pattern.

    What is too short never comes: botocore and the AWS CLI refuse it themselves.

    Args:
        action: The operation, for example `CreateStackSet`.
        given: Its parameters.

    Raises:
        ApiError: `ValidationError`, all of them at once.
    """
    shape = get_service_model("cloudformation").operation_model(action).input_shape
    found = [] if shape is None else list(_violations(given, shape, ""))
    if found:
        plural = "s" if len(found) > 1 else ""
        message = f"{len(found)} validation error{plural} detected: {'; '.join(found)}"
        raise invalid(message)


def _violations(value: object, shape: Shape, path: str) -> Iterator[str]:
    if isinstance(value, str) and shape.type_name == "string":
        yield from _of_text(value, shape, path)
    elif isinstance(value, list) and shape.type_name == "list":
        yield from _of_length(value, shape, path)
        for number, item in enumerate(value, 1):
            member: Shape = shape.member  # type: ignore[attr-defined] # only lists have one
            yield from _violations(item, member, f"{path}.{number}.member")
    elif isinstance(value, dict) and shape.type_name == "structure":
        members: Mapping[str, Shape] = shape.members  # type: ignore[attr-defined] # likewise
        for name, item in value.items():
            if name in members:
                spelled = name[0].lower() + name[1:]
                inner = f"{path}.{spelled}" if path else spelled
                yield from _violations(item, members[name], inner)


def _of_text(value: str, shape: Shape, path: str) -> Iterator[str]:
    pattern = shape.metadata.get("pattern")
    if pattern is not None and not re.fullmatch(pattern, value):
        yield (
            f"Value '{value}' at '{path}' failed to satisfy constraint: Member must satisfy "
            f"regular expression pattern: {pattern}"
        )
    yield from _of_length(value, shape, path)


def _of_length(value: str | list[object], shape: Shape, path: str) -> Iterator[str]:
    shown = value if isinstance(value, str) else f"[{', '.join(map(str, value))}]"
    most = shape.metadata.get("max")
    if most is not None and len(value) > most:
        yield (
            f"Value '{shown}' at '{path}' failed to satisfy constraint: Member must have length "
            f"less than or equal to {most}"
        )
