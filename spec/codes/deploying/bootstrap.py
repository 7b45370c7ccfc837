"""SF519 and SF56n: what the accounts need before the first deploy."""

from __future__ import annotations

from spec.codes.card import Card

ROLES: tuple[Card, ...] = (
    Card(
        code="SF519",
        title="Role belongs to something else",
        why=(
            "A role of the name that StackSets takes by default exists, and this migration's "
            "bootstrap did not make it. To change it would take its rights from whatever uses it."
        ),
        fix=(
            "Name roles of the migration's own with --administration-role and --execution-role, "
            "here and at every deploy."
        ),
        aws_says="EntityAlreadyExists: Role with name",
    ),
)

BOOTSTRAP: tuple[Card, ...] = (
    Card(
        code="SF560",
        title="Account is not prepared",
        why=(
            "Roles are made with credentials of their own account. Another account of the "
            "migration lacks its execution role, or lets the credentials at hand not take it."
        ),
        fix="Run bootstrap once more with a profile of that account.",
        severity="warning",
    ),
    Card(
        code="SF561",
        title="Nobody may read the stacks of another account",
        why=(
            "The execution role of an account lets in StackSets and nobody else, while deploy "
            "reads stacks and their outputs through a role in that account."
        ),
        fix=(
            "Name the role or user that runs deploy with --operator, or give deploy another role "
            "with --read-role."
        ),
        severity="warning",
    ),
    Card(
        code="SF562",
        title="Permissions of a resource type are not known",
        why=(
            "The role gets what the registry says that the handlers of each resource type need. "
            "For this type the installed cfn-lint has no such list, so deploying it would fail."
        ),
        fix="Install a newer cfn-lint and run bootstrap again.",
    ),
    Card(
        code="SF563",
        title="Permissions do not fit into one role",
        why=(
            "A role takes ten managed policies of 6,144 characters each, 10,240 characters of its "
            "own and 2,048 about who may take it (IAM user guide, IAM and AWS STS quotas, read "
            "2026-11-24), and a template in a request may have 51,200 bytes."
        ),
        fix=(
            "Split the migration into two specs, each with an environment of its own; or name "
            "fewer operators."
        ),
    ),
    Card(
        code="SF564",
        title="Account has no part in the migration",
        why=(
            "The credentials are of an account in which the migration has no stack, so there is "
            "nothing to prepare."
        ),
        fix="Choose the profile of one of the migration's accounts with AWS_PROFILE.",
    ),
)
"""In order of their codes."""
