"""Stack sets as the API's answers show them; keys are AWS's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.api.views import View, tags_view
from compiler.sandbox.engine.parameters import shown

if TYPE_CHECKING:
    from compiler.sandbox.engine.set_operations import Operation, Result
    from compiler.sandbox.engine.stack_sets import Instance, StackSet


def stack_set_view(stack_set: StackSet) -> View:
    """Return what `DescribeStackSet` says."""
    declared = stack_set.template.parameters
    view: View = {
        "StackSetName": stack_set.name,
        "StackSetId": stack_set.stack_set_id,
        "StackSetARN": stack_set.arn,
        "Status": stack_set.status,
        "TemplateBody": stack_set.template.body,
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": shown(declared[name], value)}
            for name, value in stack_set.values.given.items()
        ],
        "Capabilities": list(stack_set.capabilities),
        "Tags": tags_view(stack_set.tags),
        "PermissionModel": "SELF_MANAGED",
        "ManagedExecution": {"Active": stack_set.is_queueing},
        "Regions": sorted({region for _, region in stack_set.instances}),
        "OrganizationalUnitIds": [],
        **stack_set.roles,
    }
    if stack_set.description:
        view["Description"] = stack_set.description
    return view


def stack_set_summary(stack_set: StackSet) -> View:
    """Return an entry of `ListStackSets`."""
    view: View = {
        "StackSetName": stack_set.name,
        "StackSetId": stack_set.stack_set_id,
        "Status": stack_set.status,
        "PermissionModel": "SELF_MANAGED",
        "DriftStatus": "NOT_CHECKED",
        "ManagedExecution": {"Active": stack_set.is_queueing},
    }
    if stack_set.description:
        view["Description"] = stack_set.description
    return view


def instance_summary(stack_set: StackSet, instance: Instance) -> View:
    """Return an entry of `ListStackInstances`."""
    view: View = {
        "StackSetId": stack_set.stack_set_id,
        "Account": instance.account,
        "Region": instance.region,
        "Status": instance.status,
        "StackInstanceStatus": {"DetailedStatus": instance.detailed_status},
        "DriftStatus": "NOT_CHECKED",
        "OrganizationalUnitId": "",
    }
    for key, value in (
        ("StackId", instance.stack_id),
        ("StatusReason", instance.reason),
        ("LastOperationId", instance.operation_id),
    ):
        if value:
            view[key] = value
    return view


def instance_view(stack_set: StackSet, instance: Instance) -> View:
    """Return what `DescribeStackInstance` says."""
    declared = stack_set.template.parameters
    return {
        **instance_summary(stack_set, instance),
        "ParameterOverrides": [
            {"ParameterKey": name, "ParameterValue": shown(declared.get(name, {}), value)}
            for name, value in instance.overrides.items()
        ],
    }


def operation_summary(operation: Operation) -> View:
    """Return an entry of `ListStackSetOperations`."""
    view: View = {
        "OperationId": operation.operation_id,
        "Action": operation.action,
        "Status": operation.status,
        "CreationTimestamp": operation.created_at,
        "StatusDetails": {"FailedStackInstancesCount": operation.failed},
        "OperationPreferences": operation.given.get("OperationPreferences") or {"RegionOrder": []},
    }
    if operation.ended_at is not None:
        view["EndTimestamp"] = operation.ended_at
    return view


def operation_view(stack_set: StackSet, operation: Operation) -> View:
    """Return what `DescribeStackSetOperation` says."""
    view: View = {
        **operation_summary(operation),
        **stack_set.roles,
        "StackSetId": stack_set.stack_set_id,
    }
    if operation.action == "DELETE":
        view["RetainStacks"] = operation.retains
    return view


def result_view(result: Result) -> View:
    """Return an entry of `ListStackSetOperationResults`."""
    account, region = result.place
    view: View = {
        "Account": account,
        "Region": region,
        "Status": result.status,
        "OrganizationalUnitId": "",
        "AccountGateResult": {
            "Status": "SKIPPED",
            "StatusReason": "Function not found: the sandbox has no account gates",
        },
    }
    if result.reason:
        view["StatusReason"] = result.reason
    return view
