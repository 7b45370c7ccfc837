"""What spec and phase say about one side, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Spec, Vpc
    from spec.names import Side

SIDES: tuple[Side, Side] = ("source", "target")
"""Both sides that have a VPC."""


def other(side: Side) -> Side:
    """Return the side that *side* is paired with."""
    return "target" if side == "source" else "source"


def standing(phase: Phase) -> tuple[Side, ...]:
    """Return the sides whose stacks are there in *phase*, the source first."""
    return tuple(side for side in SIDES if phase.stands(side))


def serving(phase: Phase) -> tuple[Side, ...]:
    """Return the sides that have services, and so a load balancer, in *phase*; the source first."""
    return tuple(
        side for side in standing(phase) if side == "source" or phase.target_services != "none"
    )


def with_databases(phase: Phase) -> tuple[Side, ...]:
    """Return the sides that have instances of the databases in *phase*, the source first."""
    return tuple(
        side for side in standing(phase) if side == "source" or phase.target_databases != "none"
    )


def vpc_of(spec: Spec, side: Side) -> Vpc:
    """Return the VPC of *side*."""
    return spec.source.vpc if side == "source" else spec.target.vpc


def cidrs_of(spec: Spec, side: Side) -> tuple[tuple[str, Path], ...]:
    """Return every range of a side's VPC, primary first, and where it stands in the spec."""
    vpc = vpc_of(spec, side)
    return (
        (vpc.cidr, (side, "vpc", "cidr")),
        *(
            (cidr, (side, "vpc", "secondary_cidrs", position))
            for position, cidr in enumerate(vpc.secondary_cidrs)
        ),
    )


def zones_of(spec: Spec, side: Side) -> tuple[tuple[str, Path], ...]:
    """Return the zones of a side's VPC, in the spec's order, and where each stands in the spec."""
    return tuple(
        (zone, (side, "vpc", "zones", position))
        for position, zone in enumerate(vpc_of(spec, side).zones)
    )
