"""SF660 to SF679: the cutover as one command, its rehearsal, and the retirement of the source."""

from __future__ import annotations

from spec.codes.card import Card

CUTOVER: tuple[Card, ...] = (
    Card(
        code="SF660",
        title="Cutover takes longer than was announced",
        why=(
            "What the rehearsal measured, and what AWS says that promotions, records and stacks "
            "take, is together more than `cutover.max_downtime`. A promotion reboots the database "
            "and takes several minutes or longer (RDS user guide, Promoting a read replica)."
        ),
        fix=(
            "Announce a longer `cutover.max_downtime` and compile; or begin by --force with a "
            "--reason, which evidence and report tell."
        ),
        example="cutover: {max_downtime: 30m}",
    ),
    Card(
        code="SF661",
        title="Rehearsal is of something else",
        why=(
            "A rehearsal is bound to the migration and to the values of the spec. One of these is "
            "another one now, so what it measured says nothing about this cutover."
        ),
        fix="Run `stackferry rehearse` on this folder.",
    ),
    Card(
        code="SF662",
        title="There is no rehearsal",
        why=(
            "How long a cutover takes is measured before the night of the cutover: in the sandbox, "
            "by the same code. Nobody rehearsed this one, or the file is not there, or is none."
        ),
        fix=(
            "Run `stackferry rehearse` on the folder: it writes rehearsal.json beside the manifest."
            " Or begin by --force with a --reason, which evidence and report tell."
        ),
    ),
    Card(
        code="SF663",
        title="Cutover does not begin here",
        why=(
            "A cutover leads from `warm`, where the target is ready and only waits, to `switch`. "
            "The migration stands before or behind that, or was not finished going back."
        ),
        fix="Bring it to `warm` with `stackferry deploy --to warm`, or see `stackferry status`.",
    ),
    Card(
        code="SF665",
        title="Source is not retired from here",
        why=(
            "A source is retired once the migration stands in `settle`: until then something may "
            "still need it."
        ),
        fix="Bring the migration there with `stackferry deploy --to settle`.",
    ),
)
