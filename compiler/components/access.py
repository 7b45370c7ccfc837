"""
Access: the valve of each side, in one small stack that touches nothing stateful.

It holds each bucket's whole policy (S3 allows one), every way into a database, and, while the side
is closed, the rule that answers 503 to everybody. Opening or closing a side is deploying this
stack in its other form.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troposphere import ec2, s3
from troposphere import elasticloadbalancingv2 as elb

from compiler.components import arns
from compiler.components.addresses import (
    bucket,
    bucket_policy,
    cidr_word,
    database_security_group,
    listener,
    private_record,
    public_name,
    service_security_group,
)
from compiler.components.bucket_policies import (
    Statement,
    closed_to_writers,
    document,
    read_by_cdn,
    replicated_into,
    tls_only,
)
from compiler.components.private_bucket import goes
from compiler.components.public_names import moving_names
from compiler.components.sides import cidrs_of, other, serving, standing
from compiler.components.tags import tag_list, tag_origins
from compiler.components.uses import port_of, users_of_databases
from compiler.symbols import Resource, StackKey, Symbol, logical
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from compiler.symbols import Address
    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side

CLOSED_PRIORITY = 1
"""Before every service's rule."""


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield what opens or closes each side."""
    for side in standing(phase):
        for resource in _of_side(spec, phase, side):
            yield replace(resource, after=(*resource.after, *_moved_first(spec, phase, side)))


def _of_side(spec: Spec, phase: Phase, side: Side) -> Iterator[Resource]:
    for key in spec.buckets:
        yield _bucket_policy(spec, phase, side, key)
    if is_open(phase, side):
        for key, users in users_of_databases(spec).items():
            yield from _from_services(spec, side, key, users)
            if phase.stands(other(side)):
                yield from _from_peer(spec, side, key)
    elif spec.services and side in serving(phase):
        yield _closed(spec, phase, side)


def _moved_first(spec: Spec, phase: Phase, side: Side) -> tuple[Address, ...]:
    """Return the records that must point at the target before it opens."""
    if side == "source" or not is_open(phase, side):
        return ()
    return (
        *(private_record(key) for key in spec.databases),
        *(public_name(name.word, side) for name in moving_names(spec) if spec.services),
    )


def is_open(phase: Phase, side: Side) -> bool:
    """Tell whether users, services and writers get into *side*."""
    return phase.source_open if side == "source" else phase.target_open


def _stack(side: Side) -> StackKey:
    return StackKey(side=side, name="access")


def _bucket_policy(spec: Spec, phase: Phase, side: Side, key: str) -> Resource:
    address = bucket_policy(side, key)
    statements = tuple(_statements(spec, phase, side, key))
    at = "Properties.PolicyDocument.Statement"
    return Resource(
        stack=address.stack,
        body=s3.BucketPolicy(
            address.logical_id,
            Bucket=names.bucket(spec, side, key),
            PolicyDocument=document(*(statement for statement, _ in statements)),
        ),
        component=("buckets", key),
        origins={f"{at}.{n}": path for n, (_, path) in enumerate(statements)},
        after=(bucket(side, key),),
        part=key,
    )


def _statements(spec: Spec, phase: Phase, side: Side, key: str) -> Iterator[tuple[Statement, Path]]:
    """Yield each statement of a bucket's policy, and where it comes from."""
    component: Path = ("buckets", key)
    arn = arns.bucket(spec, side, key)
    yield tls_only(arn), component
    if spec.buckets[key].replication and _takes_replicas(phase, side):
        for statement in replicated_into(spec, side, key):
            yield statement, (*component, "replication")
    if not is_open(phase, side):
        emptied = goes(phase, side, spec.buckets[key])
        path = (*component, "on_retire") if emptied else component
        yield closed_to_writers(spec, side, key, may_be_emptied=emptied), path
    # On both sides: the distribution's origins move to the target's buckets at last.
    if (cdn_path := _cdn_path(spec, key)) is not None:
        yield read_by_cdn(spec, arn), cdn_path


def _takes_replicas(phase: Phase, side: Side) -> bool:
    """
    Tell whether the other side's replication is admitted: in a phase before it begins.

    Waiting for this policy in the same one could be a loop, by way of the distribution that it
    names and that reads the other bucket.
    """
    if side == "source":
        return not phase.source_open
    return phase.stands("source") and phase.replication != "to source"


def _cdn_path(spec: Spec, key: str) -> Path | None:
    """Return where the spec puts the bucket *key* behind the cdn, if it does."""
    if spec.cdn is None:
        return None
    if spec.cdn.default == key:
        return ("cdn", "default")
    patterns = [pattern for pattern, name in spec.cdn.paths.items() if name == key]
    return ("cdn", "paths", patterns[0]) if patterns else None


def _from_services(
    spec: Spec, side: Side, database: str, users: tuple[tuple[str, Path], ...]
) -> Iterator[Resource]:
    port, port_path = port_of(spec, database)
    for service, used in users:
        yield Resource(
            stack=_stack(side),
            body=ec2.SecurityGroupIngress(
                logical("ingress", database, "from", service),
                GroupId=Symbol(database_security_group(side, database), "GroupId"),
                SourceSecurityGroupId=Symbol(service_security_group(side, service), "GroupId"),
                IpProtocol="tcp",
                FromPort=port,
                ToPort=port,
                Description=f"Service {service}",
            ),
            component=used,
            origins={"Properties.FromPort": port_path, "Properties.ToPort": port_path},
            part=database,
        )


def _from_peer(spec: Spec, side: Side, database: str) -> Iterator[Resource]:
    port, port_path = port_of(spec, database)
    for cidr, cidr_path in cidrs_of(spec, other(side)):
        yield Resource(
            stack=_stack(side),
            body=ec2.SecurityGroupIngress(
                logical("ingress", database, "from", "peer", cidr_word(cidr)),
                GroupId=Symbol(database_security_group(side, database), "GroupId"),
                # Across regions AWS takes no group, only addresses.
                CidrIp=cidr,
                IpProtocol="tcp",
                FromPort=port,
                ToPort=port,
                Description=f"VPC of the {other(side)}",
            ),
            component=("databases", database),
            origins={
                "Properties.CidrIp": cidr_path,
                "Properties.FromPort": port_path,
                "Properties.ToPort": port_path,
            },
            part=database,
        )


def _closed(spec: Spec, phase: Phase, side: Side) -> Resource:
    """Return the rule that answers everybody; health checks go straight to the instances."""
    return Resource(
        stack=_stack(side),
        body=elb.ListenerRule(
            logical("closed"),
            ListenerArn=Symbol(listener(side)),
            Priority=CLOSED_PRIORITY,
            Conditions=[
                elb.Condition(
                    Field="path-pattern", PathPatternConfig=elb.PathPatternConfig(Values=["/*"])
                )
            ],
            Actions=[
                elb.ListenerRuleAction(
                    Type="fixed-response",
                    FixedResponseConfig=elb.FixedResponseConfig(
                        StatusCode="503", ContentType="text/plain", MessageBody="Closed"
                    ),
                )
            ],
            Tags=tag_list(spec, phase),
        ),
        component=("services",),
        origins=tag_origins(spec, phase),
    )
