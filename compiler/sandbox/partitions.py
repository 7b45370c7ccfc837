"""
Regions that moto half knows: GovCloud's global services, and instance types outside its thirty.

moto reads the partition off the endpoint's region, and GovCloud's IAM and Route 53 answer at
`us-gov`, which is none: their roles and zones would be those of the partition `aws`.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from moto.core.responses import BaseResponse
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

GOVCLOUD = "us-gov"
GOVCLOUD_REGION = "us-gov-west-1"
PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
MODEL_REGION = "us-east-1"
"""Whose instance types a region has that moto has none for."""


@contextmanager
def with_every_partition() -> Iterator[None]:
    """Let GovCloud's global services and every region's instance types be found."""
    by_moto = BaseResponse.get_region_from_url
    offered: dict[str, Any] = INSTANCE_TYPE_OFFERINGS["region"]
    added = _offerings_of_others()

    def region(self: BaseResponse, request: object, full_url: str) -> str:
        found = by_moto(self, request, full_url)
        return GOVCLOUD_REGION if found == GOVCLOUD else found

    BaseResponse.get_region_from_url = region  # type: ignore[method-assign] # on moto's own name
    offered.update(added)
    try:
        yield
    finally:
        BaseResponse.get_region_from_url = by_moto  # type: ignore[method-assign] # put back
        for name in added:
            del offered[name]


@cache
def _offerings_of_others() -> Mapping[str, Sequence[Mapping[str, str]]]:
    offered: Mapping[str, Sequence[Mapping[str, str]]] = INSTANCE_TYPE_OFFERINGS["region"]
    session = boto3.Session()
    regions = [
        region
        for partition in PARTITIONS
        for region in session.get_available_regions("ec2", partition)
        if region not in offered
    ]
    return {
        region: [{**each, "Location": region} for each in offered[MODEL_REGION]]
        for region in regions
    }
