"""The cutover as text: what it will do, what it is at, and where it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.phases import PHASES
from compiler.report.breaking import WIDEST, page
from compiler.report.durations import about, duration
from compiler.report.preview_text import changes_of
from compiler.report.terminal import visible
from compiler.report.transition_text import title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from compiler.deploy.cutover.allowance import Allowance
    from compiler.deploy.cutover.course import Outage
    from compiler.deploy.cutover.ending import Ending, Serving, Trouble, Why
    from compiler.deploy.cutover.foreseen import Foreseen
    from compiler.deploy.cutover.stages import Stage, Task
    from compiler.manifest import Gate, Manifest
    from spec.findings import Path

_SIGNS = {"create": "+", "update": "~", "delete": "-", "act": "*"}

WHY: dict[Why, str] = {
    "red gate": "A gate before {phase} stayed red, or could not be answered.",
    "failed step": "A step into {phase} failed.",
    "findings": "Something speaks against the plan of {phase}.",
    "undone": "An action of {phase} failed in a way after which it must be left at once.",
    "too little time": "The time left does not suffice to enter {phase}.",
    "stopped": "You stopped it before {phase} stood.",
    "locked": "Somebody else is at work on the migration, so {phase} was not entered.",
    "refused": "AWS refused to tell something that has to be known before {phase}.",
}
"""Why a cutover did not come to its end, in a sentence about the phase."""

SERVING: dict[Serving, str] = {
    "source": "The source serves, as before.",
    "target": "The target serves.",
    "nobody": "NOBODY IS SERVED: both sides are closed.",
    "unknown": "Whether somebody is served is not certain: a side may be open, or may not.",
}
"""Whom users reach, in a sentence."""


def announcement(
    stages: Sequence[Stage], allowance: Allowance, verified_by: Sequence[Gate], columns: int
) -> str:
    """
    Return the whole plan of a cutover: each transition, the gates between, and what it all takes.

    Args:
        stages: Its transitions.
        allowance: How long it needs, and may take.
        verified_by: The gates that are asked after the switch.
        columns: Where lines are broken.
    """
    return page(_announced(stages, allowance, verified_by), columns)


def foreseen_text(
    found: Sequence[Foreseen], locate: Callable[[Path], str] | None, columns: int
) -> str:
    """
    Return what CloudFormation says of the transitions of a cutover, as they stand now.

    Args:
        found: What it says.
        locate: Turns a place of the spec into `file:line`; without it no places are shown.
        columns: Where lines are broken.
    """
    if not any(one.plan.steps for one in found):
        return ""
    return page(_foreseen(found, locate), columns)


def allowance_lines(allowance: Allowance) -> Iterator[str]:
    """Yield how long a cutover is expected to take, part by part, and may take."""
    yield "For how long nobody is served, as expected:"
    wide = max((len(about(part.lasts)) for part in allowance.parts), default=0)
    for part in allowance.parts:
        yield f"  {about(part.lasts):>{wide}}  {part.what}"
    yield f"  {about(allowance.needed):>{wide}}  together; announced: {about(allowance.announced)}"


def clock_words(outage: Outage | None, allowance: Allowance, at: datetime) -> str:
    """Return how long nobody has been served, of how long at most; empty while somebody is."""
    if outage is None or outage.ended is not None:
        return ""
    return f"{duration(outage.lasted(at))} of at most {duration(allowance.limit)}"


def outage_lines(outage: Outage | None, allowance: Allowance, now: datetime) -> Iterator[str]:
    """Yield for how long nobody was served, and what was announced; nothing if not by this run."""
    if outage is None:
        return
    lasted, announced = duration(outage.lasted(now)), duration(allowance.announced)
    since = f"{outage.began:%H:%M:%S} UTC"
    if outage.ended is None:
        yield f"Nobody has been served since {since}: {lasted}; announced: {announced}."
    else:
        yield (
            f"Nobody was served from {since} to {outage.ended:%H:%M:%S} UTC: {lasted}; announced: "
            f"{announced}."
        )
    if outage.is_earlier:
        yield (
            "An earlier run closed the source; that is counted from when its access stacks took "
            "their form."
        )


def back_text(trouble: Trouble, columns: int) -> str:
    """Return that the fence is taken back, and why."""
    return page((*_why(trouble), "So the fence is taken back; nothing is lost by that."), columns)


def ending_text(  # noqa: PLR0913 -- each is a part of what is told
    ending: Ending,
    outage: Outage | None,
    allowance: Allowance,
    manifest: Manifest,
    now: datetime,
    *,
    columns: int = WIDEST,
) -> str:
    """
    Return where a cutover ended, whom that serves, and what can be done from there.

    Args:
        ending: Where it ended.
        outage: For how long nobody was served.
        allowance: How long it may have taken.
        manifest: What was compiled.
        now: The time.
        columns: Where lines are broken.
    """
    return page(_ended(ending, outage, allowance, manifest, now), columns)


def _announced(
    stages: Sequence[Stage], allowance: Allowance, verified_by: Sequence[Gate]
) -> Iterator[str]:
    for stage in stages:
        if stage.gates and not stage.leg.is_resumed:
            until = (
                "asked until they are green or time runs short"
                if stage.is_asked_on_the_clock
                else "asked before the clock starts"
            )
            yield f"Gates of {stage.leg.origin}, {until}:"
            yield from _gates(stage.gates)
            yield ""
        yield f"{title_of(stage.leg)}. It takes about {about(stage.lasts)}."
        yield f"Way back from {stage.leg.to}: {PHASES[stage.leg.to].way_back}"
        for task in stage.tasks:
            yield from _task(task)
        yield ""
    yield "Then users are served by the target, and that is verified:"
    yield from _gates(verified_by)
    yield ""
    yield from allowance_lines(allowance)
    yield ""
    yield (
        "Until promote, what goes wrong or takes too long is taken back by itself: the source opens"
        " again. After it nothing is undone by itself; it stops, and says how to go on."
    )


def _foreseen(found: Sequence[Foreseen], locate: Callable[[Path], str] | None) -> Iterator[str]:
    yield ""
    yield "What CloudFormation says of it, asked of what stands now:"
    for one in found:
        for step in one.plan.steps:
            yield f"  {one.leg.to}, {step.stack.id}: {step.action}"
            for preview in step.previews:
                for line in changes_of(step.stack, preview, locate):
                    yield f"    {line}"
                if not (preview.changes or preview.refusal):
                    yield "    no resource changes"
                if preview.refusal:
                    yield f"    it does not tell all: {visible(preview.refusal)}"


def _gates(gates: Sequence[Gate]) -> Iterator[str]:
    for gate in gates:
        yield f"  ? {' '.join(word for word in (gate.kind, gate.key, gate.region) if word)}"
    if not gates:
        yield "  no gate"


def _task(task: Task) -> Iterator[str]:
    what = task.says or task.work
    if task.touches:
        what = f"{what} {', '.join(task.touches)}"
    yield f"  {_SIGNS[task.work]} {task.node}: {what}; about {about(task.lasts)}"


def _ended(
    ending: Ending,
    outage: Outage | None,
    allowance: Allowance,
    manifest: Manifest,
    now: datetime,
) -> Iterator[str]:
    name = manifest.migration
    yield f"{name} {ending.stands}." if ending.stands else f"Where {name} stands is not known."
    yield SERVING[ending.serving]
    if ending.trouble is not None:
        yield from _why(ending.trouble)
    if ending.is_undone:
        yield "The fence was taken back; nothing is lost."
    yield from outage_lines(outage, allowance, now)
    yield ""
    for choice in ending.choices:
        yield choice.says
        if choice.command:
            yield f"    $ {choice.command}"


def _why(trouble: Trouble) -> Iterator[str]:
    yield WHY[trouble.why].format(phase=trouble.phase)
    if trouble.says:
        yield trouble.says
