"""Stacks over HTTP, in a process of its own: imports, change sets, drift, ways back, tokens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.functional.outside import Outside, body, refusal, resource

if TYPE_CHECKING:
    from tests.functional.served_clients import Client


def status(stacks: Client) -> str:
    (stack,) = stacks.describe_stacks(StackName="app")["Stacks"]
    return str(stack["StackStatus"])


def drift(stacks: Client) -> tuple[str, dict[str, str]]:
    """Detect drift of the stack `app`; return its status, and that of each resource."""
    started = stacks.detect_stack_drift(StackName="app")["StackDriftDetectionId"]
    told = stacks.describe_stack_drift_detection_status(StackDriftDetectionId=started)
    assert told["DetectionStatus"] == "DETECTION_COMPLETE"
    found = stacks.describe_stack_resource_drifts(StackName="app")["StackResourceDrifts"]
    return told["StackDriftStatus"], {
        each["LogicalResourceId"]: each["StackResourceDriftStatus"] for each in found
    }


def pair(value: str, days: int) -> str:
    """Return a template of a parameter, and of a log group that comes after it."""
    return body(
        First=resource("SSM::Parameter", Name="/first", Type="String", Value=value),
        Second=resource("Logs::LogGroup", "First", LogGroupName="/second", RetentionInDays=days),
    )


def test_a_bucket_that_exists_is_imported_and_leaves_with_its_stack(sandbox_url: str) -> None:
    outside = Outside(url=sandbox_url, account="300000000001")
    stacks, s3 = outside.client("cloudformation"), outside.bucket("kept-1")
    media = {**resource("S3::Bucket", BucketName="kept-1"), "DeletionPolicy": "Delete"}

    def take(name: str) -> None:
        stacks.create_change_set(
            StackName=name,
            ChangeSetName="take",
            ChangeSetType="IMPORT",
            TemplateBody=body(Media=media),
            ResourcesToImport=[
                {
                    "ResourceType": "AWS::S3::Bucket",
                    "LogicalResourceId": "Media",
                    "ResourceIdentifier": {"BucketName": "kept-1"},
                }
            ],
        )

    take("app")
    stacks.execute_change_set(StackName="app", ChangeSetName="take")

    assert status(stacks) == "IMPORT_COMPLETE"
    assert drift(stacks) == ("IN_SYNC", {"Media": "IN_SYNC"})
    assert "already exists in stack arn:" in refusal(lambda: take("other"))
    stacks.delete_stack(StackName="app")
    assert s3.list_buckets()["Buckets"] == []


def test_a_change_set_tells_the_replacement_before_it_happens(sandbox_url: str) -> None:
    outside = Outside(url=sandbox_url, account="300000000002")
    stacks, ec2 = outside.client("cloudformation"), outside.client("ec2")
    logs = resource("Logs::LogGroup", LogGroupName="/app", RetentionInDays=7)
    vpc = resource("EC2::VPC", CidrBlock="10.0.0.0/16")
    stacks.create_stack(StackName="app", TemplateBody=body(Log=logs, Vpc=vpc))

    def vpcs() -> list[str]:
        return [each["CidrBlock"] for each in ec2.describe_vpcs()["Vpcs"] if not each["IsDefault"]]

    stacks.create_change_set(
        StackName="app",
        ChangeSetName="next",
        TemplateBody=body(
            Log=resource("Logs::LogGroup", LogGroupName="/app", RetentionInDays=14),
            Vpc=resource("EC2::VPC", CidrBlock="10.9.0.0/16"),
        ),
    )
    foreseen = stacks.describe_change_set(StackName="app", ChangeSetName="next")
    before = vpcs()
    stacks.execute_change_set(StackName="app", ChangeSetName="next")

    changes = [each["ResourceChange"] for each in foreseen["Changes"]]
    assert {each["LogicalResourceId"]: each["Replacement"] for each in changes} == {
        "Log": "False",
        "Vpc": "True",
    }
    assert [
        (detail["Target"]["Name"], detail["Target"]["RequiresRecreation"])
        for each in changes
        for detail in each["Details"]
    ] == [("RetentionInDays", "Never"), ("CidrBlock", "Always")]
    assert (before, vpcs()) == (["10.0.0.0/16"], ["10.9.0.0/16"])
    assert status(stacks) == "UPDATE_COMPLETE"


def test_drift_is_told_for_what_was_changed_and_deleted_by_hand(sandbox_url: str) -> None:
    outside = Outside(url=sandbox_url, account="300000000003")
    stacks, logs = outside.client("cloudformation"), outside.client("logs")
    group = resource("Logs::LogGroup", LogGroupName="/one", RetentionInDays=7)
    other = resource("Logs::LogGroup", LogGroupName="/two")
    stacks.create_stack(StackName="app", TemplateBody=body(One=group, Two=other))
    before = drift(stacks)

    logs.put_retention_policy(logGroupName="/one", retentionInDays=14)
    logs.delete_log_group(logGroupName="/two")

    assert before == ("IN_SYNC", {"One": "IN_SYNC", "Two": "IN_SYNC"})
    assert drift(stacks) == ("DRIFTED", {"One": "MODIFIED", "Two": "DELETED"})
    (changed,) = stacks.describe_stack_resource_drifts(
        StackName="app", StackResourceDriftStatusFilters=["MODIFIED"]
    )["StackResourceDrifts"]
    assert changed["PropertyDifferences"] == [
        {
            "PropertyPath": "/RetentionInDays",
            "ExpectedValue": "7",
            "ActualValue": "14",
            "DifferenceType": "NOT_EQUAL",
        }
    ]


def test_a_failed_rollback_is_gone_on_with_once_what_it_needs_is_back(sandbox_url: str) -> None:
    outside = Outside(url=sandbox_url, account="300000000004")
    stacks, logs = outside.client("cloudformation"), outside.client("logs")
    stacks.create_stack(StackName="app", TemplateBody=pair("old", 7))
    logs.delete_log_group(logGroupName="/second")

    stacks.update_stack(StackName="app", TemplateBody=pair("new", 14))
    failed = status(stacks)
    stacks.continue_update_rollback(StackName="app")
    again = status(stacks)
    logs.create_log_group(logGroupName="/second")
    stacks.continue_update_rollback(StackName="app")

    assert (failed, again) == ("UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED")
    assert status(stacks) == "UPDATE_ROLLBACK_COMPLETE"
    value = outside.client("ssm").get_parameter(Name="/first")["Parameter"]["Value"]
    (group,) = logs.describe_log_groups()["logGroups"]
    assert (value, group["retentionInDays"]) == ("old", 7)


def test_a_failed_rollback_leaves_out_what_it_is_told_to(sandbox_url: str) -> None:
    outside = Outside(url=sandbox_url, account="300000000005")
    stacks = outside.client("cloudformation")
    stacks.create_stack(StackName="app", TemplateBody=pair("old", 7))
    outside.client("logs").delete_log_group(logGroupName="/second")
    stacks.update_stack(StackName="app", TemplateBody=pair("new", 14))

    wrong = refusal(
        lambda: stacks.continue_update_rollback(StackName="app", ResourcesToSkip=["Nothing"])
    )
    stacks.continue_update_rollback(StackName="app", ResourcesToSkip=["Second"])

    assert wrong.startswith("ValidationError: ")
    assert status(stacks) == "UPDATE_ROLLBACK_COMPLETE"


def test_a_template_is_taken_by_its_address(sandbox_url: str) -> None:
    outside = Outside(url=sandbox_url, account="300000000006")
    stacks, s3 = outside.client("cloudformation"), outside.bucket("templates-6")
    large = json.loads(body(Log=resource("Logs::LogGroup", LogGroupName="/large")))
    text = json.dumps({**large, "Metadata": {"Padding": "x" * 60_000}})
    s3.put_object(Bucket="templates-6", Key="sub/a.json", Body=text.encode())
    urls = (
        f"{sandbox_url}/templates-6/sub/a.json",
        "https://templates-6.s3.eu-central-1.amazonaws.com/sub/a.json",
    )

    too_large = refusal(lambda: stacks.create_stack(StackName="app", TemplateBody=text))
    seen = [stacks.get_template_summary(TemplateURL=url)["ResourceTypes"] for url in urls]
    stacks.create_stack(StackName="app", TemplateURL=urls[0])
    gone = refusal(lambda: stacks.update_stack(StackName="app", TemplateURL=f"{urls[0]}.gone"))
    foreign = Outside(url=sandbox_url, account="300000000106").client("cloudformation")

    assert too_large.startswith("ValidationError: ")
    assert seen == [["AWS::Logs::LogGroup"]] * 2
    assert status(stacks) == "CREATE_COMPLETE"
    assert stacks.get_template(StackName="app")["TemplateBody"] == json.loads(text)
    assert "The specified key does not exist." in gone
    assert "Access Denied" in refusal(lambda: foreign.validate_template(TemplateURL=urls[0]))


def test_a_token_stands_for_one_request_and_is_told_in_its_events(sandbox_url: str) -> None:
    outside = Outside(url=sandbox_url, account="300000000007")
    stacks = outside.client("cloudformation")
    asked = {"StackName": "app", "TemplateBody": pair("old", 7), "ClientRequestToken": "one"}

    made = [stacks.create_stack(**asked)["StackId"] for _ in range(2)]
    told = refusal(lambda: stacks.create_stack(**{**asked, "ClientRequestToken": "two"}))
    for _ in range(2):
        stacks.update_stack(
            StackName="app", TemplateBody=pair("new", 7), ClientRequestToken="three"
        )
    events = stacks.describe_stack_events(StackName="app")["StackEvents"]

    assert made[0] == made[1]
    assert told.startswith("AlreadyExistsException: ")
    assert [
        (each["ResourceStatus"], each["ClientRequestToken"])
        for each in events
        if each.get("ResourceStatusReason") == "User Initiated"
    ] == [("UPDATE_IN_PROGRESS", "three"), ("CREATE_IN_PROGRESS", "one")]


@pytest.mark.parametrize(("first", "second"), [("300000000008", "300000000009")])
def test_two_accounts_have_the_same_names_and_see_none_of_each_others(
    first: str, second: str, sandbox_url: str
) -> None:
    accounts = [Outside(url=sandbox_url, account=each) for each in (first, second)]
    for outside, value in zip(accounts, ("one", "two"), strict=True):
        outside.client("cloudformation").create_stack(StackName="app", TemplateBody=pair(value, 7))

    ids = [
        each.client("cloudformation").describe_stacks()["Stacks"][0]["StackId"] for each in accounts
    ]
    values = [
        each.client("ssm").get_parameter(Name="/first")["Parameter"]["Value"] for each in accounts
    ]
    accounts[1].client("cloudformation").delete_stack(StackName="app")

    assert [each.split(":")[4] for each in ids] == [first, second]
    assert values == ["one", "two"]
    assert status(accounts[0].client("cloudformation")) == "CREATE_COMPLETE"
    assert "does not exist" in refusal(
        lambda: accounts[1].client("cloudformation").describe_stacks(StackName=ids[0])
    )
