"""What CloudFormation says of an update, in the words of an operator."""

from __future__ import annotations

from dataclasses import replace

from compiler.deploy.answers import Change, Preview
from compiler.report.preview_text import changes_of
from tests.fakes.migration import migration, place

REPLICA = next(one for one in migration().manifest.stacks if one.name == "database-catalog")
DETACHED = Preview(
    place=place(REPLICA.id),
    changes=(
        Change(
            logical_id="Database",
            type="AWS::RDS::DBInstance",
            action="Modify",
            physical_id="shop-prod-catalog",
            replacement="Conditional",
            policy_action="ReplaceAndSnapshot",
            properties=("SourceDBInstanceIdentifier",),
        ),
    ),
)


def test_a_promotion_is_told_as_what_it_is() -> None:
    promoting = replace(REPLICA, keeps_tags=True)

    (told,) = changes_of(promoting, DETACHED, None)

    assert told == (
        "~ Database (AWS::RDS::DBInstance shop-prod-catalog) promoted in place: it stops following "
        "its source, which CloudFormation calls conditional"
    )


def test_what_was_not_compiled_as_a_promotion_is_told_as_cloudformation_does() -> None:
    (told,) = changes_of(REPLICA, DETACHED, None)

    assert told == (
        "-/+ Database (AWS::RDS::DBInstance shop-prod-catalog) perhaps replaced: "
        "SourceDBInstanceIdentifier; the old one is deleted but for a snapshot"
    )
