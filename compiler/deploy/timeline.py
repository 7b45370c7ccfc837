"""How the work of a run lies in time: what waits for what, and what is still to come. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_UNTOLD = timedelta(minutes=1)
"""What a node is taken for of which nobody says how long it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """
    What a run is about to do.

    Attributes:
        nodes: In an order in which they could be done one by one.
        needs: For each node, the nodes that must be done first.
        expected: How long each is expected to take, where that can be told.
    """

    nodes: tuple[str, ...]
    needs: Mapping[str, frozenset[str]]
    expected: Mapping[str, timedelta] = field(default_factory=dict)

    def lasts(self, node: str) -> timedelta:
        """Return how long *node* is expected to take."""
        return self.expected.get(node, _UNTOLD)

    def chains(self) -> dict[str, timedelta]:
        """Return for each node how long it takes with the longest chain that waits for it."""
        after = dict.fromkeys(self.nodes, timedelta())
        chains: dict[str, timedelta] = {}
        for node in reversed(self.nodes):
            chains[node] = after[node] + self.lasts(node)
            for needed in self.needs[node]:
                after[needed] = max(after[needed], chains[node])
        return chains

    @property
    def critical_path(self) -> timedelta:
        """How long the longest chain takes: no run can be shorter."""
        return max(self.chains().values(), default=timedelta())

    def rest(
        self, since: Mapping[str, datetime], ended: frozenset[str], now: datetime
    ) -> timedelta:
        """
        Return how long the longest chain is that is still to come.

        Args:
            since: When each node was begun with.
            ended: Nodes that are done, failed, or given up.
            now: The time; a node that takes longer than expected counts as about to end.
        """
        chains = self.chains()
        rests = []
        for node in self.nodes:
            if node in ended:
                continue
            past = min(now - since[node], self.lasts(node)) if node in since else timedelta()
            rests.append(chains[node] - past)
        return max(rests, default=timedelta())
