"""What happens in a rehearsal, as lines while it goes on: each phase, its gates and its work."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from compiler.deploy.outcome import Done, Failed
from compiler.report.breaking import broken
from compiler.report.cutover_text import back_text
from compiler.report.durations import duration
from compiler.report.gate_text import GateLines
from compiler.report.outcome import deployed_text
from compiler.report.plain import ending
from compiler.report.plan_text import count
from compiler.report.transition_text import title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime
    from typing import TextIO

    from compiler.deploy.cutover.ending import Trouble
    from compiler.deploy.flow import Listener
    from compiler.deploy.gates.asking import Answer
    from compiler.deploy.outcome import End
    from compiler.deploy.path.crossing import Leg
    from compiler.deploy.path.walking import Walked
    from compiler.deploy.plan import Plan
    from compiler.deploy.timeline import Schedule
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName
    from compiler.report.failures import Locate
    from spec.findings import Finding

_PROVIDED = ("certificate", "hosted zone", "image", "role", "secret")
"""How the lines begin that tell what the sandbox has beforehand."""

_RULE = 80
"""Columns of a rule, however wide the terminal is."""


class RehearsalLines:
    """Writes what a rehearsal tells; see `compiler.rehearsal.stagecraft.Audience`."""

    def __init__(  # noqa: PLR0913 -- each is a part of the whole
        self,
        write: Callable[[str], object],
        *,
        columns: int,
        listening: Callable[[], AbstractContextManager[Listener]],
        show: Callable[[tuple[Finding, ...]], None],
        locate: Locate,
        folder: str,
    ) -> None:
        """
        Begin with nothing told.

        Args:
            write: Takes each piece of text.
            columns: Where lines are broken.
            listening: Gives who listens to a transition.
            show: Shows findings.
            locate: Tells where in the spec a path stands.
            folder: The compiled folder as commands name it.
        """
        self._write = write
        self._columns = columns
        self._listening = listening
        self._show = show
        self._locate = locate
        self._folder = folder
        self._gates = GateLines(write)
        self._title = ""
        self._is_gap = True

    def opens(self, manifest: Manifest, provided: tuple[str, ...]) -> None:
        """Write what is rehearsed, and what the sandbox has in it beforehand."""
        self._line(
            f"Rehearsal of {manifest.migration}, from {manifest.source_region} to "
            f"{manifest.target_region}, in a sandbox inside this process. Times are those of the "
            "sandbox: what takes its time is told as passed, and not waited for."
        )
        kinds = [(kind, sum(one.startswith(kind) for one in provided)) for kind in _PROVIDED]
        there = [f"{number} {kind}{'s' * (number > 1)}" for kind, number in kinds if number]
        if there:
            self._gap()
            self._line(f"What templates take for granted was put into it: {', '.join(there)}.")

    def begins(self, leg: Leg) -> None:
        """Write which transition is next, once for its gates and itself."""
        title = title_of(leg)
        if title != self._title:
            self._title = title
            self._gap()
            self._line(f"== {title} ".ljust(min(self._columns, _RULE), "="))
            self._gap()

    def asks(self, manifest: Manifest, opens: PhaseName) -> None:
        """Write whose gates are asked."""
        del opens
        # Anew for each phase: a gate of the same name is another question there.
        self._gates = GateLines(self._tell)
        if manifest.gates:
            self._line(f"The gates of {manifest.phase}:")

    def answered(self, answer: Answer) -> None:
        """Write what a gate answers."""
        self._gates.told(answer)

    def waits(self, left: int) -> None:
        """Write how many gates are asked again."""
        self._gates.waits(left)

    def wrote(self, bucket: str, objects: int) -> None:
        """Write that users wrote."""
        self._line(f"Users write {objects} objects to {bucket}.")

    def planned(self, plan: Plan) -> None:
        """Write what is about to be done."""
        self._gap()
        self._line(f"Plan: {count(plan)}")
        for deed in plan.transition.deeds if plan.transition else ():
            self._line(f"  * {deed.node}: {deed.says}")

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        """Return who listens to a transition."""
        with self._listening() as listener:
            yield listener
        self._is_gap = False

    def walked(self, walked: Walked) -> None:
        """Write how a transition went; of one that failed all that a real run says."""
        result = walked.result
        if walked.is_undoing:
            self._line(f"{walked.leg.origin} was left again, since it could not be brought about.")
        if walked.is_done and result.outcome is not None:
            took = f"Done in {duration(result.outcome.took)}. " if result.outcome.ends else ""
            self._line(f"{took}{walked.leg.to} stands.")
            return
        if result.findings:
            self._gap()
            self._show(result.findings)
        self._gap()
        self._tell(deployed_text(result, self._locate, self._folder, columns=self._columns))

    def goes_back(self, trouble: Trouble) -> None:
        """Write that the fence is taken back, and why."""
        self._gap()
        self._tell(back_text(trouble, self._columns))

    def _gap(self) -> None:
        """Leave a line empty, unless the last one is."""
        if not self._is_gap:
            self._tell("\n")
        self._is_gap = True

    def _line(self, text: str) -> None:
        for line in broken(text, self._columns):
            self._tell(f"{line}\n")

    def _tell(self, text: str) -> None:
        self._is_gap = text.endswith("\n\n") or text == "\n"
        self._write(text)


class BriefProgress:
    """Writes a line for what ended, and none for what began: nobody waits for a rehearsal."""

    def __init__(self, stream: TextIO) -> None:
        """Write to *stream*."""
        self._stream = stream

    def planned(self, schedule: Schedule, at: datetime) -> None:
        """Hear what is about to be done."""

    def started(self, node: str, at: datetime) -> None:
        """Hear that the job of *node* starts."""

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        """Hear what AWS is at."""

    def ended(self, node: str, end: End, at: datetime) -> None:
        """Hear how *node* ended."""
        sign = " " if isinstance(end, Done) else "!"
        # Why something failed is told below, at length.
        words = f"FAILED after {duration(end.took)}" if isinstance(end, Failed) else ending(end)
        self._stream.write(f"{at:%H:%M:%S} {sign} {node}: {words}\n")
        self._stream.flush()
