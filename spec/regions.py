"""
AWS's regions, as a plain static table: partition, zones, and what is missing where.

Taken from botocore 1.44.8 (`partitions.json`, `endpoints.json`) and the registry schemas in
cfn-lint 1.58.0 (schema date 2026-10-20), read 2026-11-23. Covered are the partitions `aws`,
`aws-cn` and `aws-us-gov`. Both the rules and the components read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Partition = Literal["aws", "aws-cn", "aws-us-gov"]
"""A separate AWS, with its own accounts, ARNs and names; nothing crosses from one to another."""

Feature = Literal["cloudfront", "origin_access_control", "public_dns"]
"""What a whole partition may lack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """
    One AWS region.

    Attributes:
        name: `eu-central-1`.
        partition: The partition it belongs to.
        zones: Every zone name that an account may see there, sorted. An account may see fewer,
            since letters are mapped per account.
        opt_in: Whether an account has to enable it before anything can be created in it.
        load_balancer_logs: The account that delivers load balancer access logs; `None` where the
            service principal `logdelivery.elasticloadbalancing.amazonaws.com` does.
        lintable: Whether cfn-lint has the region's schemas.
    """

    name: str
    partition: Partition
    zones: tuple[str, ...]
    opt_in: bool
    load_balancer_logs: str | None
    lintable: bool


_LOAD_BALANCER_LOGS: Mapping[str, str] = {
    "af-south-1": "098369216593",
    "ap-east-1": "754344448648",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-northeast-3": "383597477331",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "ap-southeast-3": "589379963580",
    "ca-central-1": "985666609251",
    "cn-north-1": "638102146993",
    "cn-northwest-1": "037604701340",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-south-1": "635631232127",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "me-south-1": "076674570225",
    "sa-east-1": "507241528517",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-gov-east-1": "190560391635",
    "us-gov-west-1": "048591011584",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}
"""
Regions opened before August 2022 (Application Load Balancers user guide, "Enable access logs",
2026-11).
"""

_ZONE_LETTERS: Mapping[str, str] = {
    "ap-northeast-1": "abcd",
    "ap-northeast-2": "abcd",
    "ca-central-1": "abcd",
    "us-east-1": "abcdef",
    "us-west-2": "abcd",
}
"""All others have `abc`. An account sees two of them in us-west-1, and three in ap-northeast-1."""

_OPT_IN = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
    }
)
"""Disabled in a new account (Account Management guide, "Enable or disable Regions", 2026-11)."""

_NAMES: Mapping[Partition, tuple[str, ...]] = {
    "aws": (
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2"),
        *("ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2"),
        *("ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6"),
        *("ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2"),
        *("eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3"),
        *("il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1"),
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    ),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-us-gov": ("us-gov-east-1", "us-gov-west-1"),
}

_DNS_SUFFIX: Mapping[Partition, str] = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-us-gov": "amazonaws.com",
}

_HOME: Mapping[Partition, str] = {
    "aws": "us-east-1",
    "aws-cn": "cn-northwest-1",
    "aws-us-gov": "us-gov-west-1",
}

_MISSING: Mapping[Partition, frozenset[Feature]] = {
    "aws": frozenset(),
    "aws-cn": frozenset({"origin_access_control"}),
    "aws-us-gov": frozenset({"cloudfront", "origin_access_control", "public_dns"}),
}
"""
Registry types that no region of the partition offers (cfn-lint 1.58.0 schemas, 2026-10-20), and
public hosted zones, which GovCloud's Route 53 does not have (AWS GovCloud user guide, "Amazon
Route 53", 2026-11).
"""

_UNLINTABLE = frozenset({"me-south-1"})
"""cfn-lint 1.58.0 ships no schemas for them."""

REGIONS: Mapping[str, Region] = {
    name: Region(
        name=name,
        partition=partition,
        zones=tuple(f"{name}{letter}" for letter in _ZONE_LETTERS.get(name, "abc")),
        opt_in=name in _OPT_IN,
        load_balancer_logs=_LOAD_BALANCER_LOGS.get(name),
        lintable=name not in _UNLINTABLE,
    )
    for partition, names in _NAMES.items()
    for name in names
}
"""Every region by name, sorted within its partition."""


def exists(region: str) -> bool:
    """Tell whether *region* is a region of a covered partition."""
    return region in REGIONS


def partition_of(region: str) -> Partition:
    """
    Return the partition of *region*, the second part of every ARN in it.

    Raises:
        KeyError: If there is no such region; the rules refuse a spec that names one.
    """
    return REGIONS[region].partition


def dns_suffix(region: str) -> str:
    """
    Return the suffix of AWS's own names in *region*: `amazonaws.com`, or `amazonaws.com.cn`.

    Raises:
        KeyError: If there is no such region.
    """
    return _DNS_SUFFIX[partition_of(region)]


def home_region(partition: Partition) -> str:
    """Return the region where the global services of *partition* live, with their certificates."""
    return _HOME[partition]


def zones_of(region: str) -> tuple[str, ...]:
    """
    Return every zone name of *region* that an account may see, sorted.

    Raises:
        KeyError: If there is no such region.
    """
    return REGIONS[region].zones


def opt_in(region: str) -> bool:
    """
    Tell whether an account has to enable *region* first.

    Raises:
        KeyError: If there is no such region.
    """
    return REGIONS[region].opt_in


def lintable(region: str) -> bool:
    """
    Tell whether cfn-lint knows what *region* offers.

    Raises:
        KeyError: If there is no such region.
    """
    return REGIONS[region].lintable


def has(partition: Partition, feature: Feature) -> bool:
    """Tell whether *partition* offers *feature*."""
    return feature not in _MISSING[partition]


def log_delivery_account(region: str) -> str | None:
    """
    Return the account that writes load balancer access logs in *region*.

    Returns:
        Twelve digits, to be admitted as `arn:<partition>:iam::<account>:root`; `None` where the
        service principal `logdelivery.elasticloadbalancing.amazonaws.com` is to be admitted.

    Raises:
        KeyError: If there is no such region.
    """
    return REGIONS[region].load_balancer_logs


def nearest(region: str) -> str | None:
    """Return the existing region whose name is most like *region*, if any is like it."""
    # Not at the top: a spec without mistakes does without it.
    from difflib import get_close_matches  # noqa: PLC0415 -- only for what is wrong

    matches = get_close_matches(region.lower(), sorted(REGIONS), n=1, cutoff=0.7)
    return matches[0] if matches else None
