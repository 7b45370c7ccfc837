"""
The report of a whole cutover, or retirement, in Markdown: for those who were not there.

It says what happened when, for how long nobody was served, what gates answered, what was kept, and
where the migration stands. No value of a secret is in it: neither evidence nor outcomes hold one.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from compiler.deploy.cutover.events import as_one, events_of
from compiler.report.cutover_text import SERVING, WHY, allowance_lines
from compiler.report.durations import duration
from compiler.report.gantt import gantt
from compiler.report.gate_text import words_of
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from compiler.deploy.cutover.allowance import Allowance
    from compiler.deploy.cutover.course import Outage
    from compiler.deploy.cutover.events import Run
    from compiler.deploy.gates.evidence import Evidence

_COLUMNS = 100

TITLES = {"cutover": "Cutover", "rehearse": "Rehearsal", "retire": "Retirement"}
"""What a run is called, by its verb."""


def file_name(run: Run) -> str:
    """Return what the files of a report are called, without their ending."""
    return f"{run.name}-{run.began.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def render(run: Run) -> str:
    """Return the report of *run*: the same text for the same run."""
    return "\n".join((*_lines(run), ""))


def _lines(run: Run) -> Iterator[str]:
    manifest = run.manifest
    yield f"# {TITLES[run.verb]} of {run.name}"
    yield ""
    yield (
        f"From {manifest.source_region} to {manifest.target_region}, of "
        f"`{manifest.spec_file}` (SHA-256 of its values `{manifest.spec_sha256}`)."
    )
    yield (
        f"By {_cell(run.by)}, from {_moment(run.began)} to {_moment(run.ended)} "
        f"({duration(run.ended - run.began)})."
    )
    if run.verb == "rehearse":
        yield "It was in a sandbox, whose clock tells all times here; nothing was asked of AWS."
    yield ""
    yield from _where(run)
    if run.verb != "retire":
        yield from _served(run.outage, run.allowance, run.ended)
    yield from _forced(run)
    yield from _happened(run)
    yield from _drawn(run)
    yield from _evidence(run.evidence)
    yield from _kept(run)


def _where(run: Run) -> Iterator[str]:
    ending = run.ending
    yield "## Where it stands"
    yield ""
    yield f"{run.name} {ending.stands}." if ending.stands else "Where it stands is not known."
    yield SERVING[ending.serving]
    if ending.trouble is not None:
        yield WHY[ending.trouble.why].format(phase=ending.trouble.phase)
        if ending.trouble.says:
            yield _cell(ending.trouble.says)
    if ending.is_undone:
        yield "The fence was taken back; nothing is lost."
    yield ""
    for choice in ending.choices:
        yield f"- {choice.says}" + (f" `{choice.command}`" if choice.command else "")
    yield ""


def _served(outage: Outage | None, allowance: Allowance | None, ended: datetime) -> Iterator[str]:
    yield "## For how long nobody was served"
    yield ""
    if outage is None:
        yield "By this run nobody was kept out."
    else:
        until = _moment(outage.ended) if outage.ended else "it is not over"
        yield "| from | until | measured | announced |"
        yield "|---|---|---|---|"
        announced = duration(allowance.announced) if allowance else ""
        lasted = duration(outage.lasted(ended))
        yield f"| {_moment(outage.began)} | {until} | {lasted} | {announced} |"
        if outage.is_earlier:
            yield ""
            yield (
                "An earlier run closed the source; that is counted from when its access stacks "
                "took their form."
            )
    yield ""
    if allowance is not None:
        yield "```text"
        yield from allowance_lines(allowance)
        yield "```"
        yield ""


def _forced(run: Run) -> Iterator[str]:
    if run.reason:
        yield "## Forced"
        yield ""
        yield f"{_cell(run.by)} went on in spite of what spoke against it: {_cell(run.reason)}"
        yield ""


def _happened(run: Run) -> Iterator[str]:
    yield "## What happened"
    yield ""
    events = events_of(run.chapters)
    if not events:
        yield "Nothing was begun."
        yield ""
        return
    yield "| UTC | phase | what | |"
    yield "|---|---|---|---|"
    for one in events:
        at = f"{one.at.astimezone(UTC):%H:%M:%S}"
        yield f"| {at} | {one.phase} | {_cell(one.node)} | {_cell(one.says)} |"
    yield ""


def _drawn(run: Run) -> Iterator[str]:
    bars = gantt(as_one(run.chapters), columns=_COLUMNS)
    if bars:
        yield "```text"
        yield bars.rstrip("\n")
        yield "```"
        yield ""


def _evidence(evidence: Sequence[Evidence]) -> Iterator[str]:
    if evidence:
        yield "## Evidence"
        yield ""
    for one in evidence:
        yield f"### Gates of {one.phase}, before {one.opens}"
        yield ""
        if one.fenced is not None:
            yield f"Nothing can have written to the source since {_moment(one.fenced)}."
            yield ""
        if not one.answers:
            yield "There is no gate."
            yield ""
            continue
        yield "| gate | | found | wanted | UTC |"
        yield "|---|---|---|---|---|"
        for answer in one.answers:
            to_do = () if answer.verdict == "green" else (f"to do: {answer.remedy}",)
            found = _cell("; ".join((answer.measured, *answer.notes, *to_do)))
            at = f"{answer.at.astimezone(UTC):%H:%M:%S}"
            yield (
                f"| {_cell(words_of(answer))} | {answer.verdict} | {found} | "
                f"{_cell(answer.wanted)} | {at} |"
            )
        yield ""


def _kept(run: Run) -> Iterator[str]:
    kept = run.retained
    if kept:
        yield "## What deletions kept"
        yield ""
        yield from (f"- {one.type} `{one.physical_id}`" for one in kept)
        yield ""
    if run.left:
        yield "## What is left of the source, read back"
        yield ""
        yield "| what | name | region | | goes on costing |"
        yield "|---|---|---|---|---|"
        for one in run.left:
            yield (
                f"| {one.type} | {_cell(one.name)} | {one.region} | {one.found}: "
                f"{_cell(one.says)} | {one.cost} |"
            )
        yield ""


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _cell(text: str) -> str:
    """Return *text* as it can stand in a table: one line, and no bar of its own."""
    return " ".join(visible(text).replace("|", "\\|").split())
