"""Bringing what an account needs to AWS, played by the fake."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.deploy.outcome import Done
from compiler.deploy.port import AwsBusyError, AwsError
from tests.unit.bootstrap.preparer import WISH, Preparer
from tests.unit.bootstrap.two_accounts import SOURCE, TARGET

if TYPE_CHECKING:
    from compiler.bootstrap.run import Brought

BUCKET = f"stackferry-hello-trial-{TARGET}-eu-north-1"


def ended(brought: Brought) -> dict[str, str]:
    assert brought.deployed is not None
    assert brought.deployed.outcome is not None
    return {
        id_: end.what if isinstance(end, Done) else type(end).__name__
        for id_, end in brought.deployed.outcome.ends.items()
    }


def test_the_target_account_gets_both_roles_and_the_buckets_and_a_second_time_nothing() -> None:
    preparer = Preparer()

    first, second = preparer.bring(), preparer.bring()

    assert first.exit_code == 0
    assert ended(first) == {
        "us-east-1/administration": "created",
        "us-east-1/execution": "created",
        "eu-north-1/artifacts": "created",
    }
    assert (second.exit_code, ended(second)) == (0, {})
    assert len(preparer.shown) == 1


def test_the_other_account_gets_its_execution_role_only() -> None:
    brought = Preparer(SOURCE).bring()

    assert brought.account == SOURCE
    assert ended(brought) == {"us-east-1/execution": "created"}


def test_an_account_whose_role_lets_us_in_is_ready_and_another_is_told() -> None:
    open_door, closed_door = Preparer(), Preparer()
    closed_door.aws.refuses["stack_status"] = AwsError(
        code="AccessDenied", reason="not authorized to perform sts:AssumeRole", call="AssumeRole"
    )

    let_in, kept_out = open_door.bring(), closed_door.bring()

    assert (let_in.ready, let_in.findings) == ((SOURCE,), ())
    assert kept_out.ready == ()
    (finding,) = kept_out.findings
    assert finding.code == "SF560"
    assert finding.detail == (
        f'The account "{SOURCE}" does not let these credentials take its execution role, or has '
        "none: not authorized to perform sts:AssumeRole"
    )
    assert kept_out.exit_code == 0


def test_a_role_that_is_not_ours_stops_it_before_anything_is_asked() -> None:
    preparer = Preparer()
    preparer.aws.roles.add("AWSCloudFormationStackSetAdministrationRole")

    brought = preparer.bring()

    assert (brought.exit_code, [one.code for one in brought.findings]) == (1, ["SF519"])
    assert (preparer.shown, preparer.aws.writes) == ([], [])


def test_a_role_that_our_own_stack_made_is_ours() -> None:
    preparer = Preparer()
    preparer.bring()
    preparer.aws.roles.add("AWSCloudFormationStackSetAdministrationRole")

    assert preparer.bring().exit_code == 0


def test_a_bucket_that_outlived_its_stack_is_kept() -> None:
    preparer = Preparer()
    preparer.aws.buckets.add(BUCKET)

    brought = preparer.bring()

    assert brought.kept == (BUCKET,)
    assert sorted(ended(brought)) == ["us-east-1/administration", "us-east-1/execution"]


def test_a_strange_account_is_told_which_ones_have_a_part() -> None:
    brought = Preparer("999988887777").bring()

    assert brought.exit_code == 1
    (finding,) = brought.findings
    assert finding.code == "SF564"
    assert finding.detail == (
        f'The credentials are of the account "999988887777". hello-trial has stacks in {TARGET}, '
        f"{SOURCE}."
    )


def test_an_aws_that_does_not_answer_is_no_account_without_a_role() -> None:
    preparer = Preparer()
    preparer.aws.refuses["stack_status"] = AwsBusyError(
        code="Throttling", reason="Rate exceeded", call="DescribeStacks"
    )

    brought = preparer.bring()

    assert brought.exit_code == 3
    assert "SF560" not in [one.code for one in brought.findings]


def test_a_no_makes_nothing() -> None:
    preparer = Preparer()
    preparer.agrees = False

    brought = preparer.bring()

    assert (brought.exit_code, preparer.aws.writes) == (1, [])


def test_missing_credentials_are_a_finding() -> None:
    preparer = Preparer()
    preparer.aws.refuses["account"] = AwsError(
        code="NoCredentialsError", reason="Unable to locate credentials", call="GetCallerIdentity"
    )

    brought = preparer.bring()

    assert (brought.exit_code, [one.code for one in brought.findings]) == (3, ["SF520"])


def test_what_differs_is_updated_and_the_rest_is_left() -> None:
    preparer = Preparer()
    preparer.bring()

    brought = preparer.bring(replace(WISH, operators=(f"arn:aws:iam::{TARGET}:role/others",)))

    assert ended(brought) == {"us-east-1/execution": "updated"}
