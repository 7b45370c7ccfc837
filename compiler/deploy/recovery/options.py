"""The ways out of a trouble: what each does, what it risks, what it will not do. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from compiler.deploy.recovery.adoption import identifier_of
from compiler.deploy.recovery.by_hand import (
    operation_commands,
    perhaps_existing,
    removal_commands,
    rename_to,
)
from compiler.deploy.recovery.option import Option
from compiler.deploy.recovery.promotion import adopt_promoted
from compiler.deploy.ways_out import FOLDER

if TYPE_CHECKING:
    from compiler.deploy.folder import Compiled
    from compiler.deploy.port import StackResource
    from compiler.deploy.recovery.sightings import Sighting
    from compiler.deploy.recovery.troubles import Kind
    from compiler.deploy.targets import Via


_IN_STACK = re.compile(r"already exists in stack (?P<stack>arn:\S+)")
"""How CloudFormation says that another stack has what is to be created."""

_FOREIGN = re.compile(r"Code: BucketAlreadyExists\b|requested bucket name is not available")
"""
How S3 refuses the name of a bucket that another account has; of one's own it says
`BucketAlreadyOwnedByYou` (S3 API reference, CreateBucket, Errors, read 2026-11-24).
"""

_Make: TypeAlias = Callable[["Sighting", "Compiled", "Via"], Iterator[Option]]


def options_of(kind: Kind, seen: Sighting, compiled: Compiled, via: Via) -> tuple[Option, ...]:
    """
    Return the ways out of a trouble, the one that changes least first.

    Args:
        kind: What is wrong.
        seen: What AWS has.
        compiled: What was compiled.
        via: How stacks are brought about.
    """
    return tuple(_OPTIONS[kind](seen, compiled, via))


def at_stake(seen: Sighting, spared: frozenset[str]) -> tuple[StackResource, ...]:
    """
    Return what a deletion of the stack would lose and cannot be made again.

    Args:
        seen: What AWS has.
        spared: Logical ids that are kept all the same, or may go.
    """
    kept = {*seen.stack.retained, *seen.stack.snapshotted, *spared}
    return tuple(
        one
        for one in seen.resources
        if one.logical_id in seen.stack.stateful and one.logical_id not in kept
    )


def _none(*_: object) -> Iterator[Option]:
    yield from ()


def _deploy_again(*_: object) -> Iterator[Option]:
    yield Option(
        name="deploy-again",
        does="Deploys again; what has become of AWS since is looked at first.",
        will_not="start anything twice.",
        commands=_deploy(),
        is_ours=False,
    )


def _not_current(seen: Sighting, compiled: Compiled, _: Via) -> Iterator[Option]:
    yield from _deploy_again()
    if seen.before and seen.status == "UPDATE_ROLLBACK_COMPLETE":
        # A way out that was begun there, or a promotion after whose failure going back went well.
        yield from adopt_promoted(seen, compiled)


def _deploy() -> tuple[str, ...]:
    return (f"stackferry deploy {FOLDER}",)


def _wait(seen: Sighting, *_: object) -> Iterator[Option]:
    yield Option(
        name="wait",
        does="Waits until it has ended; then look again.",
        will_not="stop what somebody else has started.",
        commands=operation_commands(seen),
        is_ours=False,
    )


def _continue(seen: Sighting, *_: object) -> Iterator[Option]:
    yield Option(
        name="continue-rollback",
        does="Lets CloudFormation go on going back to how the stack was before the update.",
        risks=(
            "It fails in the same way as long as the cause is there: correct that first, "
            "outside of the stack."
        ),
        will_not="leave anything out, delete anything, or try the update again.",
    )
    stuck = ", ".join(name for name, _ in seen.stuck)
    yield Option(
        name="continue-rollback-skipping",
        does=(
            f"The same, leaving {stuck} as it is now: CloudFormation takes it for restored. Name "
            "some of them only with --skip."
            if stuck
            else "The same, leaving resources as they are now."
        ),
        risks=(
            "What was skipped is not what the stack's old template says, until the next deploy "
            f"brings it to the new one.{_of_databases(seen)}"
        ),
        will_not="delete what it skips, or skip a resource whose update was only cancelled.",
        refusal="" if stuck else "no event names a resource that the rollback failed at",
    )


def _promotion_failed(seen: Sighting, compiled: Compiled, _: Via) -> Iterator[Option]:
    yield from _continue(seen)
    yield from adopt_promoted(seen, compiled)


def _of_databases(seen: Sighting) -> str:
    databases = {one.logical_id for one in seen.resources if one.type == "AWS::RDS::DBInstance"}
    if not databases & {name for name, _ in seen.stuck}:
        return ""
    if seen.before:
        return (
            " Where the database was promoted, that deploy fails at it again: choose adopt-promoted"
            " then."
        )
    return (
        " A replica that was promoted cannot become a replica again: skip it, and deploy the phase "
        "that promotes it."
    )


def _delete_failed(seen: Sighting, *_: object) -> Iterator[Option]:
    doomed = [one for one in seen.resources if one.logical_id not in seen.stack.retained]
    kept = [one for one in seen.resources if one.logical_id in seen.stack.retained]
    yield Option(
        name="delete-failed-stack",
        does=(
            "Deletes the stack that never came to be, so that the next deploy can create it. "
            + (f"It keeps {_listed(kept)}." if kept else "No resource of it is left.")
        ),
        risks="" if not kept else "What is kept has its name, so the next create may fail at it.",
        will_not="delete a resource.",
        refusal=f"resources of it are left: {_listed(doomed)}" if doomed else "",
        commands=(_look_at(seen),) if doomed else (),
        deletes=True,
    )


def _let_go(seen: Sighting, _: Compiled, via: Via) -> Iterator[Option]:
    alone = f"The stack {seen.stack_id} stands alone from then on" if seen.stack_id else ""
    yield Option(
        name="let-go",
        does="Lets the stack set forget the stack (DeleteStackInstances with RetainStacks).",
        risks=(
            f"{alone}: it goes on costing what it costs, nothing of ours sees it any more, and a "
            "new deploy meets its names."
            if alone
            else ""
        ),
        will_not="delete the stack, or anything in it.",
        refusal=_not_let_go(via),
    )


def _not_let_go(via: Via) -> str:
    return "" if via == "stacksets" else "there is no stack set that could let go of it"


def _inoperable(seen: Sighting, compiled: Compiled, via: Via) -> Iterator[Option]:
    yield from _let_go(seen, compiled, via)
    kept = [one for one in seen.resources if one.logical_id in seen.stack.retained]
    snapshots = [one for one in seen.resources if one.logical_id in seen.stack.snapshotted]
    lost = at_stake(seen, frozenset())
    yield Option(
        name="let-go-and-delete",
        does=(
            "Tries once more to delete the stack itself, then lets the stack set forget it. "
            f"It deletes {_listed(_doomed(seen)) or 'no resource'}"
            + (f"; keeps {_listed(kept)}" if kept else "")
            + (f"; leaves a final snapshot of {_listed(snapshots)}" if snapshots else "")
            + "."
        ),
        risks=(
            f"{_listed(lost)} cannot be made again: say of each --keep R or --allow-loss R."
            if lost
            else "It fails in the same way as long as the cause is there; --keep R leaves a "
            "resource out that cannot be deleted."
        ),
        will_not="empty a bucket or turn off a protection.",
        deletes=True,
    )


def _gone(seen: Sighting, _: Compiled, via: Via) -> Iterator[Option]:
    kept = ", ".join(seen.stack.retained)
    yield Option(
        name="forget",
        does=(
            "Lets the stack set forget the stack that somebody deleted, so that the next deploy "
            "creates it anew."
        ),
        risks=(
            "What was in it is gone"
            + (f", except {kept}: their names are taken, see `adopt` then." if kept else ".")
        ),
        will_not="delete anything.",
        refusal=_not_let_go(via),
    )


def _name_taken(seen: Sighting, compiled: Compiled, via: Via) -> Iterator[Option]:
    text, in_the_way = compiled.templates[seen.stack.id], _failed_stack_in_the_way(seen)
    names = {logical_id: identifier_of(text, logical_id) for logical_id in seen.existing}
    strange = [name for name, found in names.items() if found is None]
    called = ", ".join(
        f"{found.value} ({found.type})" for found in names.values() if found is not None
    )
    others = [one for one in perhaps_existing(seen, text) if identifier_of(text, one)]
    more = f", such as {', '.join(others)} if it exists as well" if others else ""
    refusal = ""
    owner = _IN_STACK.search(seen.failure.reason) if seen.failure else None
    is_foreign = bool(seen.failure and _FOREIGN.search(seen.failure.reason))
    if is_foreign:
        refusal = "S3 says that the bucket is another account's, which is not yours to take over"
    elif owner:
        refusal = f"it belongs to the stack {owner['stack']}"
    elif strange:
        refusal = (
            f"AWS knows {', '.join(strange)} by what it gave itself, and no template says that; "
            "rename it, or remove it by hand"
        )
    elif seen.is_there and seen.status != "ROLLBACK_COMPLETE":
        refusal = "the stack exists already, and taking something into it is not supported"
    yield Option(
        name="adopt",
        does=(
            _adopts(called or ", ".join(strange), via)
            + f"; the next deploy brings it to what was compiled. Name more with --adopt{more}."
        ),
        risks=(
            "It must be yours, and what it is may differ from the template until that deploy: "
            "look at its plan. Nothing in it is touched."
        ),
        will_not="create, change or delete a resource.",
        refusal=refusal,
    )
    yield Option(
        name="rename",
        does=(
            f"You change a name in the spec, `{rename_to(seen)}`, or the migration's `name` or "
            "`environment`; compile, and deploy again."
        ),
        risks="What exists stays where it is, and costs what it costs.",
        will_not="be done by stackferry.",
        # Under another name of the migration the failed stack would not be found any more.
        commands=(*in_the_way, f"stackferry compile {compiled.manifest.spec_file}", *_deploy()),
        is_ours=False,
    )
    if not is_foreign:
        yield Option(
            name="remove-by-hand",
            does="You remove it yourself; stackferry never does.",
            risks="What it holds is lost.",
            will_not="be done by stackferry.",
            commands=(
                *removal_commands(seen, text),
                *((*in_the_way, *_deploy()) if in_the_way else ()),
            ),
            is_ours=False,
        )
    yield from _delete_failed(seen) if in_the_way else _deploy_again()


def _failed_stack_in_the_way(seen: Sighting) -> tuple[str, ...]:
    """Return how to delete a stack that never came to be: until then a deploy refuses."""
    if seen.status != "ROLLBACK_COMPLETE":
        return ()
    return (f"stackferry recover {FOLDER} --stack {seen.stack.id} --option delete-failed-stack",)


def _adopts(what: str, via: Via) -> str:
    if via == "stacks":
        return f"Deletes the stack that never came to be, and makes it anew of what exists, {what}"
    return f"Makes the stack of what exists, {what}, and takes it into the stack set"


def _half_adopted(seen: Sighting, compiled: Compiled, _: Via) -> Iterator[Option]:
    if seen.before:
        yield from adopt_promoted(seen, compiled)
        return
    yield Option(
        name="adopt",
        does=f"Goes on taking over {', '.join(seen.adopts)}, where an earlier run stopped.",
        will_not="create, change or delete a resource, or start anything twice.",
    )
    # What was to be taken over may not exist, or not be the operator's, after all.
    yield from _deploy_again()


def _creation_failed(seen: Sighting, compiled: Compiled, via: Via) -> Iterator[Option]:
    if seen.existing:
        yield from _name_taken(seen, compiled, via)
    else:
        yield from _delete_failed(seen)


def _import_failed(seen: Sighting, compiled: Compiled, via: Via) -> Iterator[Option]:
    yield from _deploy_again()
    yield from _let_go(seen, compiled, via)


def _doomed(seen: Sighting) -> list[StackResource]:
    spared = {*seen.stack.retained, *seen.stack.snapshotted}
    return [one for one in seen.resources if one.logical_id not in spared]


def _listed(resources: list[StackResource] | tuple[StackResource, ...]) -> str:
    return ", ".join(f"{one.logical_id} ({one.physical_id or one.type})" for one in resources)


def _look_at(seen: Sighting) -> str:
    return (
        f"aws cloudformation list-stack-resources --region {seen.place.region} "
        f"--stack-name {seen.stack_id}"
    )


_OPTIONS: Mapping[Kind, _Make] = {
    "unreadable": _none,
    "busy": _wait,
    "at work": _deploy_again,
    "rollback failed": _continue,
    "promotion failed": _promotion_failed,
    "creation failed": _creation_failed,
    "suspended": _let_go,
    "inoperable": _inoperable,
    "name taken": _name_taken,
    "half adopted": _half_adopted,
    "gone": _gone,
    "import failed": _import_failed,
    "not current": _not_current,
}
