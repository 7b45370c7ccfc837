"""Zones, records and health checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.dns_records import RecordSetHandler
from compiler.sandbox.handlers.health_checks import HealthCheckHandler
from compiler.sandbox.handlers.hosted_zones import HostedZoneHandler
from tests.unit.sandbox.handlers_ground import (
    scope_in,
)

if TYPE_CHECKING:
    from compiler.sandbox.handler import Scope

ZONES = HostedZoneHandler()

RECORDS = RecordSetHandler()

CHECKS = HealthCheckHandler()

ZONE = "Z0123456789ABCDEFGHIJ"


def vpc(region: str) -> dict[str, str]:
    ec2 = scope_in(region).client("ec2")
    return {
        "VPCId": ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"],
        "VPCRegion": region,
    }


def simple(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    whole = {
        "HostedZoneId": ZONE,
        "Name": "app.example.com",
        "Type": "A",
        "TTL": "60",
        "ResourceRecords": ["192.0.2.1"],
        **changed,
    }
    return {key: value for key, value in whole.items() if value is not None}


def alias(zone_id: str, name: str, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    target = {"HostedZoneId": zone_id, "DNSName": name, "EvaluateTargetHealth": False}
    return simple(TTL=None, ResourceRecords=None, AliasTarget=target, **changed)


def check(scope: Scope) -> str:
    return CHECKS.create(scope, {"HealthCheckConfig": http()}).physical_id


def http(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    whole = {
        "Type": "HTTPS",
        "FullyQualifiedDomainName": "origin.example.com",
        "Port": 443,
        "ResourcePath": "/health",
        "RequestInterval": 10,
        "FailureThreshold": 2,
        "MeasureLatency": True,
        "EnableSNI": True,
        "Inverted": False,
        **changed,
    }
    return {key: value for key, value in whole.items() if value is not None}
