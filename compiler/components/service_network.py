"""
What may talk to a service's instances, and whom they may talk to.

Every rule is a resource of its own, so no security group waits for another. The rules on the load
balancer's side stand here too: the load balancer comes first and knows no service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import ec2

from compiler.components.addresses import (
    cidr_word,
    database_security_group,
    load_balancer_security_group,
    service_security_group,
    vpc,
)
from compiler.components.no_egress import NO_EGRESS
from compiler.components.sides import cidrs_of, other, standing
from compiler.components.tags import tag_list, tag_origins
from compiler.components.uses import databases_of, port_of
from compiler.symbols import Resource, Symbol, logical
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side

ANYWHERE = "0.0.0.0/0"


def resources(spec: Spec, phase: Phase, side: Side, service: str) -> Iterator[Resource]:
    """Yield the security group of *service* on *side*, and the rules that name it."""
    group = service_security_group(side, service)
    name = f"{names.prefix(spec)}-{service}"
    yield Resource(
        stack=group.stack,
        body=ec2.SecurityGroup(
            group.logical_id,
            GroupDescription=f"Instances of the service {service}",
            SecurityGroupEgress=[dict(NO_EGRESS)],
            VpcId=Symbol(vpc(side)),
            Tags=tag_list(spec, phase, name),
        ),
        component=("services", service),
        origins=tag_origins(spec, phase, name),
    )
    yield from _with_load_balancer(spec, side, service)
    yield from _to_internet(side, service)
    yield from _to_databases(spec, phase, side, service)


def _rule(
    side: Side,
    service: str,
    body: ec2.SecurityGroupIngress | ec2.SecurityGroupEgress,
    port_path: Path | None,
    **origins: Path,
) -> Resource:
    """Return a rule in the service's stack; *origins* by property."""
    ports = {} if port_path is None else {"FromPort": port_path, "ToPort": port_path}
    return Resource(
        stack=service_security_group(side, service).stack,
        body=body,
        component=("services", service),
        origins={f"Properties.{name}": path for name, path in {**ports, **origins}.items()},
    )


def _tcp(port: int) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}


def _with_load_balancer(spec: Spec, side: Side, service: str) -> Iterator[Resource]:
    model = spec.services[service]
    base: Path = ("services", service)
    balancer = Symbol(load_balancer_security_group(side), "GroupId")
    instances = Symbol(service_security_group(side, service), "GroupId")
    ports = {model.port: ("traffic", (*base, "port"))}
    if model.health_check.port not in (None, model.port):
        ports[model.health_check.port] = ("health-check", (*base, "health_check", "port"))
    for port, (purpose, path) in ports.items():
        yield _rule(
            side,
            service,
            ec2.SecurityGroupIngress(
                logical("ingress", purpose),
                GroupId=instances,
                SourceSecurityGroupId=balancer,
                Description=f"Load balancer, {purpose.replace('-', ' ')}",
                **_tcp(port),
            ),
            path,
        )
        yield _rule(
            side,
            service,
            ec2.SecurityGroupEgress(
                logical("load-balancer", "egress", purpose),
                GroupId=balancer,
                DestinationSecurityGroupId=instances,
                Description=f"Service {service}, {purpose.replace('-', ' ')}",
                **_tcp(port),
            ),
            path,
        )


def _to_internet(side: Side, service: str) -> Iterator[Resource]:
    instances = Symbol(service_security_group(side, service), "GroupId")
    # AWS's own APIs (secrets, buckets, SSM) and package mirrors have no fixed addresses; they
    # answer on these two ports. How far it reaches is up to NAT and endpoints.
    for word, port in (("https", 443), ("http", 80)):
        yield _rule(
            side,
            service,
            ec2.SecurityGroupEgress(
                logical("egress", word),
                GroupId=instances,
                CidrIp=ANYWHERE,
                Description=f"AWS APIs and packages, by {word.upper()}",
                **_tcp(port),
            ),
            None,
        )


def _to_databases(spec: Spec, phase: Phase, side: Side, service: str) -> Iterator[Resource]:
    instances = Symbol(service_security_group(side, service), "GroupId")
    peers = cidrs_of(spec, other(side)) if other(side) in standing(phase) else ()
    # Two databases on one port share the way to the other side: AWS refuses the same rule twice.
    ways: set[tuple[int, str]] = set()
    for database, used in databases_of(spec, service):
        port, port_path = port_of(spec, database)
        yield _rule(
            side,
            service,
            ec2.SecurityGroupEgress(
                logical("egress", "database", database),
                GroupId=instances,
                DestinationSecurityGroupId=Symbol(
                    database_security_group(side, database), "GroupId"
                ),
                Description=f"Database {database}",
                **_tcp(port),
            ),
            port_path,
            DestinationSecurityGroupId=used,
            Description=used,
        )
        for cidr, cidr_path in peers:
            if (port, cidr) in ways:
                continue
            ways.add((port, cidr))
            # Across regions AWS takes no group, only addresses. Open in advance: the service tier
            # may run on one side while the writer is on the other.
            yield _rule(
                side,
                service,
                ec2.SecurityGroupEgress(
                    logical("egress", "peer", cidr_word(cidr), "port", str(port)),
                    GroupId=instances,
                    CidrIp=cidr,
                    Description=f"Databases of the {other(side)}",
                    **_tcp(port),
                ),
                port_path,
                CidrIp=cidr_path,
            )
