"""How fast an operation of a stack set goes, and how much failure it bears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.sandbox.engine.world import Place

_EITHER_OR = (
    ("FailureToleranceCount", "FailureTolerancePercentage"),
    ("MaxConcurrentCount", "MaxConcurrentPercentage"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """
    The call's `OperationPreferences`, read.

    Source of all defaults: CloudFormation API Reference, StackSetOperationPreferences, 2026-11-23.

    Attributes:
        given: The call's own words.
    """

    given: Mapping[str, Any]

    @property
    def is_parallel(self) -> bool:
        """Whether regions are worked on at the same time; one after the other by default."""
        return bool(self.given.get("RegionConcurrencyType") == "PARALLEL")

    def tolerance(self, accounts: int) -> int:
        """Return how many of a region's *accounts* may fail; a share is rounded down."""
        if "FailureTolerancePercentage" in self.given:
            return accounts * int(self.given["FailureTolerancePercentage"]) // 100
        return int(self.given.get("FailureToleranceCount", 0))

    def concurrency(self, accounts: int, failed: int) -> int:
        """
        Return how many of a region's *accounts* may be worked on at the same time.

        A strict operation never risks more failures than one above its tolerance.
        """
        wanted = int(self.given.get("MaxConcurrentCount", 1))
        if "MaxConcurrentPercentage" in self.given:
            wanted = max(accounts * int(self.given["MaxConcurrentPercentage"]) // 100, 1)
        if self.given.get("ConcurrencyMode") == "SOFT_FAILURE_TOLERANCE":
            return wanted
        return max(min(wanted, self.tolerance(accounts) + 1 - failed), 1)

    def in_order(self, places: Sequence[Place]) -> list[Place]:
        """Return *places* region by region, `RegionOrder` first."""
        order = list(self.given.get("RegionOrder") or ())
        order += [region for _, region in places]
        rank = {region: index for index, region in reversed(list(enumerate(order)))}
        return sorted(places, key=lambda place: rank[place[1]])


def preferences_of(given: Mapping[str, Any]) -> Preferences:
    """
    Read the preferences of a call.

    Raises:
        ApiError: `ValidationError`: a number and a share of the same thing.
    """
    asked = dict(given.get("OperationPreferences") or {})
    for count, share in _EITHER_OR:
        if count in asked and share in asked:
            message = f"Specify either {count} or {share}, but not both."
            raise invalid(message)
    return Preferences(given={name: value for name, value in asked.items() if value is not None})
