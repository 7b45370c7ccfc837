"""From where a migration stands to the transition that is asked for, or what speaks against it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.deploy import removal
from compiler.deploy.facts import stacks_read
from compiler.deploy.left_behind import log_groups
from compiler.deploy.path.doors import (
    Going,
    losses_of_removals,
    moved_meanwhile,
    obstacles,
    replicas_of_promoted,
    stacks_of_other_states,
    state_that_differs,
)
from compiler.deploy.path.standing import is_marker, standing_of
from compiler.deploy.path.transition import Deed, Transition
from compiler.deploy.plan import stateful_in
from compiler.deploy.targets import EVERYTHING
from compiler.phases import ORDER, PHASES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.flow import Pool
    from compiler.deploy.folder import Compiled
    from compiler.deploy.path.crossing import Crossing
    from compiler.deploy.plan import Guard, Plan, Seen
    from compiler.deploy.port import Aws
    from spec.findings import Finding

_DATABASE = "AWS::RDS::DBInstance"
_FOLLOWS = "SourceDBInstanceIdentifier"


def promoted(compiled: Compiled, seen: Mapping[str, Seen]) -> tuple[str, ...]:
    """
    Return the ids of the stacks whose database was promoted, and is a replica in *compiled*.

    A database instance never becomes a replica again: to give it back what it was replicated from
    makes a new, empty one (ImmutabilityHelper of aws-cloudformation-resource-providers-rds, commit
    5a410e84 of 2025-07-29).
    """
    return tuple(
        stack.id
        for stack in compiled.manifest.stacks
        if _replicas(compiled.templates[stack.id]) & _primaries(seen[stack.id])
    )


def against_the_way(
    aws: Aws, crossing: Crossing, seen: Mapping[str, Seen], orphans: tuple[str, ...]
) -> tuple[Finding, ...]:
    """
    Return why the transition cannot be planned: it starts elsewhere, or the folder lacks a state.

    Args:
        aws: Whom to ask.
        crossing: What is asked for.
        seen: What AWS has of every compiled stack.
        orphans: Stack sets of the migration that no compiled state names.

    Raises:
        AwsError: AWS refused to tell.
    """
    manifests = [one.manifest for one in crossing.states.values()]
    leg, left = crossing.leg, crossing.left
    moved = tuple(moved_meanwhile(leg, standing_of(aws, manifests, seen)))
    if moved:
        return moved
    strange = tuple(stacks_of_other_states(crossing, orphans))
    if left is None or leg.origin == leg.to or leg.is_back or leg.is_resumed:
        return strange
    return (
        *strange,
        *(
            tuple(replicas_of_promoted(left.manifest, promoted(left, seen)))
            or state_that_differs(left, seen)
        ),
    )


def surveyed(  # noqa: PLR0913 -- each is a part of the whole
    aws: Aws,
    crossing: Crossing,
    made: Plan,
    seen: Mapping[str, Seen],
    *,
    aside: tuple[str, ...],
    guard: Guard,
    pool: Pool,
) -> tuple[Plan, tuple[Finding, ...]]:
    """
    Return *made* with what the transition does beside its steps, and what speaks against it.

    Args:
        aws: Whom to ask.
        crossing: What is asked for.
        made: The steps of the state that it leads to.
        seen: What AWS has of every compiled stack.
        aside: Ids of stacks whose database was promoted.
        guard: What may be lost.
        pool: Makes the calls.

    Raises:
        AwsError: AWS refused to tell.
    """
    leg, left = crossing.leg, crossing.left
    is_asked = left is not None and not (leg.is_back or leg.is_resumed)
    if leg.origin == leg.to or not any(is_marker(one) for one in made.manifest.stacks):
        return (
            _with_missed_deeds(crossing, made),
            tuple(replicas_of_promoted(made.manifest, promoted(crossing.reached, seen))),
        )
    if made.scope != EVERYTHING:
        # A part of a phase; what is done beside stacks, and the word that it stands, come with all.
        left = None
        made = replace(made, steps=tuple(step for step in made.steps if not is_marker(step.stack)))
    deeds = tuple(_deeds(crossing)) if made.scope == EVERYTHING else ()
    stay = {step.stack.id for step in made.steps}
    gone = replace(
        made.manifest,
        stacks=tuple(
            stack for stack in (left.manifest.stacks if left else ()) if stack.id not in stay
        ),
    )
    found = removal.find(aws, gone, seen, pool)
    transition = Transition(
        leg=leg,
        removals=removal.plan_removal(
            gone,
            seen,
            found,
            unprotect=False,
            made=log_groups(left.templates) if left else frozenset(),
        ),
        derived={
            stack.id: tuple(sorted(_replicas(have.template)))
            for stack in gone.stacks
            if (have := seen[stack.id].definition) and _replicas(have.template)
        },
        deeds=deeds,
        gates=crossing.left.manifest.gates if crossing.left and is_asked else (),
        aside=aside,
    )
    going = Going(
        found=found,
        stateful={stack.id: stateful_in(stack, seen[stack.id]) for stack in gone.stacks},
        emptied=_emptied(deeds),
        promoted=promoted(left, seen) if left else (),
    )
    findings = (
        *losses_of_removals(transition, going, guard),
        *obstacles(gone, going),
        *(
            ()
            if leg.is_back
            else replicas_of_promoted(made.manifest, promoted(crossing.reached, seen))
        ),
        *(crossing.demand(crossing.left.manifest) if crossing.left and transition.gates else ()),
    )
    return replace(made, transition=transition), findings


def _with_missed_deeds(crossing: Crossing, made: Plan) -> Plan:
    """
    Return *made* with what is done beside the stacks of a phase that stands.

    An edited spec may bring a stack that was not there when its action was done: what an earlier
    phase did is done for the stacks that are dealt with now, as long as the phase still wants it.
    """
    deeds = tuple(_missed(crossing, made)) if made.scope == EVERYTHING else ()
    if not deeds:
        return made
    transition = Transition(
        leg=crossing.leg,
        removals=removal.RemovalPlan(manifest=made.manifest, steps=()),
        derived={},
        deeds=deeds,
        gates=(),
        aside=(),
    )
    return replace(made, transition=transition)


def _missed(crossing: Crossing, made: Plan) -> Iterator[Deed]:
    to = crossing.leg.to
    there = {stack.id for stack in made.manifest.stacks}
    busy = {step.stack.id for step in made.steps if not step.is_idle}
    for phase, state in crossing.states.items():
        if ORDER.index(phase) > ORDER.index(to):
            return
        for action in state.manifest.actions:
            is_wanted = action.kind == "peering dns" or (
                action.kind == "copy existing objects"
                and PHASES[phase].replication == PHASES[to].replication
            )
            needed = {*action.after, *stacks_read((action.facts,))}
            if is_wanted and needed <= there and busy & {*action.after}:
                says = crossing.acting.says(action, is_undone=False)
                yield Deed(action=action, is_undone=False, says=says)


def _deeds(crossing: Crossing) -> Iterator[Deed]:
    is_back = crossing.leg.is_back
    state = crossing.left if is_back else crossing.reached
    for action in state.manifest.actions if state else ():
        says = crossing.acting.says(action, is_undone=is_back)
        if says:
            yield Deed(action=action, is_undone=is_back, says=says)


def _emptied(deeds: tuple[Deed, ...]) -> frozenset[str]:
    """Return the names of the buckets that are emptied, since the spec says so."""
    return frozenset(
        source.value
        for deed in deeds
        if deed.action.kind == "empty bucket"
        and (source := deed.action.facts["bucket"]).kind == "computed"
    )


def _replicas(template: str) -> frozenset[str]:
    """Return the logical ids of the databases in *template* that follow another one."""
    return frozenset(
        name for name, properties in _databases(template).items() if _FOLLOWS in properties
    )


def _primaries(seen: Seen) -> frozenset[str]:
    if seen.definition is None or not seen.instances:
        return frozenset()
    return frozenset(
        name
        for name, properties in _databases(seen.definition.template).items()
        if _FOLLOWS not in properties
    )


def _databases(template: str) -> dict[str, Mapping[str, object]]:
    try:
        return {
            name: one.get("Properties", {})
            for name, one in json.loads(template)["Resources"].items()
            if one["Type"] == _DATABASE
        }
    except (ValueError, LookupError, TypeError, AttributeError):
        return {}
