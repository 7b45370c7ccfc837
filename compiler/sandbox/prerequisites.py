"""
What templates take for granted: things that nobody's template makes, but that AWS wants to exist.

A certificate by ARN, an image by id, a hosted zone by id, a role in a key policy. In an account
they were there before; in a sandbox that has just begun they must be put there.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.certificates import import_certificate
from compiler.sandbox.handlers.hosted_zones import import_hosted_zone
from compiler.sandbox.handlers.images import import_image

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.sandbox.embedded import Sandbox

_CERTIFICATE = re.compile(r"arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate/[A-Za-z0-9-]+")
_ROLE = re.compile(r"arn:[a-z-]+:iam::(\d{12}):role/(?:[\w/+=,.@-]*/)?([\w+=,.@-]+)", re.ASCII)
_ARM = re.compile(r"(?:a1|[a-z]+\d+g[a-z]*|[a-z]+\d+[a-z]*g[dn]?)\.")
"""Instance types with Graviton processors (EC2 instance type naming conventions, 2026-11)."""

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployable:
    """
    A template and the place that it is meant for.

    Attributes:
        account: Twelve digits.
        region: Where it will stand.
        template: Its JSON.
    """

    account: str
    region: str
    template: Mapping[str, Any]


def provide(sandbox: Sandbox, deployables: Iterable[Deployable]) -> tuple[str, ...]:
    """
    Put what *deployables* take for granted into *sandbox*.

    Returns:
        What was put there, one line each, sorted.
    """
    everything = tuple(deployables)
    lines = [
        *_certificates(everything),
        *_images(everything),
        *_zones(everything),
        *_roles(sandbox, everything),
    ]
    return tuple(sorted(lines))


def _certificates(everything: tuple[Deployable, ...]) -> Iterator[str]:
    found = {
        text
        for item in everything
        for _, text in _texts(item.template)
        if _CERTIFICATE.fullmatch(text)
    }
    for arn in sorted(found):
        import_certificate(arn)
        yield f"certificate {arn}"


def _images(everything: tuple[Deployable, ...]) -> Iterator[str]:
    for item in everything:
        for _, properties in _resources(item, "AWS::EC2::LaunchTemplate"):
            content = properties["LaunchTemplateData"]
            image = content.get("ImageId")
            if not isinstance(image, str):
                continue
            architecture = "arm64" if _ARM.match(str(content.get("InstanceType"))) else "x86_64"
            import_image(image, account=item.account, region=item.region, architecture=architecture)
            yield f"image {image} ({architecture}) in {item.region}"


def _zones(everything: tuple[Deployable, ...]) -> Iterator[str]:
    names: dict[tuple[str, str], set[str]] = {}
    for item in everything:
        for _, properties in _resources(item, "AWS::Route53::RecordSet"):
            zone = properties.get("HostedZoneId")
            if isinstance(zone, str):
                names.setdefault((item.account, zone), set()).add(properties["Name"].rstrip("."))
    for (account, zone), records in sorted(names.items()):
        name = _common_suffix(records)
        import_hosted_zone(zone, name, account=account, partition=_partition(everything))
        yield f"hosted zone {name} ({zone})"


def _roles(sandbox: Sandbox, everything: tuple[Deployable, ...]) -> Iterator[str]:
    made = {
        properties.get("RoleName")
        for item in everything
        for _, properties in _resources(item, "AWS::IAM::Role")
    }
    wanted = {
        text
        for item in everything
        for place, text in _texts(item.template)
        if {"Principal", "PeerRoleArn"} & set(place) and _ROLE.fullmatch(text)
    }
    for arn in sorted(wanted):
        match = _ROLE.fullmatch(arn)
        if match is None or match[2] in made:
            continue
        iam = sandbox.client("iam", everything[0].region, match[1])
        try:
            iam.create_role(RoleName=match[2], AssumeRolePolicyDocument=json.dumps(_TRUST))
        except iam.exceptions.EntityAlreadyExistsException:
            continue
        yield f"role {arn}"


def _resources(item: Deployable, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, resource in item.template["Resources"].items():
        if resource["Type"] == kind:
            yield name, resource["Properties"]


def _texts(value: object, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*place, key))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, place)


def _partition(everything: tuple[Deployable, ...]) -> str:
    region = everything[0].region
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _common_suffix(names: set[str]) -> str:
    """Return the zone of *names*: what they end in alike, or the parent of a single one."""
    labels = [name.split(".")[::-1] for name in sorted(names)]
    shared = []
    for column in zip(*labels, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    if len(names) == 1:
        shared.pop()
    return ".".join(reversed(shared))
