"""
The handler of `AWS::Route53::RecordSet`.

`Ref` gives a record's name, which several weighted records share, so what tells them apart is kept
beside moto's zones, by stack and logical id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.dns_rules import refuse_record
from compiler.sandbox.handlers.hosted_zones import absolute
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

Identity: TypeAlias = tuple[str, str, str, str | None]
"""Zone id, absolute name, type and set identifier."""

_PASSED = (
    "AliasTarget",
    "Failover",
    "HealthCheckId",
    "MultiValueAnswer",
    "SetIdentifier",
    "TTL",
    "Type",
    "Weight",
)
_STORE = "record_identities"


class RecordSetHandler:
    """Records: simple, alias, weighted, failover and multivalue."""

    type_name = "AWS::Route53::RecordSet"
    supported = frozenset({*_PASSED, "HostedZoneId", "HostedZoneName", "Name", "ResourceRecords"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a record that is not there yet."""
        zone_id = _zone(scope, properties)
        refuse_record(scope, zone_id, properties, replaces=None)
        self._put(scope, zone_id, properties)
        return _described(scope, zone_id, properties)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change a record, also its name, type or set identifier."""
        del physical_id
        zone_id = _zone(scope, new)
        refuse_record(scope, zone_id, new, replaces=old)
        self._put(scope, zone_id, new)
        if _identity(zone_id, old) != _identity(zone_id, new):
            _remove(scope, _identity(zone_id, old))
        return _described(scope, zone_id, new)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the record."""
        del physical_id
        held = beneath("route53", scope.account, scope.partition)
        zone_id = properties.get("HostedZoneId") or _by_name(scope, properties["HostedZoneName"])
        if zone_id is not None and zone_id in held.zones:
            _remove(scope, _identity(zone_id, properties))

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the record; its name as the template writes it, with its last dot or without."""
        identity = _identities(scope).get((scope.stack_id, scope.logical_id))
        if identity is None or identity[1] != absolute(physical_id):
            return None
        told = _told(scope, identity)
        if told is None:
            return None
        read: dict[str, Any] = {
            "HostedZoneId": identity[0],
            "HostedZoneName": beneath("route53", scope.account, scope.partition)
            .zones[identity[0]]
            .name,
            "Name": physical_id,
            **{key: told[key] for key in _PASSED if told.get(key) is not None},
        }
        if told.get("ResourceRecords"):
            read["ResourceRecords"] = [record["Value"] for record in told["ResourceRecords"]]
        if "TTL" in read:
            read["TTL"] = str(read["TTL"])
        return read

    def _put(self, scope: Scope, zone_id: str, properties: Properties) -> None:
        record = {key: properties[key] for key in _PASSED if key in properties}
        if "AliasTarget" in record:
            record["AliasTarget"] = {"EvaluateTargetHealth": False, **record["AliasTarget"]}
        if "ResourceRecords" in properties:
            record["ResourceRecords"] = [
                {"Value": value} for value in properties["ResourceRecords"]
            ]
        # An upsert, since moto refuses to create anew exactly what was there once.
        ask(
            scope.client("route53"),
            "change_resource_record_sets",
            HostedZoneId=zone_id,
            ChangeBatch={
                "Changes": [
                    {
                        "Action": "UPSERT",
                        "ResourceRecordSet": {"Name": properties["Name"], **record},
                    }
                ]
            },
        )


def _zone(scope: Scope, properties: Properties) -> str:
    given = properties.get("HostedZoneId")
    if given is None:
        name = properties.get("HostedZoneName")
        if name is None:
            refuse("ValidationError", "One of HostedZoneId and HostedZoneName must be specified")
        found = _by_name(scope, name)
        if found is None:
            refuse("NoSuchHostedZone", f"No hosted zones named {name} found")
        return found
    zone_id = str(given).rpartition("/")[2]
    told = ask_or_none(scope.client("route53"), "get_hosted_zone", "NoSuchHostedZone", Id=zone_id)
    if told is None:
        refuse("NoSuchHostedZone", f"No hosted zone found with ID: {zone_id}")
    return zone_id


def _by_name(scope: Scope, name: str) -> str | None:
    zones = beneath("route53", scope.account, scope.partition).zones
    return next((key for key, zone in zones.items() if zone.name == absolute(name)), None)


def _identity(zone_id: str, properties: Properties) -> Identity:
    return (
        zone_id,
        absolute(properties["Name"]),
        properties["Type"],
        properties.get("SetIdentifier"),
    )


def _identities(scope: Scope) -> dict[tuple[str, str], Identity]:
    held = beneath("route53", scope.account, scope.partition)
    found: dict[tuple[str, str], Identity] = held.__dict__.setdefault(_STORE, {})
    return found


def _described(scope: Scope, zone_id: str, properties: Properties) -> Created:
    _identities(scope)[scope.stack_id, scope.logical_id] = _identity(zone_id, properties)
    return Created(physical_id=properties["Name"], attributes={})


def _told(scope: Scope, identity: Identity) -> Mapping[str, Any] | None:
    zone_id, name, kind, set_identifier = identity
    if zone_id not in beneath("route53", scope.account, scope.partition).zones:
        return None
    pages = scope.client("route53").get_paginator("list_resource_record_sets")
    for page in pages.paginate(HostedZoneId=zone_id):
        for record in page["ResourceRecordSets"]:
            key = (absolute(record["Name"]), record["Type"], record.get("SetIdentifier"))
            if key == (name, kind, set_identifier):
                found: Mapping[str, Any] = record
                return found
    return None


def _remove(scope: Scope, identity: Identity) -> None:
    told = _told(scope, identity)
    if told is None:
        return
    zone = beneath("route53", scope.account, scope.partition).zones[identity[0]]
    others = [
        record
        for record in zone.rrsets
        if (absolute(record.name), record.type, record.set_identifier) != identity[1:]
    ]
    ask(
        scope.client("route53"),
        "change_resource_record_sets",
        HostedZoneId=identity[0],
        ChangeBatch={"Changes": [{"Action": "DELETE", "ResourceRecordSet": told}]},
    )
    # moto takes every record of the zone that has the same set identifier with it.
    zone.rrsets = others


HANDLERS: tuple[Handler, ...] = (RecordSetHandler(),)
