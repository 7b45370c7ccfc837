"""Tests of the public names: which one is an alias, which one moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.components import dns
from compiler.components.addresses import distribution, hosted_zone, load_balancer
from compiler.phases import PHASES
from tests.unit.compiler.components.media import MEDIA, media
from tests.unit.compiler.components.places import built, symbol, tagged
from tests.unit.compiler.components.traffic import CERTIFICATES

if TYPE_CHECKING:
    from compiler.phases import Phase
    from spec.model import Spec
    from spec.names import Side

APP = "app.streaming.example.com"
ORIGIN = "origin.streaming.example.com"
ZONE = symbol(hosted_zone())
WEB = MEDIA["services"]["web"]


def records(spec: Spec, phase: Phase = PHASES["replicate"]) -> dict[str, dict[str, Any]]:
    return {
        resource.address.logical_id: resource.body.to_dict()["Properties"]
        for resource in dns.resources(spec, phase)
        if resource.body.resource_type == "AWS::Route53::RecordSet"
    }


def weighted(name: str, of: Side, weight: int) -> dict[str, Any]:
    return {
        "HostedZoneId": ZONE,
        "Name": name,
        "Type": "A",
        "SetIdentifier": {"source": "us-east-1", "target": "eu-central-1"}[of],
        "Weight": weight,
        "AliasTarget": {
            "DNSName": symbol(load_balancer(of), "DNSName"),
            "HostedZoneId": symbol(load_balancer(of), "CanonicalHostedZoneID"),
            "EvaluateTargetHealth": False,
        },
    }


def alias(kind: str) -> dict[str, Any]:
    return {
        "HostedZoneId": ZONE,
        "Name": APP,
        "Type": kind,
        "AliasTarget": {
            "DNSName": symbol(distribution(), "DomainName"),
            "HostedZoneId": "Z2FDTNDATAQYW2",
            "EvaluateTargetHealth": False,
        },
    }


def test_a_new_zone_outlives_its_stack_since_others_delegate_to_it() -> None:
    assert built(media(), dns)[hosted_zone()].body.to_dict() == {
        "Type": "AWS::Route53::HostedZone",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "Name": "streaming.example.com",
            "HostedZoneConfig": {"Comment": "Public names of streaming-staging"},
            "HostedZoneTags": tagged(),
        },
    }


def test_with_a_cdn_the_public_name_stays_and_the_origins_name_moves() -> None:
    assert records(media(certificates=CERTIFICATES)) == {
        "PublicNameA": alias("A"),
        "PublicNameAAAA": alias("AAAA"),
        "OriginSource": weighted(ORIGIN, "source", 100),
        "OriginTarget": weighted(ORIGIN, "target", 0),
    }


def test_without_a_cdn_the_public_name_itself_moves() -> None:
    assert records(media(cdn=None)) == {
        "PublicNameSource": weighted(APP, "source", 100),
        "PublicNameTarget": weighted(APP, "target", 0),
    }


def test_a_cdn_without_a_certificate_leaves_the_public_name_to_the_load_balancers() -> None:
    assert records(media()) == {
        "PublicNameSource": weighted(APP, "source", 100),
        "PublicNameTarget": weighted(APP, "target", 0),
        "OriginSource": weighted(ORIGIN, "source", 100),
        "OriginTarget": weighted(ORIGIN, "target", 0),
    }


def test_the_weight_moves_with_the_switch_and_a_side_without_load_balancer_has_no_record() -> None:
    spec = media(certificates=CERTIFICATES)

    assert {
        phase.name: {
            name: record["Weight"]
            for name, record in records(spec, phase).items()
            if "Weight" in record
        }
        for phase in PHASES.values()
    } == {
        "prepare": {"OriginSource": 100},
        "replicate": {"OriginSource": 100, "OriginTarget": 0},
        "warm": {"OriginSource": 100, "OriginTarget": 0},
        "fence": {"OriginSource": 100, "OriginTarget": 0},
        "promote": {"OriginSource": 100, "OriginTarget": 0},
        "switch": {"OriginSource": 0, "OriginTarget": 100},
        "settle": {"OriginSource": 0, "OriginTarget": 100},
        "unprotect": {"OriginSource": 0, "OriginTarget": 100},
        "retire": {"OriginTarget": 100},
    }


def test_a_name_on_the_cdn_is_the_same_in_every_phase() -> None:
    spec = media(certificates=CERTIFICATES)
    kinds = ("PublicNameA", "PublicNameAAAA")

    for phase in PHASES.values():
        assert [records(spec, phase)[name] for name in kinds] == [alias("A"), alias("AAAA")]


def test_a_zone_that_exists_is_used_by_its_id() -> None:
    spec = media(
        certificates=CERTIFICATES,
        dns={
            "zone": "streaming.example.com",
            "record": "@",
            "hosted_zone_id": "Z0123456789ABCDEFGHIJ",
        },
    )

    assert hosted_zone() not in built(spec, dns)
    assert {(one["HostedZoneId"], one["Name"]) for one in records(spec).values()} == {
        ("Z0123456789ABCDEFGHIJ", "streaming.example.com"),
        ("Z0123456789ABCDEFGHIJ", ORIGIN),
    }


HOSTS = ["admin.streaming.example.com", "*.tenants.streaming.example.com"]
ELSEWHERE = ["shop.example.com", "a*.streaming.example.com", "a?.streaming.example.com", APP]


def with_hosts() -> dict[str, Any]:
    return {"web": WEB, "admin": {**WEB, "hosts": [*HOSTS, *ELSEWHERE]}}


def test_a_services_hosts_in_the_zone_lead_where_the_public_name_leads() -> None:
    on_cdn = records(media(services=with_hosts(), certificates=CERTIFICATES))
    plain = records(media(services=with_hosts(), cdn=None))

    assert {key: (one["Name"], one["Type"]) for key, one in on_cdn.items()} == {
        "PublicNameA": (APP, "A"),
        "PublicNameAAAA": (APP, "AAAA"),
        "HostAdminA": (HOSTS[0], "A"),
        "HostAdminAAAA": (HOSTS[0], "AAAA"),
        "HostAnyDotTenantsA": (HOSTS[1], "A"),
        "HostAnyDotTenantsAAAA": (HOSTS[1], "AAAA"),
        "OriginSource": (ORIGIN, "A"),
        "OriginTarget": (ORIGIN, "A"),
    }
    assert plain["HostAdminSource"] == weighted(HOSTS[0], "source", 100)
    assert plain["HostAdminTarget"] == weighted(HOSTS[0], "target", 0)


def test_a_hosts_record_leads_back_to_the_host() -> None:
    spec = media(services=with_hosts(), certificates=CERTIFICATES)
    (record,) = (
        resource
        for address, resource in built(spec, dns).items()
        if address.logical_id == "HostAdminA"
    )

    assert record.origins["Properties.Name"] == ("services", "admin", "hosts", 0)


def test_with_buckets_alone_behind_the_cdn_nothing_is_weighted() -> None:
    spec = media(services={}, cdn={"default": "media"}, certificates=CERTIFICATES)

    assert records(spec).keys() == {"PublicNameA", "PublicNameAAAA"}


def test_with_nothing_that_answers_there_is_a_zone_and_no_name() -> None:
    assert built(media(services={}, cdn=None), dns).keys() == {hosted_zone()}


def test_without_dns_there_are_no_names() -> None:
    assert built(media(dns=None), dns) == {}
