"""What Route 53 refuses of a record, in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.elb_regions import UNLISTED_ZONE_ID, ZONE_IDS
from compiler.sandbox.handlers.hosted_zones import absolute
from compiler.sandbox.handlers.replies import Backend, beneath, beneath_all, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.handler import Properties, Scope

CLOUDFRONT_ZONE_IDS = frozenset({"Z2FDTNDATAQYW2", "Z3RFFRIM2A3IF5"})
"""The zone of all distributions, and that of those in China."""

_ROUTING = ("Weight", "Failover", "MultiValueAnswer")
_WEIGHTS = range(256)


def refuse_record(
    scope: Scope, zone_id: str, wanted: Properties, *, replaces: Properties | None
) -> None:
    """
    Refuse a record that Route 53 would.

    Args:
        scope: Whose zone it is.
        zone_id: A zone that exists.
        wanted: The record.
        replaces: The record in whose place it comes; `None` for a new one.
    """
    held = beneath("route53", scope.account, scope.partition)
    zone = held.zones[zone_id]
    if complaint := next(_form_complaints(wanted), None):
        refuse("InvalidInput", complaint)
    checked = wanted.get("HealthCheckId")
    if checked is not None and checked not in held.health_checks:
        refuse("NoSuchHealthCheck", f"No health check exists with the specified ID: {checked}")
    complaints = (
        *_place_complaints(zone, wanted),
        *_neighbour_complaints(zone, wanted, replaces),
        *_alias_complaints(scope, zone_id, wanted),
    )
    if complaints:
        refuse("InvalidChangeBatch", f"[{complaints[0]}]")


def _form_complaints(wanted: Properties) -> Iterator[str]:
    place = (
        f"in Change with [Action=CREATE, Name={absolute(wanted['Name'])}, Type={wanted['Type']}, "
        f"SetIdentifier={wanted.get('SetIdentifier', 'null')}]"
    )
    plain = wanted.keys() & {"TTL", "ResourceRecords"}
    aliased = "AliasTarget" in wanted
    if aliased and plain:
        yield (
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and "
            f"ResourceRecords], or TrafficPolicyInstanceId], but found more than one {place}"
        )
    if not aliased and plain != {"TTL", "ResourceRecords"}:
        yield (
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and "
            f"ResourceRecords], or TrafficPolicyInstanceId], but found none {place}"
        )
    routed = [key for key in _ROUTING if key in wanted]
    if len(routed) > 1:
        yield f"Invalid request: Expected exactly one of {routed}, but found more than one {place}"
    if routed and "SetIdentifier" not in wanted:
        yield f"Invalid request: Missing field 'SetIdentifier' {place}"
    if "SetIdentifier" in wanted and not routed:
        yield (
            "Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, "
            "MultiValueAnswer, CidrRoutingConfig, or GeoProximityLocation], but found none "
            f"{place}"
        )
    if "Weight" in wanted and int(wanted["Weight"]) not in _WEIGHTS:
        yield f"Invalid request: Weight must be between 0 and 255 {place}"


def _place_complaints(zone: Backend, wanted: Properties) -> Iterator[str]:
    name = absolute(wanted["Name"])
    if name != zone.name and not name.endswith(f".{zone.name}"):
        yield f"RRSet with DNS name {name} is not permitted in zone {zone.name}"
    if wanted["Type"] == "CNAME" and name == zone.name:
        yield (
            f"RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {zone.name}"
        )


def _key(record: Properties) -> tuple[str, str, str | None]:
    return absolute(record["Name"]), record["Type"], record.get("SetIdentifier")


def _neighbour_complaints(
    zone: Backend, wanted: Properties, replaces: Properties | None
) -> Iterator[str]:
    name, kind, own = absolute(wanted["Name"]), wanted["Type"], wanted.get("SetIdentifier")
    old = _key(replaces) if replaces is not None else None
    here = [
        record
        for record in zone.rrsets
        if absolute(record.name) == name and (name, record.type, record.set_identifier) != old
    ]
    same = [record for record in here if record.type == kind]
    if any(record.set_identifier == own for record in same):
        sets = f", set identifier='{own}'" if own else ""
        yield (
            f"Tried to create resource record set [name='{name}', type='{kind}'{sets}] but it "
            "already exists"
        )
    others = [record for record in same if record.set_identifier != own]
    if own is None and others:
        yield (
            f"RRSet with DNS name {name}, type {kind}, SetIdentifier null cannot be created as "
            "weighted or otherwise routed sets exist with the same name and type"
        )
    if own is not None and any(record.set_identifier is None for record in others):
        yield (
            f"RRSet with DNS name {name}, type {kind}, SetIdentifier {own} cannot be created as a "
            "non weighted set exists with the same name and type"
        )
    clash = next(
        (record for record in here if "CNAME" in (kind, record.type) and record.type != kind), None
    )
    if clash is not None:
        yield (
            f"RRSet of type {kind} with DNS name {name} is not permitted because a conflicting "
            f"RRSet of type {clash.type} with the same DNS name already exists in zone {zone.name}"
        )


def _alias_complaints(scope: Scope, zone_id: str, wanted: Properties) -> Iterator[str]:
    target: Mapping[str, Any] | None = wanted.get("AliasTarget")
    if target is None:
        return
    name, kind = absolute(target["DNSName"]), wanted["Type"]
    there = target["HostedZoneId"].rpartition("/")[2]
    words = f"Tried to create an alias that targets {name}, type {kind} in zone {there}, but "
    if there == zone_id:
        zone = beneath("route53", scope.account, scope.partition).zones[zone_id]
        if not any((absolute(r.name), r.type) == (name, kind) for r in zone.rrsets):
            yield f"{words}that target was not found"
        return
    if kind not in {"A", "AAAA", "HTTPS"}:
        yield f"{words}an alias to an AWS resource cannot be of type {kind}"
    if there in CLOUDFRONT_ZONE_IDS:
        known = _distribution_names()
    elif there in {UNLISTED_ZONE_ID, *ZONE_IDS.values()}:
        known = _balancer_names(there)
    else:
        yield f"{words}the alias target name does not lie within the target zone"
        return
    if not known & {name, name.removeprefix("dualstack.")}:
        yield f"{words}that target was not found"


def _distribution_names() -> set[str]:
    return {
        absolute(distribution.domain_name)
        for held in beneath_all("cloudfront")
        for distribution in held.distributions.values()
    }


def _balancer_names(zone_id: str) -> set[str]:
    return {
        absolute(balancer.dns_name)
        for held in beneath_all("elbv2")
        for balancer in held.load_balancers.values()
        if balancer.canonical_hosted_zone_id == zone_id
    }
