"""
Each side's load balancer: its security group, its listeners, and who gets to it.

Services attach themselves to the listener by rules of their own; what no rule names is answered
404.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ec2
from troposphere import elasticloadbalancingv2 as elb

from compiler.components.addresses import (
    listener,
    load_balancer,
    load_balancer_security_group,
    log_bucket_policy,
    public_internet_route,
    subnet,
    vpc,
)
from compiler.components.exposure import (
    CLOUDFRONT_PREFIX_LIST,
    HTTP,
    HTTPS,
    admits,
    answers_tls,
    certificate,
    has_redirect,
)
from compiler.components.no_egress import NO_EGRESS
from compiler.components.sides import serving, zones_of
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Lookup, Resource, Symbol, logical
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side

COMPONENT: Path = ("services",)
"""A load balancer stands for all services of its side."""

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""TLS 1.3 and 1.2 (Application Load Balancers user guide, "Security policies", 2026-11)."""

ANYWHERE = "0.0.0.0/0"


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield the load balancer of each side on which services stand."""
    if not spec.services:
        return
    for side in serving(phase):
        yield _security_group(spec, phase, side)
        yield from _ingress(spec, side)
        yield _load_balancer(spec, phase, side)
        yield _listener(spec, phase, side)
        if has_redirect(spec, side):
            yield _redirect(spec, phase, side)


def _security_group(spec: Spec, phase: Phase, side: Side) -> Resource:
    address = load_balancer_security_group(side)
    name = f"{names.prefix(spec)}-load-balancer"
    return Resource(
        stack=address.stack,
        body=ec2.SecurityGroup(
            address.logical_id,
            GroupDescription="Load balancer",
            # The ways out are rules of the services.
            SecurityGroupEgress=[dict(NO_EGRESS)],
            VpcId=Symbol(vpc(side)),
            Tags=tag_list(spec, phase, name),
        ),
        component=COMPONENT,
        origins=tag_origins(spec, phase, name),
    )


def _ingress(spec: Spec, side: Side) -> Iterator[Resource]:
    group = load_balancer_security_group(side)
    answering = HTTPS if answers_tls(spec, side) else HTTP
    if admits(spec) == "cdn":
        # One port only: the list counts for 55 of the group's 60 rules, so a second would not fit.
        yield Resource(
            stack=group.stack,
            body=ec2.SecurityGroupIngress(
                logical("ingress", "cdn"),
                GroupId=Symbol(group, "GroupId"),
                IpProtocol="tcp",
                FromPort=answering,
                ToPort=answering,
                SourcePrefixListId=Lookup("prefix_list", CLOUDFRONT_PREFIX_LIST),
                Description="CloudFront",
            ),
            component=("cdn",),
            origins=dict.fromkeys(
                ("Properties.FromPort", "Properties.ToPort"), ("certificates", side)
            ),
        )
        return
    ports = (HTTP, HTTPS) if has_redirect(spec, side) else (answering,)
    for port in ports:
        yield Resource(
            stack=group.stack,
            body=ec2.SecurityGroupIngress(
                logical("ingress", "http" if port == HTTP else "https"),
                GroupId=Symbol(group, "GroupId"),
                IpProtocol="tcp",
                FromPort=port,
                ToPort=port,
                CidrIp=ANYWHERE,
                Description="Everybody, by " + ("HTTP" if port == HTTP else "HTTPS"),
            ),
            component=COMPONENT,
        )


def _load_balancer(spec: Spec, phase: Phase, side: Side) -> Resource:
    address = load_balancer(side)
    zones = zones_of(spec, side)
    # No deletion protection: it holds nothing that could not be made again.
    attributes = {
        "access_logs.s3.bucket": names.bucket(spec, side, "logs"),
        "access_logs.s3.enabled": "true",
        "access_logs.s3.prefix": "load-balancer",
        "routing.http.drop_invalid_header_fields.enabled": "true",
    }
    return Resource(
        stack=address.stack,
        body=elb.LoadBalancer(
            address.logical_id,
            Name=names.load_balancer(spec),
            Type="application",
            Scheme="internet-facing",
            IpAddressType="ipv4",
            SecurityGroups=[Symbol(load_balancer_security_group(side), "GroupId")],
            Subnets=[Symbol(subnet(side, "public", zone)) for zone, _ in zones],
            LoadBalancerAttributes=[
                elb.LoadBalancerAttributes(Key=key, Value=value)
                for key, value in sorted(attributes.items())
            ],
            Tags=tag_list(spec, phase),
        ),
        component=COMPONENT,
        origins={
            "Properties.Subnets": (side, "vpc", "zones"),
            **{f"Properties.Subnets.{position}": path for position, (_, path) in enumerate(zones)},
            **tag_origins(spec, phase),
        },
        # The first: an internet-facing load balancer is refused in a VPC without a way out. The
        # second: its logging is refused until the bucket admits it.
        after=(public_internet_route(side), log_bucket_policy(side)),
    )


def _listener(spec: Spec, phase: Phase, side: Side) -> Resource:
    address = listener(side)
    body = elb.Listener(
        address.logical_id,
        LoadBalancerArn=Symbol(load_balancer(side)),
        Port=HTTP,
        Protocol="HTTP",
        DefaultActions=[
            elb.Action(
                Type="fixed-response",
                FixedResponseConfig=elb.FixedResponseConfig(
                    StatusCode="404", ContentType="text/plain", MessageBody="Not found"
                ),
            )
        ],
        Tags=tag_list(spec, phase),
    )
    origins = tag_origins(spec, phase)
    arn = certificate(spec, side)
    if arn is not None and answers_tls(spec, side):
        body.Port = HTTPS
        body.Protocol = "HTTPS"
        body.SslPolicy = TLS_POLICY
        body.Certificates = [elb.Certificate(CertificateArn=arn)]
        origins |= dict.fromkeys(
            (f"Properties.{name}" for name in ("Certificates", "Port", "Protocol", "SslPolicy")),
            ("certificates", side),
        )
    return Resource(stack=address.stack, body=body, component=COMPONENT, origins=origins)


def _redirect(spec: Spec, phase: Phase, side: Side) -> Resource:
    address = load_balancer(side)
    return Resource(
        stack=address.stack,
        body=elb.Listener(
            logical("redirect", "listener"),
            LoadBalancerArn=Symbol(address),
            Port=HTTP,
            Protocol="HTTP",
            DefaultActions=[
                elb.Action(
                    Type="redirect",
                    RedirectConfig=elb.RedirectConfig(
                        Protocol="HTTPS", Port=str(HTTPS), StatusCode="HTTP_301"
                    ),
                )
            ],
            Tags=tag_list(spec, phase),
        ),
        component=COMPONENT,
        origins=tag_origins(spec, phase),
    )
