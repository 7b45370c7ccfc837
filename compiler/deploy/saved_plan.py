"""
A plan that was saved: read and agreed to today, carried out tomorrow exactly so, or not at all.

Before it is carried out, the plan is made anew from the folder and from what AWS has now. Where
that one differs in anything, the saved one is stale, and nothing is done. Pure.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from compiler.deploy.plan import Guard, Known
from compiler.deploy.plan_file import (
    SavedChange,
    SavedDeed,
    SavedPlan,
    SavedPreview,
    SavedSight,
    SavedStep,
    SavedTransition,
    SavedValue,
    SavedWish,
)
from compiler.deploy.targets import Scope, Targets
from compiler.deploy.wish import Wish
from compiler.manifest import to_bytes
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.answers import Preview
    from compiler.deploy.folder import Compiled
    from compiler.deploy.path.transition import Transition
    from compiler.deploy.plan import Plan, Seen, Step, Value
    from compiler.deploy.port import Place
    from compiler.manifest import Manifest


def saved(
    compiled: Compiled, folder: str, wish: Wish, made: Plan, seen: Mapping[str, Seen]
) -> SavedPlan:
    """
    Return *made* as it is saved.

    Args:
        compiled: What was compiled.
        folder: Its folder, as it was named.
        wish: What was asked for.
        made: The plan.
        seen: What AWS had of each stack, by its id.

    Raises:
        ValueError: A template has a parameter that AWS keeps secret: its value would be in the
            file. Our templates have none, so it is our bug.
    """
    for id_, template in compiled.templates.items():
        _must_have_no_secret(id_, template)
    return SavedPlan(
        folder=folder,
        manifest_sha256=_digest_of(compiled.manifest),
        wish=_saved_wish(wish),
        steps=tuple(saved_step(step) for step in made.steps),
        seen={id_: _sight(one) for id_, one in sorted(seen.items())},
        transition=saved_transition(made.transition) if made.transition else None,
    )


def wish_of(plan: SavedPlan) -> Wish:
    """Return what was asked for when *plan* was made, and that it is to be that plan."""
    asked = plan.wish
    return Wish(
        scope=Scope(region=asked.region, stacks=asked.only),
        targets=Targets(
            accounts=asked.accounts,
            organizational_units=asked.organizational_units,
            permission_model=asked.permission_model,
            call_as=asked.call_as,
            failure_tolerance=asked.failure_tolerance,
            max_concurrent=asked.max_concurrent,
            administration_role=asked.administration_role,
            execution_role=asked.execution_role,
        ),
        in_all_units=asked.in_all_units,
        refresh_images=asked.refresh_images,
        guard=Guard(allowed=asked.allowed_replacements, is_off=not asked.is_previewed),
        via=asked.via,
        saved=plan,
    )


def folder_that_changed(plan: SavedPlan, manifest: Manifest) -> Iterator[Finding]:
    """SF511: something else is compiled in the folder than when *plan* was made."""
    if plan.manifest_sha256 != _digest_of(manifest):
        yield Finding(
            code="SF511",
            where=at(),
            detail=(
                f'The plan was made of "{plan.folder}" when something else was compiled in it.'
            ),
            way_out=_ANEW,
        )


def steps_that_differ(plan: SavedPlan, now: SavedPlan, manifest: Manifest) -> Iterator[Finding]:
    """
    SF511: what would be done now is not what the saved plan says.

    Args:
        plan: The saved plan.
        now: The plan that was made anew.
        manifest: What was compiled.
    """
    if not now.wish.is_previewed:
        # CloudFormation is not asked a second time when the lock was taken.
        plan = replace(plan, steps=tuple(replace(step, previews=()) for step in plan.steps))
    if plan.transition != now.transition:
        yield Finding(
            code="SF511",
            where=at(),
            detail=(
                f"The plan was made {_from(plan.transition)}; what would be done beside its stacks "
                "is not the same any more."
            ),
            way_out=_ANEW,
        )
    before = {step.stack: step for step in plan.steps}
    after = {step.stack: step for step in now.steps}
    for stack in manifest.stacks:
        differences = (
            *_step_differences(before.get(stack.id), after.get(stack.id)),
            *_sight_differences(plan.seen.get(stack.id), now.seen.get(stack.id)),
        )
        if differences:
            yield Finding(
                code="SF511",
                where=at(*stack.component),
                detail=(
                    f'Since the plan was made, "{stack.id}" has changed: {"; ".join(differences)}.'
                ),
                way_out=_ANEW,
            )


_ANEW = "Make the plan anew with `stackferry plan --out`, read it, and deploy that one."


def _from(transition: SavedTransition | None) -> str:
    if transition is None:
        return "for the phase that stood"
    return f"to go from {transition.origin or 'nothing'} to {transition.to}"


def _step_differences(before: SavedStep | None, after: SavedStep | None) -> Iterator[str]:
    if before is None and after is None:
        return
    if before is None or after is None:
        yield "the plan has no such step" if before is None else "there is no such step any more"
        return
    if before.action != after.action:
        yield f"it is to {after.action}, was {before.action}"
    if before.reasons != after.reasons:
        yield f"because {'; '.join(after.reasons)}, was {'; '.join(before.reasons)}"
    for name in sorted({*before.values, *after.values}):
        old, new = before.values.get(name), after.values.get(name)
        if old != new:
            yield f"{name} is {_words(new)}, was {_words(old)}"
    if (before.places, before.adds, before.removes) != (after.places, after.adds, after.removes):
        yield f"it is to stand in {_where(after.places)}, was {_where(before.places)}"
    if before.stateful != after.stateful:
        yield "other resources of it hold what cannot be made again"
    if _told(before.previews) != _told(after.previews):
        yield "CloudFormation tells other changes of its resources"


def _sight_differences(before: SavedSight | None, after: SavedSight | None) -> Iterator[str]:
    old, new = before or _NOTHING, after or _NOTHING
    if old.definition != new.definition:
        yield "its stack set is another"
    if old.stacks != new.stacks:
        yield "the stacks of its stack set are others, or in another state"
    if old.outputs != new.outputs:
        yield "its outputs are others"


_NOTHING = SavedSight(definition="", stacks="", outputs="")


def _told(previews: tuple[SavedPreview, ...]) -> tuple[SavedPreview, ...]:
    """Leave out the words of a refusal: AWS puts the number of the request into them."""
    return tuple(
        replace(preview, refusal="refused" if preview.refusal else "") for preview in previews
    )


def _words(value: SavedValue | None) -> str:
    if value is None:
        return "not there"
    return value.value if value.value is not None else f"known after {value.known_after}"


def _where(places: tuple[Place, ...]) -> str:
    return ", ".join(place.account for place in places)


def saved_step(step: Step) -> SavedStep:
    """Return *step* as it is saved, and as programs read it."""
    return SavedStep(
        stack=step.stack.id,
        action=step.action,
        reasons=step.reasons,
        values={name: _value(value) for name, value in sorted(step.values.items())},
        places=step.places,
        adds=step.adds,
        removes=step.removes,
        stateful=step.stateful,
        previews=tuple(_preview(preview) for preview in step.previews),
    )


def saved_transition(transition: Transition) -> SavedTransition:
    """Return *transition* as it is saved, and as programs read it."""
    return SavedTransition(
        origin=transition.leg.origin,
        to=transition.leg.to,
        door=transition.leg.door,
        removes=tuple(step.stack.id for step in transition.removals.steps),
        deeds=tuple(
            SavedDeed(node=deed.node, says=deed.says, is_undone=deed.is_undone)
            for deed in transition.deeds
        ),
        gates=tuple(
            " ".join(word for word in (gate.kind, gate.key, gate.region) if word)
            for gate in transition.gates
        ),
        aside=transition.aside,
    )


def _value(value: Value) -> SavedValue:
    if isinstance(value, Known):
        return SavedValue(value=value.value, known_after=None, output=None)
    return SavedValue(value=None, known_after=value.stack, output=value.output)


def _preview(preview: Preview) -> SavedPreview:
    return SavedPreview(
        place=preview.place,
        changes=tuple(
            SavedChange(
                logical_id=change.logical_id,
                type=change.type,
                action=change.action,
                replacement=change.replacement,
                policy_action=change.policy_action,
                physical_id=change.physical_id,
                properties=change.properties,
            )
            for change in preview.changes
        ),
        assumed=preview.assumed,
        refusal=preview.refusal,
    )


def _saved_wish(wish: Wish) -> SavedWish:
    targets = wish.targets
    return SavedWish(
        region=wish.scope.region,
        only=wish.scope.stacks,
        accounts=targets.accounts,
        organizational_units=targets.organizational_units,
        in_all_units=wish.in_all_units,
        permission_model=targets.permission_model,
        call_as=targets.call_as,
        failure_tolerance=targets.failure_tolerance,
        max_concurrent=targets.max_concurrent,
        administration_role=targets.administration_role,
        execution_role=targets.execution_role,
        refresh_images=wish.refresh_images,
        allowed_replacements=wish.guard.allowed,
        is_previewed=not wish.guard.is_off,
        via=wish.via,
    )


def _sight(seen: Seen) -> SavedSight:
    return SavedSight(
        definition=_digest(asdict(seen.definition)) if seen.definition else "",
        stacks=_digest([(asdict(one.place), one.status, one.stack_id) for one in seen.instances])
        if seen.instances
        else "",
        outputs=_digest(dict(seen.outputs)) if seen.outputs else "",
    )


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _digest_of(manifest: Manifest) -> str:
    return hashlib.sha256(to_bytes(manifest)).hexdigest()


def _must_have_no_secret(stack: str, template: str) -> None:
    parameters = json.loads(template).get("Parameters", {})
    secret = sorted(name for name, one in parameters.items() if one.get("NoEcho"))
    if secret:
        message = f"{', '.join(secret)} of {stack} would be written down in a plan"
        raise ValueError(message)
