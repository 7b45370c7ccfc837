"""
Doing an action, or taking it back, as a job of a run; and saying beforehand what is to be done.

What is done is looked for in AWS first, so a run after one that died goes on where that one was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.actions.asked import Asked, MustUndo, Problem
from compiler.deploy.actions.kinds import (
    KINDS,
    UNDOABLE,
    describe,
    describe_undo,
    expected,
)
from compiler.deploy.causes import translate
from compiler.deploy.facts import facts_of, missing, stacks_read
from compiler.deploy.observe import look
from compiler.deploy.outcome import Done, Failed, Failure
from compiler.deploy.patience import answered
from compiler.deploy.port import AwsError, Place
from compiler.deploy.wanted import place_of
from compiler.deploy.ways_out import FOLDER, About

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from datetime import datetime, timedelta

    from compiler.deploy.actions.asked import Verifying
    from compiler.deploy.actions.port import Actions
    from compiler.deploy.clock import Clock
    from compiler.deploy.flow import Job
    from compiler.deploy.plan import Seen
    from compiler.deploy.port import Aws
    from compiler.manifest import Action, Manifest, Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Performing:
    """
    What does actions.

    Attributes:
        port: Whom actions ask.
        aws: Whom a deploy asks: for facts that are outputs of stacks, and to empty buckets.
        clock: Tells the time.
    """

    port: Actions
    aws: Aws
    clock: Clock

    def says(self, action: Action, *, is_undone: bool = False) -> str:
        """Say what doing *action*, or taking it back, does; empty if it does nothing."""
        return describe_undo(action) if is_undone else describe(action)

    def lasts(self, action: Action) -> timedelta:
        """Return how long *action* is expected to take."""
        return expected(action)

    def start(self, action: Action, manifest: Manifest, *, is_undone: bool = False) -> Job:
        """
        Return the job that does *action*, or takes it back.

        It is looked for first, done, and seen to be done. The end is `Done`, with what was done in
        two or three words, `unchanged` if it was done before; `Failed`; or `MustUndo`.

        Args:
            action: The action.
            manifest: The state that has it; the stacks that it comes after must stand.
            is_undone: Whether it is taken back.
        """
        again = _again(manifest, is_undone=is_undone)
        try:
            end = yield from (_undo if is_undone else _do)(self, manifest, action)
        except AwsError as error:
            return _refused(action, error, again)
        return _failed(action, end, again) if isinstance(end, Problem) else Done(what=end)


def is_done(
    action: Action, facts: Mapping[str, str], performing: Performing, manifest: Manifest
) -> bool:
    """
    Tell whether there is nothing left to do about an action whose *facts* are known. Only reads.

    Raises:
        AwsError: AWS refused to tell.
    """
    seen = {id_: look(performing.aws, _stack(manifest, id_)) for id_ in action.after}
    since = _since(performing, manifest, seen)
    return KINDS[action.kind].is_done(_asked(performing, manifest, action, facts, since))


def _do(performing: Performing, manifest: Manifest, action: Action) -> Verifying:
    asked = yield from _ask(performing, manifest, action)
    if isinstance(asked, Problem):
        return asked
    kind = KINDS[action.kind]
    if (yield from answered(partial(kind.is_done, asked), "looking")):
        return "unchanged"
    begun = yield from kind.do(asked)
    if isinstance(begun, Problem):
        return begun
    end = yield from kind.verify(asked)
    return end if isinstance(end, Problem) else begun or end


def _undo(performing: Performing, manifest: Manifest, action: Action) -> Verifying:
    undoable = UNDOABLE.get(action.kind)
    if undoable is None:
        return "nothing to take back"
    asked = yield from _ask(performing, manifest, action)
    if isinstance(asked, Problem):
        return asked
    return (yield from undoable.undo(asked))


def _ask(
    performing: Performing, manifest: Manifest, action: Action
) -> Generator[str, None, Asked | Problem]:
    """Learn what has to be known for an action, from the stacks as they stand now."""
    looked: dict[str, Seen | AwsError] = {}
    for id_ in sorted({*action.after, *stacks_read((action.facts,))}):
        stack = _stack(manifest, id_)
        try:
            looked[id_] = yield from answered(partial(look, performing.aws, stack), "looking")
        except AwsError as error:
            looked[id_] = error
    facts = facts_of(action.facts, manifest, looked)
    unknown = {
        **{
            id_: why for id_ in action.after if (why := missing(_stack(manifest, id_), looked[id_]))
        },
        **{name: fact.reason for name, fact in facts.items() if fact.value is None},
        **{
            name: f"the manifest does not say {name}; compile again"
            for name in KINDS[action.kind].needs
            if name not in facts
        },
    }
    if unknown:
        return _unknown(action, unknown)
    seen = {id_: one for id_, one in looked.items() if not isinstance(one, AwsError)}
    after = {id_: seen[id_] for id_ in action.after if id_ in seen}
    since = yield from answered(partial(_since, performing, manifest, after), "looking")
    values = {name: fact.value for name, fact in facts.items() if fact.value is not None}
    return _asked(performing, manifest, action, values, since)


def _since(performing: Performing, manifest: Manifest, seen: Mapping[str, Seen]) -> datetime | None:
    """Return when the last of these stacks took its present form."""
    formed = []
    for id_, one in sorted(seen.items()):
        instance = one.instance(place_of(_stack(manifest, id_)))
        if instance is not None and instance.stack_id:
            at = performing.port.formed(instance.place, instance.stack_id)
            formed.extend([at] if at is not None else [])
    return max(formed, default=None)


def _asked(
    performing: Performing,
    manifest: Manifest,
    action: Action,
    facts: Mapping[str, str],
    since: datetime | None,
) -> Asked:
    return Asked(
        action=action,
        place=Place(account=action.account, region=action.region),
        facts=facts,
        migration=manifest.migration,
        phase=manifest.phase,
        target_region=manifest.target_region,
        since=since,
        port=performing.port,
        aws=performing.aws,
        clock=performing.clock,
    )


def _stack(manifest: Manifest, id_: str) -> Stack:
    return next(stack for stack in manifest.stacks if stack.id == id_)


def _unknown(action: Action, unknown: Mapping[str, str]) -> Problem:
    why = "; ".join(dict.fromkeys(reason for _, reason in sorted(unknown.items())))
    return Problem(
        code="SF620",
        reason=f"To {describe(action)}, something is not known: {why}.",
        way_out="Bring the stacks that it is read from into their form, and run this again.",
    )


def _failed(action: Action, problem: Problem, again: str) -> Failed:
    failure = replace(
        _failure(action, problem.code, problem.reason, problem.way_out, again), is_said_by_aws=False
    )
    return MustUndo(failure=failure) if problem.must_undo else Failed(failure=failure)


def _refused(action: Action, error: AwsError, again: str) -> Failed:
    cause = translate(
        error.reason,
        code=error.code,
        about=About(account=action.account, region=action.region),
    )
    # What goes on once a cause was corrected is a deploy there, and here this transition.
    is_again = cause.next_command == f"stackferry deploy {FOLDER}"
    return Failed(
        failure=_failure(
            action,
            cause.code,
            f"{error.call}: {error.reason}",
            cause.way_out,
            again if is_again else cause.next_command,
        )
    )


def _failure(action: Action, code: str, reason: str, way_out: str, next_command: str) -> Failure:
    return Failure(
        stack=action.node,
        place=Place(account=action.account, region=action.region),
        stack_set="",
        operation="",
        stack_id="",
        resource="",
        type="",
        reason=reason,
        code=code,
        way_out=way_out,
        path=action.component,
        next_command=next_command,
    )


def _again(manifest: Manifest, *, is_undone: bool) -> str:
    if is_undone:
        return f"stackferry rollback {FOLDER}"
    return f"stackferry deploy {FOLDER} --to {manifest.phase}"
