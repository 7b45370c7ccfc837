"""
The states of a migration, as a pure table: what differs between phases is written here.

A phase is one complete declared state of both regions. Components ask the fields of a `Phase`, and
never its name, so that a reader of this table knows what a transition changes. Moving on is
deploying the next state, going back is deploying the one before, as far as the doors allow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.kinds import Side

PhaseName: TypeAlias = Literal[
    "prepare",
    "replicate",
    "warm",
    "fence",
    "promote",
    "switch",
    "settle",
    "unprotect",
    "retire",
]
"""
In the order in which a migration passes through them. `unprotect` is the first of the two steps in
which a source is retired: it only takes protection away.
"""

Door: TypeAlias = Literal["reversible", "loses the replica", "one-way for data", "one-way"]
"""
What the way back from a transition costs: nothing; the replicas, which can be seeded anew; the
users' writes since then; or there is none.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """
    One complete declared state of both regions.

    Attributes:
        name: Its name.
        door: What kind of door the transition into it passes through.
        source_stands: Whether the source's stacks are there.
        source_open: Whether users, services and writers get into the source.
        target_open: Whether they get into the target.
        source_services: How many instances the services of the source run: `full` as the spec says,
            `minimum` the fewest that it allows.
        target_services: The same of the target; `none`: neither services nor load balancer.
        target_databases: What the target's databases are. `none`: not there. `replica`: derived
            data that follows the source. `promoted`: a replica that lost its source, and differs in
            nothing else. `primary`: protected, tagged, and with alarms of a primary.
        target_classes: Whether the target's databases have the class in which they replicate, or
            their final one.
        replication: Where the buckets replicate to; `none`: nowhere.
        serves: The side that public names, database names and the cdn's buckets point at.
        cdn_reads: The side whose buckets the cdn reads.
        source_protected: Whether the source's databases refuse to be deleted.
        way_back: How the way leads back from it, as far as it does.
        tag: What the tag `MigrationPhase` says; empty: the name.
    """

    name: PhaseName
    door: Door
    source_stands: bool
    source_open: bool
    target_open: bool
    source_services: Literal["full", "minimum"]
    target_services: Literal["none", "minimum", "full"]
    target_databases: Literal["none", "replica", "promoted", "primary"]
    target_classes: Literal["replicating", "final"]
    replication: Literal["none", "to target", "to source"]
    serves: Literal["source", "target"]
    cdn_reads: Literal["source", "target"]
    source_protected: bool
    way_back: str
    tag: str = ""

    def stands(self, side: Side) -> bool:
        """Tell whether stacks of *side* are there."""
        return side != "source" or self.source_stands


def _phases() -> Mapping[PhaseName, Phase]:
    """Write each phase as what it changes in the one before it."""
    prepare = Phase(
        name="prepare",
        way_back=(
            "None is needed: the source serves, and no data has moved. `destroy` takes all away "
            "that was built, and that is the source, too."
        ),
        door="reversible",
        source_stands=True,
        source_open=True,
        target_open=False,
        source_services="full",
        target_services="none",
        target_databases="none",
        target_classes="replicating",
        replication="none",
        serves="source",
        cdn_reads="source",
        source_protected=True,
    )
    replicate = replace(
        prepare,
        name="replicate",
        way_back=(
            "Deploy prepare: replicas, services and replication of the target go; nothing is "
            "lost, since all of it was derived from the source."
        ),
        target_services="minimum",
        target_databases="replica",
        replication="to target",
    )
    warm = replace(
        replicate,
        name="warm",
        way_back="Deploy replicate: the target's services shrink. Nothing is lost.",
        target_services="full",
        target_classes="final",
    )
    fence = replace(
        warm,
        name="fence",
        way_back="Deploy warm: the source opens again. Nothing is lost, and the outage ends.",
        source_open=False,
    )
    promote = replace(
        fence,
        name="promote",
        way_back=(
            "The promoted databases never become replicas again. Open the source by deploying "
            "its part of warm, set the promoted databases aside, raise their `generation`, "
            "and seed new replicas. Only the replicas are lost."
        ),
        door="loses the replica",
        target_databases="promoted",
    )
    switch = replace(
        promote,
        name="switch",
        way_back=(
            "None for data: whatever users write from now on is in the target only. The "
            "services of the source may serve again over the peering, on the target's "
            "databases; the source's databases never."
        ),
        door="one-way for data",
        serves="target",
        target_open=True,
    )
    settle = replace(
        switch,
        name="settle",
        way_back=(
            "As after switch. Deploying switch takes the rest back: replication, protection "
            "and the cdn's origins."
        ),
        door="reversible",
        source_services="minimum",
        target_databases="primary",
        replication="to source",
        cdn_reads="target",
    )
    unprotect = replace(
        settle,
        name="unprotect",
        way_back="Deploy settle: the source's databases are protected again.",
        source_protected=False,
    )
    retire = replace(
        unprotect,
        name="retire",
        way_back=(
            "None: the source is gone. Final snapshots, buckets that hold data, and the keys "
            "that decrypt them are kept."
        ),
        door="one-way",
        source_stands=False,
        replication="none",
    )
    states = (prepare, replicate, warm, fence, promote, switch, settle, unprotect, retire)
    return {state.name: state for state in states}


PHASES: Mapping[PhaseName, Phase] = _phases()
"""By name, in the order in which a migration passes through them."""

ORDER: tuple[PhaseName, ...] = tuple(PHASES)
"""Names of all phases, in order."""


def phase_named(name: str | None) -> PhaseName | None:
    """Return the phase called *name*; `None` if none is."""
    return next((phase for phase in ORDER if phase == name), None)


def next_phase(name: PhaseName) -> PhaseName | None:
    """Return the phase after *name*; `None` after the last."""
    position = ORDER.index(name) + 1
    return ORDER[position] if position < len(ORDER) else None


def phase_before(name: PhaseName) -> PhaseName | None:
    """Return the phase before *name*; `None` before the first."""
    position = ORDER.index(name)
    return ORDER[position - 1] if position else None
