"""The handler of `AWS::AutoScaling::AutoScalingGroup`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.identity import physical_name
from compiler.sandbox.handlers.launching import (
    drop_interfaces_of_the_terminated,
    launching,
    refuse_launch,
    template_data,
)
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DEFAULT_COOLDOWN = 300
_METRICS = (
    "GroupMinSize",
    "GroupMaxSize",
    "GroupDesiredCapacity",
    "GroupInServiceInstances",
    "GroupPendingInstances",
    "GroupStandbyInstances",
    "GroupTerminatingInstances",
    "GroupTotalInstances",
    "GroupInServiceCapacity",
    "GroupPendingCapacity",
    "GroupStandbyCapacity",
    "GroupTerminatingCapacity",
    "GroupTotalCapacity",
    "WarmPoolDesiredCapacity",
    "WarmPoolWarmedCapacity",
    "WarmPoolPendingCapacity",
    "WarmPoolTerminatingCapacity",
    "WarmPoolTotalCapacity",
    "GroupAndWarmPoolDesiredCapacity",
    "GroupAndWarmPoolTotalCapacity",
)
"""What a collection that names no metric collects. Source: EC2 Auto Scaling API, 2026-11-23."""


class AutoScalingGroupHandler:
    """Auto Scaling groups over launch templates."""

    type_name = "AWS::AutoScaling::AutoScalingGroup"
    rolled_by = frozenset({"LaunchTemplate", "VPCZoneIdentifier"})
    supported = frozenset(
        {
            "AutoScalingGroupName",
            "CapacityRebalance",
            "Cooldown",
            "DefaultInstanceWarmup",
            "DesiredCapacity",
            "HealthCheckGracePeriod",
            "HealthCheckType",
            "LaunchTemplate",
            "MaxSize",
            "MetricsCollection",
            "MinSize",
            "NewInstancesProtectedFromScaleIn",
            "Tags",
            "TargetGroupARNs",
            "TerminationPolicies",
            "VPCZoneIdentifier",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a group and start its instances."""
        name = properties.get("AutoScalingGroupName") or physical_name(scope)
        template = _checked(scope, properties)
        taken = _told(scope, name)
        if taken is not None:
            refuse(
                "AlreadyExists",
                f"AutoScalingGroup by this name already exists - A group with the name {name} "
                "already exists",
            )
        with launching(scope, template, _version(properties)):
            ask(
                scope.client("autoscaling"),
                "create_auto_scaling_group",
                AutoScalingGroupName=name,
                MinSize=properties["MinSize"],
                MaxSize=properties["MaxSize"],
                DesiredCapacity=properties.get("DesiredCapacity"),
                LaunchTemplate=properties["LaunchTemplate"],
                VPCZoneIdentifier=",".join(properties["VPCZoneIdentifier"]),
                TargetGroupARNs=properties.get("TargetGroupARNs"),
                HealthCheckType=properties.get("HealthCheckType"),
                CapacityRebalance=properties.get("CapacityRebalance"),
                NewInstancesProtectedFromScaleIn=properties.get("NewInstancesProtectedFromScaleIn"),
                Tags=_tags(scope, name, properties.get("Tags")),
            )
        return self._settled(scope, name, properties)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change the group; instances that run stay as they are, as without an update policy."""
        template = _checked(scope, new)
        scaling = scope.client("autoscaling")
        with launching(scope, template, _version(new)):
            ask(
                scaling,
                "update_auto_scaling_group",
                AutoScalingGroupName=physical_id,
                MinSize=new["MinSize"],
                MaxSize=new["MaxSize"],
                DesiredCapacity=_desired(old, new),
                LaunchTemplate=new["LaunchTemplate"],
                VPCZoneIdentifier=",".join(new["VPCZoneIdentifier"]),
                HealthCheckType=new.get("HealthCheckType", "EC2"),
                NewInstancesProtectedFromScaleIn=new.get("NewInstancesProtectedFromScaleIn", False),
            )
        drop_interfaces_of_the_terminated(scope)
        self._move_targets(scope, physical_id, new)
        self._set_tags(scope, physical_id, new)
        return self._settled(scope, physical_id, new)

    def roll(self, scope: Scope, physical_id: str) -> None:
        """Replace every instance by one of the version that the group has now."""
        told = _told(scope, physical_id)
        if told is None:
            return
        template = told["LaunchTemplate"]
        version = str(template.get("Version", "$Default"))
        old = [instance["InstanceId"] for instance in told["Instances"]]
        with launching(scope, template["LaunchTemplateId"], version):
            for instance_id in old:
                ask(
                    scope.client("autoscaling"),
                    "terminate_instance_in_auto_scaling_group",
                    InstanceId=instance_id,
                    ShouldDecrementDesiredCapacity=False,
                )
        elb = scope.client("elbv2")
        for arn in told.get("TargetGroupARNs") or ():
            held = ask(elb, "describe_target_health", TargetGroupArn=arn)[
                "TargetHealthDescriptions"
            ]
            # moto leaves what the group terminated among the targets.
            gone = [one["Target"] for one in held if one["Target"]["Id"] in old]
            if gone:
                ask(elb, "deregister_targets", TargetGroupArn=arn, Targets=gone)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the group with its instances."""
        del properties
        if _told(scope, physical_id) is None:
            return
        ask(
            scope.client("autoscaling"),
            "delete_auto_scaling_group",
            AutoScalingGroupName=physical_id,
            ForceDelete=True,
        )
        drop_interfaces_of_the_terminated(scope)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the group."""
        told = _told(scope, physical_id)
        if told is None:
            return None
        template = told["LaunchTemplate"]
        read: dict[str, Any] = {
            "AutoScalingGroupName": told["AutoScalingGroupName"],
            "MinSize": str(told["MinSize"]),
            "MaxSize": str(told["MaxSize"]),
            "DesiredCapacity": str(told["DesiredCapacity"]),
            "Cooldown": str(told["DefaultCooldown"]),
            "HealthCheckType": told["HealthCheckType"],
            "HealthCheckGracePeriod": told["HealthCheckGracePeriod"],
            "CapacityRebalance": bool(told.get("CapacityRebalance")),
            "NewInstancesProtectedFromScaleIn": told["NewInstancesProtectedFromScaleIn"],
            "LaunchTemplate": {
                "LaunchTemplateId": template["LaunchTemplateId"],
                **({"Version": template["Version"]} if template.get("Version") else {}),
            },
            "VPCZoneIdentifier": told["VPCZoneIdentifier"].split(","),
            "TargetGroupARNs": told.get("TargetGroupARNs") or [],
            "TerminationPolicies": told["TerminationPolicies"],
            "Tags": [
                {key: tag[key] for key in ("Key", "Value", "PropagateAtLaunch")}
                for tag in sorted(told.get("Tags") or [], key=lambda tag: str(tag["Key"]))
                if not tag["Key"].startswith("aws:")
            ],
        }
        if told.get("DefaultInstanceWarmup") is not None:
            read["DefaultInstanceWarmup"] = told["DefaultInstanceWarmup"]
        if collected := told.get("EnabledMetrics"):
            read["MetricsCollection"] = [
                {
                    "Granularity": collected[0]["Granularity"],
                    "Metrics": sorted(metric["Metric"] for metric in collected),
                }
            ]
        return read

    def _settled(self, scope: Scope, name: str, properties: Properties) -> Created:
        """Set what moto takes at creation only, or not at all, and tell the group's ARN."""
        held = beneath("autoscaling", scope.account, scope.region).autoscaling_groups[name]
        held.default_cooldown = int(properties.get("Cooldown", _DEFAULT_COOLDOWN))
        held.termination_policies = list(properties.get("TerminationPolicies") or ["Default"])
        held.health_check_grace_period = int(properties.get("HealthCheckGracePeriod", 0))
        held.capacity_rebalance = properties.get("CapacityRebalance") in (True, "true")
        warmup = properties.get("DefaultInstanceWarmup")
        held.default_instance_warmup = None if warmup is None else int(warmup)
        held.metrics = _collected(properties.get("MetricsCollection") or ())
        told = _told(scope, name)
        arn = told["AutoScalingGroupARN"] if told else None
        return Created(physical_id=name, attributes={"AutoScalingGroupARN": arn})

    def _move_targets(self, scope: Scope, name: str, new: Properties) -> None:
        scaling = scope.client("autoscaling")
        told = _told(scope, name) or {}
        # What is attached, not what the template said: an update may have stopped half-way.
        before, after = told.get("TargetGroupARNs") or [], new.get("TargetGroupARNs") or []
        for operation, moved in (
            ("detach_load_balancer_target_groups", [arn for arn in before if arn not in after]),
            ("attach_load_balancer_target_groups", [arn for arn in after if arn not in before]),
        ):
            if moved:
                ask(scaling, operation, AutoScalingGroupName=name, TargetGroupARNs=moved)

    def _set_tags(self, scope: Scope, name: str, properties: Properties) -> None:
        wanted = _tags(scope, name, properties.get("Tags"))
        told = _told(scope, name) or {}
        keys = {tag["Key"] for tag in wanted}
        gone = [tag for tag in told.get("Tags") or [] if tag["Key"] not in keys]
        if gone:
            scope.client("autoscaling").delete_tags(Tags=gone)
        ask(scope.client("autoscaling"), "create_or_update_tags", Tags=wanted)


