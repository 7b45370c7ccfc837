"""
Which resources are the migration's: patterns for their ARNs, by the names that it gives.

A name that AWS makes up begins with the name of its stack, in small letters where the service knows
no others (CloudFormation user guide, "Name type", 2026-11-24).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spec.names import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from compiler.bootstrap.ground import Ground, Wish
    from compiler.manifest import Manifest

_STACK_OF_A_SET = "StackSet-"
"""How StackSets begins the name of a stack, before the name of its set."""

_HASH = 7
"""Characters at the end of a shortened name: a hyphen and six of a hash (`spec.names`)."""

_LONGEST_MADE_UP = 57
"""So much of a stack's name is kept in a name that AWS makes up, at the least: of IAM's 128
characters, half of what its own twelve and two hyphens leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """
    How the names of a migration begin.

    Attributes:
        name: The system's name.
        environment: Its environment.
        of_stacks: What the names of its stacks begin with.
    """

    name: str
    environment: str
    of_stacks: str

    @property
    def prefix(self) -> str:
        """What most names begin with."""
        return f"{self.name}-{self.environment}"

    def given(self, limit: int) -> str:
        """Return the pattern of names with that prefix that AWS lets have *limit* characters."""
        if len(self.prefix) < limit - _HASH:
            return f"{self.prefix}-*"
        # A shortened name keeps its beginning only.
        return self.prefix[: limit - _HASH].rstrip("-") + "*"

    @property
    def made_up(self) -> str:
        """The pattern of names that AWS makes up for what is in the migration's stacks."""
        return self.of_stacks[:_LONGEST_MADE_UP] + "*"

    def path(self) -> str:
        """Return what names that are paths begin with."""
        return f"{self.name}/{self.environment}/"


_REGIONAL: Mapping[tuple[str, str], Callable[[Names], tuple[str, ...]]] = {
    ("autoscaling", "autoscalinggroup"): lambda names: (
        f"autoScalingGroup:*:autoScalingGroupName/{names.made_up}",
    ),
    ("cloudwatch", "alarm"): lambda names: (
        f"alarm:{names.given(255)}",
        # What a scaling policy makes for itself.
        f"alarm:TargetTracking-{names.made_up}",
    ),
    ("elasticloadbalancing", "listener-rule/app"): lambda names: (
        f"listener-rule/app/{shortened(names.prefix, 32)}/*",
    ),
    ("elasticloadbalancing", "listener/app"): lambda names: (
        f"listener/app/{shortened(names.prefix, 32)}/*",
    ),
    ("elasticloadbalancing", "loadbalancer/app/"): lambda names: (
        f"loadbalancer/app/{shortened(names.prefix, 32)}/*",
    ),
    ("elasticloadbalancing", "targetgroup"): lambda names: (f"targetgroup/{names.given(32)}/*",),
    ("kms", "alias"): lambda names: (f"alias/{names.given(256)}",),
    ("kms", "key"): lambda _: ("key/*",),
    ("logs", "log-group"): lambda names: (f"log-group:/stackferry/{names.prefix}/*",),
    ("rds", "db"): lambda names: (f"db:{names.given(63)}",),
    # Those that RDS itself provides, which a database takes where it is given none.
    ("rds", "default og"): lambda _: ("og:default:*",),
    ("rds", "default pg"): lambda _: ("pg:default.*",),
    ("rds", "pg"): lambda names: (f"pg:{names.made_up.lower()}",),
    ("rds", "snapshot"): lambda names: (f"snapshot:{names.made_up.lower()}",),
    ("rds", "subgrp"): lambda names: (f"subgrp:{names.made_up.lower()}",),
    ("secretsmanager", "secret"): lambda names: (f"secret:{names.path()}*",),
    ("sns", "topic"): lambda names: (names.given(256),),
    ("ssm", "parameter"): lambda names: (f"parameter/{names.path()}*",),
}
"""By service and kind: what follows region and account in the ARN."""

_GLOBAL: Mapping[tuple[str, str], Callable[[Names], tuple[str, ...]]] = {
    ("cloudfront", "distribution"): lambda _: ("distribution/*",),
    ("cloudfront", "origin-access-control"): lambda _: ("origin-access-control/*",),
    ("cloudfront", "vpcorigin"): lambda _: ("vpcorigin/*",),
    ("iam", "instance-profile"): lambda names: (f"instance-profile/{names.made_up}",),
    ("iam", "role"): lambda names: (f"role/{names.given(64)}",),
}
"""Likewise, for what belongs to an account and to no region."""

_NOBODYS: Mapping[tuple[str, str], Callable[[Names], tuple[str, ...]]] = {
    ("route53", "change"): lambda _: ("change/*",),
    ("route53", "hostedzone"): lambda _: ("hostedzone/*",),
    ("s3", "bucket"): lambda names: (names.given(63),),
}
"""Likewise, for ARNs without region and account."""


def names_of(ground: Ground) -> Names:
    """Return how the names of the migration begin."""
    return Names(
        name=ground.manifest.name,
        environment=ground.manifest.environment,
        of_stacks=beginning_of_stacks(ground.manifest, ground.wish),
    )


def beginning_of_stacks(manifest: Manifest, wish: Wish) -> str:
    """Return what the names of the migration's stacks begin with."""
    beginning = _STACK_OF_A_SET if wish.via_stack_sets else ""
    return f"{beginning}{manifest.migration}-"


def arns(
    ground: Ground, service: str, kinds: Sequence[str], regions: Sequence[str]
) -> tuple[str, ...]:
    """
    Return the patterns of the migration's resources of these *kinds*, sorted.

    Args:
        ground: The account's part.
        service: `rds`.
        kinds: Kinds of resources as IAM calls them.
        regions: Where they are.

    Returns:
        None where the migration has no names for any of the kinds.
    """
    return tuple(sorted(set(_arns(ground, service, kinds, regions))))


def _arns(
    ground: Ground, service: str, kinds: Sequence[str], regions: Sequence[str]
) -> Iterator[str]:
    names, partition, account = names_of(ground), ground.partition, ground.account
    for kind in kinds:
        key = (service, kind.lower())
        for tail in _REGIONAL.get(key, _none)(names):
            yield from (
                f"arn:{partition}:{service}:{region}:{account}:{tail}" for region in regions
            )
        for tail in _GLOBAL.get(key, _none)(names):
            yield f"arn:{partition}:{service}::{account}:{tail}"
        for tail in _NOBODYS.get(key, _none)(names):
            yield f"arn:{partition}:{service}:::{tail}"


def _none(_: Names) -> tuple[str, ...]:
    return ()
