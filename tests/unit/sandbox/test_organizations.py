"""Who may ask about an organization: its management account, and who administers a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.embedded import Sandbox, embedded
from tests.unit.sandbox.engine.organization import STACK_SETS, Organization, found

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(name="box")
def _box() -> Iterator[Sandbox]:
    with embedded() as sandbox:
        yield sandbox


@pytest.fixture(name="organization")
def _organization(box: Sandbox) -> Organization:
    return found(box)


def seen_by(client: Any, organization: Organization) -> tuple[list[str], list[str], list[str]]:  # noqa: ANN401 -- boto3
    """Return the roots, and the accounts and the units in the unit `shops`."""
    unit = organization.shops
    return (
        [one["Id"] for one in client.list_roots()["Roots"]],
        [one["Id"] for one in client.list_accounts_for_parent(ParentId=unit)["Accounts"]],
        [
            one["Id"]
            for one in client.list_organizational_units_for_parent(ParentId=unit)[
                "OrganizationalUnits"
            ]
        ],
    )


def test_a_delegated_administrator_sees_what_the_management_account_sees(
    box: Sandbox, organization: Organization
) -> None:
    delegate = box.client("organizations", account=organization.second)
    organization.client.register_delegated_administrator(
        AccountId=organization.second, ServicePrincipal=STACK_SETS
    )

    seen = seen_by(delegate, organization)

    assert seen == ([organization.root], [organization.first], [organization.test])
    assert seen == seen_by(organization.client, organization)
    assert [one["Id"] for one in delegate.list_accounts()["Accounts"]] == [
        one["Id"] for one in organization.client.list_accounts()["Accounts"]
    ]
    with pytest.raises(ClientError, match="ParentNotFoundException"):
        delegate.list_accounts_for_parent(ParentId="ou-ab12-abcd1234")


def test_a_delegated_administrator_only_reads(box: Sandbox, organization: Organization) -> None:
    organization.client.register_delegated_administrator(
        AccountId=organization.second, ServicePrincipal=STACK_SETS
    )
    with pytest.raises(ClientError):
        box.client("organizations", account=organization.second).move_account(
            AccountId=organization.first,
            SourceParentId=organization.shops,
            DestinationParentId=organization.root,
        )

    assert seen_by(organization.client, organization)[1] == [organization.first]


def test_a_member_that_administers_nothing_is_told_its_organization_and_no_more(
    box: Sandbox, organization: Organization
) -> None:
    member = box.client("organizations", account=organization.first)
    principal = {"AccountId": organization.first, "ServicePrincipal": STACK_SETS}
    organization.client.register_delegated_administrator(**principal)
    organization.client.deregister_delegated_administrator(**principal)

    assert member.describe_organization()["Organization"]["MasterAccountId"] == box.account
    for ask in (
        member.list_roots,
        member.list_accounts,
        lambda: member.list_accounts_for_parent(ParentId=organization.shops),
    ):
        with pytest.raises(ClientError) as refused:
            ask()
        assert refused.value.response["Error"] == {
            "Code": "AccessDeniedException",
            "Message": "You don't have permissions to access this resource.",
        }


def test_an_account_in_no_organization_is_told_so(box: Sandbox, organization: Organization) -> None:
    alone = box.client("organizations", account="999900001111")

    with pytest.raises(ClientError, match="AWSOrganizationsNotInUseException"):
        alone.list_accounts_for_parent(ParentId=organization.shops)
