"""An outcome as text: what exists where, what failed and why, and what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.outcome import NeverStarted, Outcome, StillRunning
from compiler.deploy.ways_out import FOLDER, HOME
from compiler.report.breaking import WIDEST, page
from compiler.report.durations import duration
from compiler.report.failures import Locate, failure_lines
from compiler.report.removal_text import stays_lines
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.deploy.deploying import DeployResult, Standing
    from compiler.deploy.destroying import DestroyResult


def deployed_text(
    result: DeployResult,
    locate: Locate,
    folder: str = FOLDER,
    *,
    again: str = "",
    columns: int = WIDEST,
) -> str:
    """
    Return how a deploy ended.

    Args:
        result: Of `compiler.deploy.deploying.deploy`, with an outcome.
        locate: Tells where in the spec a path stands.
        folder: The compiled folder as commands name it, `compiler.report.failures.named`.
        again: What was typed, for a run that is to be continued.
        columns: Where lines are broken; names, and commands to be copied, are not.
    """
    command = again or f"stackferry deploy {folder}"
    return page(_deployed(result, locate, folder, command), columns)


def destroyed_text(
    result: DestroyResult,
    locate: Locate,
    folder: str = FOLDER,
    *,
    again: str = "",
    columns: int = WIDEST,
) -> str:
    """Return how a destroy ended; the arguments are as for `deployed_text`."""
    command = again or f"stackferry destroy {folder}"
    return page(_destroyed(result, locate, folder, command), columns)


def _deployed(result: DeployResult, locate: Locate, folder: str, again: str) -> Iterator[str]:
    outcome = result.outcome
    if result.lock:
        yield result.lock
    if outcome is None:
        return
    for failure in outcome.failures:
        yield from failure_lines(failure, locate, folder=folder, home=_home(result))
    yield from _unfinished(outcome, again)
    if result.standing:
        yield from _standing(result.standing)
        yield ""
    transition = result.plan.transition if result.plan else None
    if transition is not None and transition.removals.steps:
        yield from stays_lines(outcome, transition.removals)
    if not outcome.is_whole:
        return
    if outcome.failures:
        yield f"Failed after {duration(outcome.took)}. {_continued(result.standing)}"
    elif outcome.ends:
        yield f"Done in {duration(outcome.took)}."
    else:
        yield "Nothing to do: AWS has what was compiled."


def _continued(standing: Sequence[Standing]) -> str:
    if any(one.status.startswith("INOPERABLE") for one in standing):
        # A deploy refuses as long as there is one.
        return "See to what is INOPERABLE first; the same deploy then goes on from here."
    return "The same deploy again goes on from here."


def _destroyed(result: DestroyResult, locate: Locate, folder: str, again: str) -> Iterator[str]:
    outcome = result.outcome
    if result.lock:
        yield result.lock
    if outcome is None:
        return
    for failure in outcome.failures:
        yield from failure_lines(failure, locate, folder=folder, home=_home(result))
    yield from _unfinished(outcome, again)
    yield from stays_lines(outcome, result.plan)
    if not outcome.is_whole:
        return
    if result.findings:
        yield "Whether anything is left could not be read."
    elif result.left:
        yield "Still there:"
        for one in result.left:
            yield f"  {one.stack}: {one.what}"
    else:
        yield "Looked once more: no stack set, no stack and no lock of this migration is left."
    yield f"{'Failed after' if result.exit_code else 'Done in'} {duration(outcome.took)}."


def _standing(standing: Sequence[Standing]) -> Iterator[str]:
    """Yield where each stack stands; an account that they share is said once."""
    accounts = {one.place.account for one in standing}
    all_in = f", all in {min(accounts)}" if len(accounts) == 1 else ""
    yield f"What exists where, read back from AWS{all_in}:"
    yield ""
    wide = max(len(one.stack) for one in standing)
    for one in standing:
        account = "" if all_in else f"{one.place.account}  "
        took = f"  {duration(one.took)}" if one.took is not None else ""
        yield f"  {one.stack:{wide}}  {account}{visible(one.status)}{took}"


def _home(result: DeployResult | DestroyResult) -> str:
    return result.plan.manifest.target_region if result.plan else HOME


def _unfinished(outcome: Outcome, again: str) -> Iterator[str]:
    stopped = {
        id_: end.because
        for id_, end in outcome.ends.items()
        if isinstance(end, NeverStarted) and end.because
    }
    for id_, because in stopped.items():
        yield f"{id_} was not started, since it needs {', '.join(because)}"
    if stopped:
        yield ""
    if outcome.is_whole:
        return
    why = f"Stopped: {outcome.stopped}. Nothing new was started." if outcome.stopped else ""
    yield f"{why or 'Interrupted.'} AWS goes on with what was started:"
    running = {id_: end for id_, end in outcome.ends.items() if isinstance(end, StillRunning)}
    for id_, end in running.items():
        yield f"  {id_} ({end.doing})"
    if not running:
        yield "  nothing"
    yield f"To go on: {again}"
    yield "Nothing is started twice."
