"""Rules about the two regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec import regions
from spec.findings import Finding, at
from spec.rules.rule import sides

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.model import Spec

_UNCOVERED_PREFIXES = ("eusc-", "us-iso", "eu-iso")
"""Regions of the European Sovereign Cloud and of the isolated partitions."""


def region_unknown(spec: Spec) -> Iterator[Finding]:
    """SF220: a region is one of AWS's."""
    for name, side in sides(spec):
        if regions.exists(side.region):
            continue
        near = regions.nearest(side.region)
        if side.region.startswith(_UNCOVERED_PREFIXES):
            detail = f"{side.region} is in a partition that stackferry does not cover."
            way_out = "Choose a region of aws, aws-cn or aws-us-gov."
        elif regions.exists(side.region[:-1]):
            detail = f"{side.region} is a zone of the region {side.region[:-1]}."
            way_out = f'Write "{side.region[:-1]}".'
        else:
            detail = f'There is no region "{side.region}".'
            way_out = f'Did you mean "{near}"?' if near else 'Name a region, like "eu-central-1".'
        yield Finding(code="SF220", where=at(name, "region"), detail=detail, way_out=way_out)


def region_on_both_sides(spec: Spec) -> Iterator[Finding]:
    """SF221: a migration leads to another region."""
    if spec.source.region == spec.target.region:
        yield Finding(
            code="SF221",
            where=at("target", "region"),
            detail=f"Source and target are both {spec.source.region}. Databases, buckets and load"
            " balancers of the same name cannot exist twice in a region.",
            way_out="Name the region that the system is to move to.",
            related=((at("source", "region"), "the region moved from"),),
        )


def regions_of_two_partitions(spec: Spec) -> Iterator[Finding]:
    """SF222: nothing crosses from one partition to another."""
    source, target = spec.source.region, spec.target.region
    if not (regions.exists(source) and regions.exists(target)):
        return
    if regions.partition_of(source) != regions.partition_of(target):
        yield Finding(
            code="SF222",
            where=at("target", "region"),
            detail=f"{target} is in the partition {regions.partition_of(target)}, {source} in"
            f" {regions.partition_of(source)}. Between partitions there is no peering, no"
            " replica, no replication and no common account.",
            way_out="Choose two regions of one partition; move across partitions by export and"
            " import.",
            related=((at("source", "region"), f"in {regions.partition_of(source)}"),),
        )


def region_to_be_enabled(spec: Spec) -> Iterator[Finding]:
    """SF223: an opt-in region is off in an account until somebody enables it."""
    for name, side in sides(spec):
        if regions.exists(side.region) and regions.opt_in(side.region):
            yield Finding(
                code="SF223",
                where=at(name, "region"),
                detail=f"{side.region} is off in a new account, and in the account that administers"
                " the stack sets it must be on too.",
                way_out=(
                    f"Run `aws account enable-region --region-name {side.region}` in both first;"
                    " it takes minutes to hours."
                ),
            )


def region_without_schemas(spec: Spec) -> Iterator[Finding]:
    """SF224: cfn-lint cannot check a region that it has no schemas of."""
    for name, side in sides(spec):
        if regions.exists(side.region) and not regions.lintable(side.region):
            yield Finding(
                code="SF224",
                where=at(name, "region"),
                detail=(
                    f"cfn-lint has no schemas of {side.region}, so its templates are checked less"
                    " than those of other regions."
                ),
                way_out="Review them with more care, and deploy to a test account first.",
            )
