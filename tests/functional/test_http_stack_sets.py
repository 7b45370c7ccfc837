"""Stack sets over HTTP, in a process of its own: units, drift, instances that fail, taking in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.functional.outside import Outside, body, refusal, resource
from tests.functional.served_clients import REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.functional.served_clients import Client

WEST = "eu-west-1"
STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
LOGS = body(Log=resource("Logs::LogGroup", LogGroupName="/app", RetentionInDays=7))


def statuses(sets: Client, key: str = "Status", **asked: str) -> dict[tuple[str, str], str]:
    """Return *key* of each instance of the stack set `net`, by account and region."""
    found = sets.list_stack_instances(StackSetName="net", **asked)["Summaries"]
    return {(each["Account"], each["Region"]): each[key] for each in found}


def ended(sets: Client, name: str, **asked: str) -> str:
    found = sets.describe_stack_set_operation(StackSetName="net", OperationId=name, **asked)
    return str(found["StackSetOperation"]["Status"])


def joined(management: Outside, name: str, unit: str) -> str:
    """Make an account in *unit*; return its number."""
    organizations = management.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    account = organizations.create_account(AccountName=name, Email=f"{name}@shop.example")
    id_ = str(account["CreateAccountStatus"]["AccountId"])
    organizations.move_account(AccountId=id_, SourceParentId=root, DestinationParentId=unit)
    return id_


def test_units_get_stacks_and_those_who_move_are_followed(sandbox_url: str) -> None:
    management = Outside(url=sandbox_url, account="310000000001")
    organizations, sets = management.client("organizations"), management.client("cloudformation")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit, other = (
        organizations.create_organizational_unit(ParentId=root, Name=name)["OrganizationalUnit"][
            "Id"
        ]
        for name in ("shops", "other")
    )
    first, second = joined(management, "first", unit), joined(management, "second", other)
    asked: Mapping[str, Any] = {
        "StackSetName": "net",
        "TemplateBody": LOGS,
        "PermissionModel": "SERVICE_MANAGED",
        "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
    }

    not_let_in = refusal(lambda: sets.create_stack_set(**asked))
    sets.activate_organizations_access()
    sets.create_stack_set(**asked)
    sets.create_stack_instances(
        StackSetName="net",
        Regions=[REGION],
        DeploymentTargets={"OrganizationalUnitIds": [unit]},
        OperationId="first",
    )
    before = statuses(sets)
    organizations.move_account(AccountId=second, SourceParentId=other, DestinationParentId=unit)
    after = statuses(sets)

    assert "must enable organizations access" in not_let_in
    assert (ended(sets, "first"), before) == ("SUCCEEDED", {(first, REGION): "CURRENT"})
    assert after == {(first, REGION): "CURRENT", (second, REGION): "CURRENT"}
    member = Outside(url=sandbox_url, account=second)
    (group,) = member.client("logs").describe_log_groups()["logGroups"]
    assert group["logGroupName"] == "/app"
    assert "is not a delegated administrator" in refusal(
        lambda: member.client("cloudformation").list_stack_sets(CallAs="DELEGATED_ADMIN")
    )
    organizations.register_delegated_administrator(AccountId=second, ServicePrincipal=STACK_SETS)
    delegate = member.client("cloudformation")
    assert statuses(delegate, CallAs="DELEGATED_ADMIN") == after
    delegate.delete_stack_instances(
        StackSetName="net",
        Regions=[REGION],
        DeploymentTargets={"OrganizationalUnitIds": [unit]},
        RetainStacks=False,
        OperationId="last",
        CallAs="DELEGATED_ADMIN",
    )
    assert ended(delegate, "last", CallAs="DELEGATED_ADMIN") == "SUCCEEDED"
    assert (statuses(sets), member.client("logs").describe_log_groups()["logGroups"]) == ({}, [])


def test_drift_of_a_stack_set_is_told_for_the_account_that_has_it(sandbox_url: str) -> None:
    home = Outside(url=sandbox_url, account="310000000002")
    there = Outside(url=sandbox_url, account="310000000102")
    sets = home.client("cloudformation")
    sets.create_stack_set(StackSetName="net", TemplateBody=LOGS)
    sets.create_stack_instances(
        StackSetName="net", Accounts=[home.account, there.account], Regions=[REGION]
    )

    there.client("logs").put_retention_policy(logGroupName="/app", retentionInDays=14)
    sets.detect_stack_set_drift(StackSetName="net", OperationId="look")
    drifts = sets.list_stack_instance_resource_drifts(
        StackSetName="net",
        StackInstanceAccount=there.account,
        StackInstanceRegion=REGION,
        OperationId="look",
    )["Summaries"]

    assert ended(sets, "look") == "SUCCEEDED"
    assert statuses(sets, "DriftStatus") == {
        (home.account, REGION): "IN_SYNC",
        (there.account, REGION): "DRIFTED",
    }
    (log,) = drifts
    assert (log["LogicalResourceId"], log["StackResourceDriftStatus"]) == ("Log", "MODIFIED")
    assert [each["PropertyPath"] for each in log["PropertyDifferences"]] == ["/RetentionInDays"]
    whole = sets.describe_stack_set(StackSetName="net")["StackSet"]
    assert whole["StackSetDriftDetectionDetails"]["DriftedStackInstancesCount"] == 1


def test_an_inoperable_instance_is_let_go_of_and_its_stack_deleted_alone(sandbox_url: str) -> None:
    home = Outside(url=sandbox_url, account="310000000003")
    sets, s3 = home.client("cloudformation"), home.client("s3")
    bucket = resource("S3::Bucket", BucketName="full-3")
    sets.create_stack_set(StackSetName="net", TemplateBody=body(Media=bucket))
    where: Mapping[str, Any] = {
        "StackSetName": "net",
        "Accounts": [home.account],
        "Regions": [REGION],
    }
    sets.create_stack_instances(**where)
    s3.put_object(Bucket="full-3", Key="a", Body=b"x")

    sets.delete_stack_instances(**where, RetainStacks=False, OperationId="delete")
    (instance,) = sets.list_stack_instances(StackSetName="net")["Summaries"]
    sets.update_stack_instances(**where, OperationId="update")
    inoperable = statuses(sets)
    sets.delete_stack_instances(**where, RetainStacks=True, OperationId="let-go")
    (stack,) = sets.describe_stacks(StackName=instance["StackId"])["Stacks"]
    s3.delete_object(Bucket="full-3", Key="a")
    sets.delete_stack(StackName=instance["StackId"])

    assert inoperable == {(home.account, REGION): "INOPERABLE"}
    assert "BucketNotEmpty" in instance["StatusReason"]
    # It is left out of updates, which do not fail for it.
    assert [ended(sets, each) for each in ("delete", "update", "let-go")] == [
        "FAILED",
        "SUCCEEDED",
        "SUCCEEDED",
    ]
    assert (statuses(sets), stack["StackStatus"]) == ({}, "DELETE_FAILED")
    assert s3.list_buckets()["Buckets"] == []


def test_a_stack_that_is_let_go_of_is_taken_in_again(sandbox_url: str) -> None:
    home = Outside(url=sandbox_url, account="310000000004")
    sets = home.client("cloudformation")
    sets.create_stack_set(StackSetName="net", TemplateBody=LOGS)
    where: Mapping[str, Any] = {
        "StackSetName": "net",
        "Accounts": [home.account],
        "Regions": [REGION, WEST],
    }
    sets.create_stack_instances(**where)
    ids = statuses(sets, "StackId")
    sets.delete_stack_instances(**where, RetainStacks=True)

    without = statuses(sets)
    sets.import_stacks_to_stack_set(
        StackSetName="net", StackIds=list(ids.values()), OperationId="take"
    )
    sets.update_stack_set(StackSetName="net", TemplateBody=LOGS.replace("7", "14"))

    assert (without, ended(sets, "take")) == ({}, "SUCCEEDED")
    assert statuses(sets, "StackId") == ids
    for region in (REGION, WEST):
        (group,) = home.client("logs", region).describe_log_groups()["logGroups"]
        assert group["retentionInDays"] == 14


def test_an_operation_id_is_good_for_one_operation(sandbox_url: str) -> None:
    home = Outside(url=sandbox_url, account="310000000005")
    sets = home.client("cloudformation")
    asked = {"StackSetName": "net", "TemplateBody": LOGS, "ClientRequestToken": "token"}

    made = [sets.create_stack_set(**asked)["StackSetId"] for _ in range(2)]
    where: Mapping[str, Any] = {"StackSetName": "net", "Accounts": [home.account]}
    sets.create_stack_instances(**where, Regions=[REGION], OperationId="one")
    again = refusal(lambda: sets.create_stack_instances(**where, Regions=[WEST], OperationId="one"))

    assert made[0] == made[1]
    assert again.startswith("OperationIdAlreadyExistsException: ")
    assert statuses(sets) == {(home.account, REGION): "CURRENT"}
