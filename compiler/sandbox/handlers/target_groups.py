"""The handler of `AWS::ElasticLoadBalancingV2::TargetGroup`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.identity import physical_name
from compiler.sandbox.handlers.load_balancing import (
    attribute_changes,
    get_tags,
    held_attributes,
    put_tags,
)
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TYPES = ("instance", "ip")
_HTTP = frozenset({"HTTP", "HTTPS"})
_CHECKS = (
    "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckPath",
    "HealthCheckPort",
    "HealthCheckProtocol",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "Matcher",
    "UnhealthyThresholdCount",
)
"""What both the create and the modify operation take."""

_DEFAULTS: Mapping[str, str] = {
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.algorithm.type": "round_robin",
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "slow_start.duration_seconds": "0",
    "stickiness.enabled": "false",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
    "stickiness.type": "lb_cookie",
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
"""Source: Elastic Load Balancing API reference, "TargetGroupAttribute", 2026-11-23."""

_RANGES: Mapping[str, tuple[str, int, int]] = {
    "HealthCheckIntervalSeconds": ("healthCheckIntervalSeconds", 5, 300),
    "HealthCheckTimeoutSeconds": ("healthCheckTimeoutSeconds", 2, 120),
    "HealthyThresholdCount": ("healthyThresholdCount", 2, 10),
    "UnhealthyThresholdCount": ("unhealthyThresholdCount", 2, 10),
}
_PATH = re.compile(r"/[\x21-\x7e]{0,1023}")
_STATUS = re.compile(r"\d{3}(?:-\d{3})?(?:,\d{3}(?:-\d{3})?)*")
_STATUSES = range(200, 500)


class TargetGroupHandler:
    """Target groups of application load balancers."""

    type_name = "AWS::ElasticLoadBalancingV2::TargetGroup"
    supported = frozenset(
        {
            *_CHECKS,
            "IpAddressType",
            "Name",
            "Port",
            "Protocol",
            "ProtocolVersion",
            "Tags",
            "TargetGroupAttributes",
            "TargetType",
            "VpcId",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a target group."""
        name = properties.get("Name") or physical_name(scope, limit=32)
        if complaint := next(_complaints(_defaulted(properties)), None):
            refuse("ValidationError", complaint)
        taken = ask_or_none(
            scope.client("elbv2"), "describe_target_groups", "TargetGroupNotFound", Names=[name]
        )
        if taken is not None:
            refuse(
                "DuplicateTargetGroupName",
                f"A target group with the same name '{name}' exists, but with different settings",
            )
        given = {k: v for k, v in _defaulted(properties).items() if k in _PASSED}
        made = ask(scope.client("elbv2"), "create_target_group", Name=name, **given)
        arn: str = made["TargetGroups"][0]["TargetGroupArn"]
        try:
            held = beneath("elbv2", scope.account, scope.region).target_groups[arn]
            held.attributes = dict(_DEFAULTS)
            self._set_attributes(scope, arn, {}, properties)
            put_tags(scope, arn, properties.get("Tags"))
        except Refused:
            ask(scope.client("elbv2"), "delete_target_group", TargetGroupArn=arn)
            raise
        return _described(scope, arn)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change health checks, attributes and tags."""
        wanted = _defaulted(new)
        if complaint := next(_complaints(wanted), None):
            refuse("ValidationError", complaint)
        ask(
            scope.client("elbv2"),
            "modify_target_group",
            TargetGroupArn=physical_id,
            **{name: wanted.get(name) for name in _CHECKS},
        )
        self._set_attributes(scope, physical_id, old, new)
        put_tags(scope, physical_id, new.get("Tags"))
        return _described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete a target group that no listener uses."""
        del properties
        if _told(scope, physical_id) is not None:
            ask(scope.client("elbv2"), "delete_target_group", TargetGroupArn=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the target group, with every attribute that it has."""
        told = _told(scope, physical_id)
        if told is None:
            return None
        held = ask(
            scope.client("elbv2"), "describe_target_group_attributes", TargetGroupArn=physical_id
        )["Attributes"]
        known = {
            "Name": told["TargetGroupName"],
            **{name: told.get(name) for name in (*_CHECKS, *_FIXED)},
            "TargetGroupAttributes": held_attributes(held),
            "Tags": get_tags(scope, physical_id),
        }
        return {name: value for name, value in known.items() if value is not None}

    def _set_attributes(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        if changes := attribute_changes(old, new, "TargetGroupAttributes", _DEFAULTS):
            ask(
                scope.client("elbv2"),
                "modify_target_group_attributes",
                TargetGroupArn=arn,
                Attributes=changes,
            )


_FIXED = ("IpAddressType", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId")
"""What is settled when the group is created."""

_PASSED = frozenset({*_CHECKS, *_FIXED})


def _defaulted(properties: Properties) -> dict[str, Any]:
    """Return the properties with AWS's defaults, so that one that left the template goes back."""
    http = properties.get("Protocol") in _HTTP
    checked = properties.get("HealthCheckProtocol", "HTTP" if http else "TCP") in _HTTP
    base: dict[str, Any] = {
        "HealthCheckEnabled": True,
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckPort": "traffic-port",
        "HealthCheckProtocol": "HTTP" if http else "TCP",
        "HealthCheckTimeoutSeconds": 5 if http else 10,
        "HealthyThresholdCount": 5,
        "UnhealthyThresholdCount": 2,
        "TargetType": "instance",
    }
    if checked:
        base |= {"HealthCheckPath": "/", "Matcher": {"HttpCode": "200"}}
    if http:
        base["ProtocolVersion"] = "HTTP1"
    return base | dict(properties)


def _complaints(wanted: Mapping[str, Any]) -> Iterator[str]:
    if wanted["TargetType"] not in _TYPES:
        yield f"The sandbox plays target groups of {' and '.join(_TYPES)} only."
    for name, words in (("Protocol", "protocol"), ("Port", "port"), ("VpcId", "VPC ID")):
        if name not in wanted:
            yield f"A {words} must be specified"
    if str(wanted["HealthCheckEnabled"]).lower() == "false":
        yield (
            "Health check enabled must be true for target groups with target type "
            f"'{wanted['TargetType']}'"
        )
    for name, (member, least, most) in _RANGES.items():
        number = int(wanted[name])
        if not least <= number <= most:
            bound = (
                f"less than or equal to {most}"
                if number > most
                else (f"greater than or equal to {least}")
            )
            yield (
                f"1 validation error detected: Value '{number}' at '{member}' failed to satisfy "
                f"constraint: Member must have value {bound}"
            )
    interval = int(wanted["HealthCheckIntervalSeconds"])
    timeout = int(wanted["HealthCheckTimeoutSeconds"])
    if timeout >= interval:
        yield (f"Health check timeout '{timeout}' must be smaller than the interval '{interval}'")
    protocol = wanted["HealthCheckProtocol"]
    if wanted.get("Protocol") in _HTTP and protocol not in _HTTP:
        yield (
            f"Health check protocol '{protocol}' is not supported for target groups with protocol "
            f"'{wanted['Protocol']}'"
        )
    if protocol in _HTTP and not _PATH.fullmatch(str(wanted.get("HealthCheckPath"))):
        yield (
            f"Health check path must be valid: '{wanted.get('HealthCheckPath')}' does not begin "
            "with '/' or is longer than 1024 characters"
        )
    yield from _matcher_complaints(wanted)


def _matcher_complaints(wanted: Mapping[str, Any]) -> Iterator[str]:
    codes = (wanted.get("Matcher") or {}).get("HttpCode")
    if codes is None:
        return
    numbers = [int(n) for n in re.findall(r"\d+", codes)]
    if not _STATUS.fullmatch(codes) or not all(n in _STATUSES for n in numbers):
        yield f"Health check matcher HTTP code '{codes}' must be within '200-499' inclusive"


def _told(scope: Scope, arn: str) -> dict[str, Any] | None:
    answer = ask_or_none(
        scope.client("elbv2"),
        "describe_target_groups",
        "TargetGroupNotFound",
        TargetGroupArns=[arn],
    )
    return answer["TargetGroups"][0] if answer else None


def _described(scope: Scope, arn: str) -> Created:
    told = _told(scope, arn)
    if told is None:
        refuse("TargetGroupNotFound", f"Target groups '{arn}' not found")
    return Created(
        physical_id=arn,
        attributes={
            "TargetGroupArn": arn,
            "TargetGroupName": told["TargetGroupName"],
            "TargetGroupFullName": arn.rpartition(":")[2],
            "LoadBalancerArns": told.get("LoadBalancerArns", []),
        },
    )


HANDLERS: tuple[Handler, ...] = (TargetGroupHandler(),)
