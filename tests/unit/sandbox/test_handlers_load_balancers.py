from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.handler import Refused, Scope
from compiler.sandbox.handlers.s3_buckets import BucketHandler
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
    BALANCERS,
    GROUPS,
    balancer,
    group,
    kms,
    log_bucket,
    logs_to,
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


def test_a_load_balancer_takes_every_property_and_changes_it(scope: Scope, net: Network) -> None:
    first = {
        "Name": "web",
        "Scheme": "internet-facing",
        "Type": "application",
        "IpAddressType": "ipv4",
        "Subnets": [net.subnets[0], net.subnets[2]],
        "SecurityGroups": [net.groups[0]],
        "LoadBalancerAttributes": pairs(("idle_timeout.timeout_seconds", "30")),
        "Tags": pairs(("Owner", "me")),
    }
    assert set(first) == BALANCERS.supported

    live(
        BALANCERS,
        scope,
        first,
        {
            "IpAddressType": ("dualstack", "dualstack"),
            "Subnets": ([net.subnets[1], net.subnets[3]], [net.subnets[1], net.subnets[3]]),
            "SecurityGroups": ([net.groups[1]], [net.groups[1]]),
            "LoadBalancerAttributes": (
                pairs(("routing.http2.enabled", "false")),
                Has(
                    pairs(
                        ("routing.http2.enabled", "false"), ("idle_timeout.timeout_seconds", "60")
                    )
                ),
            ),
            "Tags": (pairs(("New", "1")), tags(("New", "1"))),
        },
    )


def test_an_attribute_that_left_the_template_goes_back_to_its_default(
    scope: Scope, net: Network
) -> None:
    before = balancer(net, LoadBalancerAttributes=pairs(("idle_timeout.timeout_seconds", "30")))
    after = balancer(net, LoadBalancerAttributes=pairs(("routing.http2.enabled", "false")))
    created = BALANCERS.create(scope, before)

    BALANCERS.update(scope, created.physical_id, before, after)

    told = BALANCERS.read(scope, created.physical_id)
    assert told is not None
    held = {pair["Key"]: pair["Value"] for pair in told["LoadBalancerAttributes"]}
    assert held["idle_timeout.timeout_seconds"] == "60"
    assert held["routing.http2.enabled"] == "false"


def test_a_load_balancer_tells_its_names_and_the_zone_of_its_region(
    scope: Scope, net: Network
) -> None:
    created = BALANCERS.create(scope, balancer(net))

    told = scope.client("elbv2").describe_load_balancers()["LoadBalancers"][0]
    assert created.attributes == {
        "LoadBalancerArn": told["LoadBalancerArn"],
        "DNSName": told["DNSName"],
        "CanonicalHostedZoneID": "Z35SXDOTRQ7X7K",
        "LoadBalancerFullName": told["LoadBalancerArn"].split(":loadbalancer/")[1],
        "LoadBalancerName": "web",
    }
    assert told["CanonicalHostedZoneId"] == "Z35SXDOTRQ7X7K"


@pytest.mark.parametrize(
    ("region", "scheme", "name"),
    [
        ("us-east-1", "internet-facing", r"web-\d{10}\.us-east-1\.elb\.amazonaws\.com"),
        ("us-east-1", "internal", r"internal-web-\d{10}\.us-east-1\.elb\.amazonaws\.com"),
        ("cn-north-1", "internal", r"internal-web-\d{10}\.cn-north-1\.elb\.amazonaws\.com\.cn"),
    ],
)
def test_a_load_balancer_has_a_name_like_those_of_aws(
    scope: Scope, region: str, scheme: str, name: str
) -> None:
    del scope  # the sandbox must be there first
    here = scope_in(region)

    created = BALANCERS.create(here, balancer(network(here), Scheme=scheme))

    assert re.fullmatch(name, created.attributes["DNSName"])


def test_a_load_balancer_without_groups_gets_the_default_one_of_its_vpc(
    scope: Scope, net: Network
) -> None:
    created = BALANCERS.create(scope, balancer(net))

    told = BALANCERS.read(scope, created.physical_id)
    assert told is not None
    names = scope.client("ec2").describe_security_groups(GroupIds=told["SecurityGroups"])
    assert [found["GroupName"] for found in names["SecurityGroups"]] == ["default"]


def test_more_than_ten_tags_are_carried(scope: Scope, net: Network) -> None:
    many = tuple((f"t{n:02}", "x") for n in range(20))

    created = BALANCERS.create(scope, balancer(net, Tags=pairs(*many)))

    assert_read(BALANCERS, scope, created, {"Tags": tags(*many)})


@pytest.mark.parametrize(
    ("subnets", "code", "part"),
    [
        ([0], "ValidationError", "two different Availability Zones"),
        ([0, 1], "ValidationError", "two different Availability Zones"),
        ([0, 1, 2], "InvalidConfigurationRequest", "same Availability Zone"),
    ],
)
def test_a_load_balancer_needs_one_subnet_in_each_of_two_zones(
    scope: Scope, net: Network, subnets: list[int], code: str, part: str
) -> None:
    wanted = [net.subnets[n] for n in subnets]

    assert_refused(code, part, BALANCERS, scope, balancer(net, Subnets=wanted))


