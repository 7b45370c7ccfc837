"""How many instances a service has on each side: what the spec says, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spec.model import Service
    from spec.names import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """
    The size of an Auto Scaling group, in instances.

    Attributes:
        minimum: Fewest.
        count: Wanted.
        maximum: Most.
    """

    minimum: int
    count: int
    maximum: int


def capacity(service: Service, side: Side) -> Capacity:
    """
    Return the size of *service* on *side*.

    Returns:
        In an accepted spec, `minimum <= count <= maximum`. Where the spec is silent, the minimum is
        1 (0 for a count of 0), the maximum twice the count, and the target does as the source.
    """
    source = Capacity(
        minimum=min(1, service.count) if service.minimum is None else service.minimum,
        count=service.count,
        maximum=2 * service.count if service.maximum is None else service.maximum,
    )
    if side == "source":
        return source
    target = service.target
    return Capacity(
        minimum=source.minimum if target.minimum is None else target.minimum,
        count=source.count if target.count is None else target.count,
        maximum=source.maximum if target.maximum is None else target.maximum,
    )
