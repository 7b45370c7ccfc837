from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused, Scope
from tests.unit.sandbox.handlers_ground import (
    Has,
    assert_read,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
    tags,
)
from tests.unit.sandbox.handlers_load_balancing import (
    GROUPS,
    LISTENERS,
    NOT_FOUND,
    forward,
    group,
    made_balancer,
)
from tests.unit.sandbox.handlers_network import Network, network

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


@pytest.fixture
def net(scope: Scope) -> Network:
    return network(scope)


def test_a_target_group_takes_every_property_and_changes_it(scope: Scope, net: Network) -> None:
    first = {
        "Name": "web",
        "Port": 8080,
        "Protocol": "HTTP",
        "ProtocolVersion": "HTTP1",
        "IpAddressType": "ipv4",
        "TargetType": "instance",
        "VpcId": net.vpc,
        "HealthCheckEnabled": True,
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckPath": "/health",
        "HealthCheckPort": "traffic-port",
        "HealthCheckProtocol": "HTTP",
        "HealthCheckTimeoutSeconds": 5,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 3,
        "Matcher": {"HttpCode": "200-299"},
        "TargetGroupAttributes": pairs(("deregistration_delay.timeout_seconds", "60")),
        "Tags": pairs(("Owner", "me")),
    }
    assert set(first) == GROUPS.supported
    changes: dict[str, Any] = {
        "HealthCheckIntervalSeconds": 20,
        "HealthCheckPath": "/live",
        "HealthCheckPort": "81",
        "HealthCheckProtocol": "HTTPS",
        "HealthCheckTimeoutSeconds": 7,
        "HealthyThresholdCount": 4,
        "UnhealthyThresholdCount": 5,
        "Matcher": {"HttpCode": "200"},
    }

    created = GROUPS.create(scope, first)
    told = GROUPS.read(scope, created.physical_id)
    assert told is not None
    exact = {key: first[key] for key in first.keys() - {"TargetGroupAttributes", "Tags"}}
    assert_read(GROUPS, scope, created, exact)
    assert {"Key": "deregistration_delay.timeout_seconds", "Value": "60"} in told[
        "TargetGroupAttributes"
    ]
    GROUPS.delete(scope, created.physical_id, first)

    live(
        GROUPS,
        scope,
        first,
        {name: (value, value) for name, value in changes.items()}
        | {
            "TargetGroupAttributes": (
                pairs(("slow_start.duration_seconds", "30")),
                Has(
                    pairs(
                        ("slow_start.duration_seconds", "30"),
                        ("deregistration_delay.timeout_seconds", "300"),
                    )
                ),
            ),
            "Tags": (pairs(("New", "1")), tags(("New", "1"))),
        },
        # Only targets that are functions can do without.
        elsewhere=frozenset({"HealthCheckEnabled"}),
    )


def test_health_checks_that_left_the_template_go_back_to_their_defaults(
    scope: Scope, net: Network
) -> None:
    before = group(net, HealthCheckPath="/x", HealthyThresholdCount=3, Matcher={"HttpCode": "201"})
    created = GROUPS.create(scope, before)

    GROUPS.update(scope, created.physical_id, before, group(net))

    assert_read(
        GROUPS,
        scope,
        created,
        {"HealthCheckPath": "/", "HealthyThresholdCount": 5, "Matcher": {"HttpCode": "200"}},
    )


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"TargetType": "lambda"}, "instance and ip only"),
        ({"VpcId": None}, "A VPC ID must be specified"),
        ({"Port": None}, "A port must be specified"),
        ({"HealthCheckEnabled": False}, "must be true for target groups"),
        ({"HealthCheckPath": "health"}, "Health check path must be valid"),
        ({"HealthCheckPath": "/" + "x" * 1024}, "Health check path must be valid"),
        ({"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 5}, "must be smaller"),
        ({"HealthCheckIntervalSeconds": "4"}, "greater than or equal to 5"),
        ({"HealthCheckIntervalSeconds": 301}, "less than or equal to 300"),
        ({"HealthyThresholdCount": 11}, "less than or equal to 10"),
        ({"UnhealthyThresholdCount": 1}, "greater than or equal to 2"),
        ({"HealthCheckProtocol": "TCP"}, "protocol 'TCP' is not supported"),
        ({"Matcher": {"HttpCode": "200-600"}}, "must be within '200-499'"),
        ({"VpcId": "vpc-0123456789abcdef0"}, "is not found"),
    ],
)
def test_a_health_check_that_cannot_be_is_refused(
    scope: Scope, net: Network, changed: dict[str, Any], part: str
) -> None:
    given = {name: value for name, value in group(net, **changed).items() if value is not None}

    assert_refused("ValidationError", part, GROUPS, scope, given)


def test_a_refused_update_of_a_health_check_changes_nothing(scope: Scope, net: Network) -> None:
    created = GROUPS.create(scope, group(net))

    with pytest.raises(Refused):
        GROUPS.update(scope, created.physical_id, group(net), group(net, HealthCheckPath="x"))

    assert_read(GROUPS, scope, created, {"HealthCheckPath": "/"})


def test_a_target_group_name_is_taken_once_and_short(scope: Scope, net: Network) -> None:
    GROUPS.create(scope, group(net))

    assert_refused("DuplicateTargetGroupName", "same name 'web'", GROUPS, scope, group(net))
    assert_refused(
        "ValidationError", "cannot be longer than '32'", GROUPS, scope, group(net, Name="a" * 33)
    )


def test_a_target_group_in_use_is_not_deleted(scope: Scope, net: Network) -> None:
    target = GROUPS.create(scope, group(net)).physical_id
    listener = {
        "LoadBalancerArn": made_balancer(scope, net),
        "Port": 80,
        "Protocol": "HTTP",
        "DefaultActions": [forward(target)],
    }
    opened = LISTENERS.create(scope, listener).physical_id

    with pytest.raises(Refused) as refused:
        GROUPS.delete(scope, target, {})
    assert refused.value.code == "ResourceInUse"

    LISTENERS.delete(scope, opened, listener)
    GROUPS.delete(scope, target, {})
    assert GROUPS.read(scope, target) is None


def test_a_target_group_knows_the_load_balancers_before_it(scope: Scope, net: Network) -> None:
    target = GROUPS.create(scope, group(net))
    assert target.attributes == {
        "TargetGroupArn": target.physical_id,
        "TargetGroupName": "web",
        "TargetGroupFullName": target.physical_id.rpartition(":")[2],
        "LoadBalancerArns": [],
    }
    arn = made_balancer(scope, net)
    listener = {
        "LoadBalancerArn": arn,
        "Port": 80,
        "Protocol": "HTTP",
        "DefaultActions": [forward(target.physical_id)],
    }
    opened = LISTENERS.create(scope, listener).physical_id
    again = GROUPS.update(scope, target.physical_id, group(net), group(net))
    assert again.attributes["LoadBalancerArns"] == [arn]

    LISTENERS.update(scope, opened, listener, {**listener, "DefaultActions": [NOT_FOUND]})
    again = GROUPS.update(scope, target.physical_id, group(net), group(net))
    assert again.attributes["LoadBalancerArns"] == []
