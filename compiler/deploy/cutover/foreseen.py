"""
What CloudFormation says of every transition of a cutover, asked before the clock starts.

Nothing is changed. Each is asked of what stands now: a stack that changes in several transitions is
asked about from its present form. When its turn comes each is planned, and asked about, once more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.deploy.losses import against
from compiler.deploy.observe import look_up, observe
from compiler.deploy.path.states import everything
from compiler.deploy.plan import plan
from compiler.deploy.preview import previewed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.deploy.flow import Pool
    from compiler.deploy.path.crossing import Leg
    from compiler.deploy.path.states import States
    from compiler.deploy.plan import Plan
    from compiler.deploy.port import Aws
    from compiler.deploy.wish import Wish
    from compiler.manifest import Manifest
    from spec.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """
    What a transition would do to stacks, as far as CloudFormation can tell now.

    Attributes:
        leg: The transition.
        plan: What it would do: the stacks only whose form it changes.
        findings: What speaks against that: data that would be lost, or may be, unseen.
    """

    leg: Leg
    plan: Plan
    findings: tuple[Finding, ...]


def foresee(
    aws: Aws, states: States, legs: Sequence[Leg], wish: Wish, pool: Pool
) -> tuple[Foreseen, ...]:
    """
    Ask CloudFormation what *legs* would do.

    Args:
        aws: Whom to ask.
        states: Every compiled state.
        legs: Transitions that lead on, each from a phase that was compiled.
        wish: What is asked for beside that.
        pool: Makes the calls.

    Raises:
        AwsError: AWS refused to tell what it has.
    """
    seen = observe(aws, everything(state.manifest for state in states.values()), pool)
    found = []
    for leg in legs:
        if leg.origin is None:
            continue
        reached = states[leg.to]
        looked_up, not_found = look_up(aws, reached, seen, refresh=False)
        made = plan(reached, seen, looked_up, targets=wish.targets, guard=wish.guard)
        changed = frozenset(_changed(states[leg.origin].manifest, reached.manifest))
        made = replace(
            made,
            via=wish.via,
            steps=tuple(
                step for step in made.steps if step.stack.id in changed and not step.is_idle
            ),
        )
        made = previewed(aws, reached, made, seen, pool)
        found.append(Foreseen(leg=leg, plan=made, findings=(*not_found, *against(made))))
    return tuple(found)


def _changed(left: Manifest, reached: Manifest) -> Iterator[str]:
    """Yield the ids of the stacks whose form is another one in *reached*."""
    before = {stack.id: stack.sha256 for stack in left.stacks}
    for stack in reached.stacks:
        if before.get(stack.id) != stack.sha256:
            yield stack.id
