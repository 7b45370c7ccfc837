"""The handler of `AWS::Route53::HealthCheck`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.hosted_zones import get_tags, set_tags
from compiler.sandbox.handlers.identity import physical_name
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse, shaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HELD: Mapping[str, tuple[str, Any]] = {
    "ChildHealthChecks": ("children", None),
    "EnableSNI": ("enable_sni", None),
    "FailureThreshold": ("failure_threshold", 3),
    "FullyQualifiedDomainName": ("fqdn", None),
    "HealthThreshold": ("health_threshold", None),
    "IPAddress": ("ip_address", None),
    "Inverted": ("inverted", False),
    "MeasureLatency": ("measure_latency", False),
    "Port": ("port", None),
    "Regions": ("regions", None),
    "RequestInterval": ("request_interval", 30),
    "ResourcePath": ("resource_path", None),
    "SearchString": ("search_string", None),
}
"""Each member of the configuration: where moto keeps it, and what AWS puts there by itself."""

_PORTS: Mapping[str, int] = {"HTTP": 80, "HTTP_STR_MATCH": 80, "HTTPS": 443, "HTTPS_STR_MATCH": 443}
_INTERVALS = (10, 30)
_FAILURES = range(1, 11)
_KIND = "healthcheck"


class HealthCheckHandler:
    """Health checks of endpoints, and of other health checks."""

    type_name = "AWS::Route53::HealthCheck"
    supported = frozenset({"HealthCheckConfig", "HealthCheckTags"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a health check."""
        wanted = properties["HealthCheckConfig"]
        _refuse(scope, wanted)
        made = ask(
            scope.client("route53"),
            "create_health_check",
            CallerReference=physical_name(scope, limit=64),
            HealthCheckConfig=wanted,
        )
        check_id: str = made["HealthCheck"]["Id"]
        try:
            set_tags(scope, _KIND, check_id, properties.get("HealthCheckTags"))
        except Refused:
            ask(scope.client("route53"), "delete_health_check", HealthCheckId=check_id)
            raise
        return self._settled(scope, check_id, wanted)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change what is checked, and the tags."""
        del old
        wanted = new["HealthCheckConfig"]
        _refuse(scope, wanted)
        fixed = {"Type", "MeasureLatency", "RequestInterval"}
        changeable = {key: value for key, value in wanted.items() if key not in fixed}
        ask(scope.client("route53"), "update_health_check", HealthCheckId=physical_id, **changeable)
        set_tags(scope, _KIND, physical_id, new.get("HealthCheckTags"))
        return self._settled(scope, physical_id, wanted)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the health check."""
        del properties
        if _told(scope, physical_id) is not None:
            ask(scope.client("route53"), "delete_health_check", HealthCheckId=physical_id)
            held = beneath("route53", scope.account, scope.partition)
            held.resource_tags.pop(physical_id, None)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the health check."""
        told = _told(scope, physical_id)
        if told is None:
            return None
        config = {
            key: told[key]
            for key in ("Type", *_HELD)
            if told.get(key) is not None and told[key] != []
        }
        return {
            "HealthCheckConfig": config,
            "HealthCheckTags": get_tags(scope, _KIND, physical_id),
        }

    def _settled(self, scope: Scope, check_id: str, wanted: Mapping[str, Any]) -> Created:
        """Let moto's check be exactly what was wanted: it keeps what an update leaves out."""
        held = beneath("route53", scope.account, scope.partition).health_checks[check_id]
        route53 = scope.client("route53").meta.service_model.operation_model("CreateHealthCheck")
        given = shaped(route53.input_shape.members["HealthCheckConfig"], wanted)
        kind = str(wanted["Type"])
        defaults = {"Port": _PORTS.get(kind), "EnableSNI": kind.startswith("HTTPS")}
        for member, (attribute, default) in _HELD.items():
            setattr(held, attribute, given.get(member, defaults.get(member, default)))
        return Created(physical_id=check_id, attributes={"HealthCheckId": check_id})


def _refuse(scope: Scope, wanted: Mapping[str, Any]) -> None:
    if unknown := sorted(set(wanted) - set(_HELD) - {"Type"}):
        refuse("InvalidInput", f"The sandbox does not play {unknown[0]} of health checks.")
    if complaint := next(_complaints(scope, wanted), None):
        refuse("InvalidInput", complaint)


def _complaints(scope: Scope, wanted: Mapping[str, Any]) -> Iterator[str]:
    kind = str(wanted["Type"])
    if kind == "CALCULATED":
        known = beneath("route53", scope.account, scope.partition).health_checks
        for child in wanted.get("ChildHealthChecks") or []:
            if child not in known:
                yield f"Invalid parameter : Child health check {child} does not exist."
        return
    if "IPAddress" not in wanted and "FullyQualifiedDomainName" not in wanted:
        yield "Invalid parameter : Must specify either an IP address or a domain name."
    if kind.endswith("STR_MATCH") and not wanted.get("SearchString"):
        yield "Invalid parameter : SearchString must be specified for string matching."
    if kind == "TCP" and "Port" not in wanted:
        yield "Invalid parameter : Port must be specified for TCP health checks."
    if int(wanted.get("RequestInterval", 30)) not in _INTERVALS:
        yield "Invalid parameter : Request interval must be 10 or 30."
    if int(wanted.get("FailureThreshold", 3)) not in _FAILURES:
        yield "Invalid parameter : Failure threshold must be between 1 and 10."
    path = str(wanted.get("ResourcePath", "/"))
    if kind.startswith("HTTP") and not path.startswith("/"):
        yield "Invalid parameter : Resource path must begin with a slash."


def _told(scope: Scope, check_id: str) -> dict[str, Any] | None:
    answer = ask_or_none(
        scope.client("route53"), "get_health_check", "NoSuchHealthCheck", HealthCheckId=check_id
    )
    return answer["HealthCheck"]["HealthCheckConfig"] if answer else None


HANDLERS: tuple[Handler, ...] = (HealthCheckHandler(),)
