from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused, Scope
from compiler.sandbox.handlers.certificates import import_certificate
from compiler.sandbox.handlers.listener_rules import ListenerRuleHandler
from compiler.sandbox.handlers.listeners import ListenerHandler
from compiler.sandbox.handlers.load_balancers import LoadBalancerHandler
from compiler.sandbox.handlers.s3_buckets import BucketHandler
from compiler.sandbox.handlers.s3_policies import BucketPolicyHandler
from compiler.sandbox.handlers.target_groups import TargetGroupHandler
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    Has,
    assert_read,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
    tags,
)
from tests.unit.sandbox.handlers_network import Network, network

if TYPE_CHECKING:
    from collections.abc import Iterator

BALANCERS = LoadBalancerHandler()
GROUPS = TargetGroupHandler()
LISTENERS = ListenerHandler()
RULES = ListenerRuleHandler()
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/11111111-1111-1111-1111-111111111111"
NOT_FOUND = {
    "Type": "fixed-response",
    "FixedResponseConfig": {
        "StatusCode": "404",
        "ContentType": "text/plain",
        "MessageBody": "no",
    },
}
REDIRECT = {
    "Type": "redirect",
    "RedirectConfig": {
        "Protocol": "HTTPS",
        "Port": "443",
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
        "StatusCode": "HTTP_301",
    },
}


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


@pytest.fixture
def net(scope: Scope) -> Network:
    return network(scope)


def balancer(net: Network, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {"Name": "web", "Subnets": [net.subnets[0], net.subnets[2]], **changed}


def group(net: Network, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {"Name": "web", "Port": 80, "Protocol": "HTTP", "VpcId": net.vpc, **changed}


def made_balancer(scope: Scope, net: Network) -> str:
    return BALANCERS.create(scope, balancer(net)).physical_id


def forward(*arns: str) -> dict[str, Any]:
    if len(arns) == 1:
        return {"Type": "forward", "TargetGroupArn": arns[0]}
    weighted = [{"TargetGroupArn": arn, "Weight": n} for n, arn in enumerate(arns)]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}}