def _desired(old: Properties, new: Properties) -> int | None:
    """Return the capacity to set: scaling is left alone unless the template says another number."""
    if "DesiredCapacity" not in new:
        return None
    return (
        int(new["DesiredCapacity"])
        if old.get("DesiredCapacity") != new["DesiredCapacity"]
        else None
    )


def _version(properties: Properties) -> str:
    return str(properties["LaunchTemplate"].get("Version", "$Default"))


def _checked(scope: Scope, properties: Properties) -> str:
    """Refuse a group that cannot be, and return the id of its launch template."""
    least, most = int(properties["MinSize"]), int(properties["MaxSize"])
    if least > most:
        refuse(
            "ValidationError",
            f"Max bound, {most}, must be greater than or equal to min bound, {least}",
        )
    desired = int(properties.get("DesiredCapacity", least))
    if desired < least:
        refuse(
            "ValidationError",
            f"Desired capacity:{desired} must be between the specified min size:{least} and max "
            f"size:{most}",
        )
    if desired > most:
        refuse(
            "ValidationError",
            f"Desired capacity:{desired} must be between the specified min size:{least} and max "
            f"size:{most}",
        )
    subnets = properties.get("VPCZoneIdentifier") or []
    if not subnets:
        refuse("ValidationError", "At least one Availability Zone or VPC Subnet is required.")
    for subnet in subnets:
        found = ask_or_none(
            scope.client("ec2"),
            "describe_subnets",
            "InvalidSubnetID.NotFound",
            SubnetIds=[subnet],
        )
        if found is None:
            refuse("ValidationError", f"The subnet ID '{subnet}' does not exist")
    for arn in properties.get("TargetGroupARNs") or []:
        found = ask_or_none(
            scope.client("elbv2"),
            "describe_target_groups",
            "TargetGroupNotFound",
            TargetGroupArns=[arn],
        )
        if found is None:
            refuse(
                "ValidationError",
                "Provided Target Groups may not be valid. Please ensure they exist and try again.",
            )
    template_id, wanted = template_data(scope, properties["LaunchTemplate"])
    refuse_launch(scope, wanted, subnets)
    return template_id


def _tags(scope: Scope, name: str, own: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Return the group's tags over the stack's, which CloudFormation hands on to the instances."""
    merged: dict[str, tuple[str, bool]] = {key: (value, True) for key, value in scope.tags.items()}
    for tag in own or ():
        merged[tag["Key"]] = (str(tag["Value"]), tag["PropagateAtLaunch"] in (True, "true"))
    return [
        {
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
            "Key": key,
            "Value": value,
            "PropagateAtLaunch": propagate,
        }
        for key, (value, propagate) in sorted(merged.items())
    ]


def _collected(collections: Iterable[Mapping[str, Any]]) -> list[str]:
    return [metric for one in collections for metric in (one.get("Metrics") or _METRICS)]


def _told(scope: Scope, name: str) -> dict[str, Any] | None:
    answer = ask(
        scope.client("autoscaling"), "describe_auto_scaling_groups", AutoScalingGroupNames=[name]
    )
    return answer["AutoScalingGroups"][0] if answer["AutoScalingGroups"] else None


HANDLERS: tuple[Handler, ...] = (AutoScalingGroupHandler(),)
