"""
What actions beside stacks take, in an account to which the operator comes through the role.

In the target account, who deploys does them with its own credentials, and needs these rights
itself. The statements are narrowed to what the manifest's actions name; what only AWS knows, such
as the id of a peering, is any in account and region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.bootstrap.statements import Statement, in_regions
from compiler.manifest import Computed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.bootstrap.ground import Ground
    from compiler.kinds import ActionKind
    from compiler.manifest import Action


def statements(ground: Ground) -> Iterator[Statement]:
    """Yield what the actions in the account take; none in the target's."""
    if ground.is_target:
        return
    # Without a resource, a statement is not one that IAM takes.
    yield from (one for one in _statements(ground) if one.resources)


def _statements(ground: Ground) -> Iterator[Statement]:
    yield from _peerings(ground, _of(ground, "peering dns"))
    yield from _copies(ground, _of(ground, "copy existing objects"))
    yield from _reboots(ground, _of(ground, "sever connections"))
    yield from _invalidations(ground, _of(ground, "invalidate cache"))
    yield from _emptied(ground, _of(ground, "empty bucket"))


def _of(ground: Ground, kind: ActionKind) -> tuple[Action, ...]:
    return tuple(
        one for one in ground.manifest.actions if one.kind == kind and one.account == ground.account
    )


def _peerings(ground: Ground, actions: tuple[Action, ...]) -> Iterator[Statement]:
    """VPC peering guide, "Identity and access management for VPC peering", read 2026-11-24."""
    if not actions:
        return
    regions = _regions(actions)
    yield Statement(
        sid="NamesResolveOverPeerings",
        actions=("ec2:ModifyVpcPeeringConnectionOptions",),
        resources=tuple(
            f"arn:{ground.partition}:ec2:{region}:{ground.account}:vpc-peering-connection/*"
            for region in regions
        ),
    )
    yield Statement(
        sid="PeeringsAreLookedAt",
        actions=("ec2:DescribeVpcPeeringConnections",),
        condition=in_regions(regions),
    )


def _copies(ground: Ground, actions: tuple[Action, ...]) -> Iterator[Statement]:
    """S3 user guide, "Granting permissions for Batch Operations", read 2026-11-24."""
    if not actions:
        return
    regions = _regions(actions)
    yield Statement(
        sid="ExistingObjectsAreCopied",
        actions=("s3:CreateJob", "s3:ListJobs"),
        condition=in_regions(regions),
    )
    yield Statement(
        sid="CopiesAreFollowedAndStopped",
        actions=("s3:DescribeJob", "s3:UpdateJobStatus"),
        resources=tuple(
            f"arn:{ground.partition}:s3:{region}:{ground.account}:job/*" for region in regions
        ),
    )
    yield Statement(
        sid="TellWhetherThereIsSomethingToCopy",
        actions=("s3:ListBucketVersions",),
        resources=_buckets(ground, actions),
    )
    yield Statement(
        sid="S3CopiesByTheseRoles",
        actions=("iam:PassRole",),
        resources=_names(actions, "role_arn"),
        condition={"StringEquals": {"iam:PassedToService": ("batchoperations.s3.amazonaws.com",)}},
    )


def _reboots(ground: Ground, actions: tuple[Action, ...]) -> Iterator[Statement]:
    """RDS user guide, "Actions, resources, and condition keys for Amazon RDS", 2026-11-24."""
    if not actions:
        return
    yield Statement(
        sid="ConnectionsAreSevered",
        actions=("rds:RebootDBInstance",),
        resources=tuple(
            f"arn:{ground.partition}:rds:{region}:{ground.account}:db:{name}"
            for region in _regions(actions)
            for name in _names((one for one in actions if one.region == region), "database")
        ),
    )
    yield Statement(
        sid="DatabasesAreLookedAt",
        actions=("rds:DescribeDBInstances", "rds:DescribeEvents"),
        condition=in_regions((*_regions(actions), ground.manifest.target_region)),
    )


def _invalidations(ground: Ground, actions: tuple[Action, ...]) -> Iterator[Statement]:
    """CloudFront developer guide, "Identity and Access Management for CloudFront", 2026-11-24."""
    if actions:
        yield Statement(
            sid="CachesForget",
            actions=(
                "cloudfront:CreateInvalidation",
                "cloudfront:GetInvalidation",
                "cloudfront:ListInvalidations",
            ),
            resources=(f"arn:{ground.partition}:cloudfront::{ground.account}:distribution/*",),
        )


def _emptied(ground: Ground, actions: tuple[Action, ...]) -> Iterator[Statement]:
    """S3 user guide, "Deleting object versions from a versioning-enabled bucket", 2026-11-24."""
    if not actions:
        return
    buckets = _buckets(ground, actions)
    yield Statement(
        sid="WhatIsToBeDeletedIsListed", actions=("s3:ListBucketVersions",), resources=buckets
    )
    yield Statement(
        sid="BucketsThatTheSpecGivesUpAreEmptied",
        actions=("s3:DeleteObjectVersion",),
        resources=tuple(f"{bucket}/*" for bucket in buckets),
    )


def _regions(actions: Iterable[Action]) -> tuple[str, ...]:
    return tuple(sorted({one.region for one in actions}))


def _buckets(ground: Ground, actions: Iterable[Action]) -> tuple[str, ...]:
    return tuple(f"arn:{ground.partition}:s3:::{name}" for name in _names(actions, "bucket"))


def _names(actions: Iterable[Action], fact: str) -> tuple[str, ...]:
    """Return what *actions* name, sorted; a name that is not known yet opens nothing."""
    sources = (one.facts.get(fact) for one in actions)
    return tuple(sorted({one.value for one in sources if isinstance(one, Computed)}))
