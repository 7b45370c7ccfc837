"""Options of plan and deploy, as they are typed, that do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.cli.program import run
from tests.fakes.migration import ACCOUNT
from tests.functional.planned_shop import OTHER, TOPICS, said
from tests.unit.sandbox.engine.organization import found

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.sandbox.embedded import Served


def test_a_document_is_not_asked_about(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plan.json").write_text("{}")

    assert run(["deploy", folder, "--json"]) == 2
    assert "nobody is asked; give --yes or --plan." in capsys.readouterr().err
    assert run(["deploy", "--plan", str(tmp_path / "plan.json"), "--json"]) == 2
    told = capsys.readouterr()
    assert (told.out, "is no saved plan of this version" in told.err) == ("", True)


def test_the_management_account_cannot_be_served_by_its_own_organization(
    served: Served, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    organization = found(served.sandbox)

    told = said(
        capsys,
        *("plan", folder, "--only", TOPICS, "--accounts", "all", "--service-managed"),
        *("--organizational-unit", organization.root),
        code=1,
    )

    assert "error[SF516]: Options do not fit together" in told
    assert f"The account {ACCOUNT} is in none of the units" in told


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--region", "eu-west-9"), "nothing is compiled for the region eu-west-9; there is"),
        (("--only", "us-east-1/netwrk"), "no stack is called us-east-1/netwrk. Did you mean"),
        (("--only", "x"), "no stack is called x. There is us-east-1/network, us-east-1/bucket"),
        (("--accounts", "4444,all"), "--accounts: 4444 is no account; one has twelve digits."),
        (("--sandbox", "--endpoint-url", "http://127.0.0.1:1"), "exclude each other"),
    ],
)
@pytest.mark.parametrize("verb", ["plan", "deploy"])
def test_options_that_cannot_be_are_a_mistake_of_usage(
    verb: str,
    arguments: tuple[str, ...],
    why: str,
    folder: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    yes = ("--yes",) if verb == "deploy" else ()

    assert run([verb, folder, *arguments, *yes]) == 2
    assert why in capsys.readouterr().err


def test_a_deploy_of_nothing_is_a_mistake_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["deploy", "--yes"]) == 2
    assert "name the folder that was compiled into, or a saved plan" in capsys.readouterr().err


@pytest.mark.usefixtures("served")
def test_options_that_do_not_fit_are_findings(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(capsys, "plan", folder, "--via", "stacks", "--accounts", OTHER, code=1)

    assert told == (
        """\
error[SF516]: Options do not fit together
  --> shop.yaml
With --via stacks each stack is made directly in its own account. Other accounts, units, and how
stack sets work through them, are a matter of stack sets.
help: Leave --via stacks out, or deploy without these options.
"""
    )
