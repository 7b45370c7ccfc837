"""What a database instance stands in: a security group, a subnet group, a parameter group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ec2, rds

from compiler.components import addresses
from compiler.components.no_egress import NO_EGRESS
from compiler.components.sides import zones_of
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Resource, Symbol
from spec import names
from spec.engines import family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.model import Spec
    from spec.names import Side


def resources(spec: Spec, phase: Phase, side: Side, key: str) -> Iterator[Resource]:
    """
    Yield the three groups of the database *key* on *side*.

    None has a name of its own, so that AWS can replace one: a new major version of the engine wants
    a new parameter group.
    """
    yield _security_group(spec, phase, side, key)
    yield _subnet_group(spec, phase, side, key)
    yield _parameter_group(spec, phase, side, key)


def _name(spec: Spec, key: str) -> str:
    return f"{names.prefix(spec)}-{key}"


def _security_group(spec: Spec, phase: Phase, side: Side, key: str) -> Resource:
    """Who gets in is decided elsewhere, rule by rule: that is the valve of a region."""
    address = addresses.database_security_group(side, key)
    return Resource(
        stack=address.stack,
        body=ec2.SecurityGroup(
            address.logical_id,
            # A changed description would replace the group under the instance: it says no more
            # than what can never change.
            GroupDescription=f"Database {key}",
            SecurityGroupEgress=[dict(NO_EGRESS)],
            Tags=tag_list(spec, phase, _name(spec, key)),
            VpcId=Symbol(addresses.vpc(side)),
        ),
        component=("databases", key),
        origins=tag_origins(spec, phase, _name(spec, key)),
    )


def _subnet_group(spec: Spec, phase: Phase, side: Side, key: str) -> Resource:
    address = addresses.database_subnet_group(side, key)
    zones = zones_of(spec, side)
    return Resource(
        stack=address.stack,
        body=rds.DBSubnetGroup(
            address.logical_id,
            DBSubnetGroupDescription=f"Database {key}",
            SubnetIds=[Symbol(addresses.subnet(side, "database", zone)) for zone, _ in zones],
            Tags=tag_list(spec, phase),
        ),
        component=("databases", key),
        origins={
            "Properties.SubnetIds": (side, "vpc", "zones"),
            **{f"Properties.SubnetIds.{place}": path for place, (_, path) in enumerate(zones)},
            **tag_origins(spec, phase),
        },
    )


def _parameter_group(spec: Spec, phase: Phase, side: Side, key: str) -> Resource:
    """The same on both sides, so that the replica behaves as its source once it is promoted."""
    address = addresses.database_parameter_group(side, key)
    database = spec.databases[key]
    body = rds.DBParameterGroup(
        address.logical_id,
        Description=f"Database {key}",
        Family=family(database.engine, database.version),
        Tags=tag_list(spec, phase),
    )
    if database.parameters:
        body.Parameters = dict(sorted(database.parameters.items()))
    return Resource(
        stack=address.stack,
        body=body,
        component=("databases", key),
        origins={
            "Properties.Family": ("databases", key, "version"),
            "Properties.Parameters": ("databases", key, "parameters"),
            **{
                f"Properties.Parameters.{name}": ("databases", key, "parameters", name)
                for name in database.parameters
            },
            **tag_origins(spec, phase),
        },
    )
