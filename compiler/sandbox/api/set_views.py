"""Stack sets as the API's answers show them; keys are AWS's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.api.drift_views import View, resource_drift_view
from compiler.sandbox.api.views import tags_view
from compiler.sandbox.engine.drift import NOT_CHECKED
from compiler.sandbox.engine.parameters import shown
from compiler.sandbox.engine.set_drifts import DriftTally, last_tally, tally_of

if TYPE_CHECKING:
    from compiler.sandbox.engine.records import Stack
    from compiler.sandbox.engine.set_records import Instance, Operation, Result, StackSet


_COUNTS = tuple(
    f"{kind}StackInstancesCount" for kind in ("Total", "Drifted", "InSync", "InProgress", "Failed")
)

_NO_GATE = "AWSCloudFormationStackSetAccountGate function not found"
"""Source: CloudFormation API Reference, ListStackSetOperationResults, example, 2026-11-24."""


def stack_set_view(stack_set: StackSet) -> View:
    """Return what `DescribeStackSet` says."""
    definition = stack_set.definition
    declared = definition.template.parameters
    view: View = {
        "StackSetName": stack_set.name,
        "StackSetId": stack_set.stack_set_id,
        "StackSetARN": stack_set.arn,
        "Status": stack_set.status,
        "TemplateBody": definition.template.body,
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": shown(declared[name], value)}
            for name, value in definition.values.given.items()
        ],
        "Capabilities": list(definition.capabilities),
        "Tags": tags_view(definition.tags),
        "PermissionModel": stack_set.permission_model,
        "ManagedExecution": {"Active": stack_set.is_queueing},
        "Regions": sorted({region for _, region in stack_set.instances}),
        "OrganizationalUnitIds": sorted({i.unit for i in stack_set.instances.values() if i.unit}),
        **stack_set.roles,
    }
    if stack_set.is_service_managed:
        view["AutoDeployment"] = dict(stack_set.auto_deployment)
    if stack_set.description:
        view["Description"] = stack_set.description
    view["StackSetDriftDetectionDetails"] = _tally_view(last_tally(stack_set))
    return view


def stack_set_summary(stack_set: StackSet) -> View:
    """Return an entry of `ListStackSets`."""
    tally = last_tally(stack_set)
    view: View = {
        "StackSetName": stack_set.name,
        "StackSetId": stack_set.stack_set_id,
        "Status": stack_set.status,
        "PermissionModel": stack_set.permission_model,
        "DriftStatus": NOT_CHECKED if tally is None else tally.status,
        "ManagedExecution": {"Active": stack_set.is_queueing},
    }
    if stack_set.is_service_managed:
        view["AutoDeployment"] = dict(stack_set.auto_deployment)
    if stack_set.description:
        view["Description"] = stack_set.description
    if tally is not None and tally.checked_at is not None:
        view["LastDriftCheckTimestamp"] = tally.checked_at
    return view


def drift_status(instance: Instance) -> str:
    """Return what an instance shows as its drift."""
    return NOT_CHECKED if instance.drift is None else instance.drift.status


def instance_summary(stack_set: StackSet, instance: Instance) -> View:
    """Return an entry of `ListStackInstances`."""
    view: View = {
        "StackSetId": stack_set.stack_set_id,
        "Account": instance.account,
        "Region": instance.region,
        "Status": instance.status,
        "StackInstanceStatus": {"DetailedStatus": instance.detailed_status},
        "DriftStatus": drift_status(instance),
        "OrganizationalUnitId": instance.unit,
    }
    if instance.drift is not None:
        view["LastDriftCheckTimestamp"] = instance.drift.checked_at
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
    if operation.given.get("DeploymentTargets"):
        view["DeploymentTargets"] = operation.given["DeploymentTargets"]
    if operation.action == "DETECT_DRIFT":
        view["StackSetDriftDetectionDetails"] = _tally_view(tally_of(operation))
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
        "OrganizationalUnitId": result.unit,
        "AccountGateResult": {"Status": "SKIPPED", "StatusReason": _NO_GATE},
    }
    if result.gate:
        view["AccountGateResult"] = {"Status": "FAILED", "StatusReason": result.gate}
    if result.reason:
        view["StatusReason"] = result.reason
    return view


def drift_views(stack: Stack, operation: Operation) -> list[View]:
    """Return what `ListStackInstanceResourceDrifts` says of an instance's stack."""
    found = operation.drifts.get((stack.account, stack.region))
    return [
        {
            key: value
            for key, value in resource_drift_view(stack, drift).items()
            if key not in {"ActualProperties", "DriftStatusReason", "ExpectedProperties"}
        }
        for drift in (() if found is None else found.resources)
    ]


def _tally_view(tally: DriftTally | None) -> View:
    if tally is None:
        return {"DriftStatus": NOT_CHECKED, **dict.fromkeys(_COUNTS, 0)}
    view: View = {
        "DriftStatus": tally.status,
        "DriftDetectionStatus": tally.detection,
        "TotalStackInstancesCount": tally.total,
        "DriftedStackInstancesCount": tally.drifted,
        "InSyncStackInstancesCount": tally.in_sync,
        "InProgressStackInstancesCount": tally.in_progress,
        "FailedStackInstancesCount": tally.failed,
    }
    if tally.checked_at is not None:
        view["LastDriftCheckTimestamp"] = tally.checked_at
    return view
