"""The accounts of organizational units, those beneath included."""

from __future__ import annotations

import pytest

from compiler.deploy.aws.organization import accounts_in
from compiler.deploy.port import AwsError
from tests.unit.deploy.aws.stubbed import stubbed

ROOT, PROD, EDGE = "r-ab12", "ou-ab12-prod0000", "ou-ab12-edge0000"


def account(id_: str, status: str = "ACTIVE") -> dict[str, str]:
    return {"Id": id_, "Status": status}


def test_accounts_come_from_all_pages_and_all_units_beneath() -> None:
    with stubbed("organizations", "us-east-1") as (client, stub):
        accounts, units = "list_accounts_for_parent", "list_organizational_units_for_parent"
        stub.add_response(
            accounts,
            {"Accounts": [account("999999999999")], "NextToken": "more"},
            {"ParentId": ROOT},
        )
        stub.add_response(
            accounts,
            {"Accounts": [account("222222222222", "SUSPENDED"), account("333333333333")]},
            {"ParentId": ROOT, "NextToken": "more"},
        )
        stub.add_response(
            units, {"OrganizationalUnits": [{"Id": PROD}], "NextToken": "more"}, {"ParentId": ROOT}
        )
        stub.add_response(
            units,
            {"OrganizationalUnits": [{"Id": EDGE}]},
            {"ParentId": ROOT, "NextToken": "more"},
        )
        for unit, id_ in ((PROD, "444444444444"), (EDGE, "111111111111")):
            stub.add_response(accounts, {"Accounts": [account(id_)]}, {"ParentId": unit})
            stub.add_response(units, {"OrganizationalUnits": []}, {"ParentId": unit})

        found = accounts_in(client, ROOT, with_management=True)

    assert found == ("111111111111", "333333333333", "444444444444", "999999999999")


def test_the_management_account_gets_no_service_managed_stack() -> None:
    with stubbed("organizations", "us-east-1") as (client, stub):
        stub.add_response(
            "list_accounts_for_parent",
            {"Accounts": [account("111111111111"), account("999999999999")]},
        )
        stub.add_response("list_organizational_units_for_parent", {"OrganizationalUnits": []})
        stub.add_response(
            "describe_organization", {"Organization": {"MasterAccountId": "999999999999"}}
        )

        assert accounts_in(client, PROD, with_management=False) == ("111111111111",)


def test_a_unit_that_is_not_there_is_told_in_awss_words() -> None:
    with stubbed("organizations", "us-east-1") as (client, stub):
        stub.add_client_error("list_accounts_for_parent", "ParentNotFoundException", "No parent.")

        with pytest.raises(AwsError) as raised:
            accounts_in(client, PROD, with_management=True)

    assert (raised.value.code, raised.value.reason) == ("ParentNotFoundException", "No parent.")
