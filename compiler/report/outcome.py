"""An outcome as text: what exists where, what failed and why, and what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.outcome import Done, NeverStarted, Outcome, StillRunning
from compiler.deploy.ways_out import FOLDER, HOME
from compiler.report.failures import Locate, failure_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from compiler.deploy.run import DeployResult, DestroyResult


def deployed_text(result: DeployResult, locate: Locate, folder: str = FOLDER) -> str:
    """
    Return how a deploy ended.

    Args:
        result: Of `compiler.deploy.run.deploy`, with an outcome.
        locate: Tells where in the spec a path stands.
        folder: The compiled folder, for the commands to type next.
    """
    return "".join(f"{line}\n" for line in _deployed(result, locate, folder))


def destroyed_text(result: DestroyResult, locate: Locate, folder: str = FOLDER) -> str:
    """Return how a destroy ended; the arguments are as for `deployed_text`."""
    return "".join(f"{line}\n" for line in _destroyed(result, locate, folder))


def duration(took: timedelta) -> str:
    """Return *took* for people: `0.4 s`, `41 s`, `12 m 05 s`, `1 h 02 m`."""
    seconds = took.total_seconds()
    if seconds < 10:  # below that, tenths matter  # noqa: PLR2004 -- below that, tenths matter
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_left:02} m"
    return f"{minutes} m {rest:02} s" if minutes else f"{rest} s"


def _deployed(result: DeployResult, locate: Locate, folder: str) -> Iterator[str]:
    outcome = result.outcome
    if outcome is None:
        return
    for failure in outcome.failures:
        yield from failure_lines(failure, locate, folder=folder, home=_home(result))
    yield from _unfinished(outcome, "deploy")
    if result.standing:
        yield "What exists where, read back from AWS:"
        yield ""
        wide = max(len(one.stack) for one in result.standing)
        for one in result.standing:
            took = f"  {duration(one.took)}" if one.took is not None else ""
            yield f"  {one.stack:{wide}}  {one.place.account}  {one.status}{took}"
        yield ""
    if outcome.is_interrupted:
        return
    if outcome.failures:
        yield f"Failed after {duration(outcome.took)}. The same deploy again goes on from here."
    elif outcome.ends:
        yield f"Done in {duration(outcome.took)}."
    else:
        yield "Nothing to do: AWS has what was compiled."


def _destroyed(result: DestroyResult, locate: Locate, folder: str) -> Iterator[str]:
    outcome = result.outcome
    if outcome is None:
        return
    for failure in outcome.failures:
        yield from failure_lines(failure, locate, folder=folder, home=_home(result))
    yield from _unfinished(outcome, "destroy")
    yield from _what_stays(outcome)
    if outcome.is_interrupted:
        return
    if result.findings:
        yield "Whether anything is left could not be read."
    elif result.left:
        yield "Still there:"
        for one in result.left:
            yield f"  {one.stack}: {one.what}"
    else:
        yield "Looked once more: no stack set and no stack of this migration is left."
    yield f"{'Failed after' if result.exit_code else 'Done in'} {duration(outcome.took)}."


def _what_stays(outcome: Outcome) -> Iterator[str]:
    deleted = {id_: end for id_, end in outcome.ends.items() if isinstance(end, Done)}
    groups = (
        (
            "Retained on purpose, since what they hold cannot be made again:",
            [(id_, one) for id_, end in deleted.items() for one in end.left],
        ),
        (
            "A final snapshot was left of:",
            [(id_, one) for id_, end in deleted.items() for one in end.snapshots],
        ),
    )
    for heading, resources in groups:
        if resources:
            yield heading
            for id_, resource in resources:
                yield f"  {resource.physical_id} ({resource.type}, of {id_})"
            yield ""


def _home(result: DeployResult | DestroyResult) -> str:
    return result.plan.manifest.target_region if result.plan else HOME


def _unfinished(outcome: Outcome, verb: str) -> Iterator[str]:
    stopped = {
        id_: end.because
        for id_, end in outcome.ends.items()
        if isinstance(end, NeverStarted) and end.because
    }
    for id_, because in stopped.items():
        yield f"{id_} was not started, since it needs {', '.join(because)}"
    if stopped:
        yield ""
    if not outcome.is_interrupted:
        return
    yield "Interrupted. AWS goes on with what was started:"
    running = {id_: end for id_, end in outcome.ends.items() if isinstance(end, StillRunning)}
    for id_, end in running.items():
        yield f"  {id_} ({end.doing})"
    if not running:
        yield "  nothing"
    yield f"Run the same {verb} again to go on: nothing is started twice."
