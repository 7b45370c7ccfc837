"""The frozen steps of a way out, or what speaks against it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from compiler.deploy.recovery.adoption import adopting, identifier_of
from compiler.deploy.recovery.options import at_stake
from compiler.deploy.recovery.promotion import keeping, marked, promoted_by
from compiler.deploy.wanted import definition_of
from compiler.manifest import origin_of
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.folder import Compiled
    from compiler.deploy.port import Definition, Place, StackResource
    from compiler.deploy.recovery.adoption import Identifier
    from compiler.deploy.recovery.option import Option
    from compiler.deploy.recovery.sightings import Sighting
    from compiler.deploy.recovery.troubles import Trouble
    from compiler.deploy.targets import Via


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinueRollback:
    """
    Go on with a failed rollback.

    Attributes:
        place: Where the stack stands.
        stack_id: Its ARN.
        skip: Logical ids of the resources that are left as they are, sorted.
    """

    place: Place
    stack_id: str
    skip: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteStack:
    """
    Delete one stack.

    Attributes:
        place: Where it stands.
        stack_id: Its ARN.
        deletes: What goes with it.
        keeps: What stays: retained by the template, or left out as asked for.
        leave: Logical ids that CloudFormation is told to leave out.
    """

    place: Place
    stack_id: str
    deletes: tuple[StackResource, ...] = ()
    keeps: tuple[StackResource, ...] = ()
    leave: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """
    Tell a stack to keep databases when it is deleted, and change nothing else.

    Attributes:
        place: Where the stack stands.
        definition: What its stack set is to be for that.
        keeps: Logical ids of the databases.
    """

    place: Place
    definition: Definition
    keeps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGo:
    """
    Let a stack set forget a stack, which stays.

    Attributes:
        stack_set: Name of the stack set.
        place: Where the stack stands.
    """

    stack_set: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Redefine:
    """
    Give a stack set that has no stacks another template.

    Attributes:
        definition: What it is to be.
    """

    definition: Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt:
    """
    Make a stack of resources that exist.

    Attributes:
        place: Where they stand.
        stack_name: Name of the new stack.
        definition: Its template has nothing but them.
        resources: Identifying property and value by logical id.
    """

    place: Place
    stack_name: str
    definition: Definition
    resources: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeIn:
    """
    Make the stack that was just made one of a stack set's.

    Attributes:
        stack_set: Name of the stack set.
        place: Where the stack stands.
    """

    stack_set: str
    place: Place


Step: TypeAlias = ContinueRollback | DeleteStack | Keep | LetGo | Redefine | Adopt | TakeIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    What the operator chooses.

    Attributes:
        option: Name of the way out.
        stack: Id of the stack; empty if there is only one that it fits.
        account: The account, where the stack is in trouble in several.
        skip: Resources that a continued rollback leaves out; all that it failed at if empty.
        keep: Resources that a deletion leaves out.
        adopt: Resources that are taken over beside those that are known to exist.
        allow_loss: Resources with state that may be lost.
    """

    option: str
    stack: str = ""
    account: str = ""
    skip: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    adopt: tuple[str, ...] = ()
    allow_loss: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryPlan:
    """
    What a recovery would do.

    Attributes:
        trouble: What it is for.
        option: The way out that was chosen.
        steps: In their order.
    """

    trouble: Trouble
    option: Option
    steps: tuple[Step, ...]


def plan_recovery(
    compiled: Compiled, troubles: tuple[Trouble, ...], choice: Choice, via: Via
) -> RecoveryPlan | tuple[Finding, ...]:
    """
    Return the steps of the chosen way out, or every finding that speaks against it.

    Args:
        compiled: What was compiled.
        troubles: What is wrong, as it was just looked at.
        choice: What the operator chooses.
        via: How stacks are brought about.
    """
    found = _chosen(troubles, choice)
    if not isinstance(found, tuple):
        return (found,)
    trouble, option = found
    if option.refusal or not option.is_ours:
        why = option.refusal or "that is for you to do; the commands are shown without --option"
        return (_no_way(trouble, f'"{option.name}" of {trouble.stack} is not possible: {why}.'),)
    findings = (*_strange_names(trouble, option, choice), *_losses(trouble, option, choice))
    if findings:
        return findings
    steps = tuple(_steps(compiled, trouble, option, choice, via))
    return RecoveryPlan(trouble=trouble, option=option, steps=steps)


