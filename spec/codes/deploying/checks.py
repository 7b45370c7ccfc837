"""SF50n: what the deployer refuses before it touches anything."""

from __future__ import annotations

from spec.codes.card import Card

CHECKS: tuple[Card, ...] = (
    Card(
        code="SF501",
        title="No compiled migration in the folder",
        why=(
            "The deployer reads nothing but the manifest that `compile` writes, and the templates "
            "beside it."
        ),
        fix="Run `stackferry compile` and name the folder that it writes.",
    ),
    Card(
        code="SF502",
        title="Template is not the compiled one",
        why=(
            "The manifest holds a digest of each template. A template that was edited by hand was "
            "neither linted nor reviewed, and the next compile would undo the edit."
        ),
        fix=(
            "Change the spec instead and compile again, or restore the folder from your repository."
        ),
    ),
    Card(
        code="SF503",
        title="Credentials are of another account",
        why=(
            "Stack sets and their administration live in the target account. With credentials of "
            "another one, the whole system would be built a second time, in the wrong place."
        ),
        fix=(
            "Choose the profile of the target account with AWS_PROFILE, or correct "
            "`accounts.target`."
        ),
    ),
    Card(
        code="SF504",
        title="Template is too large for a request",
        why=(
            "StackSets take templates of at most 51,200 bytes in a request (CloudFormation API "
            "reference, CreateStackSet, read 2026-11-23). Larger ones are read from a bucket of "
            "the migration, which is not there."
        ),
        fix="Run `stackferry bootstrap`, which makes the bucket, or make the component smaller.",
    ),
    Card(
        code="SF505",
        title="Stack set belongs to something else",
        why=(
            "A stack set of that name exists, but its description or its stacks are not those of "
            "this migration. To update it would overwrite somebody else's stacks."
        ),
        fix="Give the migration another name or environment, or delete that stack set.",
    ),
    Card(
        code="SF506",
        title="Value cannot be looked up",
        why=(
            "Images and managed prefix lists are looked up in each region just before a stack is "
            "made. AWS has none of that name there, or does not show it."
        ),
        fix=(
            "Name a parameter that exists in every region that uses it, or give the image by its "
            "id."
        ),
    ),
    Card(
        code="SF507",
        title="Stack is INOPERABLE",
        why=(
            "A deletion of the stack failed. StackSets leaves such a stack out of every later "
            "update (CloudFormation API reference, StackInstance, read 2026-11-23). With --via "
            "stacks: its creation or deletion failed, and it takes no update."
        ),
        fix=(
            "Run `stackferry recover`: it tells why that failed, and carries out the way out "
            "that you choose. Then deploy again."
        ),
    ),
    Card(
        code="SF508",
        title="Database is protected from deletion",
        why=(
            "The database has deletion protection on, so its stack cannot be deleted, and whatever"
            " stands below it (its network) could not either. Nothing was touched."
        ),
        fix=(
            "Make sure that nothing needs the database. Then run destroy with --unprotect: the "
            "plan shows the step that turns the protection off."
        ),
    ),
    Card(
        code="SF509",
        title="Bucket is not empty",
        why=(
            "CloudFormation does not delete a bucket that holds objects, old versions or delete "
            "markers. stackferry empties none that was not named. Nothing was touched."
        ),
        fix=(
            "Move what is needed, then run destroy again with `--empty BUCKET`: its plan counts "
            "what goes."
        ),
    ),
    Card(
        code="SF510",
        title="Stack lacks an output",
        why=(
            "StackSets says that the stack is CURRENT, but an output of its template is missing. "
            "Somebody changed the stack itself, past its stack set. Without the value nothing that "
            "reads it can be deployed."
        ),
        fix=(
            "Find out who updates the stack directly. Then update the stack once more with the "
            "template of its stack set, and deploy again."
        ),
    ),
)
"""In order of their codes."""
