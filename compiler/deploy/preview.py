"""
Asking CloudFormation, before an update, what the update would do. Nothing of it is done.

One change set for each stack, made in the stack's own account and region, read and deleted again.
A template that is too large for a request is put where CloudFormation can read it. No page of AWS
says whether a stack that belongs to a stack set may be asked so; where AWS refuses, that is told.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.answers import Preview
from compiler.deploy.artifacts import artifact_region, uploaded
from compiler.deploy.losses import resources_that_would_be_lost, untold_updates
from compiler.deploy.plan import Known, KnownAfter, Plan, Step
from compiler.deploy.port import GONE, Aws, AwsBusyError, AwsError, Definition, Instance
from compiler.deploy.wanted import TIMESTAMP, definition_of, keeping_tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.flow import Pool
    from compiler.deploy.folder import Compiled
    from compiler.deploy.plan import Seen
    from compiler.deploy.targets import Via
    from spec.findings import Finding


def previewed(
    aws: Aws, compiled: Compiled, made: Plan, seen: Mapping[str, Seen], pool: Pool
) -> Plan:
    """
    Return *made* with what CloudFormation says of each update in it, asked side by side.

    Args:
        aws: Whom to ask.
        compiled: What was compiled.
        made: The plan.
        seen: What AWS has of each stack, by its id.
        pool: Makes the calls.

    Raises:
        AwsBusyError: AWS could not be asked.
    """
    updates = {step.stack.id: step for step in made.steps if step.action == "update"}
    definitions = {
        id_: pool.submit(partial(_definition, aws, compiled, step, seen[id_], made.via))
        for id_, step in updates.items()
    }
    calls = {
        id_: [
            pool.submit(partial(_ask, aws, step, definitions[id_].result(), seen[id_], instance))
            for instance in seen[id_].instances
            if instance.stack_id
        ]
        for id_, step in updates.items()
    }
    previews = {
        id_: tuple(preview for call in asked if (preview := call.result()) is not None)
        for id_, asked in calls.items()
    }
    return replace(
        made,
        steps=tuple(replace(step, previews=previews.get(step.stack.id, ())) for step in made.steps),
    )


def recheck(aws: Aws, step: Step, wanted: Definition, seen: Seen) -> Finding | None:
    """
    Look again right before the update of *step*, now that every value is known.

    Args:
        aws: Whom to ask.
        step: What is about to be done; a plan that could see all of it is not asked about again.
        wanted: What its stack set is about to be, complete, with the address of a large template.
        seen: What AWS has of it, looked at just now.

    Returns:
        Why the update must not start: it would lose what cannot be made again and what nobody
        allowed to be lost, or CloudFormation does not tell.

    Raises:
        AwsError: AWS refused to tell what there is.
    """
    if not is_asked_again(step):
        return None
    definition = _with_stamp_of(seen.definition, wanted)
    previews = (
        _told(aws, definition, instance, ()) for instance in seen.instances if instance.stack_id
    )
    looked = replace(step, previews=tuple(one for one in previews if one is not None))
    found = (*resources_that_would_be_lost(looked), *untold_updates(looked))
    if not found:
        return None
    return replace(found[0], detail=" ".join(one.detail for one in found))


def is_asked_again(step: Step) -> bool:
    """Tell whether CloudFormation is asked once more right before *step* updates anything."""
    return not step.guard.is_off and bool(step.stateful) and not _was_seen_whole(step)


def _was_seen_whole(step: Step) -> bool:
    return (
        step.action == "update"
        and bool(step.previews)
        and all(isinstance(value, Known) for value in step.values.values())
        and not any(preview.refusal for preview in step.previews)
    )


def _definition(
    aws: Aws, compiled: Compiled, step: Step, seen: Seen, via: Via
) -> Definition | AwsError:
    manifest, stack = compiled.manifest, step.stack
    known = {name: value.value for name, value in step.values.items() if isinstance(value, Known)}
    wanted = definition_of(manifest, stack, compiled.templates[stack.id], known, "")
    wanted = _with_stamp_of(seen.definition, wanted)
    try:
        region = artifact_region(manifest, stack, via)
        return uploaded(aws, stack, wanted, manifest=manifest, region=region)
    except AwsBusyError:
        raise
    except AwsError as error:
        return error


def _with_stamp_of(have: Definition | None, wanted: Definition) -> Definition:
    """Keep the timestamp as it is: with a new one every resource would be told as changed."""
    wanted = keeping_tags(wanted, have)
    if wanted.keeps_tags:
        return wanted
    tags = {key: value for key, value in wanted.tags.items() if key != TIMESTAMP}
    if have is not None and TIMESTAMP in have.tags:
        tags[TIMESTAMP] = have.tags[TIMESTAMP]
    return replace(wanted, tags=dict(sorted(tags.items())))


def _ask(
    aws: Aws, step: Step, definition: Definition | AwsError, seen: Seen, instance: Instance
) -> Preview | None:
    unknown = tuple(
        name for name, value in sorted(step.values.items()) if isinstance(value, KnownAfter)
    )
    if isinstance(definition, AwsError):
        return _refused(instance, unknown, definition)
    there = seen.definition.parameters if seen.definition else {}
    early = [name for name in unknown if name not in there]
    if early:
        return Preview(
            place=instance.place,
            assumed=unknown,
            refusal="; ".join(_too_early(step, early)),
            is_early=True,
        )
    return _told(aws, definition, instance, unknown)


def _too_early(step: Step, names: list[str]) -> Iterator[str]:
    for name in names:
        value = step.values[name]
        if isinstance(value, KnownAfter):
            yield f"its new parameter {name} is known only after {value.stack}"


def _told(
    aws: Aws, definition: Definition, instance: Instance, assumed: tuple[str, ...]
) -> Preview | None:
    """Return what CloudFormation says, or nothing where there is no stack to update."""
    try:
        if not instance.is_current and (
            aws.stack_status(instance.place, instance.stack_id) in GONE
        ):
            return None
        return aws.preview(
            instance.place,
            instance.stack_id,
            definition,
            assumed,
            _name(definition, instance, assumed),
        )
    except AwsBusyError:
        # It was not asked, so it did not refuse to tell.
        raise
    except AwsError as error:
        return _refused(instance, assumed, error)


def _refused(instance: Instance, assumed: tuple[str, ...], error: AwsError) -> Preview:
    return Preview(
        place=instance.place,
        assumed=assumed,
        refusal=str(error),
    )


def _name(definition: Definition, instance: Instance, assumed: tuple[str, ...]) -> str:
    """Return the same name for the same question, so that what a crash left is met again."""
    question = {
        "stack": instance.stack_id,
        "template": definition.template,
        "parameters": dict(definition.parameters),
        "tags": dict(definition.tags),
        "assumed": assumed,
    }
    digest = hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()
    return f"stackferry-preview-{digest[:40]}"
