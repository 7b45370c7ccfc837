"""The states of a migration, as a pure table. One is compiled so far: `replicate`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

PhaseName: TypeAlias = Literal["replicate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """
    One complete declared state of both regions.

    Attributes:
        name: Its name.
        source_open: Whether users, services and writers get into the source.
        target_open: Whether they get into the target.
        target_services: Whether services of the target run at their minimum or at full size.
    """

    name: PhaseName
    source_open: bool
    target_open: bool
    target_services: Literal["minimum", "full"]


PHASES: Mapping[PhaseName, Phase] = {
    "replicate": Phase(
        name="replicate", source_open=True, target_open=False, target_services="minimum"
    ),
}
"""By name, in the order in which a migration passes through them."""
