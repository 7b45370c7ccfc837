"""
Services: an Auto Scaling group on each side, behind the load balancer's listener rules.

At first the target runs its services at their minimum: enough to see that they start, while nobody
is served there. Once it runs them at full size, neither side may fall below that until the source
has scaled in: a group that scales by its load would be at its minimum by the time that everybody
comes to it, or comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import autoscaling
from troposphere import elasticloadbalancingv2 as elb
from troposphere.policies import (
    AutoScalingRollingUpdate,
    AutoScalingScheduledAction,
    UpdatePolicy,
)

from compiler.components import instance_role, instances, service_network
from compiler.components.addresses import (
    auto_scaling_group,
    launch_template,
    listener,
    subnet,
    target_group,
    vpc,
)
from compiler.components.listener_rules import Rule, conditions, listener_rules
from compiler.components.origins import below
from compiler.components.sides import serving, zones_of
from compiler.components.tags import propagated_tags, tag_list, tag_origins
from compiler.symbols import Address, Resource, Symbol, logical
from spec import names
from spec.capacity import capacity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Service, Spec
    from spec.names import Side

DRAIN_SECONDS = 60
"""How long a leaving instance may finish its requests."""


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield every service on each side on which services stand."""
    leading = listener_rules(spec)
    for key in spec.services:
        for side in serving(phase):
            yield from service_network.resources(spec, phase, side, key)
            yield from instance_role.resources(spec, phase, side, key)
            yield instances.resource(spec, side, key)
            yield _target_group(spec, phase, side, key)
            rules = tuple(_listener_rule(spec, phase, side, rule) for rule in leading[key])
            yield from rules
            # A target group outside any listener has no load balancer, and its instances no health.
            yield _group(spec, phase, side, key, tuple(rule.address for rule in rules))
            yield from _scaling(spec, side, key)


def holds_full_size(phase: Phase) -> bool:
    """Tell whether no scaling may take a service below its full size."""
    return phase.target_services == "full" and phase.source_services == "full"


def _target_group(spec: Spec, phase: Phase, side: Side, key: str) -> Resource:
    address = target_group(side, key)
    model = spec.services[key]
    check = model.health_check
    component: Path = ("services", key)
    return Resource(
        stack=address.stack,
        body=elb.TargetGroup(
            address.logical_id,
            Name=names.target_group(spec, key),
            TargetType="instance",
            Protocol="HTTP",
            Port=model.port,
            VpcId=Symbol(vpc(side)),
            HealthCheckEnabled=True,
            HealthCheckProtocol="HTTP",
            HealthCheckPath=check.path,
            HealthCheckPort="traffic-port" if check.port is None else str(check.port),
            HealthCheckIntervalSeconds=check.interval_seconds,
            HealthCheckTimeoutSeconds=check.timeout_seconds,
            HealthyThresholdCount=check.healthy_threshold,
            UnhealthyThresholdCount=check.unhealthy_threshold,
            Matcher=elb.Matcher(HttpCode=check.codes),
            TargetGroupAttributes=[
                elb.TargetGroupAttribute(
                    Key="deregistration_delay.timeout_seconds", Value=str(DRAIN_SECONDS)
                )
            ],
            Tags=tag_list(spec, phase),
        ),
        component=component,
        origins={
            **below(
                component,
                {
                    "Port": ("port",),
                    "HealthCheckPath": ("health_check", "path"),
                    "HealthCheckPort": ("health_check", "port"),
                    "HealthCheckIntervalSeconds": ("health_check", "interval_seconds"),
                    "HealthCheckTimeoutSeconds": ("health_check", "timeout_seconds"),
                    "HealthyThresholdCount": ("health_check", "healthy_threshold"),
                    "UnhealthyThresholdCount": ("health_check", "unhealthy_threshold"),
                    "Matcher": ("health_check", "codes"),
                },
            ),
            **tag_origins(spec, phase),
        },
    )


def _listener_rule(spec: Spec, phase: Phase, side: Side, rule: Rule) -> Resource:
    address = target_group(side, rule.service)
    compared: list[elb.Condition] = []
    origins = tag_origins(spec, phase)
    for position, (field, values) in enumerate(conditions(rule)):
        texts = [text for text, _ in values]
        condition = elb.Condition(Field=field)
        if field == "host-header":
            condition.HostHeaderConfig = elb.HostHeaderConfig(Values=texts)
        else:
            condition.PathPatternConfig = elb.PathPatternConfig(Values=texts)
        setting = "HostHeaderConfig" if field == "host-header" else "PathPatternConfig"
        for n, (_, path) in enumerate(values):
            if path is not None:
                origins[f"Properties.Conditions.{position}.{setting}.Values.{n}"] = path
                # The number says how specific the path is, or the hosts where there is none.
                origins["Properties.Priority"] = path
        compared.append(condition)
    return Resource(
        stack=address.stack,
        body=elb.ListenerRule(
            # By priority, not by position: a path that is added must not take over another's rule.
            logical("listener", "rule", str(rule.priority)),
            ListenerArn=Symbol(listener(side)),
            Priority=rule.priority,
            Conditions=compared,
            Actions=[elb.ListenerRuleAction(Type="forward", TargetGroupArn=Symbol(address))],
            Tags=tag_list(spec, phase),
        ),
        component=("services", rule.service),
        origins=origins,
    )