def log_bucket(scope: Scope, name: str, principal: dict[str, str], **settings: Any) -> None:  # noqa: ANN401 -- JSON
    BucketHandler().create(scope, {"BucketName": name, **settings})
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/web/AWSLogs/{ACCOUNT}/*",
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    BucketPolicyHandler().create(scope, {"Bucket": name, "PolicyDocument": document})


def logs_to(bucket: str, prefix: str = "web") -> list[dict[str, str]]:
    return pairs(
        ("access_logs.s3.enabled", "true"),
        ("access_logs.s3.bucket", bucket),
        ("access_logs.s3.prefix", prefix),
    )


# ------------------------------------------------------------------------------- load balancers


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


def kms() -> dict[str, Any]:
    by_key = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    return {"BucketEncryption": {"ServerSideEncryptionConfiguration": [by_key]}}


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


# -------------------------------------------------------------------------------- target groups


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


# ------------------------------------------------------------------------------------ listeners


def test_a_listener_takes_every_property_and_changes_it(scope: Scope, net: Network) -> None:
    import_certificate(CERTIFICATE)
    other = CERTIFICATE.replace("1111-1111-1111", "2222-2222-2222")
    import_certificate(other)
    one = GROUPS.create(scope, group(net)).physical_id
    two = GROUPS.create(scope, group(net, Name="web2")).physical_id
    first = {
        "LoadBalancerArn": made_balancer(scope, net),
        "Port": 443,
        "Protocol": "HTTPS",
        "Certificates": [{"CertificateArn": CERTIFICATE}],
        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "DefaultActions": [forward(one)],
        "Tags": pairs(("Owner", "me")),
    }
    assert set(first) == LISTENERS.supported
    created = LISTENERS.create(scope, first)
    assert created.attributes == {"ListenerArn": created.physical_id}
    assert_read(LISTENERS, scope, created, {**first, "Tags": tags(("Owner", "me"))})
    LISTENERS.delete(scope, created.physical_id, first)

    changes: dict[str, Any] = {
        "Port": 8443,
        "Certificates": [{"CertificateArn": other}],
        "SslPolicy": "ELBSecurityPolicy-2016-08",
        "DefaultActions": [forward(one, two)],
    }
    live(
        LISTENERS,
        scope,
        first,
        {name: (value, value) for name, value in changes.items()}
        | {"Tags": (pairs(("New", "1")), tags(("New", "1")))},
        elsewhere=frozenset({"Protocol"}),
    )


SHORT_REDIRECT = {
    "Type": "redirect",
    "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
}


@pytest.mark.parametrize("action", [NOT_FOUND, REDIRECT, SHORT_REDIRECT])
def test_a_plain_listener_answers_or_redirects(
    scope: Scope, net: Network, action: dict[str, Any]
) -> None:
    first = {
        "LoadBalancerArn": made_balancer(scope, net),
        "Port": "80",
        "Protocol": "HTTP",
        "DefaultActions": [action],
    }

    created = LISTENERS.create(scope, first)

    assert_read(LISTENERS, scope, created, {"Port": 80, "DefaultActions": [action]})


def test_a_listener_that_stops_answering_tls_lets_its_certificate_go(
    scope: Scope, net: Network
) -> None:
    import_certificate(CERTIFICATE)
    secure = {
        "LoadBalancerArn": made_balancer(scope, net),
        "Port": 443,
        "Protocol": "HTTPS",
        "Certificates": [{"CertificateArn": CERTIFICATE}],
        "DefaultActions": [NOT_FOUND],
    }
    plain = {k: v for k, v in secure.items() if k != "Certificates"} | {"Protocol": "HTTP"}
    created = LISTENERS.create(scope, secure)

    LISTENERS.update(scope, created.physical_id, secure, plain)

    told = LISTENERS.read(scope, created.physical_id)
    assert told == {**plain, "Tags": tags()}


@pytest.mark.parametrize(
    ("changed", "code", "part"),
    [
        ({"Certificates": None}, "ValidationError", "A certificate must be specified"),
        (
            {"Certificates": [{"CertificateArn": CERTIFICATE}]},
            "CertificateNotFound",
            f"Certificate '{CERTIFICATE}' not found",
        ),
        (
            {"Certificates": [{"CertificateArn": CERTIFICATE.replace("us-east-1", "eu-west-1")}]},
            "ValidationError",
            "is not valid",
        ),
        (
            {"Protocol": "HTTP", "Certificates": None, "DefaultActions": [forward("arn:none")]},
            "TargetGroupNotFound",
            "arn:none",
        ),
        (
            {"Protocol": "HTTP", "Certificates": None, "LoadBalancerArn": "arn:none"},
            "LoadBalancerNotFound",
            "arn:none",
        ),
    ],
)
def test_a_listener_that_cannot_be_is_refused(
    scope: Scope, net: Network, changed: dict[str, Any], code: str, part: str
) -> None:
    import_certificate(CERTIFICATE.replace("us-east-1", "eu-west-1"))
    whole = {
        "LoadBalancerArn": made_balancer(scope, net),
        "Port": 443,
        "Protocol": "HTTPS",
        "DefaultActions": [NOT_FOUND],
        **changed,
    }

    given = {key: value for key, value in whole.items() if value is not None}
    assert_refused(code, part, LISTENERS, scope, given)


def test_a_port_is_opened_once(scope: Scope, net: Network) -> None:
    first = {
        "LoadBalancerArn": made_balancer(scope, net),
        "Port": 80,
        "Protocol": "HTTP",
        "DefaultActions": [NOT_FOUND],
    }
    LISTENERS.create(scope, first)

    assert_refused("DuplicateListener", "already exists", LISTENERS, scope, first)


# ---------------------------------------------------------------------------------------- rules


def listening(scope: Scope, net: Network) -> str:
    return LISTENERS.create(
        scope,
        {
            "LoadBalancerArn": made_balancer(scope, net),
            "Port": 80,
            "Protocol": "HTTP",
            "DefaultActions": [NOT_FOUND],
        },
    ).physical_id


HOSTS = {"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example.com"]}}
PATHS = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a/*", "/b/*"]}}


def test_a_rule_takes_every_property_and_changes_it(scope: Scope, net: Network) -> None:
    target = GROUPS.create(scope, group(net)).physical_id
    first = {
        "ListenerArn": listening(scope, net),
        "Priority": 10,
        "Conditions": [HOSTS, PATHS],
        "Actions": [NOT_FOUND],
        "Tags": pairs(("Owner", "me")),
    }
    assert set(first) == RULES.supported
    created = RULES.create(scope, first)
    assert created.attributes == {"RuleArn": created.physical_id, "IsDefault": "false"}
    assert_read(RULES, scope, created, {**first, "Tags": tags(("Owner", "me"))})
    RULES.delete(scope, created.physical_id, first)

    live(
        RULES,
        scope,
        first,
        {
            "Priority": (20, 20),
            "Conditions": ([PATHS], [PATHS]),
            "Actions": ([forward(target)], [forward(target)]),
            "Tags": (pairs(("New", "1")), tags(("New", "1"))),
        },
    )


@pytest.mark.parametrize(
    ("changed", "code", "part"),
    [
        ({"Priority": 10}, "PriorityInUse", "Priority '10' is currently in use"),
        ({"Priority": 50001}, "ValidationError", "between 1 and 50000"),
        ({"Actions": [forward("arn:none")]}, "TargetGroupNotFound", "arn:none"),
        (
            {"Conditions": [{"Field": "path-pattern", "Values": list("abcdef")}]},
            "ValidationError",
            "more than 5 condition values",
        ),
        ({"ListenerArn": "arn:none"}, "ListenerNotFound", "arn:none"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    scope: Scope, net: Network, changed: dict[str, Any], code: str, part: str
) -> None:
    first = {
        "ListenerArn": listening(scope, net),
        "Priority": "10",
        "Conditions": [PATHS],
        "Actions": [NOT_FOUND],
    }
    RULES.create(scope, first)

    assert_refused(code, part, RULES, scope, {**first, "Priority": 11, **changed})


def test_an_imported_certificate_is_issued_and_must_be_one_of_acm(scope: Scope) -> None:
    import_certificate(CERTIFICATE)

    told = scope.client("acm").describe_certificate(CertificateArn=CERTIFICATE)["Certificate"]
    assert (told["CertificateArn"], told["Status"]) == (CERTIFICATE, "ISSUED")
    with pytest.raises(ValueError, match="not the ARN of an ACM certificate"):
        import_certificate("arn:aws:iam::1:server-certificate/x")
    assert json.dumps(told["DomainName"]) == '"*.example.com"'
