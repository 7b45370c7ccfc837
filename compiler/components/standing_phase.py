"""
Where a migration stands, in AWS itself: a parameter in the target, in a stack of its own.

That stack comes after all others, so the value is the phase that stands completely; while a phase
is being deployed, it is still the one before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ssm

from compiler.components.addresses import phase_parameter
from compiler.components.tags import tag_mapping, tag_mapping_origins
from compiler.symbols import Resource
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.model import Spec


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield the parameter."""
    address = phase_parameter()
    yield Resource(
        stack=address.stack,
        body=ssm.Parameter(
            address.logical_id,
            Name=names.phase_parameter(spec),
            Description="The phase of the migration that stands completely",
            Type="String",
            Value=phase.name,
            Tags=tag_mapping(spec, phase),
        ),
        component=("target",),
        origins={
            "Properties.Name": ("name",),
            **tag_mapping_origins(spec, phase),
        },
        is_last=True,
    )
