"""
How a migration stands: what AWS has of each stack, beside what was compiled.

Needs the manifest and credentials, no template and no lock, and only reads. What cannot be read of
one stack is told of that stack; the others are told all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from compiler.deploy.attached import without_attached
from compiler.deploy.exit_codes import DONE, FINDINGS, REFUSED
from compiler.deploy.lease import holder_of
from compiler.deploy.observe import Refusal, account_refusal, is_gone, look
from compiler.deploy.orphans import NO_ORPHANS, Orphans, orphans
from compiler.deploy.otherwise import OtherWay, standing_otherwise
from compiler.deploy.port import Aws, AwsBusyError, AwsError, Operation
from compiler.deploy.walk import failed_operation
from compiler.deploy.wanted import (
    PHASE,
    TIMESTAMP,
    definition_of,
    differences,
    digest_of,
    mark_of,
    place_of,
)
from compiler.manifest import FromOutput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime, timedelta

    from compiler.deploy.answers import Drift
    from compiler.deploy.clock import Clock
    from compiler.deploy.flow import Pool
    from compiler.deploy.folder import Compiled
    from compiler.deploy.lease import Holder
    from compiler.deploy.outcome import Failure
    from compiler.deploy.path.standing import Standing
    from compiler.deploy.plan import Seen
    from compiler.deploy.port import Definition, Instance, Place
    from compiler.manifest import Manifest, Stack

State: TypeAlias = Literal["as compiled", "differs", "absent", "at work", "failed", "unreadable"]
"""
`differs`: it stands, and is not what was compiled. `absent`: there is no stack yet. `at work`: an
operation is dealing with it. `failed`: what was last tried failed. `unreadable`: AWS does not tell.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackStatus:
    """
    How one stack stands.

    Attributes:
        stack: The stack.
        state: In a word.
        reasons: In what it differs, or why it cannot be read, in the operator's words.
        phase: The phase in which it took its form; empty if there is none.
        changed: When a deploy last changed it, as its tag says; empty if there is none.
        digest: SHA-256 of the template that its stack set has; empty if there is none.
        instances: Its stacks, sorted by place.
        operation: The operation that is at work.
        failure: Why it failed, as far down as AWS tells.
        values: The parameters of its stack set by name; only where it was asked for.
        overrides: What single stacks have instead, by place; only where it was asked for.
        drift: What the last comparison with the templates found; `None` if it was not asked for.
        is_busy: Whether it is unreadable only because AWS was busy or out of reach.
        is_gone: Whether it is absent because somebody deleted it past its stack set.
    """

    stack: Stack
    state: State
    reasons: tuple[str, ...] = ()
    phase: str = ""
    changed: str = ""
    digest: str = ""
    instances: tuple[Instance, ...] = ()
    operation: Operation | None = None
    failure: Failure | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[Place, Mapping[str, str]] = field(default_factory=dict)
    drift: tuple[Drift, ...] | None = None
    is_busy: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """
    How a migration stands.

    Attributes:
        manifest: What was compiled.
        asked: When AWS was asked.
        stacks: In the order of the manifest.
        lock: Who holds the lock; `None` if nobody does.
        lock_refusal: Why AWS does not tell who holds it; empty if it does.
        orphans: What the migration has although it is not compiled any more.
        stands: Where it stands on its way; `None` if that was not asked.
    """

    manifest: Manifest
    asked: datetime
    stacks: tuple[StackStatus, ...]
    lock: Holder | None = None
    lock_refusal: str = ""
    orphans: Orphans = NO_ORPHANS
    stands: Standing | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is at work, and nobody who could go on with the next stack."""
        lock = self.lock
        if lock is not None and lock.run and not lock.has_run_out(self.asked):
            return False
        return not any(one.state == "at work" or one.is_busy for one in self.stacks)

    @property
    def is_as_compiled(self) -> bool:
        """Whether AWS has what was compiled."""
        return all(one.state == "as compiled" for one in self.stacks)

    @property
    def exit_code(self) -> int:
        """0 all as compiled, 1 something differs, 3 AWS did not tell all."""
        if any(one.state == "unreadable" for one in self.stacks):
            return REFUSED
        return DONE if self.is_as_compiled else FINDINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    What is to be told beyond the states.

    Attributes:
        drift: What the last comparison with the templates found.
        values: The parameters that single stacks have of their own.
        compiled: The templates; with them, what another stack adds to a group is no drift.
    """

    drift: bool = False
    values: bool = False
    compiled: Compiled | None = None


