"""The table of regions is written down; what it was written from is asked whether it agrees."""

from __future__ import annotations

import json
from pathlib import Path

import botocore
import cfnlint
import pytest
from cfnlint.helpers import AVAILABILITY_ZONES

from spec.regions import (
    REGIONS,
    Partition,
    dns_suffix,
    exists,
    has,
    home_region,
    lintable,
    log_delivery_account,
    nearest,
    opt_in,
    partition_of,
    zones_of,
)

BOTOCORE = Path(botocore.__file__).parent / "data"
PROVIDERS = Path(cfnlint.__file__).parent / "data" / "schemas" / "providers"
COVERED: tuple[Partition, ...] = ("aws", "aws-cn", "aws-us-gov")


def _types(region: str) -> set[str]:
    return set(json.loads((PROVIDERS / f"{region}.json").read_text()))


@pytest.mark.parametrize("partition", COVERED)
def test_the_regions_of_a_partition_are_those_that_have_endpoints(partition: str) -> None:
    endpoints = json.loads((BOTOCORE / "endpoints.json").read_text())["partitions"]
    (theirs,) = (one["regions"] for one in endpoints if one["partition"] == partition)

    assert [name for name, one in REGIONS.items() if one.partition == partition] == sorted(theirs)


@pytest.mark.parametrize("partition", COVERED)
def test_home_and_suffix_of_a_partition_are_botocore_s(partition: Partition) -> None:
    partitions = json.loads((BOTOCORE / "partitions.json").read_text())["partitions"]
    (theirs,) = (one["outputs"] for one in partitions if one["id"] == partition)

    assert home_region(partition) == theirs["implicitGlobalRegion"]
    assert partition_of(home_region(partition)) == partition
    assert dns_suffix(home_region(partition)) == theirs["dnsSuffix"]


@pytest.mark.parametrize("region", REGIONS)
def test_every_zone_that_cfn_lint_knows_is_a_zone(region: str) -> None:
    assert set(zones_of(region)) >= set(AVAILABILITY_ZONES[region])


def test_a_region_is_lintable_where_cfn_lint_has_its_schemas() -> None:
    assert {name for name in REGIONS if lintable(name)} == {
        name for name in REGIONS if (PROVIDERS / f"{name}.json").exists()
    }


@pytest.mark.parametrize("region", [name for name in REGIONS if lintable(name)])
def test_what_a_partition_lacks_is_missing_from_the_schemas_of_its_regions(region: str) -> None:
    types = _types(region)

    assert has(partition_of(region), "cloudfront") == ("AWS::CloudFront::Distribution" in types)
    assert has(partition_of(region), "origin_access_control") == (
        "AWS::CloudFront::OriginAccessControl" in types
    )


def test_only_govcloud_has_no_public_dns() -> None:
    assert [one for one in COVERED if not has(one, "public_dns")] == ["aws-us-gov"]


def test_old_regions_deliver_load_balancer_logs_by_account_and_new_ones_by_service() -> None:
    assert log_delivery_account("us-east-1") == "127311923021"
    assert log_delivery_account("eu-south-2") is None
    assert all(
        one.load_balancer_logs is None or len(one.load_balancer_logs) == 12
        for one in REGIONS.values()
    )


def test_regions_of_before_2019_need_no_opting_in() -> None:
    assert not opt_in("eu-central-1")
    assert opt_in("eu-south-1")


def test_a_misspelt_region_finds_the_real_one() -> None:
    assert nearest("eu-centrale-1") == "eu-central-1"
    assert nearest("US-EAST-1") == "us-east-1"
    assert nearest("frankfurt") is None
    assert not exists("eu-centrale-1")
