from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.handler import Refused, Scope
from compiler.sandbox.handlers.hosted_zones import import_hosted_zone
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    assert_read,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
    tags,
)
from tests.unit.sandbox.handlers_route53 import RECORDS, ZONE, ZONES, simple, vpc

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in("eu-central-1")


@pytest.fixture
def zone(scope: Scope) -> str:
    del scope  # the sandbox must be there first
    import_hosted_zone(ZONE, "example.com", account=ACCOUNT)
    return ZONE


def test_a_private_zone_takes_every_property_and_changes_it(scope: Scope) -> None:
    one, two, three = vpc("eu-central-1"), vpc("us-east-1"), vpc("eu-west-1")
    first = {
        "Name": "db.internal",
        "HostedZoneConfig": {"Comment": "databases"},
        "HostedZoneTags": pairs(("Owner", "me")),
        "VPCs": [one, two],
    }
    assert set(first) == ZONES.supported
    created = ZONES.create(scope, first)
    assert created.attributes == {"Id": created.physical_id}
    assert_read(ZONES, scope, created, {**first, "HostedZoneTags": tags(("Owner", "me"))})
    ZONES.delete(scope, created.physical_id, first)

    live(
        ZONES,
        scope,
        first,
        {
            "HostedZoneConfig": ({"Comment": "other"}, {"Comment": "other"}),
            "HostedZoneTags": (pairs(("New", "1")), tags(("New", "1"))),
            "VPCs": ([one, three], [one, three]),
        },
    )


def test_a_public_zone_tells_its_name_servers(scope: Scope) -> None:
    created = ZONES.create(scope, {"Name": "example.com."})

    assert len(created.attributes["NameServers"]) == 4
    assert ZONES.read(scope, created.physical_id) == {
        "Name": "example.com",
        "HostedZoneTags": tags(),
    }


def test_a_zone_of_a_stack_with_a_long_name_is_created(scope: Scope) -> None:
    long = replace(scope, stack_name="s" * 128)

    created = ZONES.create(long, {"Name": "example.com"})

    told = scope.client("route53").get_hosted_zone(Id=created.physical_id)["HostedZone"]
    assert len(told["CallerReference"]) == 128


def test_a_private_zone_needs_vpcs_that_exist_in_their_regions(scope: Scope) -> None:
    elsewhere = {**vpc("us-east-1"), "VPCRegion": "eu-central-1"}

    assert_refused(
        "InvalidVPCId",
        "in region: eu-central-1",
        ZONES,
        scope,
        {"Name": "db.internal", "VPCs": [vpc("eu-central-1"), elsewhere]},
    )
    assert scope.client("route53").list_hosted_zones()["HostedZones"] == []


def test_a_vpc_sees_one_private_zone_of_a_name(scope: Scope) -> None:
    one = vpc("eu-central-1")
    first = ZONES.create(scope, {"Name": "db.internal", "VPCs": [one]})

    assert_refused(
        "ConflictingDomainExists",
        first.physical_id,
        ZONES,
        scope,
        {"Name": "db.internal", "VPCs": [vpc("us-east-1"), one]},
    )


def test_a_zone_whose_update_stopped_half_way_is_put_right(scope: Scope) -> None:
    one, two = vpc("eu-central-1"), vpc("us-east-1")
    first, second = {"Name": "db.internal", "VPCs": [one]}, {"Name": "db.internal", "VPCs": [two]}
    created = ZONES.create(scope, first)

    # The update to the second never reached Route 53, and is rolled back all the same.
    ZONES.update(scope, created.physical_id, second, first)

    assert_read(ZONES, scope, created, {"VPCs": [one]})


def test_a_zone_does_not_turn_private(scope: Scope) -> None:
    created = ZONES.create(scope, {"Name": "example.com"})

    with pytest.raises(Refused) as refused:
        ZONES.update(
            scope,
            created.physical_id,
            {"Name": "example.com"},
            {"Name": "example.com", "VPCs": [vpc("eu-central-1")]},
        )

    assert refused.value.code == "PublicZoneVPCAssociation"


@pytest.mark.parametrize("name", ["", "example", "ex ample.com", "-x.com", "a" * 64 + ".com"])
def test_a_zone_needs_a_domain_name(scope: Scope, name: str) -> None:
    assert_refused("InvalidDomainName", "not a valid", ZONES, scope, {"Name": name})


def test_a_zone_with_records_is_not_deleted(scope: Scope) -> None:
    import_hosted_zone(ZONE, "example.com", account=ACCOUNT)
    RECORDS.create(scope, simple())

    with pytest.raises(Refused) as refused:
        ZONES.delete(scope, ZONE, {})

    assert refused.value.code == "HostedZoneNotEmpty"


def test_a_zone_that_was_there_before_is_found_by_its_id(scope: Scope) -> None:
    import_hosted_zone(ZONE, "example.com", account=ACCOUNT)
    import_hosted_zone(ZONE, "example.com", account=ACCOUNT)

    told = scope.client("route53").list_hosted_zones()["HostedZones"]
    assert [(zone["Id"], zone["Name"]) for zone in told] == [
        (f"/hostedzone/{ZONE}", "example.com.")
    ]
    with pytest.raises(ValueError, match="not the id of a hosted zone"):
        import_hosted_zone("zone", "example.com", account=ACCOUNT)


def test_a_record_finds_its_zone_by_name(scope: Scope, zone: str) -> None:
    given = simple(HostedZoneId=None, HostedZoneName="example.com.")

    created = RECORDS.create(scope, given)

    assert_read(RECORDS, scope, created, {**given, "HostedZoneId": zone})
    RECORDS.delete(scope, created.physical_id, given)
    assert RECORDS.read(scope, created.physical_id) is None
