"""One migration in two accounts over HTTP, as it is typed: added, seen, taken back, destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.embedded import serve
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET
from tests.functional.documents import valid
from tests.functional.planned_shop import said, serving
from tests.functional.served_topics import ALONE, READ, Operator, compiled

if TYPE_CHECKING:
    from pathlib import Path

OTHER, THIRD = "444455556666", "777788889999"
FREE = ("--only", ALONE, "--only", READ)
"""What stands by itself, and may stand in several accounts."""


def test_a_migration_stands_in_two_accounts_and_is_destroyed_in_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = compiled(tmp_path, account=ACCOUNT)
    with serving(monkeypatch) as served:
        here, there = (Operator(served=served, account=each) for each in (ACCOUNT, OTHER))
        only = ("--only", ALONE)
        deployed = said(capsys, "deploy", folder, "--yes", *only, "--accounts", OTHER)
        stood = (here.topics(), there.topics())
        status = valid("status", said(capsys, "status", folder, "--json", code=1))
        destroyed = said(capsys, "destroy", folder, "--yes", "--name", "shop-prod")
        left = (here.topics(), there.topics())

    assert f"        creates its stack in {ACCOUNT}, {OTHER}\n" in deployed
    assert stood == (["alone"], ["alone"])
    assert {
        one["stack"]: [(each["account"], each["status"]) for each in one["instances"]]
        for one in status["stacks"]
        if one["instances"]
    } == {ALONE: [(ACCOUNT, "CURRENT"), (OTHER, "CURRENT")]}
    assert f"        also in {OTHER}, eu-central-1\n" in destroyed
    assert left == ([], [])


@pytest.mark.slow
def test_accounts_are_added_and_taken_back_as_the_plan_says(tmp_path: Path) -> None:
    folder = compiled(tmp_path, account=ACCOUNT)
    with serve() as served:
        operator = Operator(served=served, account=ACCOUNT)
        others = [Operator(served=served, account=each) for each in (OTHER, THIRD)]
        operator.types("deploy", folder, "--yes")
        tied = operator.types("plan", folder, "--accounts", OTHER, code=1)
        operator.types("deploy", folder, "--yes", *FREE, "--accounts", OTHER)
        exchanged = operator.types("plan", folder, "--only", ALONE, "--accounts", THIRD)
        operator.types("deploy", folder, "--yes", "--only", ALONE, "--accounts", THIRD)
        stood = [(each.topics(), each.topics(SOURCE)) for each in others]
        status = operator.types("status", folder)
        unchanged = operator.types("plan", folder)
        changed = compiled(tmp_path, account=ACCOUNT, display="Sales")
        updated = operator.types("deploy", changed, "--yes")
        names = [
            served.sandbox.client("sns", TARGET, each).get_topic_attributes(
                TopicArn=f"arn:aws:sns:{TARGET}:{each}:alone"
            )["Attributes"]["DisplayName"]
            for each in (ACCOUNT, THIRD)
        ]
        destroyed = operator.types("destroy", folder, "--yes", "--name", "shop-prod")
        left = [(each.topics(), each.topics(SOURCE)) for each in (operator, *others)]

    assert tied.endswith(
        """
error[SF515]: Stack cannot stand in several accounts
  --> shop.yaml: topics
The stack "eu-central-1/reader" is to stand in 444455556666 too, but it is tied to 111122223333: it
reads values of us-east-1/read.
help: Fan out only what stands by itself: --only eu-central-1/alone --only us-east-1/read.
"""
    )
    assert exchanged == (
        """\
Plan for shop-prod, only eu-central-1/alone
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  + eu-central-1/alone: add, since it is to stand in 777788889999 too; it is not to stand in
      444455556666 any more
        creates its stack in 777788889999
        deletes its stack in 444455556666

1 to add an account to, 1 to remove an account from.
"""
    )
    assert stood == [([], ["read"]), (["alone"], [])]
    assert status == (
        """\
shop-prod, compiled as replicate
Stack sets live in eu-central-1 of 111122223333.
Nobody is at work on it.

eu-central-1      phase      template   stack
  = alone         -          474d6742   CURRENT
        in 777788889999: CURRENT
  = reader        -          4af4acf2   CURRENT

us-east-1         phase      template   stack
  = read          -          914b027c   CURRENT
        in 444455556666: CURRENT

All 3 stacks are as compiled.
"""
    )
    assert unchanged.endswith("\n3 unchanged.\n")
    assert updated == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  ~ eu-central-1/alone: update, since the template changed
        CloudFormation says:
          ~ Topic (AWS::SNS::Topic arn:aws:sns:eu-central-1:111122223333:alone) in place:
              DisplayName
              topics
        CloudFormation says of 777788889999:
          ~ Topic (AWS::SNS::Topic arn:aws:sns:eu-central-1:777788889999:alone) in place:
              DisplayName
              topics
  ~ us-east-1/read: update, since the template changed
        CloudFormation says:
          ~ Topic (AWS::SNS::Topic arn:aws:sns:us-east-1:111122223333:read) in place: DisplayName
              topics
        CloudFormation says of 444455556666:
          ~ Topic (AWS::SNS::Topic arn:aws:sns:us-east-1:444455556666:read) in place: DisplayName
              topics
  ? eu-central-1/reader: update only if a value that it reads changes
        Name = (known after us-east-1/read: Name)

2 to update, 1 to check.

What exists where, read back from AWS:

  eu-central-1/alone   111122223333  CURRENT (UPDATE_COMPLETE)  …
  eu-central-1/alone   777788889999  CURRENT (UPDATE_COMPLETE)  …
  us-east-1/read       111122223333  CURRENT (UPDATE_COMPLETE)  …
  us-east-1/read       444455556666  CURRENT (UPDATE_COMPLETE)  …
  eu-central-1/reader  111122223333  CURRENT (CREATE_COMPLETE)  …

Done in ….
"""
    )
    assert names == ["Sales", "Sales"]
    assert destroyed == (
        """\
Plan to destroy shop-prod
Stack sets live in eu-central-1 of 111122223333.

  - eu-central-1/reader: delete
  - us-east-1/read: delete
        also in 444455556666, us-east-1
  - eu-central-1/alone: delete
        also in 777788889999, eu-central-1

3 to delete; resources that stay behind: 0.

Looked once more: no stack set, no stack and no lock of this migration is left.
Done in ….
"""
    )
    assert left == [([], [])] * 3


@pytest.mark.slow
def test_what_was_changed_by_hand_in_the_other_account_is_drift(tmp_path: Path) -> None:
    folder = compiled(tmp_path, account=ACCOUNT)
    with serve() as served:
        operator = Operator(served=served, account=ACCOUNT)
        operator.types("deploy", folder, "--yes", "--only", ALONE, "--accounts", OTHER)
        before = operator.types("drift", folder, "--only", ALONE)
        served.sandbox.client("sns", TARGET, OTHER).set_topic_attributes(
            TopicArn=f"arn:aws:sns:{TARGET}:{OTHER}:alone",
            AttributeName="DisplayName",
            AttributeValue="By hand",
        )
        after = operator.types("drift", folder, "--only", ALONE, code=1)

    assert before.endswith("\nAll 2 stacks are in sync.\n")
    assert after.endswith(
        """
eu-central-1/alone in 444455556666 drifted
  Topic (AWS::SNS::Topic) was changed
    arn:aws:sns:eu-central-1:444455556666:alone
    --> topics
    /DisplayName: Orders expected, By hand found

1 drifted, 1 in sync.
"""
    )
