"""
Who is connected to an RDS instance.

Clients come while a rule of one of its security groups lets them in. They stay when the rule goes:
a security group tracks connections, and lets one that is open live on until a reboot severs it.
Source: EC2 user guide, "Security group connection tracking", 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models import ec2_backends

if TYPE_CHECKING:
    from moto.rds.models import DBInstance

    from compiler.sandbox.behaviour.course import Course

CLIENTS = 6
"""How many clients are connected to an instance that lets them in."""

_EVERY = "-1"


def see_connections(course: Course, instance: DBInstance) -> None:
    """Let the clients connect that can; those that are connected stay."""
    if instance.status == "available" and lets_in(instance):
        course.life(instance).open_connections = CLIENTS


def close_all(course: Course, instance: DBInstance) -> None:
    """Sever every connection; clients that may come back do so before anybody looks again."""
    course.life(instance).open_connections = 0


def lets_in(instance: DBInstance) -> bool:
    """Tell whether a rule lets anybody to the instance's port."""
    held: Any = ec2_backends[instance.account_id][instance.region]
    groups = (held.get_security_group_from_id(one) for one in instance.vpc_security_group_ids)
    return any(
        _covers(rule, int(instance.port or 0))
        for group in groups
        if group is not None
        for rule in list(group.ingress_rules)
    )


def _covers(rule: Any, port: int) -> bool:  # noqa: ANN401 -- moto's `SecurityGroupRule`
    # A default security group lets in only itself, and no instance of it is a client.
    if rule.ip_protocol == _EVERY:
        return bool(rule.ip_range)
    if rule.ip_protocol not in {"tcp", "6"}:
        return False
    return int(rule.from_port) <= port <= int(rule.to_port)
