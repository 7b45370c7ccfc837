"""The values of a stack's outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.engine.errors import ApiError
from compiler.sandbox.engine.intrinsics import has_dynamic_reference, resolve
from compiler.sandbox.engine.work import ResourceFailed

if TYPE_CHECKING:
    from compiler.sandbox.engine.work import Work


def outputs_of(work: Work) -> dict[str, str]:
    """
    Return the values of the outputs, by name.

    Raises:
        ResourceFailed: One cannot be resolved, or would show a secret.
    """
    around = work.surroundings()
    found: dict[str, str] = {}
    for name, entry in work.desired.template.outputs.items():
        try:
            value = resolve(entry["Value"], around)
        except ApiError as error:
            msg = f"Output {name}: {error.message}"
            raise _failed(msg) from error
        if has_dynamic_reference(value):
            why = f"Template error: Output {name}: dynamic references are not allowed in Outputs"
            raise _failed(why)
        if not isinstance(value, str | int | float):
            why = f"The Value field of every Outputs member must evaluate to a String ({name})"
            raise _failed(why)
        found[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


def _failed(reason: str) -> ResourceFailed:
    return ResourceFailed("", reason)
