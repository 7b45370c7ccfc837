"""The calls on drift of stacks."""

from __future__ import annotations

from moto.core.responses import ActionResult

from compiler.sandbox.api.calls import Calls
from compiler.sandbox.api.drift_views import detection_view, resource_drift_view
from compiler.sandbox.engine.drift import (
    NOT_CHECKED,
    begin_detection,
    drift_of,
    refuse_detection,
    remember,
    shown_drifts,
)
from compiler.sandbox.engine.errors import invalid


class DriftCalls(Calls):
    """Detecting drift, and what was detected."""

    def detect_stack_drift(self) -> ActionResult:
        """DetectStackDrift."""
        only = self.given.get("LogicalResourceIds")
        detection = begin_detection(self.world, self.stack(), only)
        return ActionResult({"StackDriftDetectionId": detection.detection_id})

    def describe_stack_drift_detection_status(self) -> ActionResult:
        """DescribeStackDriftDetectionStatus."""
        detection_id = str(self.given["StackDriftDetectionId"])
        detection = self.world.detections.get(detection_id)
        here = self.place
        if detection is None or (detection.stack.account, detection.stack.region) != here:
            message = f"Stack drift detection ID [{detection_id}] does not exist"
            raise invalid(message)
        return ActionResult(detection_view(detection))

    def detect_stack_resource_drift(self) -> ActionResult:
        """DetectStackResourceDrift."""
        stack, name = self.stack(), str(self.given["LogicalResourceId"])
        refuse_detection(stack, [name])
        found = drift_of(self.world, stack, [name])
        (drift,) = found.resources
        if drift.status == NOT_CHECKED:
            message = f"Drift detection is not supported for resource type [{drift.type_name}]"
            raise invalid(message)
        remember(stack, found)
        return ActionResult({"StackResourceDrift": resource_drift_view(stack, drift)})

    def describe_stack_resource_drifts(self) -> ActionResult:
        """DescribeStackResourceDrifts."""
        stack = self.stack()
        wanted = self.given.get("StackResourceDriftStatusFilters")
        found = [
            resource_drift_view(stack, drift)
            for drift in shown_drifts(stack)
            if not wanted or drift.status in wanted
        ]
        return self.page("StackResourceDrifts", found)
