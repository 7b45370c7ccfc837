"""A plain stack as the port has a stack set and its one instance. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from compiler.deploy.aws.requests import tags_in, values_of
from compiler.deploy.port import MARK, MARK_TAG, Definition, Instance, InstanceStatus, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

_WHOLE = frozenset(
    {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
)
"""Stacks that are what their template says: after a rollback, what the one before says."""

_DETAILED: Mapping[InstanceStatus, str] = {
    "CURRENT": "SUCCEEDED",
    "OUTDATED": "RUNNING",
    "INOPERABLE": "FAILED",
}

_AT_WORK = re.compile(r"\b[A-Z_]+_IN_PROGRESS\b")
"""
How CloudFormation refuses a second operation at the same time: "is in UPDATE_IN_PROGRESS state and
can not be updated", "cannot be deleted while in status CREATE_IN_PROGRESS".
"""


def is_anything(found: Mapping[str, Any]) -> bool:
    """Tell whether there is something in a stack, not only a place for a change set."""
    return found["StackStatus"] not in {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"}


def is_for_work_under_way(reason: str) -> bool:
    """Tell whether AWS refuses something since an operation is at work, by its sentence."""
    return _AT_WORK.search(reason) is not None


def as_definition(name: str, found: Mapping[str, Any], body: object) -> Definition:
    """
    Return what a stack set would be told to be, if it had this stack.

    Args:
        name: Of both.
        found: What DescribeStacks says of the stack.
        body: What GetTemplate says: boto3 reads JSON for us, and leaves any other text.
    """
    tags = tags_in(found)
    return Definition(
        name=name,
        description=tags.pop(MARK_TAG, found.get("Description", "")),
        template=body if isinstance(body, str) else json.dumps(body, indent=1) + "\n",
        parameters=values_of(found.get("Parameters", ())),
        tags=tags,
        capabilities=tuple(found.get("Capabilities", ())),
    )


def as_instance(place: Place, found: Mapping[str, Any]) -> Instance:
    """Return a stack at *place*, of which DescribeStacks says what was *found*, as an instance."""
    word, reason = str(found["StackStatus"]), str(found.get("StackStatusReason", ""))
    status = _status(word)
    if status == "INOPERABLE":
        reason = f"its stack is in {word}" + (f": {reason}" if reason else "")
    return Instance(
        place=place,
        status=status,
        detailed=_DETAILED[status],
        reason=reason,
        stack_id=str(found["StackId"]),
    )


def _status(word: str) -> InstanceStatus:
    if word in _WHOLE:
        return "CURRENT"
    return "OUTDATED" if word.endswith("_IN_PROGRESS") else "INOPERABLE"


def tags_with_mark(definition: Definition) -> Mapping[str, str]:
    """Return the tags of the stack: its mark among them."""
    if not definition.description.startswith(MARK):
        return definition.tags
    return {**definition.tags, MARK_TAG: definition.description}
