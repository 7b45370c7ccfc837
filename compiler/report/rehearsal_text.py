"""How a rehearsal went, as a table: each phase with its gates, its door and how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.ways_out import filled
from compiler.phases import PHASES, phase_named
from compiler.report.breaking import broken, page
from compiler.report.cutover_text import ending_text, outage_lines
from compiler.report.durations import about, duration
from compiler.report.failures import reason_of
from compiler.report.gate_text import words_of
from compiler.report.terminal import visible, width
from compiler.report.transition_text import DOORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.manifest import Manifest
    from compiler.rehearsal.course import Rehearsed, Stage

_PHASE = 11
"""Columns of a phase's name, with the space behind it."""

_TIMES = 30
"""Columns of the three times."""

_WIDEST = 100


def rehearsal_text(
    rehearsed: Rehearsed, manifest: Manifest, *, named: str, file: str, columns: int
) -> str:
    """
    Return how a rehearsal went: a table, and what that comes to.

    Args:
        rehearsed: How it went.
        manifest: Everything that the migration ever has.
        named: The compiled folder as commands name it.
        file: What was measured was written to it; empty if it was not.
        columns: How wide the terminal is.
    """
    wide = min(columns, _WIDEST)
    table = "".join(f"{line}\n" for line in _table(rehearsed, wide))
    return table + page(_end(rehearsed, manifest, named, file, columns), columns)


def _table(rehearsed: Rehearsed, columns: int) -> Iterator[str]:
    yield f"The way of {rehearsed.migration}, phase by phase"
    yield from broken(
        "Gates and steps by the sandbox's clock; in AWS: what steps are expected to take.", columns
    )
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
    phase = phase_named(stage.to)
    if phase is None or stage.is_back or not stage.is_done:
        return ""
    return DOORS[PHASES[phase].door]


def _unasked(rehearsed: Rehearsed, stage: Stage) -> tuple[str, ...]:
    if stage.is_back:
        return ()
    return next((kinds for phase, kinds in rehearsed.unasked.items() if phase == stage.origin), ())


def _cut(text: str, columns: int) -> str:
    return text if width(text) <= columns else f"{text[: columns - 3]}..."


def _end(
    rehearsed: Rehearsed, manifest: Manifest, named: str, file: str, columns: int
) -> Iterator[str]:
    yield ""
    if rehearsed.exit_code:
        yield from _why(rehearsed.stages, named, manifest.target_region)
    if rehearsed.ending is not None and rehearsed.allowance is not None:
        yield from ending_text(
            rehearsed.ending,
            rehearsed.outage,
            rehearsed.allowance,
            manifest,
            rehearsed.ended,
            columns=columns,
        ).splitlines()
    else:
        yield from _outage(rehearsed)
        if rehearsed.closed is not None:
            yield f"{rehearsed.closed.detail} {rehearsed.closed.way_out}"
        yield f"{rehearsed.migration} {rehearsed.stands} now."
    yield ""
    if rehearsed.written:
        objects = sum(rehearsed.written.values())
        buckets = "a bucket" if len(rehearsed.written) == 1 else f"{len(rehearsed.written)} buckets"
        yield f"Users wrote {objects} objects to {buckets} meanwhile."
    yield "All of it was in a sandbox, which is gone now; nothing was asked of AWS."
    if file:
        yield f"What was measured is in {file}; a cutover reads it. Beside it is a report."


def _outage(rehearsed: Rehearsed) -> Iterator[str]:
    outage, allowance = rehearsed.outage, rehearsed.allowance
    if outage is None:
        return
    if allowance is None:
        lasted = duration(outage.lasted(rehearsed.ended))
        yield f"Nobody was served for {lasted}, by the sandbox's clock."
        return
    yield from outage_lines(outage, allowance, rehearsed.ended)
    needed = rehearsed.needed
    if needed is None:
        return
    if needed <= allowance.announced:
        yield f"With what AWS is expected to take beside that, it would be about {about(needed)}."
    else:
        yield (
            f"With what AWS is expected to take beside that, it would be about {about(needed)}: "
            'MORE than announced. A cutover refuses that; say more in "max_downtime".'
        )


def _why(stages: tuple[Stage, ...], named: str, home: str) -> Iterator[str]:
    """Yield why the first stage that was not done was not, and what to do about it."""
    stage = next((one for one in stages if not one.is_done), None)
    if stage is None:
        return
    yield f"It stopped on the way to {stage.to}:"
    if stage.crossed is None:
        for one in stage.asked.evidence.answers if stage.asked else ():
            if one.verdict != "green":
                yield f"  {words_of(one)}: {one.measured}"
                yield f"      to do: {one.remedy}"
    else:
        result = stage.crossed.walked.result
        for failure in result.outcome.failures if result.outcome else ():
            yield f"  error[{failure.code}]: {failure.stack}: {reason_of(failure)}"
            yield f"      to do: {filled(failure.way_out, folder=named, home=home)}"
            if failure.next_command:
                yield f"      next: {filled(failure.next_command, folder=named, home=home)}"
        for finding in result.findings:
            yield f"  error[{finding.code}]: {finding.detail}"
            yield f"      to do: {finding.way_out}"
    yield ""
