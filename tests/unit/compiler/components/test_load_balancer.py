"""Tests of load balancers: who gets to them, and how they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.components import load_balancer
from compiler.components.addresses import (
    listener,
    load_balancer_security_group,
    log_bucket_policy,
    public_internet_route,
    subnet,
    vpc,
)
from compiler.components.addresses import load_balancer as address_of
from compiler.symbols import LOOKUP, Address
from tests.unit.compiler.components.media import media
from tests.unit.compiler.components.places import built, symbol, tagged
from tests.unit.compiler.components.traffic import CERTIFICATES

if TYPE_CHECKING:
    from spec.model import Spec

CLOUDFRONT = "com.amazonaws.global.cloudfront.origin-facing"
NOT_FOUND = [
    {
        "Type": "fixed-response",
        "FixedResponseConfig": {
            "StatusCode": "404",
            "ContentType": "text/plain",
            "MessageBody": "Not found",
        },
    }
]


def doors(spec: Spec) -> dict[str, tuple[Any, ...]]:
    """Return what the source's load balancer admits and answers: ports and whom, or protocol."""
    found: dict[str, tuple[Any, ...]] = {}
    for address, resource in built(spec, load_balancer).items():
        if address.stack.side != "source":
            continue
        body = resource.body.to_dict()["Properties"]
        if resource.body.resource_type == "AWS::EC2::SecurityGroupIngress":
            who = body.get("CidrIp") or body["SourcePrefixListId"][LOOKUP][1]
            found[address.logical_id] = (body["FromPort"], body["ToPort"], who)
        if resource.body.resource_type == "AWS::ElasticLoadBalancingV2::Listener":
            found[address.logical_id] = (body["Port"], body["Protocol"])
    return found


def test_a_load_balancer_stands_in_the_public_subnets_and_logs() -> None:
    found = built(media(), load_balancer)[address_of("source")]

    # Both are refused by AWS otherwise, and neither is seen in a value.
    assert found.after == (public_internet_route("source"), log_bucket_policy("source"))
    assert found.body.to_dict() == {
        "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "Properties": {
            "Name": "streaming-staging",
            "Type": "application",
            "Scheme": "internet-facing",
            "IpAddressType": "ipv4",
            "SecurityGroups": [symbol(load_balancer_security_group("source"), "GroupId")],
            "Subnets": [
                symbol(subnet("source", "public", "us-east-1a")),
                symbol(subnet("source", "public", "us-east-1b")),
            ],
            "LoadBalancerAttributes": [
                {
                    "Key": "access_logs.s3.bucket",
                    "Value": "streaming-staging-logs-111122223333-us-east-1",
                },
                {"Key": "access_logs.s3.enabled", "Value": "true"},
                {"Key": "access_logs.s3.prefix", "Value": "load-balancer"},
                {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"},
            ],
            "Tags": tagged(),
        },
    }


def test_its_security_group_holds_no_way_out_but_the_services_own() -> None:
    found = built(media(), load_balancer)[load_balancer_security_group("source")]

    assert found.body.to_dict() == {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": "Load balancer",
            "SecurityGroupEgress": [
                {
                    "CidrIp": "127.0.0.1/32",
                    "Description": "Nothing leaves from here",
                    "IpProtocol": "-1",
                }
            ],
            "VpcId": symbol(vpc("source")),
            "Tags": tagged("streaming-staging-load-balancer"),
        },
    }


def test_with_a_certificate_the_listener_speaks_tls() -> None:
    found = built(media(certificates=CERTIFICATES), load_balancer)[listener("target")]

    assert found.body.to_dict() == {
        "Type": "AWS::ElasticLoadBalancingV2::Listener",
        "Properties": {
            "LoadBalancerArn": symbol(address_of("target")),
            "Port": 443,
            "Protocol": "HTTPS",
            "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "Certificates": [{"CertificateArn": CERTIFICATES["target"]}],
            "DefaultActions": NOT_FOUND,
            "Tags": tagged(),
        },
    }


def test_without_a_certificate_the_listener_speaks_plain_http() -> None:
    found = built(media(), load_balancer)[listener("target")]

    assert found.body.to_dict() == {
        "Type": "AWS::ElasticLoadBalancingV2::Listener",
        "Properties": {
            "LoadBalancerArn": symbol(address_of("target")),
            "Port": 80,
            "Protocol": "HTTP",
            "DefaultActions": NOT_FOUND,
            "Tags": tagged(),
        },
    }


def test_plain_http_is_sent_to_https_where_people_come_by_name() -> None:
    spec = media(cdn=None, certificates=CERTIFICATES)
    stack = address_of("source").stack

    found = built(spec, load_balancer)[Address(stack=stack, logical_id="RedirectListener")]

    assert found.body.to_dict()["Properties"]["DefaultActions"] == [
        {
            "Type": "redirect",
            "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
        }
    ]


ANYONE = "0.0.0.0/0"
LB_ONLY = {key: CERTIFICATES[key] for key in ("source", "target")}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"certificates": CERTIFICATES},
            {"IngressCdn": (443, 443, CLOUDFRONT), "Listener": (443, "HTTPS")},
            id="all certificates: only CloudFront, by HTTPS",
        ),
        pytest.param(
            {"certificates": {"cdn": CERTIFICATES["cdn"]}},
            {"IngressCdn": (80, 80, CLOUDFRONT), "Listener": (80, "HTTP")},
            id="a certificate for CloudFront alone: it comes by HTTP",
        ),
        pytest.param(
            {"certificates": {key: CERTIFICATES[key] for key in ("cdn", "source")}},
            {"IngressCdn": (80, 80, CLOUDFRONT), "Listener": (80, "HTTP")},
            id="one side without a certificate: the one origin is HTTP on both",
        ),
        pytest.param(
            {"certificates": CERTIFICATES, "dns": None},
            {"IngressCdn": (80, 80, CLOUDFRONT), "Listener": (80, "HTTP")},
            id="no zone: no certificate can name the origin",
        ),
        pytest.param(
            {"certificates": LB_ONLY},
            {
                "IngressHttp": (80, 80, ANYONE),
                "IngressHttps": (443, 443, ANYONE),
                "Listener": (443, "HTTPS"),
                "RedirectListener": (80, "HTTP"),
            },
            id="CloudFront without a certificate: the public name is on the load balancers",
        ),
        pytest.param(
            {},
            {"IngressHttp": (80, 80, ANYONE), "Listener": (80, "HTTP")},
            id="no certificate at all",
        ),
        pytest.param(
            {"cdn": None, "certificates": {"source": CERTIFICATES["source"]}},
            {
                "IngressHttp": (80, 80, ANYONE),
                "IngressHttps": (443, 443, ANYONE),
                "Listener": (443, "HTTPS"),
                "RedirectListener": (80, "HTTP"),
            },
            id="no cdn: each side by its own certificate",
        ),
    ],
)
def test_what_is_admitted_is_what_is_answered(
    changes: dict[str, Any], expected: dict[str, tuple[Any, ...]]
) -> None:
    assert doors(media(**changes)) == expected


def test_without_services_there_is_no_load_balancer() -> None:
    assert built(media(services={}, cdn=None), load_balancer) == {}