def _group(spec: Spec, phase: Phase, side: Side, key: str, rules: tuple[Address, ...]) -> Resource:
    address = auto_scaling_group(side, key)
    model = spec.services[key]
    size = capacity(model, side)
    paths = _size_paths(model, side)
    running = phase.source_services if side == "source" else phase.target_services
    wanted_path = paths["minimum" if running == "minimum" else "count"]
    wanted = size.minimum if running == "minimum" else size.count
    holds = holds_full_size(phase)
    # AWS wants room for one more than what stays in service while instances are exchanged.
    stays = max(0, min(wanted, size.maximum - 1))
    zones = zones_of(spec, side)
    name = f"{names.prefix(spec)}-{key}"
    component: Path = ("services", key)
    return Resource(
        stack=address.stack,
        body=autoscaling.AutoScalingGroup(
            address.logical_id,
            MinSize=str(size.count if holds else size.minimum),
            MaxSize=str(size.maximum),
            DesiredCapacity=str(wanted),
            VPCZoneIdentifier=[Symbol(subnet(side, "private", zone)) for zone, _ in zones],
            LaunchTemplate=autoscaling.LaunchTemplateSpecification(
                LaunchTemplateId=Symbol(launch_template(side, key)),
                Version=Symbol(launch_template(side, key), "LatestVersionNumber"),
            ),
            TargetGroupARNs=[Symbol(target_group(side, key))],
            HealthCheckType="ELB",
            HealthCheckGracePeriod=model.health_check.grace_seconds,
            Tags=propagated_tags(spec, phase, name),
            UpdatePolicy=_update_policy(stays if size.maximum else None),
        ),
        component=component,
        origins={
            **below(
                component,
                {
                    "MinSize": paths["count" if holds else "minimum"],
                    "MaxSize": paths["maximum"],
                    "DesiredCapacity": wanted_path,
                    "HealthCheckGracePeriod": ("health_check", "grace_seconds"),
                },
            ),
            "UpdatePolicy.AutoScalingRollingUpdate.MinInstancesInService": (
                *component,
                *(wanted_path if wanted == stays else paths["maximum"]),
            ),
            **{f"Properties.VPCZoneIdentifier.{n}": path for n, (_, path) in enumerate(zones)},
            **tag_origins(spec, phase, name),
        },
        after=rules,
    )


def _update_policy(stays: int | None) -> UpdatePolicy:
    """
    Return how a new launch template reaches the instances: one by one.

    Args:
        stays: How many stay in service meanwhile; `None` for a group that may not have any: AWS
            wants the number to be below the group's maximum.
    """
    # An update must not undo what scaling did.
    policy = UpdatePolicy(
        AutoScalingScheduledAction=AutoScalingScheduledAction(
            IgnoreUnmodifiedGroupSizeProperties=True
        )
    )
    if stays is not None:
        policy.AutoScalingRollingUpdate = AutoScalingRollingUpdate(
            MaxBatchSize=1,
            MinInstancesInService=stays,
            SuspendProcesses=[
                "AZRebalance",
                "AlarmNotification",
                "HealthCheck",
                "ReplaceUnhealthy",
                "ScheduledActions",
            ],
        )
    return policy


def _size_paths(model: Service, side: Side) -> dict[str, Path]:
    """Return where sizes come from, below the service: what is not written follows from `count`."""
    paths: dict[str, Path] = {
        "minimum": ("count",) if model.minimum is None else ("minimum",),
        "count": ("count",),
        "maximum": ("count",) if model.maximum is None else ("maximum",),
    }
    if side == "target":
        for field in paths:
            if getattr(model.target, field) is not None:
                paths[field] = ("target", field)
    return paths


def _scaling(spec: Spec, side: Side, key: str) -> Iterator[Resource]:
    address = auto_scaling_group(side, key)
    percent = spec.services[key].cpu_target_percent
    if percent is None:
        return
    yield Resource(
        stack=address.stack,
        body=autoscaling.ScalingPolicy(
            logical("cpu", "scaling"),
            AutoScalingGroupName=Symbol(address),
            PolicyType="TargetTrackingScaling",
            TargetTrackingConfiguration=autoscaling.TargetTrackingConfiguration(
                PredefinedMetricSpecification=autoscaling.PredefinedMetricSpecification(
                    PredefinedMetricType="ASGAverageCPUUtilization"
                ),
                TargetValue=percent,
            ),
        ),
        component=("services", key, "cpu_target_percent"),
    )
