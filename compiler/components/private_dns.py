"""
Private names of the databases: one zone that both VPCs see, in the stack `private-dns`.

Applications on either side keep one name for a database while it moves. The records point at the
source until the migration switches to the target, and live short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import route53

from compiler.components import addresses
from compiler.components.sides import standing
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Resource, Symbol
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.model import Spec

_TTL_SECONDS = 60
"""How long a record lives where the spec has no `dns`: as its default says."""


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield the zone and a record for each database; nothing where there is no database."""
    if not spec.databases:
        return
    yield _zone(spec, phase)
    for key in spec.databases:
        yield _record(spec, phase, key)


def _zone(spec: Spec, phase: Phase) -> Resource:
    address = addresses.private_zone()
    return Resource(
        stack=address.stack,
        body=route53.HostedZone(
            address.logical_id,
            HostedZoneConfig=route53.HostedZoneConfiguration(
                Comment=f"Databases of {names.prefix(spec)}"
            ),
            HostedZoneTags=tag_list(spec, phase),
            Name=names.private_zone(spec),
            VPCs=[
                route53.HostedZoneVPCs(
                    VPCId=Symbol(addresses.vpc(side)), VPCRegion=names.region_of(spec, side)
                )
                for side in standing(phase)
            ],
        ),
        component=("databases",),
        origins={
            **{
                f"Properties.VPCs.{position}.VPCRegion": (side, "region")
                for position, side in enumerate(standing(phase))
            },
            **tag_origins(spec, phase, at="Properties.HostedZoneTags"),
        },
    )


def _record(spec: Spec, phase: Phase, key: str) -> Resource:
    address, zone = addresses.private_record(key), addresses.private_zone()
    ttl = _TTL_SECONDS if spec.dns is None else spec.dns.ttl_seconds
    return Resource(
        stack=address.stack,
        body=route53.RecordSetType(
            address.logical_id,
            HostedZoneId=Symbol(zone),
            Name=f"{names.database_name(spec, key)}.",
            ResourceRecords=[
                Symbol(addresses.database(spec, phase.serves, key), "Endpoint.Address")
            ],
            TTL=str(ttl),
            Type="CNAME",
        ),
        component=("databases", key),
        origins={"Properties.TTL": ("dns", "ttl_seconds")},
        part=key,
    )
