"""Drift as the API's answers show it; keys are AWS's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.drift import DELETED, NOT_CHECKED, shown_status

if TYPE_CHECKING:
    from compiler.sandbox.engine.drift import Detection, ResourceDrift
    from compiler.sandbox.engine.records import ResourceRecord, Stack

View = dict[str, Any]
"""Any: an answer is JSON until botocore's model renders it."""


def stack_drift_view(stack: Stack) -> View:
    """Return the `DriftInformation` of a stack."""
    view: View = {"StackDriftStatus": shown_status(stack)}
    if stack.drift_checked_at is not None:
        view["LastCheckTimestamp"] = stack.drift_checked_at
    return view


def record_drift_view(stack: Stack, record: ResourceRecord) -> View:
    """Return the `DriftInformation` of a resource."""
    drift = stack.drifts.get(record.logical_id)
    if drift is None or drift.physical_id != record.physical_id:
        return {"StackResourceDriftStatus": NOT_CHECKED}
    return {"StackResourceDriftStatus": drift.status, "LastCheckTimestamp": drift.checked_at}


def detection_view(detection: Detection) -> View:
    """Return what `DescribeStackDriftDetectionStatus` says."""
    view: View = {
        "StackId": detection.stack.stack_id,
        "StackDriftDetectionId": detection.detection_id,
        "DetectionStatus": "DETECTION_IN_PROGRESS",
        "Timestamp": detection.started_at,
    }
    if detection.result is not None:
        view |= {
            "DetectionStatus": "DETECTION_COMPLETE",
            "StackDriftStatus": detection.result.status,
            "DriftedStackResourceCount": detection.result.drifted,
        }
    return view


def resource_drift_view(stack: Stack, drift: ResourceDrift) -> View:
    """Return an entry of `DescribeStackResourceDrifts`."""
    view: View = {
        "StackId": stack.stack_id,
        "LogicalResourceId": drift.logical_id,
        "PhysicalResourceId": drift.physical_id,
        "ResourceType": drift.type_name,
        "StackResourceDriftStatus": drift.status,
        "Timestamp": drift.checked_at,
        "PropertyDifferences": [
            {
                "PropertyPath": each.path,
                "ExpectedValue": each.expected,
                "ActualValue": each.actual,
                "DifferenceType": each.kind,
            }
            for each in drift.differences
        ],
    }
    if drift.status not in {DELETED, NOT_CHECKED}:
        view["ExpectedProperties"] = json.dumps(drift.expected, sort_keys=True)
        view["ActualProperties"] = json.dumps(drift.actual, sort_keys=True)
    if drift.reason:
        view["DriftStatusReason"] = drift.reason
    return view
