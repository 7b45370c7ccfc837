"""Tests of the databases' private names."""

from __future__ import annotations

from compiler.components import addresses, private_dns
from compiler.symbols import Address
from tests.unit.compiler.components.media import media
from tests.unit.compiler.components.places import built, symbol, tagged


def test_both_vpcs_find_a_database_by_one_name_that_points_at_the_source() -> None:
    zone = addresses.private_zone()
    found = built(media(), private_dns)

    assert {address: resource.body.to_dict() for address, resource in found.items()} == {
        zone: {
            "Type": "AWS::Route53::HostedZone",
            "Properties": {
                "HostedZoneConfig": {"Comment": "Databases of streaming-staging"},
                "HostedZoneTags": tagged(),
                "Name": "staging.streaming.internal",
                "VPCs": [
                    {"VPCId": symbol(addresses.vpc("source")), "VPCRegion": "us-east-1"},
                    {"VPCId": symbol(addresses.vpc("target")), "VPCRegion": "eu-central-1"},
                ],
            },
        },
        Address(stack=zone.stack, logical_id="RecordCatalog"): {
            "Type": "AWS::Route53::RecordSet",
            "Properties": {
                "HostedZoneId": symbol(zone),
                "Name": "catalog.staging.streaming.internal.",
                "ResourceRecords": [
                    symbol(addresses.database(media(), "source", "catalog"), "Endpoint.Address")
                ],
                "TTL": "60",
                "Type": "CNAME",
            },
        },
    }


def test_records_live_as_long_as_the_spec_says() -> None:
    dns = {"zone": "streaming.example.com", "record": "app", "ttl_seconds": 30}
    record = Address(stack=addresses.private_zone().stack, logical_id="RecordCatalog")

    lives = [
        built(spec, private_dns)[record].body.to_dict()["Properties"]["TTL"]
        for spec in (media(dns=dns), media(dns=None))
    ]

    assert lives == ["30", "60"]


def test_without_databases_there_is_no_zone() -> None:
    assert built(media(databases={}), private_dns) == {}
