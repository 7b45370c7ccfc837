"""
A promotion that failed half-way: what the stack was before it, and how it keeps its database. Pure.

The update that promotes removes what a replica follows. Where it fails after RDS promoted, going
back fails as well, since no database becomes a replica again, and the stack is wedged. The way out:
the rollback goes on without the database, the stack is told to keep it and deleted, and the
database is imported in its promoted form (CloudFormation user guide, "Continue rolling back an
update" and "Import AWS resources into a CloudFormation stack", read 2026-11-24).
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.deploy.recovery.adoption import identifier_of, with_word, without_word
from compiler.deploy.recovery.option import Option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.folder import Compiled
    from compiler.deploy.path.states import States
    from compiler.deploy.port import Definition
    from compiler.deploy.recovery.sightings import Sighting

_DATABASE = "AWS::RDS::DBInstance"
_FOLLOWS = "SourceDBInstanceIdentifier"

_KEPT = "Retain"

_PROMOTED = "; promoted"
"""Ends, in the description of a stack set, what is said beside what is being taken over."""


def forms_before(states: States, compiled: Compiled) -> Mapping[str, str]:
    """
    Return the templates of stacks with a promoted database as they were while it was a replica.

    Args:
        states: Every compiled state.
        compiled: What AWS has, or was about to have.

    Returns:
        By id of the stack; nothing of a stack that holds no promoted database.
    """
    found: dict[str, str] = {}
    promoted = {one.id: one.sha256 for one in compiled.manifest.stacks if one.keeps_tags}
    for state in states.values():
        for stack in state.manifest.stacks:
            if stack.id in promoted and stack.sha256 == promoted[stack.id]:
                del promoted[stack.id]
            elif stack.id in promoted:
                found[stack.id] = state.templates[stack.id]
    return {id_: text for id_, text in found.items() if promoted_by(text, compiled.templates[id_])}


def promoted_by(before: str, after: str) -> tuple[str, ...]:
    """Return the logical ids of the databases that are replicas in *before*, and not in *after*."""
    was, now = _databases(before), _databases(after)
    return tuple(
        sorted(
            name
            for name, properties in was.items()
            if name in now and _FOLLOWS in properties and _FOLLOWS not in now[name]
        )
    )


def is_told_to_follow(text: str) -> bool:
    """Tell whether a database in the template *text* is a replica."""
    return any(_FOLLOWS in properties for properties in _databases(text).values())


def adopt_promoted(seen: Sighting, compiled: Compiled) -> Iterator[Option]:
    """Yield the way out that makes a stack anew of its database as that is, promoted."""
    text = compiled.templates[seen.stack.id]
    names = promoted_by(seen.before, text)
    others = [one.logical_id for one in seen.resources if one.logical_id not in names]
    called = ", ".join(one.value for name in names if (one := identifier_of(text, name)))
    yield Option(
        name="adopt-promoted",
        does=(
            f"If {called} was promoted: lets the rollback go on without it, has the stack keep it, "
            "deletes the stack, and makes it anew of the database as it is, promoted; the next "
            "deploy brings it to what was compiled."
        ),
        risks=(
            f"It must be promoted already. Where `aws rds describe-db-instances --region "
            f"{seen.place.region} --db-instance-identifier {called}` still tells a "
            "ReadReplicaSourceDBInstanceIdentifier, it is not: then choose "
            "continue-rollback-skipping, and deploy the phase that promotes it."
        ),
        will_not="touch the database, its data or its address.",
        refusal=f"the stack holds more than that: {', '.join(others)}" if others else "",
        deletes=True,
    )


def marked(description: str) -> str:
    """Return a stack set's *description* with the word that its database is promoted already."""
    base = without_word(description)
    return base if base.endswith(_PROMOTED) else f"{base}{_PROMOTED}"


def is_marked(definition: Definition) -> bool:
    """Tell whether a stack set says that its database is promoted already: until a deploy of it."""
    return without_word(definition.description).endswith(_PROMOTED)


def keeping(definition: Definition, before: str, names: tuple[str, ...]) -> Definition:
    """
    Return *definition* as it was before the promotion, but told to keep the databases *names*.

    Nothing of the databases differs from what the stack has after its rollback, so none is touched.
    A word of metadata changes with it: what happens at a deletion has been no change by itself
    (kevinslin.com, "Update S3 DeletionPolicy", 2014-01-12), and a stack set calls an update that
    CloudFormation does not make a success.
    The word that they are taken over is in the description, for the run after one that died.
    """
    template = json.loads(before)
    for name in names:
        template["Resources"][name]["DeletionPolicy"] = _KEPT
        template["Resources"][name]["Metadata"] = {"Kept": "promoted"}
    return replace(
        definition,
        description=with_word(marked(definition.description), names),
        template=json.dumps(template, indent=1, sort_keys=True, ensure_ascii=False) + "\n",
        template_url="",
    )


def not_kept(template: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the databases *names* that go with a stack that has this *template*."""
    resources = json.loads(template)["Resources"]
    return tuple(name for name in names if resources.get(name, {}).get("DeletionPolicy") != _KEPT)


def _databases(text: str) -> dict[str, Mapping[str, Any]]:
    # Any: JSON.
    return {
        name: one.get("Properties", {})
        for name, one in json.loads(text)["Resources"].items()
        if one["Type"] == _DATABASE
    }
