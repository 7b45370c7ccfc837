"""Automatic deployment: a stack set follows accounts into and out of its units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.sandbox.engine.sets import EAST, WEST, template, values

if TYPE_CHECKING:
    from tests.unit.sandbox.engine.organization import Organization
    from tests.unit.sandbox.engine.shelf import Client, Shelf


def follow(sets: Client, *units: str, **more: Any) -> None:  # noqa: ANN401 -- JSON
    """Make the stack set `net`, which follows the accounts of *units* in one region."""
    sets.create_stack_set(
        StackSetName="net",
        TemplateBody=template(),
        PermissionModel="SERVICE_MANAGED",
        AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": False, **more},
    )
    call(sets, "create", *units)


def call(sets: Client, verb: str, *units: str, **more: Any) -> None:  # noqa: ANN401 -- JSON
    getattr(sets, f"{verb}_stack_instances")(
        StackSetName="net",
        Regions=[EAST],
        DeploymentTargets={"OrganizationalUnitIds": list(units)},
        **more,
    )


def accounts(sets: Client) -> dict[str, str]:
    """Return the status of each instance by account."""
    listed = sets.list_stack_instances(StackSetName="net")["Summaries"]
    return {each["Account"]: each["Status"] for each in listed}


def test_an_account_that_comes_into_a_unit_gets_its_stack(
    cloudformation: Client, organization: Organization, shelf: Shelf
) -> None:
    follow(cloudformation, organization.test)
    before = accounts(cloudformation)

    organization.move(organization.first, organization.shops, organization.test)

    assert before == {organization.second: "CURRENT"}
    assert accounts(cloudformation) == {
        organization.second: "CURRENT",
        organization.first: "CURRENT",
    }
    assert values(shelf) == ["small", "small"]
    operations = cloudformation.list_stack_set_operations(StackSetName="net")["Summaries"]
    assert [each["Action"] for each in operations] == ["CREATE", "CREATE"]


@pytest.mark.parametrize(("retains", "left"), [(False, []), (True, ["small"])])
def test_an_account_that_leaves_its_unit_loses_or_keeps_its_stack(
    cloudformation: Client,
    organization: Organization,
    shelf: Shelf,
    left: list[str],
    *,
    retains: bool,
) -> None:
    follow(cloudformation, organization.test, RetainStacksOnAccountRemoval=retains)

    organization.move(organization.second, organization.test, organization.empty)

    assert accounts(cloudformation) == {}
    assert values(shelf) == left


def test_a_suspended_account_keeps_its_instance(
    cloudformation: Client, organization: Organization
) -> None:
    follow(cloudformation, organization.test)

    organization.client.close_account(AccountId=organization.second)

    assert accounts(cloudformation) == {organization.second: "CURRENT"}


def test_a_failure_is_not_tried_again_by_itself(
    cloudformation: Client, organization: Organization, shelf: Shelf
) -> None:
    follow(cloudformation, organization.test)
    shelf.refusals["create P"] = "no room"
    organization.move(organization.first, organization.shops, organization.test)

    assert accounts(cloudformation)[organization.first] == "OUTDATED"
    assert accounts(cloudformation)[organization.first] == "OUTDATED"
    operations = cloudformation.list_stack_set_operations(StackSetName="net")["Summaries"]
    assert len(operations) == 2


def test_a_unit_that_was_left_is_followed_no_more(
    cloudformation: Client, organization: Organization
) -> None:
    follow(cloudformation, organization.test, organization.empty)
    targets = {"StackSetName": "net"}
    both = cloudformation.list_stack_set_auto_deployment_targets(**targets)["Summaries"]

    call(cloudformation, "delete", organization.test, RetainStacks=False)
    organization.move(organization.first, organization.shops, organization.test)
    one = cloudformation.list_stack_set_auto_deployment_targets(**targets)["Summaries"]

    assert accounts(cloudformation) == {}
    assert {each["OrganizationalUnitId"] for each in both} == {
        organization.test,
        organization.empty,
    }
    assert one == [{"OrganizationalUnitId": organization.empty, "Regions": [EAST]}]


def test_who_did_not_ask_for_it_is_not_followed(
    cloudformation: Client, organization: Organization
) -> None:
    follow(cloudformation, organization.test, Enabled=False)

    organization.move(organization.first, organization.shops, organization.test)

    assert accounts(cloudformation) == {organization.second: "CURRENT"}


def test_an_account_is_followed_into_every_region_of_its_unit(
    cloudformation: Client, organization: Organization
) -> None:
    follow(cloudformation, organization.test)
    cloudformation.create_stack_instances(
        StackSetName="net",
        Regions=[WEST],
        DeploymentTargets={"OrganizationalUnitIds": [organization.test]},
    )
    organization.move(organization.first, organization.shops, organization.test)

    listed = cloudformation.list_stack_instances(
        StackSetName="net", StackInstanceAccount=organization.first
    )["Summaries"]

    assert [each["Region"] for each in listed] == [EAST, WEST]
