"""The document of bootstrap: what each account needs, and what became of it."""

from __future__ import annotations

from typing import Any

from compiler.bootstrap.run import Brought
from compiler.deploy.port import AwsError
from compiler.report.documents import render
from compiler.report.documents.bootstrap import document
from tests.fakes.stacks import Failing
from tests.functional.documents import valid
from tests.unit.bootstrap.preparer import WISH, Preparer, made
from tests.unit.bootstrap.two_accounts import (
    SOURCE,
    TARGET,
    compiled_from,
    spec_of_two_accounts,
)


def told(brought: Brought, out: str = "") -> Any:  # noqa: ANN401 -- JSON
    return valid(
        "bootstrap",
        render(
            document(
                made(),
                brought,
                manifest=compiled_from(spec_of_two_accounts()).manifest,
                wish=WISH,
                loaded=None,
                folder="templates_out/hello-trial",
                out=out,
            )
        ),
    )


def accounts(found: Any) -> list[tuple[str, bool, bool | None, list[str]]]:  # noqa: ANN401 -- JSON
    return [
        (one["account"], one["is_here"], one["is_ready"], [two["ended"] for two in one["stacks"]])
        for one in found["accounts"]
    ]


def test_what_was_made_and_what_is_left_is_told_for_each_account() -> None:
    preparer = Preparer()
    preparer.aws.refuses["stack_status"] = AwsError(
        code="AccessDenied", reason="no", call="AssumeRole"
    )

    found = told(preparer.bring())

    assert accounts(found) == [
        (TARGET, True, True, ["created"] * 3),
        (SOURCE, False, False, [""]),
    ]
    assert [one["code"] for one in found["findings"]] == ["SF560"]
    assert found["failures"] == []


def test_the_second_time_everything_is_unchanged() -> None:
    preparer = Preparer()
    preparer.bring()

    found = told(preparer.bring())

    assert accounts(found) == [
        (TARGET, True, True, ["unchanged"] * 3),
        (SOURCE, False, True, [""]),
    ]


def test_a_failure_is_told_with_its_cause() -> None:
    preparer = Preparer()
    preparer.aws.failing["stackferry-hello-trial-us-east-1-execution"] = Failing(
        resource="ExecutionRole", type="AWS::IAM::Role", reason="not authorized to perform"
    )

    found = told(preparer.bring())

    assert found["exit_code"] == 3
    assert accounts(found)[0] == (TARGET, True, False, ["created", "failed", "created"])
    (failure,) = found["failures"]
    assert (failure["stack"], failure["resource"], failure["code"]) == (
        "us-east-1/execution",
        "ExecutionRole",
        "SF529",
    )


def test_what_was_only_written_has_commands_and_no_ends() -> None:
    found = told(Brought(exit_code=0), out="here/")

    assert accounts(found) == [(TARGET, False, None, [""] * 3), (SOURCE, False, None, [""])]
    assert [len(one["commands"]) for one in found["accounts"]] == [3, 1]
    assert (
        f" --template-file here/{SOURCE}/us-east-1/execution.json "
        in (found["accounts"][1]["commands"][0])
    )