def _chosen(troubles: tuple[Trouble, ...], choice: Choice) -> tuple[Trouble, Option] | Finding:
    fitting = [
        (trouble, option)
        for trouble in troubles
        for option in trouble.options
        if option.name == choice.option
        and choice.stack in {"", trouble.stack}
        and choice.account in {"", trouble.place.account}
    ]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        return Finding(
            code="SF558",
            where=at(),
            detail=(
                f'"{choice.option}" fits several: '
                + ", ".join(f"{one.stack} in {one.place.account}" for one, _ in fitting)
                + "."
            ),
            way_out="Name one with --stack, and with --account where it is in several accounts.",
        )
    about = f" of {choice.stack}" if choice.stack else ""
    offered = sorted(
        {
            option.name
            for trouble in troubles
            for option in trouble.options
            if choice.stack in {"", trouble.stack}
        }
    )
    return Finding(
        code="SF558",
        where=at(),
        detail=f'There is no way out "{choice.option}"{about} now.',
        way_out=(
            f"There is {', '.join(offered)}."
            if offered
            else "Nothing is in trouble there; deploy again."
        ),
    )


def _strange_names(trouble: Trouble, option: Option, choice: Choice) -> Iterator[Finding]:
    seen = trouble.sighting
    stuck = {name for name, _ in seen.stuck}
    if strange := sorted(set(choice.skip) - stuck):
        yield _no_way(
            trouble,
            f"{', '.join(strange)} cannot be skipped: the rollback of {trouble.stack} failed at "
            f"{', '.join(sorted(stuck)) or 'no resource'}.",
        )
    if choice.keep and option.name == "let-go-and-delete" and seen.status != "DELETE_FAILED":
        # CloudFormation takes RetainResources only then (API reference, DeleteStack, 2026-11-24).
        yield _no_way(
            trouble,
            f"Resources can be left out only of a stack whose deletion failed; {trouble.stack} is "
            f"{seen.status or 'not there'}.",
        )
    there = {one.logical_id for one in seen.resources}
    named = {*choice.keep, *choice.allow_loss}
    if strange := sorted(named - there):
        yield _no_way(
            trouble, f"{', '.join(strange)} is no resource that the stack {trouble.stack} has."
        )


def _losses(trouble: Trouble, option: Option, choice: Choice) -> Iterator[Finding]:
    """SF557: what cannot be made again goes only if each is named."""
    if not option.deletes or option.name == "adopt-promoted":
        # That one is refused where the stack holds anything beside what it keeps.
        return
    stack = trouble.sighting.stack
    for resource in at_stake(trouble.sighting, frozenset({*choice.keep, *choice.allow_loss})):
        yield Finding(
            code="SF557",
            where=at(*origin_of(stack, ("Resources", resource.logical_id))),
            detail=(
                f'"{option.name}" of {stack.id} would delete {resource.physical_id} '
                f"({resource.type}), which cannot be made again."
            ),
            way_out=(
                f"Keep it with --keep {resource.logical_id}, choose let-go, or say with "
                f"--allow-loss {resource.logical_id} that it may go."
            ),
        )


def _steps(
    compiled: Compiled, trouble: Trouble, option: Option, choice: Choice, via: Via
) -> Iterator[Step]:
    seen = trouble.sighting
    let_go = LetGo(stack_set=seen.stack.stack_set, place=seen.place)
    match option.name:
        case "continue-rollback":
            yield ContinueRollback(place=seen.place, stack_id=seen.stack_id)
        case "continue-rollback-skipping":
            skip = choice.skip or tuple(name for name, _ in seen.stuck)
            yield ContinueRollback(
                place=seen.place, stack_id=seen.stack_id, skip=tuple(sorted(set(skip)))
            )
        case "let-go" | "forget":
            yield let_go
        case "let-go-and-delete" | "delete-failed-stack":
            # The stack first: as long as the stack set knows it, the next run finds it.
            yield _deletion(seen, choice)
            if via == "stacksets":
                yield let_go
        case "adopt":
            yield from _adoption(compiled, seen, choice, via)
        case "adopt-promoted":
            yield from _promoted(compiled, seen, via)
        case other:  # every way out of ours is above
            raise AssertionError(other)


