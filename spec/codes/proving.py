"""SF41n: proving that a step of a migration keeps what cannot be made again."""

from __future__ import annotations

from spec.codes.card import Card

PROVING: tuple[Card, ...] = (
    Card(
        code="SF410",
        title="Something that cannot be made again would be replaced",
        why="The change takes a new resource: CloudFormation makes an empty one and lets the old"
        " one go, with the data, keys or delegation that it holds. Which changes do that is in the"
        " registry schema of the type (createOnlyProperties; CloudFormation registry, 2026-10-20)."
        " A secret stays, and gets another value.",
        fix="Take the change back. What must become another one gets a name of its own beside the"
        " old one, and its data is moved.",
    ),
    Card(
        code="SF411",
        title="Something that cannot be made again would go",
        why="It leaves its template, so it is deleted, or stays behind where no template tells of"
        ' it. Only the phase "retire" lets anything go, in the source, and only what its'
        " DeletionPolicy keeps or leaves a snapshot of (CloudFormation user guide, DeletionPolicy"
        " attribute, 2026-11). A replica that was never promoted may always go.",
        fix="Leave it in the spec.",
    ),
    Card(
        code="SF412",
        title="Nobody can tell whether something would be replaced",
        why="The registry schema lists a property that changes as one whose change may take a new"
        " resource (conditionalCreateOnlyProperties), or its new value is known to AWS only, and no"
        " rule of stackferry's decides. What is not proven is not done.",
        fix="Take the change back, or make it in an account that holds nothing and see what AWS"
        " does.",
    ),
    Card(
        code="SF413",
        title="AWS refuses the change",
        why="The update, or the deletion, fails, and CloudFormation rolls back. For instance, the"
        " kind, usage, origin and reach of a KMS key never change (registry schema of"
        " AWS::KMS::Key, 2026-10-20), and a protected database is not deleted.",
        fix="Take the change back; protection is taken away one phase before.",
    ),
    Card(
        code="SF414",
        title="A resource with a name of its own would be replaced",
        why="CloudFormation makes the new one before it deletes the old one, and both would have"
        " the same name, so the update fails (CloudFormation Template Reference, Name type,"
        " 2026-11).",
        fix="Take the change back, or change the name with it.",
        aws_says="CloudFormation cannot update a stack when a custom-named resource requires"
        " replacing",
    ),
    Card(
        code="SF415",
        title="Something that cannot be made again would move",
        why="It has another logical id, or is in another stack. To CloudFormation that is another"
        " resource: it makes a new one and lets the old one go.",
        fix="Report it: where a resource lives is stackferry's choice and never changes.",
    ),
    Card(
        code="SF416",
        title="Output goes too early",
        why="A stack loses an output in the phase in which its last reader stops reading it. The"
        " reader may not have its new form by then, and would need its old one again if the step"
        " is taken back.",
        fix="Report it: which outputs a stack has is stackferry's choice.",
    ),
)
"""In order of their codes."""
