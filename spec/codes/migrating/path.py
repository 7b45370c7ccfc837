"""SF601 to SF619: going from phase to phase, on and back."""

from __future__ import annotations

from spec.codes.card import Card

PATH: tuple[Card, ...] = (
    Card(
        code="SF601",
        title="Migration moved meanwhile",
        why=(
            "A transition begins where the migration stood when it was planned. Somebody else has"
            " carried it on, or back, since."
        ),
        fix="Run `stackferry status`, read where it stands, and decide anew.",
    ),
    Card(
        code="SF602",
        title="Folder does not know the state that is left",
        why=(
            "What the state that is left has, and the next one does not, is removed with it; a"
            " folder that was compiled for one phase does not name it."
        ),
        fix="Compile all phases, without --phase, and deploy that folder.",
    ),
    Card(
        code="SF603",
        title="Promoted database cannot be a replica again",
        why=(
            "To give a database instance back what it was replicated from is no update: "
            "CloudFormation makes a new one in its place (ImmutabilityHelper of "
            "aws-cloudformation-resource-providers-rds, commit 5a410e84 of 2025-07-29)."
        ),
        fix=(
            "Raise the database's `generation` by one, compile and deploy: a new replica is seeded "
            "beside the promoted database, which stays as it is."
        ),
    ),
    Card(
        code="SF604",
        title="Stack would go with what cannot be made again",
        why=(
            "The next phase no longer has a stack that holds data, a key or a secret, and its "
            "template does not keep that when the stack is deleted. Replicas may go, since they "
            "follow another database."
        ),
        fix=(
            "Keep the resource in the spec, or copy what it holds and name it with "
            "--allow-replacement."
        ),
    ),
    Card(
        code="SF605",
        title="Folder does not say what has to be asked before",
        why=(
            "Before a phase is left, gates are asked of the running system. A folder that was "
            "compiled for the next phase only does not have them."
        ),
        fix=(
            "Compile all phases, without --phase, and deploy that folder; or go on without asking, "
            "by --force with a --reason."
        ),
    ),
    Card(
        code="SF606",
        title="Transition was begun and not finished",
        why=(
            "Some stacks are in the form of the next phase, others are not. To deploy the phase "
            "that stands would take the first ones back without saying so."
        ),
        fix="Go on with `stackferry deploy --to`, or back with `stackferry rollback`.",
    ),
    Card(
        code="SF607",
        title="Phase lies the other way",
        why="`deploy` goes on, `rollback` goes back, and neither does the other by accident.",
        fix="Use the other verb, or name another phase.",
    ),
    Card(
        code="SF608",
        title="Phase would be skipped",
        why=(
            "Each phase is a state that was proven against the ones beside it, and has gates of its"
            " own; to skip one would skip both."
        ),
        fix="Compile all phases, without --phase, and deploy that folder.",
    ),
    Card(
        code="SF609",
        title="Phase is not as it was compiled",
        why=(
            "A transition was proven, and its gates were asked, from the state that was compiled. "
            "AWS has another one: the spec was edited since, or somebody changed a stack set."
        ),
        fix="Bring the phase up to date with `stackferry deploy`, without --to; then go on.",
    ),
    Card(
        code="SF610",
        title="No phase lies behind",
        why="The first phase was reached from nothing, and nothing is reached by `destroy`.",
        fix="Run `stackferry destroy` if the migration is given up, and its source with it.",
    ),
    Card(
        code="SF611",
        title="Door is closed behind",
        why=(
            "After `switch` users write into the target, and the source has none of that; after "
            "`retire` there is no source. No deploy brings either back."
        ),
        fix="Read what the phase says about its way back: `stackferry rollback` prints it.",
    ),
)
"""In order of their codes."""
