"""Change sets as the API's answers show them; keys are AWS's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.sandbox.api.views import parameters_view, tags_view
from compiler.sandbox.engine.records import DIRECT
from compiler.sandbox.engine.replacement import PropertyChange, Replacement
from compiler.sandbox.engine.values import Json, Mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.api.drift_views import View
    from compiler.sandbox.engine.records import Cause, ChangeSet, ResourceChange, Stack

_LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""What AWS shows for a value that only the execution will know."""


def change_set_view(change_set: ChangeSet, stack: Stack, *, has_values: bool) -> View:
    """
    Return what `DescribeChangeSet` says.

    Args:
        change_set: The change set.
        stack: Whose it is.
        has_values: Whether the values before and after are shown (`IncludePropertyValues`).
    """
    view = change_set_summary(change_set, stack)
    view |= {
        "Parameters": parameters_view(change_set.desired),
        "NotificationARNs": stack.settings.get("NotificationARNs", []),
        "RollbackConfiguration": {},
        "Capabilities": list(change_set.desired.capabilities),
        "Tags": tags_view(change_set.desired.tags),
        "Changes": [
            {"Type": "Resource", "ResourceChange": _change(change, has_values=has_values)}
            for change in change_set.changes
            if not change_set.is_pending
        ],
    }
    if change_set.on_failure is not None:
        view["OnStackFailure"] = change_set.on_failure
    return view


def change_set_summary(change_set: ChangeSet, stack: Stack) -> View:
    """Return an entry of `ListChangeSets`."""
    view: View = {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "ChangeSetId": change_set.change_set_id,
        "ChangeSetName": change_set.name,
        "ExecutionStatus": change_set.execution_status,
        "Status": change_set.status,
        "CreationTime": change_set.created_at,
        "IncludeNestedStacks": False,
    }
    if change_set.reason:
        view["StatusReason"] = change_set.reason
    if change_set.description:
        view["Description"] = change_set.description
    return view


def _change(change: ResourceChange, *, has_values: bool) -> View:
    view: View = {
        "Action": change.action,
        "LogicalResourceId": change.logical_id,
        "ResourceType": change.type_name,
        "Scope": [],
        "Details": [],
    }
    if change.physical_id:
        view["PhysicalResourceId"] = change.physical_id
    if change.policy:
        view["PolicyAction"] = change.policy
    if has_values:
        for key, properties in (("BeforeContext", change.before), ("AfterContext", change.after)):
            if properties:
                view[key] = _text({"Properties": dict(properties)})
    if change.action != "Modify":
        return view
    view["Replacement"] = str(change.replacement or Replacement.NO)
    details = list(_details(change, has_values=has_values))
    view["Details"] = details
    view["Scope"] = sorted({detail["Target"]["Attribute"] for detail in details})
    return view


def _details(change: ResourceChange, *, has_values: bool) -> Iterator[View]:
    for found in change.properties:
        target = _target(change, found, has_values=has_values)
        for cause in change.causes.get(found.name, (DIRECT,)):
            yield _detail(target, cause, is_dynamic=found.is_dynamic)
    if change.tags_change and all(found.name != "Tags" for found in change.properties):
        yield _detail({"Attribute": "Tags", "RequiresRecreation": "Never"}, DIRECT)
    for name in change.attributes:
        yield _detail({"Attribute": name, "RequiresRecreation": "Never"}, DIRECT)


def _target(change: ResourceChange, found: PropertyChange, *, has_values: bool) -> View:
    target: View = {"Attribute": "Properties", "Name": found.name}
    if found.name == "Tags":
        target = {"Attribute": "Tags"}
    target["RequiresRecreation"] = str(found.recreation)
    if has_values:
        target["Path"] = f"/Properties/{found.name}"
        target["AttributeChangeType"] = _kind(change, found.name)
        for key, properties in (("BeforeValue", change.before), ("AfterValue", change.after)):
            if found.name in properties:
                target[key] = _text(properties[found.name])
    return target


def _kind(change: ResourceChange, name: str) -> str:
    if name not in change.before:
        return "Add"
    return "Modify" if name in change.after else "Remove"


def _detail(target: View, cause: Cause, *, is_dynamic: bool = False) -> View:
    view: View = {
        "Target": target,
        "Evaluation": "Dynamic" if is_dynamic else "Static",
        "ChangeSource": cause.source,
    }
    if cause.entity:
        view["CausingEntity"] = cause.entity
    return view


def _text(value: Json) -> str:
    known = _known(value)
    return known if isinstance(known, str) else json.dumps(known, sort_keys=True)


def _known(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _known(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_known(part) for part in value]
    return _LATER if value is Mark.UNKNOWN else value
