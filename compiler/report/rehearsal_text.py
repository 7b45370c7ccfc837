"""How a rehearsal went, as a table: each phase with its gates, its door and how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.phases import ORDER, PHASES
from compiler.report.breaking import broken, page
from compiler.report.durations import about, duration
from compiler.report.gate_text import words_of
from compiler.report.terminal import visible, width
from compiler.report.transition_text import DOORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.cutover.ending import Ending
    from compiler.rehearsal.course import Rehearsed, Stage

_PHASE = 11
"""Columns of a phase's name, with the space behind it."""

_TIMES = 30
"""Columns of the three times."""

_WIDEST = 100


def rehearsal_text(rehearsed: Rehearsed, *, file: str, columns: int) -> str:
    """
    Return how a rehearsal went: a table, and what that comes to.

    Args:
        rehearsed: How it went.
        file: What was measured was written to it; empty if it was not.
        columns: How wide the terminal is.
    """
    wide = min(columns, _WIDEST)
    table = "".join(f"{line}\n" for line in _table(rehearsed, wide))
    return table + page(_end(rehearsed, file), columns)


def _table(rehearsed: Rehearsed, columns: int) -> Iterator[str]:
    yield f"The way of {rehearsed.migration}, phase by phase"
    yield ""
    yield _row("phase", "done", ("gates", "steps", "in AWS"), columns)
    for stage in rehearsed.stages:
        yield _row(stage.to, _did(stage), _times(stage), columns)
        for one in stage.asked.evidence.answers if stage.asked else ():
            told = f"{words_of(one)}: {one.measured}"
            yield _cut(f"{' ' * _PHASE}{one.verdict:8}{visible(told)}", columns)
        for kind in _unasked(rehearsed, stage):
            yield _cut(f"{' ' * _PHASE}{'-':8}{visible(kind)}: not asked in a rehearsal", columns)
        if stage.origin is not None and (door := _door(stage)):
            yield f"{' ' * _PHASE}door:   {door}"


def _row(name: str, done: str, times: tuple[str, str, str], columns: int) -> str:
    told = "".join(f"{one:>{_TIMES // 3}}" for one in times)
    room = columns - _TIMES - _PHASE
    first, *others = broken(done, room, hanging=0)
    lines = [f"{name:{_PHASE}}{first:{room}}{told}"]
    return "\n".join([*lines, *(f"{' ' * _PHASE}{one}" for one in others)])


def _times(stage: Stage) -> tuple[str, str, str]:
    gates = duration(stage.waited) if stage.asked else "-"
    if stage.crossed is None:
        return gates, "-", "-"
    return gates, duration(stage.took), about(stage.expected) if stage.expected else "-"


def _did(stage: Stage) -> str:
    if stage.crossed is None:
        return "kept shut by its gates"
    walked = stage.crossed.walked
    outcome = walked.result.outcome
    parts = [
        f"{number} {'action' if (what, number) == ('actions', 1) else what}"
        for what, number in stage.did().items()
        if what != "unchanged"
    ]
    failed = len(outcome.failures) if outcome else 0
    if failed:
        parts.append(f"{failed} FAILED")
    elif outcome is None:
        parts.append("refused")
    back = "back: " if stage.is_back else ""
    return back + (", ".join(parts) or "nothing to do")


def _door(stage: Stage) -> str:
    phase = next((one for one in ORDER if one == stage.to), None)
    if phase is None or stage.is_back:
        return ""
    return DOORS[PHASES[phase].door]


def _unasked(rehearsed: Rehearsed, stage: Stage) -> tuple[str, ...]:
    if stage.is_back:
        return ()
    return next((kinds for phase, kinds in rehearsed.unasked.items() if phase == stage.origin), ())


def _cut(text: str, columns: int) -> str:
    return text if width(text) <= columns else f"{text[: columns - 3]}..."


def _end(rehearsed: Rehearsed, file: str) -> Iterator[str]:
    yield ""
    yield from _outage(rehearsed)
    if rehearsed.written:
        objects = sum(rehearsed.written.values())
        yield f"Users wrote {objects} objects to {len(rehearsed.written)} buckets meanwhile."
    if rehearsed.ending is not None:
        yield ""
        yield from _stopped(rehearsed.ending)
    if rehearsed.closed is not None:
        yield f"{rehearsed.closed.detail} {rehearsed.closed.way_out}"
    yield ""
    yield f"{rehearsed.migration} {rehearsed.stands} now, in the sandbox; AWS was not asked."
    if file:
        yield f"What was measured is in {file}; a cutover reads it."


def _outage(rehearsed: Rehearsed) -> Iterator[str]:
    outage, allowance = rehearsed.outage, rehearsed.allowance
    if outage is None:
        return
    lasted = duration(outage.lasted(rehearsed.ended))
    if outage.ended is None:
        yield f"Nobody has been served since the fence, {lasted} ago."
        return
    yield f"Nobody was served for {lasted} in the sandbox."
    needed = rehearsed.needed
    if allowance is not None and needed is not None:
        fits = "fits into" if needed <= allowance.announced else "is MORE than"
        yield (
            f"With what AWS is expected to take that is {about(needed)}, which {fits} the "
            f"{duration(allowance.announced)} that the spec allows (cutover: max_downtime)."
        )


def _stopped(ending: Ending) -> Iterator[str]:
    trouble = ending.trouble
    if trouble is not None:
        yield f"The cutover stopped on the way to {trouble.phase}. {trouble.says}".rstrip()
    if ending.is_undone:
        yield "The fence was taken back; nothing is lost."
    yield f"Users reach: {ending.serving}."
    for choice in ending.choices:
        yield choice.says
        if choice.command:
            yield f"  next: {choice.command}"
