"""Service-managed stack sets: units of an organization, and who may administer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.sandbox.engine.organization import STACK_SETS, Organization
from tests.unit.sandbox.engine.refusals import refusal
from tests.unit.sandbox.engine.sets import (
    EAST,
    HOME,
    OTHER,
    WEST,
    instance,
    operation,
    results,
    template,
)

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox
    from tests.unit.sandbox.engine.shelf import Client, Shelf

SERVICE_MANAGED: dict[str, Any] = {
    "PermissionModel": "SERVICE_MANAGED",
    "AutoDeployment": {"Enabled": False},
}
ONLY_UNITS = (
    "StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target"
)
WITH_SERVICE_MANAGED = "with SERVICE_MANAGED permissions."
NO_ORGANIZATION = (
    "You must be the management account or delegated admin account of an organization before "
    "operating a SERVICE_MANAGED stack set"
)


@pytest.fixture
def managed(cloudformation: Client, organization: Organization) -> Client:
    assert organization.root
    cloudformation.create_stack_set(StackSetName="net", TemplateBody=template(), **SERVICE_MANAGED)
    return cloudformation


def deploy(sets: Client, *regions: str, name: str = "o", **targets: Any) -> list[tuple[str, str]]:  # noqa: ANN401 -- JSON
    """Create instances; return where."""
    sets.create_stack_instances(
        StackSetName="net", Regions=list(regions), OperationId=name, DeploymentTargets=targets
    )
    return list(results(sets, name))


def test_a_unit_means_the_accounts_in_it_and_beneath(
    managed: Client, organization: Organization, box: Sandbox
) -> None:
    where = deploy(managed, EAST, WEST, OrganizationalUnitIds=[organization.shops])

    first, second = organization.first, organization.second
    assert where == [(first, EAST), (second, EAST), (first, WEST), (second, WEST)]
    there_is = instance(managed, WEST, second)
    assert (there_is["Status"], there_is["OrganizationalUnitId"]) == ("CURRENT", organization.shops)
    there = box.client("cloudformation", WEST, second)
    (stack,) = there.describe_stacks(StackName=there_is["StackId"])["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    shown = managed.describe_stack_set(StackSetName="net")["StackSet"]
    assert shown["OrganizationalUnitIds"] == [organization.shops]
    assert shown["PermissionModel"] == "SERVICE_MANAGED"
    assert shown["AutoDeployment"] == {"Enabled": False}
    assert not {"AdministrationRoleARN", "ExecutionRoleName"} & shown.keys()
    targets = operation(managed, "o")["DeploymentTargets"]
    assert targets["OrganizationalUnitIds"] == [organization.shops]
    told = managed.list_stack_set_operation_results(StackSetName="net", OperationId="o")
    assert {each["OrganizationalUnitId"] for each in told["Summaries"]} == {organization.shops}


def test_nothing_is_ever_deployed_into_the_management_account(
    managed: Client, organization: Organization
) -> None:
    where = deploy(managed, EAST, OrganizationalUnitIds=[organization.root])

    assert HOME in {each["Id"] for each in organization.client.list_accounts()["Accounts"]}
    assert where == [(organization.first, EAST), (organization.second, EAST)]


def test_a_suspended_account_is_left_out(managed: Client, organization: Organization) -> None:
    organization.client.close_account(AccountId=organization.first)

    where = deploy(managed, EAST, OrganizationalUnitIds=[organization.shops])

    assert where == [(organization.second, EAST)]


def test_accounts_narrow_a_unit_down(managed: Client, organization: Organization) -> None:
    both = {"OrganizationalUnitIds": [organization.shops], "Accounts": [organization.first]}

    inside = deploy(managed, EAST, name="i", **both, AccountFilterType="INTERSECTION")
    outside = deploy(managed, EAST, name="d", **both, AccountFilterType="DIFFERENCE")
    all_of_them = deploy(managed, EAST, name="n", **both, AccountFilterType="NONE")

    assert inside == [(organization.first, EAST)]
    assert outside == [(organization.second, EAST)]
    assert all_of_them == [(organization.first, EAST), (organization.second, EAST)]


def test_a_union_is_for_what_exists(managed: Client, organization: Organization) -> None:
    deploy(managed, EAST, OrganizationalUnitIds=[organization.shops])
    both = {"OrganizationalUnitIds": [organization.test], "Accounts": [organization.first]}
    where = {"StackSetName": "net", "Regions": [EAST]}

    message = refusal(lambda: deploy(managed, EAST, name="u", **both, AccountFilterType="UNION"))
    implied = refusal(lambda: deploy(managed, EAST, name="u", **both))
    managed.delete_stack_instances(
        **where, RetainStacks=False, DeploymentTargets={**both, "AccountFilterType": "UNION"}
    )

    assert message == "The account filter type UNION is not supported for CreateStackInstances"
    assert implied == message
    assert managed.list_stack_instances(StackSetName="net")["Summaries"] == []


def test_a_unit_without_accounts_is_no_mistake(managed: Client, organization: Organization) -> None:
    assert deploy(managed, EAST, OrganizationalUnitIds=[organization.empty]) == []
    assert operation(managed, "o")["Status"] == "SUCCEEDED"


def test_changes_and_deletions_reach_what_stands_in_the_unit(
    managed: Client, organization: Organization, shelf: Shelf
) -> None:
    deploy(managed, EAST, OrganizationalUnitIds=[organization.test])
    where: dict[str, Any] = {
        "StackSetName": "net",
        "Regions": [EAST],
        "DeploymentTargets": {"OrganizationalUnitIds": [organization.shops]},
    }

    managed.update_stack_instances(**where, OperationId="update")
    managed.update_stack_set(**where, TemplateBody=template("new"), OperationId="change")
    seen = sorted(thing.properties["Value"] for thing in shelf.things.values())
    managed.delete_stack_instances(**where, RetainStacks=False, OperationId="delete")

    for name in ("update", "change", "delete"):
        assert list(results(managed, name)) == [(organization.second, EAST)]
    assert (seen, shelf.things) == (["new"], {})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"Accounts": [OTHER]},
            ONLY_UNITS,
        ),
        (
            {},
            ONLY_UNITS,
        ),
        ({"DeploymentTargets": {"Accounts": [OTHER]}}, "OrganizationalUnitIds are required"),
        (
            {"DeploymentTargets": {"OrganizationalUnitIds": ["ou-none-12345678"]}},
            "Organizational unit ou-none-12345678 could not be found in the organization",
        ),
    ],
)
def test_accounts_alone_are_no_target(managed: Client, given: dict[str, Any], message: str) -> None:
    told = refusal(
        lambda: managed.create_stack_instances(StackSetName="net", Regions=[EAST], **given)
    )

    assert told == message


def test_a_filter_without_accounts_is_refused(managed: Client, organization: Organization) -> None:
    message = refusal(
        lambda: deploy(
            managed,
            EAST,
            OrganizationalUnitIds=[organization.shops],
            AccountFilterType="INTERSECTION",
        )
    )

    assert message == "Accounts are required with the account filter type INTERSECTION"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"PermissionModel": "SERVICE_MANAGED"},
            f"AutoDeployment is required for stack sets {WITH_SERVICE_MANAGED}",
        ),
        (
            {**SERVICE_MANAGED, "ExecutionRoleName": "r"},
            f"ExecutionRoleName cannot be specified for stack sets {WITH_SERVICE_MANAGED}",
        ),
        (
            {"AutoDeployment": {"Enabled": True}},
            f"AutoDeployment is only for stack sets {WITH_SERVICE_MANAGED}",
        ),
    ],
)
@pytest.mark.usefixtures("organization")
def test_what_does_not_go_together_is_refused(
    cloudformation: Client, given: dict[str, Any], message: str
) -> None:
    asked = {"StackSetName": "other", "TemplateBody": template()}

    assert refusal(lambda: cloudformation.create_stack_set(**asked, **given)) == message


def test_without_an_organization_there_is_no_service_managed_stack_set(
    cloudformation: Client,
) -> None:
    asked = {"StackSetName": "net", "TemplateBody": template()}

    assert refusal(lambda: cloudformation.create_stack_set(**asked, **SERVICE_MANAGED)) == (
        NO_ORGANIZATION
    )
    assert refusal(cloudformation.activate_organizations_access) == NO_ORGANIZATION
    assert cloudformation.describe_organizations_access()["Status"] == "DISABLED"


def test_stack_sets_must_be_let_into_the_organization(box: Sandbox) -> None:
    box.client("organizations", EAST).create_organization(FeatureSet="ALL")
    sets = box.client("cloudformation", EAST)
    asked = {"StackSetName": "net", "TemplateBody": template(), **SERVICE_MANAGED}
    message = refusal(lambda: sets.create_stack_set(**asked))
    before = sets.describe_organizations_access()["Status"]

    sets.activate_organizations_access()

    assert message == "You must enable organizations access to operate a service managed stack set"
    assert (before, sets.describe_organizations_access()["Status"]) == ("DISABLED", "ENABLED")
    assert sets.create_stack_set(**asked)["StackSetId"]


def test_a_member_administers_only_once_it_is_delegated(
    managed: Client, organization: Organization, box: Sandbox
) -> None:
    theirs = box.client("cloudformation", EAST, organization.second)
    as_delegate = {"CallAs": "DELEGATED_ADMIN"}
    asked = {"StackSetName": "more", "TemplateBody": template(), **SERVICE_MANAGED}
    before = refusal(lambda: theirs.create_stack_set(**asked, **as_delegate))
    organization.client.register_delegated_administrator(
        AccountId=organization.second, ServicePrincipal=STACK_SETS
    )
    managed.create_stack_set(StackSetName="own", TemplateBody=template())

    theirs.create_stack_set(**asked, **as_delegate)
    theirs.create_stack_instances(
        StackSetName="more",
        Regions=[EAST],
        DeploymentTargets={"OrganizationalUnitIds": [organization.shops]},
        **as_delegate,
    )
    seen = theirs.list_stack_sets(**as_delegate)["Summaries"]
    listed = theirs.list_stack_instances(StackSetName="more", **as_delegate)["Summaries"]

    assert before == "Account used is not a delegated administrator"
    assert refusal(lambda: theirs.create_stack_set(**asked)) == NO_ORGANIZATION
    assert [each["StackSetName"] for each in seen] == ["net", "more"]
    assert [each["Account"] for each in listed] == [organization.first, organization.second]
    # A service-managed stack set is at home in the management account, whoever made it.
    assert theirs.list_stack_sets()["Summaries"] == []
    described = managed.describe_stack_set(StackSetName="more")["StackSet"]
    assert f":{HOME}:stackset/more:" in described["StackSetARN"]
    own = refusal(lambda: theirs.describe_stack_set(StackSetName="own", **as_delegate))
    assert own == "StackSet own not found"
    none = refusal(
        lambda: theirs.create_stack_set(StackSetName="self", TemplateBody=template(), **as_delegate)
    )
    assert none == (
        "CallAs DELEGATED_ADMIN is only for stack sets with SERVICE_MANAGED permissions."
    )


def test_somebody_outside_of_the_organization_is_no_delegate(
    organization: Organization, box: Sandbox
) -> None:
    assert OTHER not in {organization.first, organization.second}
    outside = box.client("cloudformation", EAST, OTHER)

    message = refusal(lambda: outside.list_stack_sets(CallAs="DELEGATED_ADMIN"))

    assert message == "Account used is not a delegated administrator"


def test_a_permission_model_stays_while_there_are_instances(
    managed: Client, organization: Organization
) -> None:
    deploy(managed, EAST, OrganizationalUnitIds=[organization.shops])

    message = refusal(
        lambda: managed.update_stack_set(
            StackSetName="net", UsePreviousTemplate=True, PermissionModel="SELF_MANAGED"
        )
    )

    assert message == (
        "The permission model of a stack set with stack instances cannot be changed."
    )


def test_stacks_are_imported_into_self_managed_stack_sets_only(managed: Client) -> None:
    message = refusal(
        lambda: managed.import_stacks_to_stack_set(StackSetName="net", StackIds=["any"])
    )

    assert message == (
        "The sandbox does not offer importing stacks into stack sets with SERVICE_MANAGED "
        "permissions."
    )
