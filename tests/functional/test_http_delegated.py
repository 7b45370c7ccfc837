"""A delegated administrator over HTTP, as it is typed: units get their stacks, and lose them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.embedded import Served, serve
from tests.fakes.migration import SOURCE, TARGET
from tests.functional.planned_shop import said
from tests.functional.served_topics import ALONE, Operator, compiled
from tests.unit.sandbox.engine.organization import STACK_SETS, Organization, found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DELEGATED = ("--service-managed", "--delegated-admin")


@pytest.fixture(name="served")
def _served() -> Iterator[Served]:
    with serve() as served:
        yield served


@pytest.fixture(name="organization")
def _organization(served: Served) -> Organization:
    """An organization whose account `second` administers StackSets."""
    organization = found(served.sandbox)
    organization.client.register_delegated_administrator(
        AccountId=organization.second, ServicePrincipal=STACK_SETS
    )
    return organization


def sets(served: Served) -> list[str]:
    """Return the names of the stack sets of the management account."""
    client = served.sandbox.client("cloudformation", TARGET)
    return [one["StackSetName"] for one in client.list_stack_sets(Status="ACTIVE")["Summaries"]]


def test_a_delegated_administrator_deploys_into_all_accounts_of_a_unit_and_destroys(
    served: Served,
    organization: Organization,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = compiled(tmp_path, account=organization.second)
    for name, value in served.environment(TARGET, organization.second).items():
        monkeypatch.setenv(name, value)
    unit = ("--organizational-unit", organization.shops)

    deployed = said(
        capsys,
        *("deploy", folder, "--yes", "--only", ALONE, "--accounts", "all", *DELEGATED, *unit),
    )
    accounts = sorted((organization.first, organization.second))
    members = [Operator(served=served, account=each) for each in accounts]
    stood, made = [each.topics() for each in members], sets(served)
    said(capsys, "destroy", folder, "--yes", "--name", "shop-prod", *DELEGATED)

    both = ", ".join(accounts)
    assert f"Service-managed by a delegated administrator, in the units {unit[1]}.\n" in deployed
    assert f"        creates its stack in {both}\n" in deployed
    assert (stood, made) == ([["alone"], ["alone"]], ["shop-prod-eu-central-1-alone"])
    assert ([each.topics() for each in members], sets(served)) == ([[], []], [])


@pytest.mark.slow
def test_each_verb_of_a_delegated_administrator_says_what_it_does(
    served: Served, organization: Organization, tmp_path: Path
) -> None:
    folder = compiled(tmp_path, account=organization.second)
    delegate = Operator(served=served, account=organization.second)
    member = Operator(served=served, account=organization.first)
    unit = ("--organizational-unit", organization.shops)
    only = ("--only", ALONE)

    def types(*arguments: str, code: int = 0) -> str:
        told = delegate.types(*arguments, *DELEGATED, code=code)
        return (
            told.replace(organization.shops, "UNIT")
            .replace(organization.second, "DELEGATE")
            .replace(organization.first, "MEMBER")
        )

    planned = types("plan", folder, *unit)
    types("deploy", folder, "--yes", *unit)
    added = types("plan", folder, *only, "--accounts", "all", *unit)
    types("deploy", folder, "--yes", *only, "--accounts", "all", *unit)
    stood = (delegate.topics(), delegate.topics(SOURCE), member.topics())
    status = types("status", folder)
    drift = types("drift", folder)
    recover = types("recover", folder)
    removed = types("plan", folder, *only, "--accounts", "", *unit)
    outside = types("plan", folder, *only, "--organizational-unit", organization.empty, code=1)
    destroyed = types("destroy", folder, "--yes", "--name", "shop-prod")

    assert planned == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of DELEGATE; phase replicate.
Service-managed by a delegated administrator, in the units UNIT.

  + eu-central-1/alone: create, since it is not there yet
  + us-east-1/read: create, since it is not there yet
  + eu-central-1/reader: create, since it is not there yet
        Name = (known after us-east-1/read: Name)

3 to create.
"""
    )
    assert added.endswith(
        """
  + eu-central-1/alone: add, since it is to stand in MEMBER too
        creates its stack in MEMBER

1 to add an account to.
"""
    )
    assert stood == (["alone", "reader"], ["read"], ["alone"])
    assert "  = alone         -          474d6742   CURRENT\n        in MEMBER: CURRENT\n" in status
    assert status.endswith("\nAll 3 stacks are as compiled.\n")
    assert drift.endswith("\nAll 4 stacks are in sync.\n")
    assert recover == "Nothing is in trouble.\n"
    assert removed.endswith(
        """
  - eu-central-1/alone: remove, since it is not to stand in MEMBER any more
        deletes its stack in MEMBER

1 to remove an account from.
"""
    )
    assert "error[SF516]: Options do not fit together\n" in outside
    assert "The account DELEGATE is in none of the units " in outside
    assert destroyed == (
        """\
Plan to destroy shop-prod
Stack sets live in eu-central-1 of DELEGATE.

  - eu-central-1/reader: delete
  - us-east-1/read: delete
  - eu-central-1/alone: delete
        also in MEMBER, eu-central-1

3 to delete; resources that stay behind: 0.

Looked once more: no stack set, no stack and no lock of this migration is left.
Done in ….
"""
    )
    assert (delegate.topics(), delegate.topics(SOURCE), member.topics()) == ([], [], [])
    assert sets(served) == []


@pytest.mark.slow
def test_a_member_that_administers_nothing_is_told_what_it_must_be(
    served: Served, organization: Organization, tmp_path: Path
) -> None:
    folder = compiled(tmp_path, account=organization.first)
    member = Operator(served=served, account=organization.first)
    asked = ("deploy", folder, "--yes", "--organizational-unit", organization.shops)

    told = [
        member.types(*asked, *DELEGATED, code=3),
        member.types(*asked, "--service-managed", "--accounts", "all", "--only", ALONE, code=3),
    ]

    title = "error[SF517]: StackSets may not act in the organization\n"
    assert [each.startswith(title) for each in told] == [True, True]
    assert "ValidationError: Account used is not a delegated administrator\n" in told[0]
    assert "AWS refused ListAccountsForParent: AccessDeniedException: " in told[1]
    assert (member.topics(), sets(served)) == ([], [])


@pytest.mark.slow
def test_members_are_read_through_a_role_of_theirs(tmp_path: Path) -> None:
    with serve(needs_roles=True) as served:
        organization = found(served.sandbox)
        organization.client.register_delegated_administrator(
            AccountId=organization.second, ServicePrincipal=STACK_SETS
        )
        delegate = Operator(served=served, account=organization.second)
        folder = compiled(tmp_path, account=organization.second)
        unit = ("--organizational-unit", organization.shops, "--accounts", "all")
        deployed = delegate.types("deploy", folder, "--yes", "--only", ALONE, *DELEGATED, *unit)
        away = ("destroy", folder, "--yes", "--name", "shop-prod", *DELEGATED)
        refused = delegate.types(*away, code=3)
        served.sandbox.client("iam", TARGET, organization.first).create_role(
            RoleName="reader",
            AssumeRolePolicyDocument=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": f"arn:aws:iam::{delegate.account}:root"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
        )
        destroyed = delegate.types(*away, "--read-role", "reader")

    assert f"{organization.first}  CURRENT, its stack unreadable: " in " ".join(
        deployed.split("\n")
    )
    assert "error[SF523]: StackSets role is missing or not trusted\n" in refused
    assert "with --read-role.\n" in refused
    assert "no stack set, no stack and no lock of this migration is left." in destroyed
