"""
What speaks against a transition. Pure.

A stack goes with the state that no longer has it only if what it holds is kept, follows another, or
was named by the operator.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.deploy import removal
from compiler.deploy.wanted import digest_of
from compiler.manifest import origin_of
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from compiler.deploy.folder import Compiled
    from compiler.deploy.path.crossing import Crossing, Leg
    from compiler.deploy.path.standing import Standing
    from compiler.deploy.path.transition import Transition
    from compiler.deploy.plan import Guard, Seen
    from compiler.deploy.removal import Found
    from compiler.manifest import Manifest


def moved_meanwhile(leg: Leg, found: Standing) -> Iterator[Finding]:
    """SF601: the migration does not stand where the transition begins, any more."""
    # On the way back what was promoted stays so, and still counts as begun.
    is_other = found.begun != leg.standing.begun and not leg.is_back
    if found.phase != leg.standing.phase or is_other:
        yield Finding(
            code="SF601",
            where=at(),
            detail=f"The migration {found}; when the way was planned, it still {leg.standing}.",
            way_out="Somebody was at work meanwhile. Run `stackferry status`, then this again.",
        )


def state_that_differs(left: Compiled, seen: Mapping[str, Seen]) -> Iterator[Finding]:
    """SF609: the state that is left is not what was compiled, so its gates were not asked of it."""
    other = [
        stack.id
        for stack in left.manifest.stacks
        if (have := seen[stack.id].definition) is None
        or digest_of(have.template, stack.sha256) != stack.sha256
    ]
    if other:
        yield Finding(
            code="SF609",
            where=at(),
            detail=(
                f"AWS does not have {left.manifest.phase} as it was compiled: {', '.join(other)} "
                "would change in it."
            ),
            way_out=(
                "The spec was edited since. Bring that phase up to date first: run `stackferry "
                "deploy` on the folder, without --to."
            ),
        )


def stacks_of_other_states(crossing: Crossing, orphans: Collection[str]) -> Iterator[Finding]:
    """
    SF602, SF605: the folder does not know the state that is left.

    So neither what it has that the next one lacks, nor what has to be asked before.
    """
    leg = crossing.leg
    if leg.origin is None or leg.origin == leg.to or leg.origin in crossing.states:
        return
    compiled = ", ".join(crossing.states)
    if leg.is_back or orphans:
        named = f" It does not name {', '.join(sorted(orphans))}." if orphans else ""
        yield Finding(
            code="SF602",
            where=at(),
            detail=(
                f"The folder was compiled for {compiled} only.{named} What {leg.origin} has and "
                f"{leg.to} does not have would be left behind."
            ),
            way_out="Compile all phases, without --phase, and deploy that folder.",
        )
    elif not crossing.is_forced:
        yield Finding(
            code="SF605",
            where=at(),
            detail=(
                f"The folder was compiled for {compiled} only, so it does not say what has to be "
                f"asked of the running system before {leg.origin} is left."
            ),
            way_out=(
                "Compile all phases, without --phase, and deploy that folder; or go on without "
                "asking, by --force with a --reason."
            ),
        )


def replicas_of_promoted(manifest: Manifest, promoted: Collection[str]) -> Iterator[Finding]:
    """SF603: a database that was promoted is to be a replica again, which none can become."""
    for stack in manifest.stacks:
        if stack.id in promoted:
            yield Finding(
                code="SF603",
                where=at(*stack.component),
                detail=(
                    f'The database in "{stack.id}" was promoted, and in {manifest.phase}'
                    " it follows the source. No database becomes a replica again: CloudFormation"
                    " would make a new, empty one in its place."
                ),
                way_out=(
                    "Raise its `generation` by one, compile and deploy: a new replica is seeded "
                    "beside the promoted database, which stays as it is."
                ),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """
    What is known of the stacks that go.

    Attributes:
        found: What stands in each.
        stateful: Logical ids of the resources that hold what cannot be made again, by stack.
        emptied: Names of the buckets that are emptied, since the spec says so.
        promoted: Ids of those whose database is no replica any more.
    """

    found: Mapping[str, Found]
    stateful: Mapping[str, tuple[str, ...]]
    emptied: frozenset[str]
    promoted: tuple[str, ...]


def losses_of_removals(transition: Transition, going: Going, guard: Guard) -> Iterator[Finding]:
    """SF604: a stack would go with what cannot be made again."""
    for step in transition.removals.steps:
        stack = step.stack
        kept = {*stack.retained, *stack.snapshotted, *transition.derived.get(stack.id, ())}
        names = {
            one.logical_id: one.physical_id
            for one in going.found.get(stack.id, removal.Found()).resources
        }
        for logical_id in going.stateful.get(stack.id, ()):
            physical_id = names.get(logical_id, "")
            known = {logical_id, f"{stack.id}:{logical_id}", physical_id or logical_id}
            if logical_id in kept or physical_id in going.emptied or known & {*guard.allowed}:
                continue
            name = f" ({physical_id})" if physical_id else ""
            yield Finding(
                code="SF604",
                where=at(*origin_of(stack, ("Resources", logical_id))),
                detail=(
                    f'"{logical_id}"{name} of "{stack.id}" holds what cannot be made again. '
                    f"{transition.leg.to} no longer has that stack, and its template does not keep "
                    "it when the stack goes."
                ),
                way_out=(
                    f"{_PROMOTED if stack.id in going.promoted else _HELD} Only if nothing needs "
                    "what it holds, run this again with --allow-replacement "
                    f"{stack.id}:{logical_id}."
                ),
            )


_HELD = "Keep it in the spec, or copy what it holds."
_PROMOTED = (
    "It was promoted: raise its `generation` by one and compile, and the way back leaves it as it "
    "is."
)


def obstacles(gone: Manifest, going: Going) -> Iterator[Finding]:
    """SF508, SF509: what AWS would refuse to delete half-way through of the stacks that go."""
    left = {
        id_: replace(
            one,
            filled=tuple(
                bucket.logical_id
                for bucket in one.resources
                if bucket.logical_id in one.filled and bucket.physical_id not in going.emptied
            ),
        )
        for id_, one in going.found.items()
    }
    for finding in removal.obstacles(gone, left, unprotect=False):
        yield replace(finding, way_out=_WAYS[finding.code])


_WAYS = {
    "SF508": (
        "Make sure that nothing needs it. Then turn its deletion protection off in the RDS console,"
        " or with `aws rds modify-db-instance --no-deletion-protection`, and run this again."
    ),
    "SF509": "Move what is needed and empty it, or keep the bucket. Then run this again.",
}
