"""SF640 to SF659: gates, and the evidence of their answers."""

from __future__ import annotations

from spec.codes.card import Card

GATES: tuple[Card, ...] = (
    Card(
        code="SF640",
        title="There is no evidence",
        why=(
            "A transition goes on what the running system was asked and answered. Nobody asked it, "
            "or the file is not there, or is none."
        ),
        fix=(
            "Run `stackferry gate` on the folder: it writes evidence/PHASE.json beside the "
            "manifest. Or give --force with a --reason, which is recorded."
        ),
    ),
    Card(
        code="SF641",
        title="Evidence is too old",
        why=(
            "What was true an hour ago is not evidence for now: a replica may have fallen behind, "
            "an alarm may ring. How long evidence is good is said by `cutover.evidence_lifetime`."
        ),
        fix="Run `stackferry gate` once more, and go on with what it answers.",
        example="cutover: {evidence_lifetime: 30m}",
    ),
    Card(
        code="SF642",
        title="Evidence is of something else",
        why=(
            "Evidence is bound to the migration, to the phase that stands, to the values of the "
            "spec, and to the gates that were compiled from them. One of these is another one now."
        ),
        fix="Run `stackferry gate` on this folder, for this phase.",
    ),
    Card(
        code="SF643",
        title="Gate is red",
        why="The running system is not as it has to be before the next phase.",
        fix=(
            "Do what the gate says, and ask it again; with --wait `stackferry gate` asks until all "
            "is green. Or go on with --force and a --reason, which is recorded."
        ),
    ),
    Card(
        code="SF644",
        title="Gate could not be answered",
        why=(
            "Nothing was measured, AWS refused to tell, or it is not supported on this machine. "
            "What is not known does not open a door."
        ),
        fix=(
            "Do what the gate says, and ask it again. A question that this machine cannot ask can "
            "be asked by a gate of the kind `command`."
        ),
    ),
)
