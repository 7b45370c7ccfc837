"""The accounts of an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.deploy.aws.errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterator


def accounts_in(client: Any, unit: str, *, with_management: bool) -> tuple[str, ...]:  # noqa: ANN401 -- boto3 makes clients at run time
    """
    Return the accounts in an organizational unit and those beneath it, sorted.

    Left out are accounts that are suspended or being closed, which StackSets skips.

    Args:
        client: That of AWS Organizations.
        unit: Id of the unit, or of the root.
        with_management: Whether the management account counts: service-managed stack sets never
            deploy to it (CloudFormation user guide, StackSets and Organizations, 2026-11-24).

    Raises:
        AwsError: AWS refused to tell, or there is no such unit.
    """
    found = set(_accounts(client, unit))
    if not with_management and found:
        with translated("DescribeOrganization"):
            organization = client.describe_organization()["Organization"]
        found.discard(str(organization["MasterAccountId"]))
    return tuple(sorted(found))


def _accounts(client: Any, unit: str) -> Iterator[str]:  # noqa: ANN401 -- boto3 makes clients at run time
    with translated("ListAccountsForParent"):
        for page in client.get_paginator("list_accounts_for_parent").paginate(ParentId=unit):
            for account in page["Accounts"]:
                if account.get("Status", "ACTIVE") == "ACTIVE":
                    yield str(account["Id"])
    with translated("ListOrganizationalUnitsForParent"):
        pages = client.get_paginator("list_organizational_units_for_parent")
        beneath = [
            str(one["Id"])
            for page in pages.paginate(ParentId=unit)
            for one in page["OrganizationalUnits"]
        ]
    for one in beneath:
        yield from _accounts(client, one)
