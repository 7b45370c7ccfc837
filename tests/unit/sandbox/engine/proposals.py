"""Change sets of the stack `app`, proposed and read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.values import Json
    from tests.unit.sandbox.engine.shelf import Client


def propose(
    cloudformation: Client,
    resources: Mapping[str, Any],
    kind: str,
    *,
    sections: Mapping[str, Json] | None = None,
    **more: Json,
) -> dict[str, Any]:
    made = cloudformation.create_change_set(
        StackName="app",
        ChangeSetName="next",
        ChangeSetType=kind,
        TemplateBody=json.dumps({"Resources": resources, **(sections or {})}),
        **more,
    )
    found: dict[str, Any] = cloudformation.describe_change_set(ChangeSetName=made["Id"])
    return found


def described(cloudformation: Client, **more: Json) -> dict[str, Any]:
    found: dict[str, Any] = cloudformation.describe_change_set(
        StackName="app", ChangeSetName="next", **more
    )
    return found


def change_of(foreseen: Mapping[str, Any], logical_id: str) -> dict[str, Any]:
    (found,) = (
        change["ResourceChange"]
        for change in foreseen["Changes"]
        if change["ResourceChange"]["LogicalResourceId"] == logical_id
    )
    return dict(found)
