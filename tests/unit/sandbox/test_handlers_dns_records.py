from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handlers.cloudfront import DistributionHandler
from compiler.sandbox.handlers.hosted_zones import import_hosted_zone
from compiler.sandbox.handlers.load_balancers import LoadBalancerHandler
from compiler.sandbox.handlers.replies import beneath
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    assert_read,
    assert_refused,
    live,
    named,
    scope_in,
    services,
)
from tests.unit.sandbox.handlers_network import network
from tests.unit.sandbox.handlers_route53 import RECORDS, ZONE, alias, check, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Scope


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in("eu-central-1")


@pytest.fixture
def zone(scope: Scope) -> str:
    del scope  # the sandbox must be there first
    import_hosted_zone(ZONE, "example.com", account=ACCOUNT)
    return ZONE


def test_a_record_takes_every_property_and_changes_it(scope: Scope, zone: str) -> None:
    one, two = check(scope), check(scope)
    first = {
        "HostedZoneId": zone,
        "Name": "app.example.com",
        "Type": "CNAME",
        "TTL": "60",
        "ResourceRecords": ["a.example.net"],
        "SetIdentifier": "source",
        "Weight": 100,
        "HealthCheckId": one,
    }
    created = RECORDS.create(scope, first)
    assert created.physical_id == "app.example.com"
    assert_read(RECORDS, scope, created, first)
    RECORDS.delete(scope, created.physical_id, first)

    live(
        RECORDS,
        scope,
        first,
        {
            "TTL": (30, "30"),
            "ResourceRecords": (["b.example.net"], ["b.example.net"]),
            "Weight": (0, 0),
            "HealthCheckId": (two, two),
            "SetIdentifier": ("target", "target"),
            "Type": ("TXT", "TXT"),
        },
        elsewhere=frozenset({"AliasTarget", "Failover", "MultiValueAnswer", "Name"}),
    )


def test_a_record_moves_to_another_name(scope: Scope, zone: str) -> None:
    del zone
    before, after = simple(), simple(Name="www.example.com")
    created = RECORDS.create(scope, before)

    moved = RECORDS.update(scope, created.physical_id, before, after)

    assert moved.physical_id == "www.example.com"
    assert_read(RECORDS, scope, moved, after)
    assert RECORDS.read(scope, created.physical_id) is None
    told = scope.client("route53").list_resource_record_sets(HostedZoneId=ZONE)
    assert {r["Name"] for r in told["ResourceRecordSets"]} == {"example.com.", "www.example.com."}


