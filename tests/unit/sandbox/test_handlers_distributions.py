from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused, Scope
from tests.unit.sandbox.handlers_cloudfront import (
    CERTIFICATE,
    CONTROLS,
    DISABLED,
    DISTRIBUTIONS,
    behavior,
    bucket,
    control,
    log_bucket,
    plain,
    web,
    whole,
)
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    STACK_TAGS,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
    tags,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in("eu-central-1")


def test_a_control_is_created_changed_and_deleted(scope: Scope) -> None:
    first = control(Description="for assets")
    created = CONTROLS.create(scope, first)
    assert created.attributes == {"Id": created.physical_id}
    assert CONTROLS.read(scope, created.physical_id) == first
    CONTROLS.delete(scope, created.physical_id, first)
    second = control("media", SigningBehavior="no-override")

    live(
        CONTROLS,
        scope,
        first,
        {
            "OriginAccessControlConfig": (
                second["OriginAccessControlConfig"],
                second["OriginAccessControlConfig"],
            )
        },
    )


def test_a_control_name_is_taken_once_and_short(scope: Scope) -> None:
    CONTROLS.create(scope, control())

    assert_refused("OriginAccessControlAlreadyExists", "already exists", CONTROLS, scope, control())
    assert_refused("InvalidArgument", "64 characters", CONTROLS, scope, control("a" * 65))


def test_a_control_in_use_is_not_deleted(scope: Scope) -> None:
    made = CONTROLS.create(scope, control()).physical_id
    given = plain(Origins=[bucket("media", made)], DefaultCacheBehavior=behavior("media"))
    distribution = DISTRIBUTIONS.create(scope, given).physical_id

    with pytest.raises(Refused) as refused:
        CONTROLS.delete(scope, made, {})
    assert refused.value.code == "OriginAccessControlInUse"

    DISTRIBUTIONS.delete(scope, distribution, given)
    CONTROLS.delete(scope, made, {})
    assert CONTROLS.read(scope, made) is None


def test_a_distribution_reads_back_exactly_what_it_was_given(scope: Scope) -> None:
    given = {"DistributionConfig": whole(scope), "Tags": pairs(("Name", "shop"))}
    assert set(given) == DISTRIBUTIONS.supported

    created = DISTRIBUTIONS.create(scope, given)

    assert DISTRIBUTIONS.read(scope, created.physical_id) == {
        "DistributionConfig": given["DistributionConfig"],
        "Tags": tags(("Name", "shop")),
    }
    told = scope.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    assert created.attributes == {"Id": told[0]["Id"], "DomainName": told[0]["DomainName"]}


def test_each_part_of_a_distribution_changes_and_comes_back(scope: Scope) -> None:
    first = whole(scope)
    other_log = log_bucket(scope, "cdn-other", "ObjectWriter")
    changes: dict[str, Any] = {
        "Comment": "other",
        "Aliases": ["app.example.com", "www.example.com"],
        "DefaultRootObject": "home.html",
        "HttpVersion": "http2",
        "IPV6Enabled": False,
        "PriceClass": "PriceClass_All",
        "Enabled": False,
        "Origins": [{**origin, "ConnectionAttempts": 1} for origin in first["Origins"]],
        "OriginGroups": {
            "Quantity": 1,
            "Items": [
                {
                    **first["OriginGroups"]["Items"][0],
                    "FailoverCriteria": {"StatusCodes": {"Quantity": 1, "Items": [502]}},
                }
            ],
        },
        "DefaultCacheBehavior": behavior("media"),
        "CacheBehaviors": [behavior("web", PathPattern="/api/*", CachePolicyId=DISABLED)],
        "CustomErrorResponses": [{"ErrorCode": 404, "ErrorCachingMinTTL": 1}],
        "Logging": {"Bucket": other_log, "IncludeCookies": True},
        "Restrictions": {"GeoRestriction": {"RestrictionType": "blacklist", "Locations": ["AQ"]}},
        "ViewerCertificate": {
            "AcmCertificateArn": CERTIFICATE,
            "MinimumProtocolVersion": "TLSv1.2_2019",
            "SslSupportMethod": "sni-only",
        },
    }
    assert set(changes) == set(first)
    now = {"DistributionConfig": first}
    created = DISTRIBUTIONS.create(scope, now)

    for name, value in changes.items():
        after = {"DistributionConfig": {**now["DistributionConfig"], name: value}}
        DISTRIBUTIONS.update(scope, created.physical_id, now, after)
        read = DISTRIBUTIONS.read(scope, created.physical_id)
        assert read is not None
        assert read["DistributionConfig"] == after["DistributionConfig"]
        now = after

    DISTRIBUTIONS.delete(scope, created.physical_id, now)
    assert DISTRIBUTIONS.read(scope, created.physical_id) is None


def test_parts_that_left_the_template_are_gone(scope: Scope) -> None:
    before = {"DistributionConfig": whole(scope)}
    created = DISTRIBUTIONS.create(scope, before)

    DISTRIBUTIONS.update(scope, created.physical_id, before, plain())

    read = DISTRIBUTIONS.read(scope, created.physical_id)
    assert read is not None
    told = read["DistributionConfig"]
    assert {k: told[k] for k in plain()["DistributionConfig"]} == plain()["DistributionConfig"]
    left = {"Aliases", "CacheBehaviors", "CustomErrorResponses", "Logging", "Comment"}
    assert left & set(told) == set()


def test_the_tags_of_a_distribution_change_without_those_of_cloudformation(scope: Scope) -> None:
    before = {**plain(), "Tags": pairs(("One", "1"))}
    created = DISTRIBUTIONS.create(scope, before)
    arn = f"arn:aws:cloudfront::{ACCOUNT}:distribution/{created.physical_id}"

    DISTRIBUTIONS.update(
        scope, created.physical_id, before, {**plain(), "Tags": pairs(("Two", "2"))}
    )

    told = scope.client("cloudfront").list_tags_for_resource(Resource=arn)["Tags"]["Items"]
    assert {tag["Key"]: tag["Value"] for tag in told} == {**STACK_TAGS, "Two": "2"}


def test_a_distribution_in_china_has_a_name_there(scope: Scope) -> None:
    del scope  # the sandbox must be there first

    created = DISTRIBUTIONS.create(scope_in("cn-north-1"), plain())

    assert created.attributes["DomainName"].endswith(".cloudfront.cn")


def test_numbers_and_truths_may_be_given_as_text(scope: Scope) -> None:
    origin = web()
    origin["CustomOriginConfig"]["HTTPPort"] = "8080"

    created = DISTRIBUTIONS.create(scope, plain(Enabled="true", Origins=[origin]))

    read = DISTRIBUTIONS.read(scope, created.physical_id)
    assert read is not None
    assert read["DistributionConfig"]["Enabled"] is True
    assert read["DistributionConfig"]["Origins"][0]["CustomOriginConfig"]["HTTPPort"] == 8080