def _deletion(seen: Sighting, choice: Choice) -> DeleteStack:
    kept = {*seen.stack.retained, *choice.keep}
    return DeleteStack(
        place=seen.place,
        stack_id=seen.stack_id,
        deletes=tuple(one for one in seen.resources if one.logical_id not in kept),
        keeps=tuple(one for one in seen.resources if one.logical_id in kept),
        leave=tuple(sorted(set(choice.keep))),
    )


def _adoption(compiled: Compiled, seen: Sighting, choice: Choice, via: Via) -> Iterator[Step]:
    stack, text = seen.stack, compiled.templates[seen.stack.id]
    wanted = tuple(sorted({*(seen.adopts or seen.existing), *choice.adopt}))
    have = seen.definition or definition_of(compiled.manifest, stack, text, {}, "")
    definition = have if seen.adopts else adopting(replace(have, template=text), wanted)
    if via == "stacks" and seen.is_there:
        yield _deletion(seen, choice)
    if via == "stacksets" and seen.instance is not None:
        yield LetGo(stack_set=stack.stack_set, place=seen.place)
    if via == "stacksets" and not seen.adopts:
        yield Redefine(definition=definition)
    found = {name: identifier_of(text, name) for name in wanted}
    yield from _made_of(seen, definition, found, via)


def _promoted(compiled: Compiled, seen: Sighting, via: Via) -> Iterator[Step]:
    """Take the databases of a stack out of it, and make it anew of them, promoted."""
    stack, text = seen.stack, compiled.templates[seen.stack.id]
    names = promoted_by(seen.before, text)
    have = seen.definition or definition_of(compiled.manifest, stack, text, {}, "")
    if seen.status == "UPDATE_ROLLBACK_FAILED":
        skip = tuple(sorted({*names, *(name for name, _ in seen.stuck)}))
        yield ContinueRollback(place=seen.place, stack_id=seen.stack_id, skip=skip)
    if seen.is_there:
        yield Keep(place=seen.place, definition=keeping(have, seen.before, names), keeps=names)
        yield DeleteStack(
            place=seen.place,
            stack_id=seen.stack_id,
            deletes=tuple(one for one in seen.resources if one.logical_id not in names),
            keeps=tuple(one for one in seen.resources if one.logical_id in names),
        )
    promoted = replace(have, template=text, description=marked(have.description))
    definition = adopting(promoted, names)
    if via == "stacksets":
        if seen.instance is not None:
            yield LetGo(stack_set=stack.stack_set, place=seen.place)
        yield Redefine(definition=definition)
    found = {name: identifier_of(text, name) for name in names}
    yield from _made_of(seen, definition, found, via)


def _made_of(
    seen: Sighting, definition: Definition, found: Mapping[str, Identifier | None], via: Via
) -> Iterator[Step]:
    """Make a stack anew of resources that exist; *found*: by what AWS knows each, if it does."""
    yield Adopt(
        place=seen.place,
        stack_name=seen.stack.stack_set,
        definition=definition,
        resources={
            name: {one.property: one.value} for name, one in found.items() if one is not None
        },
    )
    if via == "stacksets":
        yield TakeIn(stack_set=seen.stack.stack_set, place=seen.place)


def _no_way(trouble: Trouble, detail: str) -> Finding:
    return Finding(
        code="SF558",
        where=at(*trouble.sighting.stack.component),
        detail=detail,
        way_out=f"See `stackferry recover FOLDER --stack {trouble.stack}` for what is possible.",
    )
