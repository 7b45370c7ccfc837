"""The document of `status`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from compiler.deploy.lease import Holder
from compiler.deploy.observe import Refusal
from compiler.deploy.port import Operation
from compiler.deploy.status import StackStatus, State, Status
from compiler.manifest import Manifest
from compiler.report.documents.drifts import StackDrift, stack_drift
from compiler.report.documents.failures import FailedStack, failed_stack
from compiler.report.documents.findings import FoundFinding, found
from compiler.report.documents.locks import lock_time
from compiler.report.documents.orphans import OrphanStack, orphan_stacks
from compiler.report.documents.times import instant
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class StackInstance:
    """
    One stack of a stack set.

    Attributes:
        account: The account in which it stands.
        region: The region in which it stands.
        status: `CURRENT`, `OUTDATED` or `INOPERABLE`.
        detailed: What the last operation made of it, in StackSets' words; empty if not told.
        reason: AWS's sentence about it; empty if there is none.
        stack_id: ARN of the stack; empty as long as there is none.
        overrides: With --values: parameters that it has instead of its stack set's.
    """

    account: str
    region: str
    status: str
    detailed: str
    reason: str
    stack_id: str
    overrides: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningOperation:
    """
    An operation on a stack set that is not decided yet.

    Attributes:
        id: Its id; one of stackferry's begins with `stackferry-`.
        status: `RUNNING`, `QUEUED` or `STOPPING`.
        started: When AWS took it; null where AWS does not say.
        age: Seconds since then; null likewise.
    """

    id: str
    status: str
    started: str | None
    age: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingStack:
    """
    How one stack stands.

    Attributes:
        stack: Its id, `<region>/<name>`.
        stack_set: Name of its stack set.
        state: `as compiled`; `differs`: it stands, and is not what was compiled; `absent`: there is
            no stack yet; `at work`: an operation is dealing with it; `failed`: what was last tried
            failed; `unreadable`: AWS does not tell.
        reasons: In what it differs, or why it cannot be read.
        phase: The phase in which it took its form; empty if it is absent.
        changed: When a deploy last changed it; empty if it is absent.
        compiled_sha256: Digest of the template that was compiled.
        deployed_sha256: Digest of the template that its stack set has; empty if it is absent.
        instances: Its stacks, sorted by account and region.
        operation: The operation that is at work; null if none is.
        failure: Why it failed; null if it did not.
        values: With --values: the parameters of its stack set by name.
        drift: With --drift: what the last comparison with the templates found.
    """

    stack: str
    stack_set: str
    state: State
    reasons: tuple[str, ...]
    phase: str
    changed: str
    compiled_sha256: str
    deployed_sha256: str
    instances: tuple[StackInstance, ...]
    operation: RunningOperation | None
    failure: FailedStack | None
    values: Mapping[str, str]
    drift: tuple[StackDrift, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SomebodyAtWork:
    """
    Who is at work on a migration.

    Attributes:
        owner: The operator, `user@host`.
        run: Id of the run; empty for a lock that stackferry did not write.
        verb: What is being done.
        since: When it began; null for a lock that stackferry did not write.
        until: When the lease runs out unless it is renewed; null likewise.
        has_run_out: Whether that run died, so that who comes next takes the lock over.
    """

    owner: str
    run: str
    verb: str
    since: str | None
    until: str | None
    has_run_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationStatus:
    """
    How a migration stands.

    Attributes:
        command: The verb.
        version: Of the documents.
        migration: `<name>-<environment>`.
        exit_code: What the command ends with.
        phase: The phase whose compiled state it is compared with.
        region: Where its stack sets live.
        account: Whose they are.
        asked: When AWS was asked; null where there are findings.
        is_as_compiled: Whether AWS has what was compiled.
        is_settled: Whether nothing is at work.
        lock: Who holds the lock; null if nobody does, or if it cannot be read.
        stacks: In the order of the manifest; empty where there are findings.
        orphans: What the migration has although it is not compiled any more; no deploy touches it.
        orphans_refusal: Why AWS does not tell all of those; empty if it does.
        findings: What kept it from being told.
        standing: The phase that stands completely; null if none does, or where there are findings.
        begun: The phase after it in which some stacks are: the way there, or back from there, was
            not finished; null if there is no such.
    """

    migration: str
    exit_code: int
    phase: str
    region: str
    account: str
    asked: str | None
    is_as_compiled: bool
    is_settled: bool
    lock: SomebodyAtWork | None
    stacks: tuple[StandingStack, ...]
    orphans: tuple[OrphanStack, ...] = ()
    orphans_refusal: str = ""
    findings: tuple[FoundFinding, ...] = ()
    standing: str | None = None
    begun: str | None = None
    command: Literal["status"] = "status"
    version: Literal[1] = 1


def document(
    answer: Status | Refusal, manifest: Manifest, loaded: LoadedSpec | None, *, folder: str
) -> MigrationStatus:
    """
    Return what the document says about an *answer*.

    Args:
        answer: How the migration stands, or why that cannot be told.
        manifest: What was compiled.
        loaded: Its spec, where it is at hand.
        folder: The compiled folder as commands name it, `compiler.report.failures.named`.
    """
    if isinstance(answer, Status):
        return _status(answer, folder)
    return MigrationStatus(
        migration=manifest.migration,
        exit_code=answer.exit_code,
        phase=manifest.phase,
        region=manifest.target_region,
        account=manifest.target_account,
        asked=None,
        is_as_compiled=False,
        is_settled=False,
        lock=None,
        stacks=(),
        findings=found([answer.finding], manifest.spec_file, loaded),
    )


def _status(status: Status, folder: str) -> MigrationStatus:
    manifest = status.manifest
    return MigrationStatus(
        migration=manifest.migration,
        exit_code=status.exit_code,
        phase=manifest.phase,
        region=manifest.target_region,
        account=manifest.target_account,
        asked=instant(status.asked),
        is_as_compiled=status.is_as_compiled,
        is_settled=status.is_settled,
        lock=_holder(status.lock, status) if status.lock else None,
        stacks=tuple(_stack(one, status, folder) for one in status.stacks),
        orphans=orphan_stacks(status.orphans),
        orphans_refusal=status.orphans.refusal,
        standing=status.stands.phase if status.stands else None,
        begun=status.stands.begun if status.stands else None,
    )


def _holder(lock: Holder, status: Status) -> SomebodyAtWork:
    return SomebodyAtWork(
        owner=lock.owner,
        run=lock.run,
        verb=lock.verb,
        since=lock_time(lock, lock.since),
        until=lock_time(lock, lock.until),
        has_run_out=lock.has_run_out(status.asked),
    )


def _stack(one: StackStatus, status: Status, folder: str) -> StandingStack:
    return StandingStack(
        stack=one.stack.id,
        stack_set=one.stack.stack_set,
        state=one.state,
        reasons=one.reasons,
        phase=one.phase,
        changed=one.changed,
        compiled_sha256=one.stack.sha256,
        deployed_sha256=one.digest,
        instances=tuple(
            StackInstance(
                account=each.place.account,
                region=each.place.region,
                status=each.status,
                detailed=each.detailed,
                reason=each.reason,
                stack_id=each.stack_id,
                overrides=one.overrides.get(each.place, {}),
            )
            for each in one.instances
        ),
        operation=_operation(one.operation, status) if one.operation else None,
        failure=failed_stack(one.failure, folder=folder, home=status.manifest.target_region)
        if one.failure
        else None,
        values=one.values,
        drift=tuple(stack_drift(drift, one.stack) for drift in one.drift or ()),
    )


def _operation(operation: Operation, status: Status) -> RunningOperation:
    started = operation.started
    return RunningOperation(
        id=operation.id,
        status=operation.status,
        started=instant(started) if started else None,
        # Clocks differ.
        age=max(0.0, (status.asked - started).total_seconds()) if started else None,
    )
