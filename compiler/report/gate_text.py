"""What gates answer, as lines of 80 columns: each as it comes, and at the end what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.gates.run import EVERY
from compiler.report.breaking import broken
from compiler.report.durations import duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.deploy.gates.answer import Verdict
    from compiler.deploy.gates.asking import Answer
    from compiler.deploy.gates.evidence import Evidence, Witness
    from compiler.manifest import Gate, Manifest

_COLUMNS = 80

_VERDICT = 9
"""Columns of a verdict."""


class GateLines:
    """
    Writes answers as they come.

    A gate that is asked again is told again only when its verdict is another one.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        """Hand each piece of text to *write*."""
        self._write = write
        self._told: dict[tuple[str, str, str], Verdict] = {}
        self._left = 0

    def begin(self, manifest: Manifest, opens: str) -> None:
        """Say what is asked."""
        name = manifest.migration
        if not manifest.gates:
            self._lines([f"{name}: no gate is asked in {manifest.phase} before {opens}."])
            return
        self._lines([f"{name}: the gates of {manifest.phase}, before {opens}", ""])

    def told(self, answer: Answer) -> None:
        """Write one answer."""
        gate, judgement = answer.gate, answer.judgement
        name = (gate.kind, gate.side, gate.key)
        if self._told.get(name) == judgement.verdict:
            return
        self._told[name] = judgement.verdict
        self._lines(
            _answer(
                words_of(gate),
                judgement.verdict,
                judgement.measured,
                judgement.wanted,
                judgement.remedy,
                judgement.notes,
            )
        )

    def waits(self, left: int) -> None:
        """Say that what is not green is asked again; once for each number of them."""
        if left != self._left:
            self._left = left
            gates = "gate is" if left == 1 else "gates are"
            again = f"asked again every {duration(EVERY)}"
            self._lines([f"{' ' * _VERDICT}{left} {gates} not green; {again}"])

    def end(self, evidence: Evidence, file: str, command: str, *, has_waited: bool) -> None:
        """
        Say what it comes to.

        Args:
            evidence: What was answered.
            file: Where it was written.
            command: What to type next.
            has_waited: Whether gates were asked more than once: what is not green is then told
                once more, as it is now.
        """
        self._lines(_end(evidence, file, command, has_waited=has_waited))

    def _lines(self, lines: list[str] | Iterator[str]) -> None:
        for line in lines:
            self._write(f"{line}\n")


def words_of(gate: Gate | Witness) -> str:
    """Return what a gate is called: `replica drained, catalog in eu-central-1`."""
    of = f"{gate.key} in {gate.region}" if gate.key else gate.region
    return f"{gate.kind}, {of}"


def _answer(  # noqa: PLR0913, PLR0917 -- each is a part of what is told
    words: str, verdict: str, measured: str, wanted: str, remedy: str, notes: tuple[str, ...]
) -> Iterator[str]:
    yield from _hanging(f"{verdict:{_VERDICT}}{words}: {measured}")
    inside = " " * _VERDICT
    if verdict != "green":
        yield from broken(f"{inside}wanted: {wanted}", _COLUMNS)
        yield from broken(f"{inside}to do: {remedy}", _COLUMNS)
    for note in notes:
        yield from broken(f"{inside}note: {note}", _COLUMNS)


def _hanging(text: str) -> list[str]:
    """Break a line, its other parts below the word after the verdict."""
    return broken(text, _COLUMNS, hanging=_VERDICT)


def _end(evidence: Evidence, file: str, command: str, *, has_waited: bool) -> Iterator[str]:
    left = [one for one in evidence.answers if one.verdict != "green"]
    if has_waited and left:
        yield ""
        yield "Now:"
        for one in left:
            yield from _answer(
                words_of(one), one.verdict, one.measured, one.wanted, one.remedy, one.notes
            )
    yield ""
    if left:
        of = f"{len(left)} of {len(evidence.answers)} gates"
        yield f"{of} {'is' if len(left) == 1 else 'are'} not green; {evidence.opens} is not open."
    else:
        all_green = "All gates are green; " if evidence.answers else ""
        yield f"{all_green}{evidence.opens} is open."
    yield from broken(
        f"Evidence: {file}, good until {evidence.good_until:%H:%M} UTC on "
        f"{evidence.good_until:%Y-%m-%d}.",
        _COLUMNS,
    )
    yield f"To go on: {command}"
