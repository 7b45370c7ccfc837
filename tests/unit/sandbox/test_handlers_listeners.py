from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handlers.certificates import import_certificate
from tests.unit.sandbox.handlers_ground import (
    assert_read,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
    tags,
)
from tests.unit.sandbox.handlers_load_balancing import (
    CERTIFICATE,
    GROUPS,
    LISTENERS,
    NOT_FOUND,
    REDIRECT,
    SHORT_REDIRECT,
    forward,
    group,
    made_balancer,
)
from tests.unit.sandbox.handlers_network import Network, network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Scope


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


@pytest.fixture
def net(scope: Scope) -> Network:
    return network(scope)


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
            {"Certificates": [{"CertificateArn": CERTIFICATE}] * 2},
            "TooManyCertificates",
            "only one certificate",
        ),
        (
            {"Certificates": [{"CertificateArn": CERTIFICATE}], "Protocol": "HTTP"},
            "InvalidLoadBalancerAction",
            "cannot be specified for HTTP listeners",
        ),
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


def test_an_imported_certificate_is_issued_and_must_be_one_of_acm(scope: Scope) -> None:
    import_certificate(CERTIFICATE)

    told = scope.client("acm").describe_certificate(CertificateArn=CERTIFICATE)["Certificate"]
    assert (told["CertificateArn"], told["Status"]) == (CERTIFICATE, "ISSUED")
    with pytest.raises(ValueError, match="not the ARN of an ACM certificate"):
        import_certificate("arn:aws:iam::1:server-certificate/x")
    assert json.dumps(told["DomainName"]) == '"*.example.com"'
