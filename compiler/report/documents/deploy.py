"""The document of `deploy`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from compiler.deploy.deploying import DeployResult
from compiler.deploy.outcome import Done, End, Failed, NeverStarted, Outcome, StillRunning
from compiler.deploy.path.walking import Walked, exit_code_of
from compiler.deploy.plan_file import SavedStep, SavedTransition
from compiler.deploy.saved_plan import saved_step, saved_transition
from compiler.manifest import Manifest
from compiler.report.documents.failures import FailedStack, failed_stacks
from compiler.report.documents.findings import FoundFinding, found
from compiler.report.failures import named
from spec.loaded import LoadedSpec

Ended: TypeAlias = Literal["done", "failed", "never started", "still running"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStack:
    """
    How a run ended for one stack.

    Attributes:
        stack: Its id, `<region>/<name>`.
        end: Whether it was brought about; `still running` where the run was stopped and AWS goes
            on.
        what: What was done, or was being done: `created`, `unchanged`, `creating`; empty where
            nothing was.
        started_seconds: How long after the beginning of the run it was begun with; null if it was
            not.
        ended_seconds: How long after the beginning of the run it ended, or the run did; null if it
            was not begun with.
        because: Ids of the stacks that it needs and that had failed; none unless it never started.
        outputs: The outputs of its stack; empty unless it was brought about.
    """

    stack: str
    end: Ended
    what: str
    started_seconds: float | None
    ended_seconds: float | None
    because: tuple[str, ...]
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBackStack:
    """
    A stack as AWS tells it after a run.

    Attributes:
        stack: Its id.
        account: The account in which it stands.
        region: The region in which it stands.
        status: In AWS's words, or `absent`.
    """

    stack: str
    account: str
    region: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedTransition:
    """
    How one transition went.

    Attributes:
        origin: The phase that it comes from; null if none stood.
        to: The phase that it leads to; the same where that one was brought up to date.
        is_done: Whether that phase stands.
        is_undoing: Whether it took the one before back, since an action of that one had to be.
        exit_code: What came of it.
        seconds: How long it took.
        beside: What was done beside the steps; null where there was no such plan.
        stacks: How it ended for each stack, and for each action.
    """

    origin: str | None
    to: str
    is_done: bool
    is_undoing: bool
    exit_code: int
    seconds: float
    beside: SavedTransition | None
    stacks: tuple[RunStack, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """
    What a deploy did.

    Where it led through several phases, what is told of steps and stacks is that of the last one.

    Attributes:
        command: The verb.
        version: Of the documents.
        folder: The compiled folder, as it was named.
        migration: Name and environment.
        exit_code: What the command ends with.
        findings: What kept it from starting.
        steps: The plan, in an order in which it could be done; none where there is none.
        is_started: Whether anything was done, or there was nothing to do.
        stopped: Why it stopped before its end: `interrupted`, or how it lost its lock; empty if it
            did not.
        seconds: How long it took.
        stacks: How it ended for each stack about which something was to be done.
        failures: What failed, each walked down to its cause.
        standing: What exists where, read back; empty unless it came to its end.
        lock: What kept the lock from being given back; empty if nothing did.
        transitions: Through which phases it led, in order.
    """

    folder: str
    migration: str
    exit_code: int
    findings: tuple[FoundFinding, ...]
    steps: tuple[SavedStep, ...]
    is_started: bool
    stopped: str
    seconds: float
    stacks: tuple[RunStack, ...]
    failures: tuple[FailedStack, ...]
    standing: tuple[ReadBackStack, ...]
    lock: str
    transitions: tuple[DeployedTransition, ...] = ()
    command: Literal["deploy"] = "deploy"
    version: Literal[1] = 1


def deployed(
    result: DeployResult,
    manifest: Manifest,
    loaded: LoadedSpec | None,
    *,
    folder: str,
    walked: tuple[Walked, ...] = (),
) -> Deployed:
    """
    Return the document about *result*.

    Args:
        result: Of `compiler.deploy.deploying.deploy`.
        manifest: What was compiled.
        loaded: The spec, where it is at hand.
        folder: The compiled folder, as it was named.
        walked: Every transition of the run; *result* is the last one's.
    """
    outcome = result.outcome or Outcome(ends={})
    return Deployed(
        folder=folder,
        migration=manifest.migration,
        exit_code=exit_code_of(walked) if walked else result.exit_code,
        findings=found(result.findings, manifest.spec_file, loaded),
        steps=tuple(saved_step(step) for step in result.plan.steps) if result.plan else (),
        is_started=result.outcome is not None,
        stopped=_stopped(outcome),
        seconds=round(outcome.took.total_seconds(), 3),
        stacks=tuple(_stack(id_, end, outcome) for id_, end in outcome.ends.items()),
        failures=failed_stacks(
            outcome,
            folder=named(folder, result.plan.via if result.plan else "stacksets"),
            home=manifest.target_region,
        ),
        standing=tuple(
            ReadBackStack(
                stack=one.stack,
                account=one.place.account,
                region=one.place.region,
                status=one.status,
            )
            for one in result.standing
        ),
        lock=result.lock,
        transitions=tuple(transition_of(one) for one in walked),
    )


def transition_of(walked: Walked) -> DeployedTransition:
    """Return what the document tells of one transition."""
    plan, outcome = walked.result.plan, walked.result.outcome or Outcome(ends={})
    return DeployedTransition(
        origin=walked.leg.origin,
        to=walked.leg.to,
        is_done=walked.is_done,
        is_undoing=walked.is_undoing,
        exit_code=walked.result.exit_code,
        seconds=round(outcome.took.total_seconds(), 3),
        beside=saved_transition(plan.transition) if plan and plan.transition else None,
        stacks=tuple(_stack(id_, end, outcome) for id_, end in outcome.ends.items()),
    )


def _stopped(outcome: Outcome) -> str:
    return "interrupted" if outcome.is_interrupted else outcome.stopped


def _stack(id_: str, end: End, outcome: Outcome) -> RunStack:
    started = outcome.started.get(id_)
    ended = None
    if started is not None:
        ended = started + end.took if isinstance(end, Done | Failed) else outcome.took
    words: dict[type, Ended] = {
        Done: "done",
        Failed: "failed",
        NeverStarted: "never started",
        StillRunning: "still running",
    }
    return RunStack(
        stack=id_,
        end=words[type(end)],
        what=end.what
        if isinstance(end, Done)
        else end.doing
        if isinstance(end, StillRunning)
        else "",
        started_seconds=None if started is None else round(started.total_seconds(), 3),
        ended_seconds=None if ended is None else round(ended.total_seconds(), 3),
        because=end.because if isinstance(end, NeverStarted) else (),
        outputs=dict(end.outputs) if isinstance(end, Done) else {},
    )
