"""
What service-managed stack sets read of AWS Organizations: who administers, and whose accounts.

Everything is asked of the sandbox's Organizations service, each time anew: accounts move.
Source of what is refused: CloudFormation User Guide, StackSets and AWS Organizations, 2026-11-24;
the sentences are AWS's own, as people report them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from compiler.sandbox.engine.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.engine.world import Place, World

STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
"""The service principal that is given trusted access and delegated administrators."""

_NO_ORGANIZATION = (
    "You must be the management account or delegated admin account of an organization before "
    "operating a SERVICE_MANAGED stack set"
)
_NO_ACCESS = "You must enable organizations access to operate a service managed stack set"
_NO_DELEGATE = "Account used is not a delegated administrator"


def home_of(world: World, place: Place, given: Mapping[str, Any]) -> Place:
    """
    Return where the stack sets of a call live: with `CallAs`, in the management account.

    Raises:
        ApiError: `ValidationError`: the caller is no delegated administrator of StackSets.
    """
    if given.get("CallAs", "SELF") == "SELF":
        return place
    account, region = place
    management = _management_of(world, place)
    if management is None or account not in _delegates(world, (management, region)):
        raise invalid(_NO_DELEGATE)
    return management, region


def refuse_outsider(world: World, home: Place) -> None:
    """
    Refuse service-managed stack sets outside of a management account that trusts StackSets.

    Raises:
        ApiError: `ValidationError`.
    """
    if _management_of(world, home) != home[0]:
        raise invalid(_NO_ORGANIZATION)
    if not has_access(world, home):
        raise invalid(_NO_ACCESS)


def has_access(world: World, home: Place) -> bool:
    """Tell whether the organization of the management account *home* trusts StackSets."""
    answer = _organizations(world, home).list_aws_service_access_for_organization()
    return STACK_SETS in {each["ServicePrincipal"] for each in answer["EnabledServicePrincipals"]}


def give_access(world: World, place: Place) -> None:
    """
    Let StackSets into the organization of the caller's account.

    Raises:
        ApiError: `ValidationError`: that account is no management account.
    """
    if _management_of(world, place) != place[0]:
        raise invalid(_NO_ORGANIZATION)
    _organizations(world, place).enable_aws_service_access(ServicePrincipal=STACK_SETS)


def members(world: World, home: Place, unit: str) -> Iterator[str]:
    """
    Iterate over the accounts in *unit* and the units beneath it.

    The management account is never among them, nor is one that is suspended.

    Raises:
        ApiError: `ValidationError`: there is no such unit.
    """
    client = _organizations(world, home)
    try:
        accounts = _paged(client, "list_accounts_for_parent", "Accounts", ParentId=unit)
        for account in accounts:
            if account["Status"] == "ACTIVE" and account["Id"] != home[0]:
                yield account["Id"]
        beneath = _paged(
            client, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=unit
        )
    except ClientError as error:
        message = f"Organizational unit {unit} could not be found in the organization"
        raise invalid(message) from error
    for child in beneath:
        yield from members(world, home, child["Id"])


def suspended(world: World, home: Place) -> set[str]:
    """Return the accounts of the organization that are suspended: they keep what they have."""
    accounts = _paged(_organizations(world, home), "list_accounts", "Accounts")
    return {account["Id"] for account in accounts if account["Status"] == "SUSPENDED"}


def _management_of(world: World, place: Place) -> str | None:
    try:
        answer = _organizations(world, place).describe_organization()
    except ClientError:
        return None
    found: str = answer["Organization"]["MasterAccountId"]
    return found


def _delegates(world: World, home: Place) -> set[str]:
    answer = _organizations(world, home).list_delegated_administrators(ServicePrincipal=STACK_SETS)
    return {each["Id"] for each in answer["DelegatedAdministrators"]}


def _organizations(world: World, place: Place) -> Any:  # noqa: ANN401 -- boto3
    account, region = place
    return world.clients(account, region)("organizations")


def _paged(client: Any, operation: str, key: str, **asked: str) -> list[Mapping[str, Any]]:  # noqa: ANN401 -- boto3
    pages = client.get_paginator(operation).paginate(**asked)
    return [entry for page in pages for entry in page[key]]
