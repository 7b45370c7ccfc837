"""A rehearsal whose clock stands still unless somebody sleeps, so that it goes alike each time."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.cli.rehearse import Subject, carried, subject_of
from compiler.rehearsal.clock import RehearsalClock
from compiler.rehearsal.faults import faults_of
from compiler.report.by_path import render
from compiler.report.rehearsal_text import rehearsal_text
from compiler.report.rehearsing import BriefProgress, RehearsalLines
from compiler.report.text import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.flow import Listener
    from compiler.phases import PhaseName
    from compiler.rehearsal.course import Rehearsed
    from spec.findings import Finding

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
COLUMNS = 80
TEXTS = Path(__file__).with_name("rehearsed")
SMALL = TEXTS / "shop.yaml"


def rehearsed(
    spec: Path, to: PhaseName = "retire", fault: str = "", *, is_back: bool = False
) -> tuple[Rehearsed, str, str]:
    """Rehearse *spec*; return how it went, the lines meanwhile and the text at the end."""
    subject = subject_of(str(spec))
    assert isinstance(subject, Subject)
    clock = RehearsalClock(lambda: NOON)
    out = StringIO()
    found, _ = carried(
        subject,
        to,
        faults_of((fault,) if fault else (), subject.states),
        clock=clock,
        lines=_lines(subject, out),
        is_back=is_back,
        parallel=1,
    )
    text = rehearsal_text(found, subject.manifest, named=subject.folder, file="", columns=COLUMNS)
    return found, alike(out.getvalue()), alike(text)


def alike(text: str) -> str:
    """Return *text* with the ids that a service chooses as rows of `x`, as long as they were."""
    return re.sub(
        r"(?<=\b(?:ami|vpc|pcx|eni)-)[0-9a-f]{8,17}|(?<=\bi-)[0-9a-f]{17}|(?<=job )[0-9a-f-]{36}",
        lambda match: "x" * len(match[0]),
        text,
    )


def _lines(subject: Subject, out: StringIO) -> RehearsalLines:
    @contextmanager
    def listening() -> Iterator[Listener]:
        yield BriefProgress(out)

    def show(findings: tuple[Finding, ...]) -> None:
        look = Look(columns=COLUMNS, is_coloured=False)
        out.write(render(findings, subject.manifest.spec_file, look))

    return RehearsalLines(
        out.write,
        columns=COLUMNS,
        listening=listening,
        show=show,
        locate=lambda path: ".".join(map(str, path)),
        folder=subject.folder,
    )
