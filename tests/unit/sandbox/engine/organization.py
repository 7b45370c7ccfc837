"""An organization to deploy to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.unit.sandbox.engine.sets import EAST

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox
    from tests.unit.sandbox.engine.shelf import Client

STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """
    The organization of `HOME`: its root has `shops`, which has `test`.

    Attributes:
        client: Organizations, as the management account.
        root: Its id.
        shops: A unit with the account `first`.
        test: A unit in it with the account `second`.
        empty: A unit without accounts.
    """

    client: Client
    root: str
    shops: str
    test: str
    empty: str
    first: str
    second: str

    def move(self, account: str, source: str, destination: str) -> None:
        """Move *account* from unit to unit."""
        self.client.move_account(
            AccountId=account, SourceParentId=source, DestinationParentId=destination
        )


def found(box: Sandbox) -> Organization:
    """Found the organization, and let StackSets in."""
    client = box.client("organizations", EAST)
    client.create_organization(FeatureSet="ALL")
    client.enable_aws_service_access(ServicePrincipal=STACK_SETS)
    root = client.list_roots()["Roots"][0]["Id"]

    def unit(name: str, parent: str) -> str:
        made = client.create_organizational_unit(ParentId=parent, Name=name)
        return str(made["OrganizationalUnit"]["Id"])

    def account(name: str, parent: str) -> str:
        made = client.create_account(AccountName=name, Email=f"{name}@shop.example")
        account_id = str(made["CreateAccountStatus"]["AccountId"])
        client.move_account(AccountId=account_id, SourceParentId=root, DestinationParentId=parent)
        return account_id

    shops = unit("shops", root)
    test = unit("test", shops)
    return Organization(
        client=client,
        root=root,
        shops=shops,
        test=test,
        empty=unit("empty", root),
        first=account("first", shops),
        second=account("second", test),
    )
