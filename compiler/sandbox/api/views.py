"""Stacks and change sets as the API's answers show them; keys are AWS's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.api.drift_views import View, record_drift_view, stack_drift_view
from compiler.sandbox.engine.parameters import is_unshown, shown
from compiler.sandbox.engine.stacks import required_capabilities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.records import (
        Desired,
        Event,
        ResourceRecord,
        Stack,
    )
    from compiler.sandbox.engine.template import Template


def stack_view(stack: Stack) -> View:
    """Return an entry of `DescribeStacks`."""
    view: View = {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "CreationTime": stack.created_at,
        "StackStatus": stack.status,
        "DisableRollback": stack.on_failure == "DO_NOTHING",
        "EnableTerminationProtection": stack.is_protected,
        "DriftInformation": stack_drift_view(stack),
        "NotificationARNs": [],
        "RollbackConfiguration": {},
        "Tags": [],
        "Parameters": [],
        "Outputs": [],
        **stack.settings,
    }
    _put(view, "StackStatusReason", stack.reason)
    _put(view, "LastUpdatedTime", stack.updated_at)
    _put(view, "DeletionTime", stack.deleted_at)
    if stack.desired is not None:
        template = stack.desired.template
        _put(view, "Description", template.description)
        view["Capabilities"] = list(stack.desired.capabilities)
        view["Tags"] = tags_view(stack.desired.tags)
        view["Parameters"] = parameters_view(stack.desired)
        view["Outputs"] = [
            _output(name, value, template.outputs.get(name, {}))
            for name, value in stack.outputs.items()
        ]
    return view


def summary_view(stack: Stack) -> View:
    """Return an entry of `ListStacks`."""
    view: View = {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "CreationTime": stack.created_at,
        "StackStatus": stack.status,
        "DriftInformation": stack_drift_view(stack),
    }
    _put(view, "StackStatusReason", stack.reason)
    _put(view, "LastUpdatedTime", stack.updated_at)
    _put(view, "DeletionTime", stack.deleted_at)
    if stack.desired is not None:
        _put(view, "TemplateDescription", stack.desired.template.description)
    return view


def event_view(stack: Stack, event: Event) -> View:
    """Return an entry of `DescribeStackEvents`."""
    view: View = {
        "StackId": stack.stack_id,
        "EventId": event.event_id,
        "StackName": stack.name,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.type_name,
        "Timestamp": event.at,
        "ResourceStatus": event.status,
    }
    _put(view, "ResourceStatusReason", event.reason)
    _put(view, "ResourceProperties", event.properties)
    _put(view, "ClientRequestToken", event.token)
    return view


def resource_view(stack: Stack, record: ResourceRecord, *, time: str = "Timestamp") -> View:
    """
    Return a resource of a stack.

    Args:
        stack: Whose it is.
        record: The resource.
        time: `Timestamp` or `LastUpdatedTimestamp`: the calls name it differently.
    """
    view: View = {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "LogicalResourceId": record.logical_id,
        "ResourceType": record.type_name,
        time: record.changed_at,
        "ResourceStatus": record.status,
        "DriftInformation": record_drift_view(stack, record),
    }
    _put(view, "PhysicalResourceId", record.physical_id)
    _put(view, "ResourceStatusReason", record.reason)
    return view


def tags_view(tags: Mapping[str, str]) -> list[View]:
    """Return tags as a list."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def parameters_view(desired: Desired) -> list[View]:
    """Return parameters as a list, secrets as stars."""
    found: list[View] = []
    for name, declaration in desired.template.parameters.items():
        view: View = {
            "ParameterKey": name,
            "ParameterValue": shown(declaration, desired.values.given[name]),
        }
        _put(view, "ResolvedValue", desired.values.from_ssm.get(name, ""))
        found.append(view)
    return found


def declarations_view(template: Template, *, full: bool) -> list[View]:
    """
    Return what a template says of its parameters.

    Args:
        template: The template.
        full: Whether for `GetTemplateSummary` (with types) or `ValidateTemplate`.
    """
    found: list[View] = []
    for name, declaration in template.parameters.items():
        view: View = {
            "ParameterKey": name,
            "NoEcho": is_unshown(declaration),
        }
        if "Default" in declaration:
            view["DefaultValue"] = str(declaration["Default"])
        if "Description" in declaration:
            view["Description"] = declaration["Description"]
        if full:
            view["ParameterType"] = declaration.get("Type", "String")
            allowed = declaration.get("AllowedValues", [])
            view["ParameterConstraints"] = {"AllowedValues": [str(value) for value in allowed]}
        found.append(view)
    return found


def template_view(template: Template, *, full: bool) -> View:
    """Return what `GetTemplateSummary` (*full*) or `ValidateTemplate` says of a template."""
    capabilities, why = required_capabilities(template)
    view: View = {
        "Parameters": declarations_view(template, full=full),
        "Capabilities": list(capabilities),
        "DeclaredTransforms": [],
    }
    _put(view, "Description", template.description)
    _put(view, "CapabilitiesReason", why)
    if full:
        view["ResourceTypes"] = [r.type_name for r in template.resources.values()]
        _put(view, "Version", str(template.document.get("AWSTemplateFormatVersion", "")))
    return view


def _output(name: str, value: str, entry: Mapping[str, Any]) -> View:
    view: View = {"OutputKey": name, "OutputValue": value}
    _put(view, "Description", entry.get("Description"))
    return view


def _put(view: View, key: str, value: object) -> None:
    """Add what there is; an answer leaves out what there is not."""
    if value is not None and value != "":
        view[key] = value