_GONE = "it was deleted past its stack set; `stackferry recover` shows the way back"

STATES = Question()
"""Nothing beyond the states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What AWS told of one stack."""

    seen: Seen
    operation: Operation | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[Place, Mapping[str, str]] = field(default_factory=dict)
    drift: tuple[Drift, ...] | None = None
    is_gone: bool = False


def status(  # noqa: PLR0913 -- each is a part of the world
    aws: Aws,
    manifest: Manifest,
    pool: Pool,
    clock: Clock,
    question: Question = STATES,
    *,
    other: OtherWay | None = None,
    stands: Standing | None = None,
    whole: Manifest | None = None,
) -> Status | Refusal:
    """
    Ask AWS how the migration stands.

    Returns:
        How it stands; or why there is no telling: credentials of another account, or none that AWS
        takes; or it stands the other way.

    Args:
        aws: Whom to ask.
        manifest: What was compiled.
        pool: Makes the calls.
        clock: Tells the time.
        question: What is to be told beyond the states.
        other: The way that was not asked for: what stands that way is not called absent.
        stands: Where the migration stands on its way.
        whole: Every stack that was compiled for any phase; *manifest* has them all unless given.
    """
    refusal = account_refusal(aws, manifest)
    if refusal is not None:
        return refusal
    lock = pool.submit(partial(_lock, aws, manifest))
    beside = pool.submit(partial(orphans, aws, whole or manifest))
    calls = {
        stack.id: pool.submit(partial(_read, aws, stack, question)) for stack in manifest.stacks
    }
    read = {id_: call.result() for id_, call in calls.items()}
    told = [one.seen for one in read.values() if isinstance(one, _Read)]
    if len(told) == len(read):
        for finding in standing_otherwise(aws, manifest, other, told):
            return Refusal(exit_code=FINDINGS, finding=finding)
    outputs = {
        id_: found.seen.outputs
        for id_, found in read.items()
        if isinstance(found, _Read) and found.seen.outputs is not None
    }
    # After the answers: reading many stacks takes its time, and ages must not be negative.
    now = clock.now()
    stood = [_stand(manifest, stack, read[stack.id], outputs) for stack in manifest.stacks]
    causes = {
        one.stack.id: pool.submit(partial(_cause, aws, one, read[one.stack.id]))
        for one in stood
        if one.state == "failed"
    }
    holder, lock_refusal = lock.result()
    return Status(
        manifest=manifest,
        asked=now,
        lock=holder,
        lock_refusal=lock_refusal,
        orphans=beside.result(),
        stands=stands,
        stacks=tuple(
            causes[one.stack.id].result() if one.stack.id in causes else one for one in stood
        ),
    )


def until_settled(
    ask: Callable[[], Status | Refusal], clock: Clock, every: timedelta
) -> Iterator[Status | Refusal]:
    """
    Yield how a migration stands, again and again until nothing is at work.

    Args:
        ask: Asks AWS.
        clock: Lets the time between two looks pass.
        every: How long that is.
    """
    while True:
        answer = ask()
        yield answer
        if isinstance(answer, Refusal) or answer.is_settled:
            return
        clock.sleep(every)


def _lock(aws: Aws, manifest: Manifest) -> tuple[Holder | None, str]:
    try:
        return holder_of(aws, manifest), ""
    except AwsError as error:
        return None, f"AWS refused {error}"


