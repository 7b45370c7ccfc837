"""
What each side's access is, in AWS itself: a parameter in the stack that opens and closes the side.

So that stack stands in every phase, also where a closed side has no other rule: closing it is
always an update, never the removal of a stack, which would come last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ssm

from compiler.components.access import is_open
from compiler.components.addresses import access_parameter
from compiler.components.sides import standing
from compiler.components.tags import tag_mapping, tag_mapping_origins
from compiler.symbols import Resource
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.model import Spec


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield the parameter of each side that stands."""
    for side in standing(phase):
        address = access_parameter(side)
        yield Resource(
            stack=address.stack,
            body=ssm.Parameter(
                address.logical_id,
                Name=names.access_parameter(spec),
                Description="Whether users, services and writers are let in here",
                Type="String",
                Value="open" if is_open(phase, side) else "closed",
                Tags=tag_mapping(spec, phase),
            ),
            component=(side,),
            origins={"Properties.Name": ("name",), **tag_mapping_origins(spec, phase)},
        )
