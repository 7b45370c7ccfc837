"""What CloudFormation refuses of a resource's properties before it calls a handler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.engine.conform import problems
from compiler.sandbox.engine.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.schemas import ResourceSchema
    from compiler.sandbox.engine.values import Json


def refuse_properties(
    logical_id: str, schema: ResourceSchema, supported: frozenset[str], real: Mapping[str, Json]
) -> None:
    """
    Refuse what CloudFormation would refuse before it calls a handler, and what ours cannot do.

    Raises:
        ApiError: `ValidationError`, with AWS's words.
    """
    if unknown := sorted(real.keys() - schema.properties):
        reason = f"Encountered unsupported property {unknown[0]}"
        raise invalid(reason)
    if read_only := sorted(name for name in real if (name,) in schema.read_only):
        reason = f"Encountered read-only property {read_only[0]}"
        raise invalid(reason)
    if ignored := sorted(real.keys() - supported):
        reason = (
            f"Encountered unsupported property {ignored[0]} (AWS has it; the sandbox's handler of "
            f"{schema.type_name} does not honour it)"
        )
        raise invalid(reason)
    if found := problems(schema, real):
        listed = "\n".join(found)
        reason = f"Properties validation failed for resource {logical_id} with message:\n{listed}"
        raise invalid(reason)