def test_a_load_balancer_needs_subnets_that_exist_and_are_large_enough(
    scope: Scope, net: Network
) -> None:
    missing = [net.subnets[0], "subnet-0123456789abcdef0"]
    assert_refused(
        "SubnetNotFound", "does not exist", BALANCERS, scope, balancer(net, Subnets=missing)
    )
    small = [net.subnets[0], net.small_subnet]
    assert_refused("InvalidSubnet", "8 free IP", BALANCERS, scope, balancer(net, Subnets=small))


def test_an_internet_facing_load_balancer_needs_an_internet_gateway(scope: Scope) -> None:
    closed = network(scope, gateway=False)

    assert_refused("InvalidSubnet", "has no internet gateway", BALANCERS, scope, balancer(closed))
    BALANCERS.create(scope, balancer(closed, Scheme="internal"))


@pytest.mark.parametrize("name", ["a" * 33, "internal-web", "-web", "web-", "we_b"])
def test_a_load_balancer_name_is_checked(scope: Scope, net: Network, name: str) -> None:
    assert_refused("ValidationError", name, BALANCERS, scope, balancer(net, Name=name))


def test_a_load_balancer_name_is_taken_once(scope: Scope, net: Network) -> None:
    BALANCERS.create(scope, balancer(net))

    assert_refused("DuplicateLoadBalancerName", "same name 'web'", BALANCERS, scope, balancer(net))


def test_a_security_group_of_another_vpc_is_refused(scope: Scope, net: Network) -> None:
    other = network(scope)

    assert_refused(
        "InvalidConfigurationRequest",
        "security groups are invalid",
        BALANCERS,
        scope,
        balancer(net, SecurityGroups=[other.groups[0]]),
    )


def test_a_network_load_balancer_is_not_played(scope: Scope, net: Network) -> None:
    assert_refused("ValidationError", "sandbox", BALANCERS, scope, balancer(net, Type="network"))


@pytest.mark.parametrize(
    "principal",
    [
        {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        {"AWS": "arn:aws:iam::127311923021:root"},
    ],
)
def test_access_logs_go_to_a_bucket_that_admits_them(
    scope: Scope, net: Network, principal: dict[str, str]
) -> None:
    log_bucket(scope, "elb-logs", principal)

    BALANCERS.create(scope, balancer(net, LoadBalancerAttributes=logs_to("elb-logs")))


def test_access_logs_are_refused_where_they_could_not_be_written(
    scope: Scope, net: Network
) -> None:
    delivery = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    log_bucket(scope, "elb-logs", delivery)
    log_bucket(scope, "elb-logs-kms", delivery, **kms())
    log_bucket(scope, "elb-logs-other", {"Service": "logging.s3.amazonaws.com"})
    log_bucket(scope_in("eu-central-1"), "elb-logs-far", delivery)
    BucketHandler().create(scope, {"BucketName": "elb-logs-closed"})

    for bucket in (
        "elb-logs-kms",
        "elb-logs-other",
        "elb-logs-far",
        "elb-logs-closed",
        "elb-logs-nowhere",
    ):
        assert_refused(
            "InvalidConfigurationRequest",
            f"Access Denied for bucket: {bucket}. Please check S3bucket permission",
            BALANCERS,
            scope,
            balancer(net, LoadBalancerAttributes=logs_to(bucket)),
        )
    assert_refused(
        "InvalidConfigurationRequest",
        "Access Denied for bucket: elb-logs.",
        BALANCERS,
        scope,
        balancer(net, LoadBalancerAttributes=logs_to("elb-logs", "elsewhere")),
    )
    assert scope.client("elbv2").describe_load_balancers()["LoadBalancers"] == []


def test_a_refused_attribute_leaves_nothing_half_made(scope: Scope, net: Network) -> None:
    wrong = pairs(("no.such.attribute", "1"))
    stuck = pairs(("deregistration_delay.timeout_seconds", "4000"))

    assert_refused(
        "InvalidConfigurationRequest",
        "no.such.attribute",
        BALANCERS,
        scope,
        balancer(net, LoadBalancerAttributes=wrong),
    )
    assert_refused(
        "ValidationError", "0-3600", GROUPS, scope, group(net, TargetGroupAttributes=stuck)
    )
    elb = scope.client("elbv2")
    assert elb.describe_load_balancers()["LoadBalancers"] == []
    assert elb.describe_target_groups()["TargetGroups"] == []


def test_a_protected_load_balancer_is_not_deleted(scope: Scope, net: Network) -> None:
    protected = pairs(("deletion_protection.enabled", "true"))
    created = BALANCERS.create(scope, balancer(net, LoadBalancerAttributes=protected))

    with pytest.raises(Refused) as refused:
        BALANCERS.delete(scope, created.physical_id, {})

    assert refused.value.code == "OperationNotPermitted"
