from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handlers.hosted_zones import import_hosted_zone
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    assert_read,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
    tags,
)
from tests.unit.sandbox.handlers_route53 import CHECKS, ZONE, check, http

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Scope


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in("eu-central-1")


@pytest.fixture
def zone(scope: Scope) -> str:
    del scope  # the sandbox must be there first
    import_hosted_zone(ZONE, "example.com", account=ACCOUNT)
    return ZONE


def test_a_health_check_takes_every_property_and_changes_it(scope: Scope) -> None:
    first = {"HealthCheckConfig": http(), "HealthCheckTags": pairs(("Name", "web"))}
    assert set(first) == CHECKS.supported
    created = CHECKS.create(scope, first)
    assert created.attributes == {"HealthCheckId": created.physical_id}
    assert CHECKS.read(scope, created.physical_id) == {
        "HealthCheckConfig": http(),
        "HealthCheckTags": tags(("Name", "web")),
    }
    CHECKS.delete(scope, created.physical_id, first)
    second = http(
        FullyQualifiedDomainName=None,
        IPAddress="192.0.2.1",
        Port=8443,
        ResourcePath="/live",
        FailureThreshold=5,
        EnableSNI=False,
        Inverted=True,
        Regions=["us-east-1", "eu-west-1", "us-west-2"],
    )

    live(
        CHECKS,
        scope,
        first,
        {
            "HealthCheckConfig": (second, second),
            "HealthCheckTags": (pairs(("New", "1")), tags(("New", "1"))),
        },
    )


def test_a_health_check_says_what_aws_fills_in(scope: Scope) -> None:
    wanted = {"Type": "HTTPS", "FullyQualifiedDomainName": "a.example.com"}

    created = CHECKS.create(scope, {"HealthCheckConfig": wanted})

    filled = {
        "Port": 443,
        "EnableSNI": True,
        "RequestInterval": 30,
        "FailureThreshold": 3,
        "MeasureLatency": False,
        "Inverted": False,
    }
    assert_read(CHECKS, scope, created, {"HealthCheckConfig": {**wanted, **filled}})


def test_a_health_check_of_others_counts_those_that_exist(scope: Scope) -> None:
    wanted = {"Type": "CALCULATED", "ChildHealthChecks": [check(scope)], "HealthThreshold": 1}
    created = CHECKS.create(scope, {"HealthCheckConfig": wanted})
    told = CHECKS.read(scope, created.physical_id)
    assert told is not None
    assert {key: told["HealthCheckConfig"][key] for key in wanted} == wanted

    assert_refused(
        "InvalidInput",
        "Child health check none does not exist",
        CHECKS,
        scope,
        {"HealthCheckConfig": {**wanted, "ChildHealthChecks": ["none"]}},
    )


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"FullyQualifiedDomainName": None}, "either an IP address or a domain name"),
        ({"RequestInterval": 20}, "must be 10 or 30"),
        ({"FailureThreshold": 11}, "between 1 and 10"),
        ({"ResourcePath": "health"}, "begin with a slash"),
        ({"Type": "HTTPS_STR_MATCH"}, "SearchString"),
        ({"Type": "TCP", "Port": None}, "Port must be specified"),
        ({"RoutingControlArn": "arn"}, "RoutingControlArn"),
    ],
)
def test_a_health_check_that_cannot_be_is_refused(
    scope: Scope, changed: dict[str, Any], part: str
) -> None:
    assert_refused("InvalidInput", part, CHECKS, scope, {"HealthCheckConfig": http(**changed)})
