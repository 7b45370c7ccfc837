"""SF511 to SF516: what speaks against carrying out a plan."""

from __future__ import annotations

from spec.codes.card import Card

PLANS: tuple[Card, ...] = (
    Card(
        code="SF511",
        title="Saved plan is not what would be done now",
        why=(
            "A saved plan is carried out exactly as it was read and agreed to, or not at all. "
            "Since it was made, the compiled folder, the options or what AWS has changed, or the "
            "file itself was."
        ),
        fix="Make the plan anew with `stackferry plan --out`, read it, and deploy that one.",
    ),
    Card(
        code="SF512",
        title="Resource that holds data would be lost",
        why=(
            "The update would replace or remove a database, a bucket, a key, a secret or a public "
            "zone, or its stack would be removed from an account. CloudFormation said so when it "
            "was asked before anything was done. What it counts as conditional may happen, so it "
            "counts here (CloudFormation API reference, ResourceChange, read 2026-11-24)."
        ),
        fix=(
            "Take the change back. Only if nothing needs what the resource holds, name it with "
            "--allow-replacement."
        ),
    ),
    Card(
        code="SF513",
        title="CloudFormation does not tell what an update would do",
        why=(
            "The stack holds what cannot be made again, and CloudFormation refused to say whether "
            "the update replaces it."
        ),
        fix=(
            "Remove the reason that it names: a role without the right to make change sets, a "
            "stack that is stuck. With --no-preview updates go on unseen."
        ),
    ),
    Card(
        code="SF515",
        title="Stack cannot stand in several accounts",
        why=(
            "A stack set gives the same values to all its stacks. A stack that reads values of "
            "another stack, or is read from another account, or names its account in its template, "
            "would get in the other accounts what exists only in its own."
        ),
        fix="Fan out only stacks that stand by themselves; choose them with --only.",
    ),
    Card(
        code="SF516",
        title="Options do not fit together",
        why=(
            "One option needs another that was not given, or excludes one that was; or one names "
            "something that is not there. Organizational units and delegated administrators belong "
            "to service-managed stack sets (CloudFormation API reference, CreateStackInstances, "
            "read 2026-11-24)."
        ),
        fix="Change the options as the message says.",
    ),
    Card(
        code="SF566",
        title="Phase was not compiled",
        why=(
            "A folder holds the states of a migration for which it was compiled. One that is not "
            "among them cannot be deployed or looked at."
        ),
        fix="Compile the spec again without --phase, which gives all of them.",
    ),
)
"""In order of their codes."""
