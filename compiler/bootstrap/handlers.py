"""What the handlers of the migration's resource types need, narrowed to the migration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.bootstrap import catalogue
from compiler.bootstrap.ground import keys_in
from compiler.bootstrap.patterns import arns, names_of
from compiler.bootstrap.statements import EVERYTHING, Statement, in_regions
from compiler.bootstrap.withheld import SPELLED_OUT, needs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.bootstrap.ground import Ground
    from compiler.bootstrap.statements import Condition

GUARDED = frozenset(
    {
        "iam:AttachRolePolicy",
        "iam:CreateServiceLinkedRole",
        "iam:PassRole",
        "kms:CreateGrant",
        "sts:AssumeRole",
    }
)
"""Permissions with a condition of their own, which `compiler.bootstrap.beyond` gives."""

_GLOBAL = frozenset({"cloudfront", "iam", "route53", "s3"})
"""Services whose calls go to no region of the caller's choice, or whose names know no regions."""

_LISTED_AS_A_WHOLE = frozenset({"autoscaling", "cloudwatch", "ec2", "elasticloadbalancing", "rds"})
"""Services whose handlers describe without naming anything, which IAM asks of every resource."""

_WITH_DEFAULTS = frozenset(
    {"rds:CreateDBInstance", "rds:CreateDBInstanceReadReplica", "rds:ModifyDBInstance"}
)
"""Actions that also name groups which RDS itself provides."""

_WORDS: Mapping[str, str] = {
    "autoscaling": "AutoScaling",
    "cloudfront": "CloudFront",
    "cloudwatch": "CloudWatch",
    "ec2": "Ec2",
    "elasticloadbalancing": "LoadBalancing",
    "iam": "Iam",
    "kms": "Kms",
    "logs": "Logs",
    "rds": "Rds",
    "route53": "Route53",
    "s3": "S3",
    "secretsmanager": "Secrets",
    "sns": "Sns",
    "ssm": "Ssm",
}
"""Services as statements call them; others by their own name."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LeftOut:
    """
    A permission that a handler's list names and the role does not get.

    Attributes:
        permission: `s3:DeleteObject`.
        why: In the operator's words.
    """

    permission: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """
    What handlers need.

    Attributes:
        actions: Regions in which each is called, by its name, sorted.
        left_out: What they name and do not get, sorted.
        unknown: Resource types whose permissions the registry does not tell, sorted.
    """

    actions: Mapping[str, tuple[str, ...]]
    left_out: tuple[LeftOut, ...]
    unknown: tuple[str, ...]


def needs_of(ground: Ground) -> Needs:
    """Return what the handlers of the account's resource types need, and what they do not get."""
    used = _properties(ground)
    actions: dict[str, set[str]] = {}
    left_out: set[LeftOut] = set()
    unknown = []
    for type_, regions in ground.places().items():
        permissions = catalogue.handler_permissions(type_, regions[0])
        if permissions is None:
            unknown.append(type_)
            continue
        for permission in permissions:
            why = _why_not(type_, permission, used[type_])
            if why:
                left_out.add(LeftOut(permission=permission, why=why))
                continue
            for name in SPELLED_OUT.get(permission, (permission,)):
                actions.setdefault(name, set()).update(regions)
            if permission in SPELLED_OUT:
                left_out.add(
                    LeftOut(permission=permission, why="too wide: what is needed is spelled out")
                )
    return Needs(
        actions={name: tuple(sorted(actions[name])) for name in sorted(actions)},
        left_out=tuple(sorted(one for one in left_out if one.permission not in actions)),
        unknown=tuple(unknown),
    )


def statements(ground: Ground, needs: Needs) -> Iterator[Statement]:
    """
    Yield what allows *needs*: by service, what can be narrowed to the migration's names first.

    Where a service knows no names in advance, only the regions are narrowed, and the statement's
    Sid says why.
    """
    groups: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    path = names_of(ground).path()
    for name, regions in needs.actions.items():
        if name in GUARDED:
            continue
        service = name.partition(":")[0]
        found = _resources(ground, name, regions)
        word = _WORDS.get(service, service.replace("-", "").capitalize())
        if found:
            # Where no name of the migration's is in them, any in account and region will do.
            is_named = any(ground.prefix in one or path in one for one in found)
            sid = f"{word}OfTheMigration" if is_named else f"{word}IdsAreMadeUpByAws"
            groups.setdefault((sid, service, found, ()), []).append(name)
        else:
            sid = "Ec2IdsAreMadeUpByAws" if service == "ec2" else f"{word}CannotBeNarrowed"
            kept = () if service in _GLOBAL else regions
            groups.setdefault((sid, service, EVERYTHING, kept), []).append(name)
    seen: dict[str, int] = {}
    for (sid, _, resources, regions), names in sorted(groups.items()):
        seen[sid] = seen.get(sid, 0) + 1
        condition: Condition = in_regions(regions) if regions else {}
        yield Statement(
            sid=sid if seen[sid] == 1 else f"{sid}{seen[sid]}",
            actions=tuple(sorted(names)),
            resources=resources,
            condition=condition,
        )


def _resources(ground: Ground, name: str, regions: tuple[str, ...]) -> tuple[str, ...]:
    service, _, verb = name.partition(":")
    if service in _LISTED_AS_A_WHOLE and verb.startswith("Describe"):
        return ()
    kinds = catalogue.kinds_of(name) or ()
    if name in _WITH_DEFAULTS:
        kinds = (*kinds, "default og", "default pg")
    return arns(ground, service, kinds, regions)


def _why_not(type_: str, permission: str, used: frozenset[str]) -> str:
    """Say why a permission is not given; nothing if it is."""
    if permission in SPELLED_OUT:
        return ""
    if catalogue.kinds_of(permission) is None:
        return "IAM knows no such action"
    properties = needs(type_, permission)
    if properties is None or used & set(properties):
        return ""
    if not properties:
        return "no template needs it, and it reaches what is not the migration's to change"
    return f"only {' or '.join(properties)} needs it, which no template sets"


def _properties(ground: Ground) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for _, body in ground.resources():
        found.setdefault(body["Type"], set()).update(keys_in(body.get("Properties", {})))
    return {type_: frozenset(keys) for type_, keys in found.items()}
