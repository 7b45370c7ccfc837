"""
Organizations where moto falls short: who may ask besides the management account.

moto lets nobody administer StackSets for an organization, and has each account ask an organization
of its own, so that a member finds no unit.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from moto.core.exceptions import ServiceException
from moto.organizations.exceptions import AWSOrganizationsNotInUseException
from moto.organizations.models import FakeDelegatedAdministrator, organizations_backends
from moto.organizations.responses import OrganizationsResponse

from compiler.sandbox.engine.set_organizations import STACK_SETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.organizations.models import OrganizationsBackend

_READ_BY_DELEGATES = frozenset(
    {
        "DescribeAccount",
        "DescribeOrganizationalUnit",
        "ListAccounts",
        "ListAccountsForParent",
        "ListChildren",
        "ListDelegatedAdministrators",
        "ListDelegatedServicesForAccount",
        "ListOrganizationalUnitsForParent",
        "ListParents",
        "ListRoots",
    }
)
"""
Operations for the management account and for "a member account that is a delegated administrator".

Source: Organizations API reference, each of them, 2026-11-24. DescribeOrganization is for every
member.
"""


class _Denied(ServiceException):
    def __init__(self) -> None:
        super().__init__(
            "AccessDeniedException", "You don't have permissions to access this resource."
        )


@contextmanager
def with_delegated_stack_sets() -> Iterator[None]:
    """Let accounts be delegated administrators of StackSets, and read the organization as such."""
    services = FakeDelegatedAdministrator.SUPPORTED_SERVICES
    services.append(STACK_SETS)
    before = OrganizationsResponse.organizations_backend
    OrganizationsResponse.organizations_backend = property(_backend)  # type: ignore[method-assign, assignment] # put back below
    try:
        yield
    finally:
        OrganizationsResponse.organizations_backend = before  # type: ignore[method-assign] # moto's own
        services.remove(STACK_SETS)


def _backend(response: OrganizationsResponse) -> OrganizationsBackend:
    """
    Return the organization that the caller asks about.

    Raises:
        _Denied: A member that administers nothing asks.
        AWSOrganizationsNotInUseException: The account is in no organization.
    """
    account, partition = response.current_account, response.partition
    own = organizations_backends[account][partition]
    if own.org is not None or response._get_action() not in _READ_BY_DELEGATES:  # noqa: SLF001 -- moto tells it nowhere else
        return own
    if account not in organizations_backends.master_accounts:
        raise AWSOrganizationsNotInUseException
    management, partition = organizations_backends.master_accounts[account]
    organization = organizations_backends[management][partition]
    if account not in {one.account.id for one in organization.admins if one.services}:
        raise _Denied
    return organization
