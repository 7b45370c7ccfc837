"""The handler of `AWS::AutoScaling::ScalingPolicy`: target tracking."""

from __future__ import annotations

from typing import Any

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.identity import physical_name
from compiler.sandbox.handlers.replies import ask, refuse

_TYPE = "TargetTrackingScaling"


class ScalingPolicyHandler:
    """Scaling policies that keep a metric at its target."""

    type_name = "AWS::AutoScaling::ScalingPolicy"
    supported = frozenset(
        {
            "AutoScalingGroupName",
            "EstimatedInstanceWarmup",
            "PolicyType",
            "TargetTrackingConfiguration",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Give a group a policy."""
        return self._put(scope, physical_name(scope), properties)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Replace the policy under its name."""
        del old
        return self._put(scope, physical_id.rpartition(":policyName/")[2], new)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Take the policy away."""
        del properties
        if (told := _told(scope, physical_id)) is not None:
            ask(scope.client("autoscaling"), "delete_policy", PolicyName=told["PolicyName"])

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the policy."""
        told = _told(scope, physical_id)
        if told is None:
            return None
        read: dict[str, Any] = {
            "AutoScalingGroupName": told["AutoScalingGroupName"],
            "PolicyType": told["PolicyType"],
            "TargetTrackingConfiguration": _plain(told["TargetTrackingConfiguration"]),
        }
        if told.get("EstimatedInstanceWarmup") is not None:
            read["EstimatedInstanceWarmup"] = told["EstimatedInstanceWarmup"]
        return read

    def _put(self, scope: Scope, name: str, properties: Properties) -> Created:
        if properties.get("PolicyType", "SimpleScaling") != _TYPE:
            refuse("ValidationError", "The sandbox plays target tracking policies only.")
        group = properties["AutoScalingGroupName"]
        scaling = scope.client("autoscaling")
        found = ask(scaling, "describe_auto_scaling_groups", AutoScalingGroupNames=[group])
        if not found["AutoScalingGroups"]:
            refuse("ValidationError", "Group name not found - AutoScalingGroup not found")
        ask(
            scaling,
            "put_scaling_policy",
            PolicyName=name,
            AutoScalingGroupName=group,
            PolicyType=_TYPE,
            EstimatedInstanceWarmup=properties.get("EstimatedInstanceWarmup"),
            TargetTrackingConfiguration=properties["TargetTrackingConfiguration"],
        )
        told = ask(scaling, "describe_policies", PolicyNames=[name])["ScalingPolicies"]
        arn: str = told[0]["PolicyARN"]
        return Created(physical_id=arn, attributes={"Arn": arn, "PolicyName": name})


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if value not in (None, [], {})}


def _told(scope: Scope, arn: str) -> dict[str, Any] | None:
    policies = ask(scope.client("autoscaling"), "describe_policies")["ScalingPolicies"]
    return next((policy for policy in policies if policy["PolicyARN"] == arn), None)


HANDLERS: tuple[Handler, ...] = (ScalingPolicyHandler(),)