def _read(aws: Aws, stack: Stack, question: Question) -> _Read | AwsError:
    try:
        seen = look(aws, stack)
        if seen.definition is None:
            return _Read(seen=seen)
        return _Read(
            seen=seen,
            operation=aws.last_operation(stack.stack_set),
            values=seen.definition.parameters if question.values else {},
            overrides={
                one.place: aws.overrides(stack.stack_set, one.place) for one in seen.instances
            }
            if question.values
            else {},
            drift=tuple(
                without_attached(question.compiled, stack, one)
                for one in aws.drift(stack.stack_set)
            )
            if question.drift
            else None,
            is_gone=is_gone(aws, stack, seen),
        )
    except AwsError as error:
        return error


def _stand(
    manifest: Manifest,
    stack: Stack,
    read: _Read | AwsError,
    outputs: Mapping[str, Mapping[str, str]],
) -> StackStatus:
    if isinstance(read, AwsError):
        return StackStatus(
            stack=stack,
            state="unreadable",
            reasons=(f"AWS refused {read}",),
            is_busy=isinstance(read, AwsBusyError),
        )
    have = read.seen.definition
    if have is None:
        return StackStatus(stack=stack, state="absent", reasons=("there is no stack set",))
    reasons = tuple(_reasons(manifest, stack, have, read.seen, outputs))
    if read.is_gone:
        reasons = (_GONE, *reasons)
    operation = read.operation if read.operation and read.operation.is_unfinished else None
    return StackStatus(
        stack=stack,
        state=_state(read, operation, reasons),
        reasons=reasons,
        phase=have.tags.get(PHASE, ""),
        changed=have.tags.get(TIMESTAMP, ""),
        digest=digest_of(have.template, stack.sha256),
        instances=tuple(
            one for one in read.seen.instances if not read.is_gone or one.place != place_of(stack)
        ),
        is_gone=read.is_gone,
        operation=operation,
        values=read.values,
        overrides={place: own for place, own in read.overrides.items() if own},
        drift=read.drift,
    )


def _state(read: _Read, operation: Operation | None, reasons: tuple[str, ...]) -> State:
    seen = read.seen
    if operation or any(one.is_unfinished for one in seen.instances):
        return "at work"
    if not all(one.is_current for one in seen.instances):
        return "failed"
    if read.is_gone or not seen.instances:
        return "absent"
    return "differs" if reasons else "as compiled"


def _reasons(
    manifest: Manifest,
    stack: Stack,
    have: Definition,
    seen: Seen,
    outputs: Mapping[str, Mapping[str, str]],
) -> Iterator[str]:
    if not have.description.startswith(mark_of(manifest, stack)):
        yield "the stack set of that name was not made for this migration"
    values: dict[str, str] = {}
    for name, source in stack.parameters.items():
        known = (
            outputs.get(source.stack, {}).get(source.output)
            if isinstance(source, FromOutput)
            # What was looked up once is kept, see `compiler.deploy.plan.lookups`.
            else have.parameters.get(name)
        )
        if known is not None:
            values[name] = known
    is_same = digest_of(have.template, stack.sha256) == stack.sha256
    wanted = definition_of(manifest, stack, have.template if is_same else "", values, "")
    yield from differences(wanted, frozenset(stack.parameters) - frozenset(values), have)
    if not seen.instances:
        yield "its stack set has no stack"
    elif seen.instance(place_of(stack)) is None:
        yield f"it does not stand in {stack.account}"


def _cause(aws: Aws, one: StackStatus, read: _Read | AwsError) -> StackStatus:
    """Return *one* with the cause of its failure."""
    worst = next(instance for instance in one.instances if not instance.is_current)
    last = read.operation if isinstance(read, _Read) else None
    try:
        operation = (
            aws.operation(one.stack.stack_set, last.id)
            if last
            else Operation(id="", status="FAILED")
        )
        failed = failed_operation(aws, one.stack, operation, worst)
    except AwsError as error:
        return replace(one, reasons=(*one.reasons, f"AWS refused {error}"))
    return replace(one, failure=failed.failure)