def test_a_record_turns_into_an_alias_and_back(scope: Scope, zone: str) -> None:
    RECORDS.create(named(scope, "Other"), simple(Name="other.example.com"))
    before, after = simple(), alias(zone, "other.example.com")
    created = RECORDS.create(scope, before)

    RECORDS.update(scope, created.physical_id, before, after)
    assert_read(RECORDS, scope, created, {**after, "TTL": None, "ResourceRecords": None})

    RECORDS.update(scope, created.physical_id, after, before)
    assert_read(RECORDS, scope, created, {**before, "AliasTarget": None})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"Failover": "PRIMARY"}, {"Failover": "SECONDARY"}),
        ({"MultiValueAnswer": True}, {"Weight": 1}),
    ],
)
def test_a_record_is_routed_otherwise(
    scope: Scope, zone: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    del zone
    old, new = simple(SetIdentifier="one", **before), simple(SetIdentifier="one", **after)
    created = RECORDS.create(scope, old)

    RECORDS.update(scope, created.physical_id, old, new)

    gone = dict.fromkeys(set(before) - set(after))
    assert_read(RECORDS, scope, created, {**new, **gone})


@pytest.mark.parametrize(
    "routing", [{"Failover": "PRIMARY"}, {"MultiValueAnswer": True}, {"Weight": 1}]
)
def test_a_record_is_routed_in_the_way_it_says(
    scope: Scope, zone: str, routing: dict[str, Any]
) -> None:
    del zone
    given = simple(SetIdentifier="one", **routing)

    created = RECORDS.create(scope, given)

    assert_read(RECORDS, scope, created, given)


def test_an_alias_finds_what_another_account_owns(scope: Scope, zone: str) -> None:
    del zone
    net = network(scope)
    made = LoadBalancerHandler().create(
        scope, {"Name": "web", "Subnets": [net.subnets[0], net.subnets[2]]}
    )
    held = beneath("elbv2", ACCOUNT, "eu-central-1").load_balancers
    foreign = beneath("elbv2", "999999999999", "eu-central-1").load_balancers
    foreign[made.physical_id] = held.pop(made.physical_id)
    given = alias(made.attributes["CanonicalHostedZoneID"], made.attributes["DNSName"])

    created = RECORDS.create(scope, given)

    assert_read(RECORDS, scope, created, given)


def test_a_name_is_read_as_the_template_writes_it(scope: Scope, zone: str) -> None:
    del zone
    given = simple(Name="App.example.com.")

    created = RECORDS.create(scope, given)

    assert created.physical_id == "App.example.com."
    assert_read(RECORDS, scope, created, given)


def test_a_change_of_type_may_take_the_place_of_its_own_cname(scope: Scope, zone: str) -> None:
    del zone
    before = simple(Type="CNAME", ResourceRecords=["a.example.net"])
    RECORDS.create(scope, before)

    RECORDS.update(scope, "app.example.com", before, simple())

    told = scope.client("route53").list_resource_record_sets(HostedZoneId=ZONE)
    names = [(r["Name"], r["Type"]) for r in told["ResourceRecordSets"]]
    assert names == [("example.com.", "NS"), ("example.com.", "SOA"), ("app.example.com.", "A")]


def test_records_that_share_a_set_identifier_are_deleted_one_by_one(
    scope: Scope, zone: str
) -> None:
    del zone
    app, api = (
        simple(SetIdentifier="source", Weight=1),
        simple(Name="api.example.com", SetIdentifier="source", Weight=1),
    )
    first, second = named(scope, "App"), named(scope, "Api")
    RECORDS.create(first, app)
    other = RECORDS.create(second, api)

    RECORDS.delete(first, "app.example.com", app)

    assert RECORDS.read(first, "app.example.com") is None
    assert_read(RECORDS, second, other, api)


def test_weighted_records_of_one_name_are_told_apart(scope: Scope, zone: str) -> None:
    del zone
    source, target = (
        simple(SetIdentifier="source", Weight=100),
        simple(SetIdentifier="target", Weight=0),
    )
    first, second = named(scope, "Source"), named(scope, "Target")
    RECORDS.create(first, source)
    RECORDS.create(second, target)

    shifted = {**source, "Weight": 0}
    created = RECORDS.update(first, "app.example.com", source, shifted)

    assert_read(RECORDS, first, created, shifted)
    assert_read(RECORDS, second, created, target)


def test_what_was_deleted_is_created_again(scope: Scope, zone: str) -> None:
    del zone
    RECORDS.create(named(scope, "Other"), simple(Name="zzz.example.com"))
    given = simple()
    created = RECORDS.create(scope, given)
    RECORDS.delete(scope, created.physical_id, given)

    created = RECORDS.create(scope, given)

    assert_read(RECORDS, scope, created, given)


def test_an_alias_to_a_load_balancer_a_distribution_or_a_neighbour_is_taken(
    scope: Scope, zone: str
) -> None:
    net = network(scope)
    balancer = LoadBalancerHandler().create(
        scope, {"Name": "web", "Subnets": [net.subnets[0], net.subnets[2]]}
    )
    origin = {
        "Id": "web",
        "DomainName": "origin.example.com",
        "CustomOriginConfig": {"OriginProtocolPolicy": "http-only"},
    }
    behavior = {
        "TargetOriginId": "web",
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    }
    config = {"Enabled": True, "Origins": [origin], "DefaultCacheBehavior": behavior}
    cdn = DistributionHandler().create(scope, {"DistributionConfig": config})
    targets = {
        "Balancer": alias(
            balancer.attributes["CanonicalHostedZoneID"],
            f"dualstack.{balancer.attributes['DNSName']}",
            Name="origin.example.com",
            SetIdentifier="source",
            Weight=1,
        ),
        "Cdn": alias("Z2FDTNDATAQYW2", cdn.attributes["DomainName"], Name="cdn.example.com"),
        "Neighbour": alias(zone, "cdn.example.com", Name="www.example.com"),
    }

    for logical_id, given in targets.items():
        made = RECORDS.create(named(scope, logical_id), given)
        assert_read(RECORDS, named(scope, logical_id), made, given)


@pytest.mark.parametrize(
    ("wanted", "code", "part"),
    [
        (simple(HostedZoneId="Z0"), "NoSuchHostedZone", "No hosted zone found with ID: Z0"),
        (
            simple(HostedZoneId=None, HostedZoneName="example.org."),
            "NoSuchHostedZone",
            "No hosted zones named example.org. found",
        ),
        (simple(HostedZoneId=None), "ValidationError", "HostedZoneName must be specified"),
        (
            simple(Name="app.example.org"),
            "InvalidChangeBatch",
            "RRSet with DNS name app.example.org. is not permitted in zone example.com.",
        ),
        (
            simple(Name="example.com", Type="CNAME", ResourceRecords=["a.example.net"]),
            "InvalidChangeBatch",
            "is not permitted at apex in zone example.com.",
        ),
        (
            simple(Name="taken.example.com"),
            "InvalidChangeBatch",
            "[name='taken.example.com.', type='A'] but it already exists",
        ),
        (
            simple(Name="taken.example.com", Type="CNAME", ResourceRecords=["a.example.net"]),
            "InvalidChangeBatch",
            "a conflicting RRSet of type A",
        ),
        (
            simple(Name="taken.example.com", SetIdentifier="one", Weight=1),
            "InvalidChangeBatch",
            "a non weighted set exists",
        ),
        (
            simple(Name="weighted.example.com"),
            "InvalidChangeBatch",
            "routed sets exist",
        ),
        (
            simple(Name="weighted.example.com", SetIdentifier="one", Weight=1),
            "InvalidChangeBatch",
            "set identifier='one'] but it already exists",
        ),
        (simple(TTL=None), "InvalidInput", "but found none"),
        (
            alias(ZONE, "taken.example.com", HealthCheckId=None) | {"TTL": "60"},
            "InvalidInput",
            "found more than one",
        ),
        (simple(Weight=1), "InvalidInput", "Missing field 'SetIdentifier'"),
        (simple(SetIdentifier="one"), "InvalidInput", "found none"),
        (
            simple(SetIdentifier="one", Weight=1, Failover="PRIMARY"),
            "InvalidInput",
            "found more than one",
        ),
        (simple(SetIdentifier="one", Weight=256), "InvalidInput", "between 0 and 255"),
        (simple(HealthCheckId="none"), "NoSuchHealthCheck", "none"),
        (alias(ZONE, "none.example.com"), "InvalidChangeBatch", "that target was not found"),
        (
            alias(ZONE, "taken.example.com", Type="AAAA"),
            "InvalidChangeBatch",
            "that target was not found",
        ),
        (
            alias("Z2FDTNDATAQYW2", "d1.cloudfront.net"),
            "InvalidChangeBatch",
            "that target was not found",
        ),
        (
            alias("Z215JYRZR1TBD5", "web.eu-central-1.elb.amazonaws.com"),
            "InvalidChangeBatch",
            "that target was not found",
        ),
        (alias("Z9", "web.example.org"), "InvalidChangeBatch", "does not lie within"),
        (
            alias("Z2FDTNDATAQYW2", "d1.cloudfront.net", Type="CNAME"),
            "InvalidChangeBatch",
            "cannot be of type CNAME",
        ),
    ],
)
def test_a_record_that_cannot_be_is_refused(
    scope: Scope, zone: str, wanted: dict[str, Any], code: str, part: str
) -> None:
    del zone
    RECORDS.create(named(scope, "Taken"), simple(Name="taken.example.com"))
    RECORDS.create(
        named(scope, "Weighted"), simple(Name="weighted.example.com", SetIdentifier="one", Weight=1)
    )

    assert_refused(code, part, RECORDS, scope, wanted)
