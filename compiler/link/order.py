"""The order that links give, and the loop where they give none."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

Node = TypeVar("Node", bound=Any)


def loop(needs: Mapping[Node, frozenset[Node]]) -> tuple[Node, ...]:
    """
    Return a loop among *needs*, or nothing.

    Returns:
        Nodes of which each needs the next, the first one again at the end; the same one each time.
    """
    try:
        TopologicalSorter(needs).prepare()
    except CycleError:
        return _first_loop(needs)
    return ()


def _first_loop(needs: Mapping[Node, frozenset[Node]]) -> tuple[Node, ...]:
    # Sorted on the way in: graphlib reports the first loop that it meets.
    sorter = TopologicalSorter({node: sorted(needs[node]) for node in sorted(needs)})
    try:
        sorter.prepare()
    except CycleError as error:
        # args[1] lists predecessors: each node stands before the one that needs it.
        nodes: list[Node] = list(reversed(error.args[1]))
        start = nodes.index(min(nodes[:-1]))
        return (*nodes[start:-1], *nodes[: start + 1])
    return ()


def batches(needs: Mapping[Node, frozenset[Node]]) -> tuple[tuple[Node, ...], ...]:
    """
    Cut *needs*, which has no loop, into batches: each needs only what stands in earlier ones.

    Returns:
        Batches in order, each sorted.
    """
    sorter = TopologicalSorter({node: sorted(needs[node]) for node in sorted(needs)})
    sorter.prepare()
    found: list[tuple[Node, ...]] = []
    while sorter.is_active():
        ready = tuple(sorted(sorter.get_ready()))
        found.append(ready)
        sorter.done(*ready)
    return tuple(found)
