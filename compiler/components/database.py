"""
Databases: for each a primary in the source, and in the target a replica, promoted in its time.

The instance is alone in its stack `database-<key>`, so that promoting the replica changes that one
resource and nothing else. What it stands in (`database-<key>-groups`) and what reads its
address (`database-<key>-endpoint`) are stacks of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ssm

from compiler.components import database_groups, database_primary, database_replica
from compiler.components.addresses import database as database_address
from compiler.components.sides import standing, with_databases
from compiler.components.tags import tag_mapping, tag_mapping_origins
from compiler.symbols import Resource, StackKey, Symbol
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.model import Spec
    from spec.names import Side


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield groups, instance and published endpoint of each database, where each stands."""
    for key in spec.databases:
        for side in standing(phase):
            yield from database_groups.resources(spec, phase, side, key)
        for side in with_databases(phase):
            if side == "source":
                yield database_primary.resource(spec, phase, key)
            else:
                yield database_replica.resource(spec, phase, key)
            yield _endpoint(spec, phase, side, key)


def _endpoint(spec: Spec, phase: Phase, side: Side, key: str) -> Resource:
    """For clients that verify the certificate: it names the endpoint itself."""
    return Resource(
        stack=StackKey(side=side, name=f"database-{key}-endpoint"),
        body=ssm.Parameter(
            "Endpoint",
            Description=f"Address of the database {key} in this region",
            Name=names.endpoint_parameter(spec, key),
            Tags=tag_mapping(spec, phase),
            Type="String",
            Value=Symbol(database_address(spec, side, key), "Endpoint.Address"),
        ),
        component=("databases", key),
        origins=tag_mapping_origins(spec, phase),
    )
