"""Invalidations go on for a while, and one caller's reference makes one."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox.behaviour_ground import behaving
from tests.unit.sandbox.handlers_ground import scope_in

HERE = scope_in()


def distribution() -> str:
    """Make a distribution as small as one can be."""
    origin = {
        "Id": "web",
        "DomainName": "web.example",
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only",
        },
    }
    made = HERE.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "one",
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "web",
                "ViewerProtocolPolicy": "redirect-to-https",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
        }
    )
    return str(made["Distribution"]["Id"])


def invalidate(where: str, reference: str, *paths: str) -> dict[str, Any]:
    answer = HERE.client("cloudfront").create_invalidation(
        DistributionId=where,
        InvalidationBatch={
            "CallerReference": reference,
            "Paths": {"Quantity": len(paths), "Items": list(paths)},
        },
    )
    found: dict[str, Any] = answer["Invalidation"]
    return found


def status(where: str, which: str) -> str:
    answer = HERE.client("cloudfront").get_invalidation(DistributionId=where, Id=which)
    return str(answer["Invalidation"]["Status"])


def test_an_invalidation_takes_as_long_as_a_stack() -> None:
    with behaving(pace=90) as cloudfront:
        where = distribution()
        began = cloudfront.clock.now()
        made = invalidate(where, "one", "/*")
        seen = [made["Status"], status(where, made["Id"])]
        cloudfront.wait(2)
        seen.append(status(where, made["Id"]))
        listed = HERE.client("cloudfront").list_invalidations(DistributionId=where)

    assert seen == ["InProgress", "InProgress", "Completed"]
    assert made["CreateTime"] == began
    (one,) = listed["InvalidationList"]["Items"]
    assert (one["Id"], one["Status"]) == (made["Id"], "Completed")


def test_a_reference_makes_one_invalidation() -> None:
    with behaving():
        where = distribution()
        first = invalidate(where, "one", "/*")
        again = invalidate(where, "one", "/*")
        other = invalidate(where, "two", "/*")
        with pytest.raises(ClientError) as refused:
            invalidate(where, "one", "/images/*")

    assert first["Id"] == again["Id"] != other["Id"]
    assert refused.value.response["Error"]["Code"] == "InvalidArgument"


def test_without_a_pace_it_is_complete_for_whoever_looks() -> None:
    with behaving():
        where = distribution()

        assert status(where, invalidate(where, "one", "/*")["Id"]) == "Completed"
