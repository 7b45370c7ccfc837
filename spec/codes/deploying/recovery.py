"""SF553 to SF559: stacks that stand in the way, and getting out of it."""

from __future__ import annotations

from spec.codes.card import Card

RECOVERY: tuple[Card, ...] = (
    Card(
        code="SF553",
        title="Another operation is at work",
        why=(
            "A stack set takes one operation at a time, and this one was not started by stackferry "
            "(CloudFormation API reference, OperationInProgressException, read 2026-11-24). It may "
            "be somebody in the console, or a pipeline. Waiting for it in silence could undo what "
            "they do."
        ),
        fix=(
            "Find out whose it is, wait until it has ended or stop it with `aws cloudformation "
            "stop-stack-set-operation`, and deploy again."
        ),
        aws_says="Another Operation on StackSet is in progress",
    ),
    Card(
        code="SF554",
        title="CloudFormation refused the template",
        why=(
            "CloudFormation looks at a template before it makes anything: at properties, names, "
            'quotas, and buckets that are to go (user guide, "Validate stack deployments", read '
            "2026-11-24). What it found it tells only among the events of that operation, with the "
            "path in the template. Nothing was made."
        ),
        fix=(
            "Read it with `aws cloudformation describe-events --stack-name STACK --filters "
            "FailedEvents=true`, correct it in the spec, compile, and deploy again."
        ),
        aws_says="Validation failure detected. See the operation's FAILED event for details.",
    ),
    Card(
        code="SF555",
        title="Stack is protected",
        why=(
            "Termination protection or a stack policy was set on the stack itself, past its stack "
            "set. stackferry sets neither and takes neither away."
        ),
        fix=(
            "Ask who set it. Turn it off with `aws cloudformation update-termination-protection` "
            "or `set-stack-policy` in the stack's own account and region, and run this again."
        ),
        aws_says="Stack cannot be deleted while TerminationProtection is enabled",
    ),
    Card(
        code="SF556",
        title="Stack has to be recovered first",
        why=(
            "After a failure that CloudFormation could not clear up, or where somebody deleted it "
            "past its stack set, a stack takes no update until somebody has decided what becomes "
            "of it."
        ),
        fix="See the choices with `stackferry recover FOLDER`, and carry one of them out.",
        aws_says="Stack is in UPDATE_ROLLBACK_FAILED state and can not be updated",
    ),
    Card(
        code="SF557",
        title="Recovery would lose what cannot be made again",
        why=(
            "The stack holds resources with state (a database, a bucket, a key), and this way out "
            "deletes the stack without keeping them. Nothing was touched."
        ),
        fix=(
            "Choose a way out that keeps them, keep each with `--keep R`, or say of each by "
            "`--allow-loss R` that it may go."
        ),
    ),
    Card(
        code="SF558",
        title="No such way out",
        why=(
            "A way out is offered only for what it helps against, and only as long as the stack is "
            "in that trouble: the stack is looked at once more before anything is done."
        ),
        fix="Run `stackferry recover FOLDER` without --option; it lists what there is.",
    ),
    Card(
        code="SF559",
        title="Not part of what is removed",
        why=(
            "--empty names a bucket that no stack of this migration deletes: one that is not "
            "there, one that stays on purpose, or somebody else's. Nothing was touched."
        ),
        fix="Name a bucket that the plan deletes, by its own name or its logical id.",
    ),
    Card(
        code="SF565",
        title="Deployed the other way",
        why=(
            "Stacks are brought about by stack sets or, with --via stacks, by change sets of their "
            "own, and what one way made the other does not find: it would say that nothing is left."
        ),
        fix="Give --via as at the deploy.",
    ),
)
"""In order of their codes."""
