"""What is asked of StackSets, word for word, and what is made of its answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from compiler.deploy.answers import Drift, DriftedResource
from compiler.deploy.aws.stack_sets import StackSets
from compiler.deploy.port import AwsBusyError, AwsError, Instance, Operation, Place
from compiler.deploy.targets import OWN_ACCOUNTS, Targets
from tests.unit.deploy.aws.stubbed import (
    ACCOUNT,
    DEFINITION,
    HERE,
    OTHER,
    REGION,
    TEMPLATE,
    THERE,
    stubbed,
)

NAME = "shop-media"
ID = "stackferry-create-1"
MOMENT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

ONE_BY_ONE = {
    "FailureToleranceCount": 0,
    "MaxConcurrentCount": 1,
    "RegionConcurrencyType": "PARALLEL",
}

SERVED = Targets(
    accounts=(OTHER,),
    organizational_units=("ou-ab12-prod0000", "ou-ab12-edge0000"),
    permission_model="SERVICE_MANAGED",
    call_as="DELEGATED_ADMIN",
)


def test_a_self_managed_stack_set_is_created_with_all_that_was_compiled() -> None:
    with stubbed() as (client, stub):
        stub.add_response(
            "create_stack_set",
            {"StackSetId": "shop-media:1"},
            {
                "StackSetName": NAME,
                "Description": "stackferry: eu-central-1/media of shop-prod",
                "TemplateBody": TEMPLATE,
                "Parameters": [
                    {"ParameterKey": "Alarm", "ParameterValue": "arn:aws:sns:::a"},
                    {"ParameterKey": "VpcId", "ParameterValue": "vpc-1"},
                ],
                "Tags": [
                    {"Key": "Environment", "Value": "prod"},
                    {"Key": "Timestamp", "Value": "2026-11-24T10:00:00Z"},
                ],
                "Capabilities": ["CAPABILITY_NAMED_IAM"],
                "PermissionModel": "SELF_MANAGED",
                "ManagedExecution": {"Active": True},
                "ClientRequestToken": "token",
            },
        )

        StackSets(client, OWN_ACCOUNTS).create(DEFINITION, "token")


def test_an_update_names_the_roles_again_and_the_template_by_its_address() -> None:
    targets = Targets(
        administration_role="arn:aws:iam::111122223333:role/stackferry-admin",
        execution_role="stackferry-execution",
    )
    url = "https://artifacts.s3.eu-central-1.amazonaws.com/abc.json"
    with stubbed() as (client, stub):
        stub.add_response(
            "update_stack_set",
            {"OperationId": ID},
            {
                "StackSetName": NAME,
                "Description": "stackferry: eu-central-1/media of shop-prod",
                "TemplateURL": url,
                "Parameters": [],
                "Tags": [],
                "Capabilities": [],
                "PermissionModel": "SELF_MANAGED",
                "AdministrationRoleARN": "arn:aws:iam::111122223333:role/stackferry-admin",
                "ExecutionRoleName": "stackferry-execution",
                "OperationId": ID,
                "OperationPreferences": ONE_BY_ONE,
            },
        )

        StackSets(client, targets).update(
            replace(DEFINITION, parameters={}, tags={}, capabilities=(), template_url=url), ID
        )


def test_several_accounts_are_one_request() -> None:
    with stubbed() as (client, stub):
        stub.add_response(
            "create_stack_instances",
            {"OperationId": ID},
            {
                "StackSetName": NAME,
                "Accounts": [ACCOUNT, OTHER],
                "Regions": [REGION],
                "OperationId": ID,
                "OperationPreferences": ONE_BY_ONE,
            },
        )

        StackSets(client, OWN_ACCOUNTS).create_instances(NAME, (HERE, THERE), ID)


def test_places_that_stack_sets_would_multiply_are_our_bug() -> None:
    places = (HERE, Place(account=OTHER, region="us-east-1"))

    with stubbed() as (client, _), pytest.raises(ValueError, match="not every account in every"):
        StackSets(client, OWN_ACCOUNTS).create_instances(NAME, places, ID)


@pytest.mark.parametrize(
    ("tolerance", "concurrent", "mode"),
    [
        (0, 1, {}),
        (2, 3, {}),
        (2, 4, {"ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}),
        (0, 5, {"ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}),
    ],
)
def test_the_concurrency_asked_for_is_had_whatever_the_tolerance(
    tolerance: int, concurrent: int, mode: dict[str, str]
) -> None:
    with stubbed() as (client, stub):
        stub.add_response(
            "detect_stack_set_drift",
            {"OperationId": ID},
            {
                "StackSetName": NAME,
                "OperationId": ID,
                "OperationPreferences": {
                    "FailureToleranceCount": tolerance,
                    "MaxConcurrentCount": concurrent,
                    "RegionConcurrencyType": "PARALLEL",
                    **mode,
                },
            },
        )

        StackSets(
            client, Targets(failure_tolerance=tolerance, max_concurrent=concurrent)
        ).detect_drift(NAME, ID)


def test_a_service_managed_stack_set_is_asked_for_by_its_units_on_behalf_of_the_administrator() -> (
    None
):
    whom = {"StackSetName": NAME, "CallAs": "DELEGATED_ADMIN"}
    started = {**whom, "OperationId": ID, "OperationPreferences": ONE_BY_ONE}
    targets = {
        "Accounts": [OTHER],
        "AccountFilterType": "INTERSECTION",
        "OrganizationalUnitIds": ["ou-ab12-edge0000", "ou-ab12-prod0000"],
    }
    instance = {"Account": OTHER, "Region": REGION, "Status": "CURRENT"}
    define = {
        **whom,
        "Description": DEFINITION.description,
        "TemplateBody": TEMPLATE,
        "Parameters": [],
        "Tags": [],
        "Capabilities": [],
        "PermissionModel": "SERVICE_MANAGED",
        "AutoDeployment": {"Enabled": False},
    }
    plain = replace(DEFINITION, parameters={}, tags={}, capabilities=())
    with stubbed() as (client, stub):
        sets = StackSets(client, SERVED)
        done = {"OperationId": ID}
        stub.add_response(
            "create_stack_set",
            {},
            {**define, "ManagedExecution": {"Active": True}, "ClientRequestToken": "token"},
        )
        sets.create(plain, "token")
        stub.add_response(
            "create_stack_instances",
            done,
            {**started, "DeploymentTargets": targets, "Regions": [REGION]},
        )
        sets.create_instances(NAME, (THERE,), ID)
        stub.add_response(
            "update_stack_set",
            done,
            {**define, "OperationId": ID, "OperationPreferences": ONE_BY_ONE},
        )
        sets.update(plain, ID)
        stub.add_response(
            "import_stacks_to_stack_set",
            done,
            {
                **started,
                "StackIds": ["arn:stack"],
                "OrganizationalUnitIds": ["ou-ab12-edge0000", "ou-ab12-prod0000"],
            },
        )
        sets.import_stack(NAME, "arn:stack", ID)
        stub.add_response("detect_stack_set_drift", done, started)
        sets.detect_drift(NAME, ID)
        stub.add_response("describe_stack_set", {"StackSet": {"StackSetName": NAME}}, whom)
        sets.describe(NAME)
        stub.add_response("list_stack_instances", {"Summaries": [instance]}, whom)
        sets.instances(NAME)
        stub.add_response(
            "describe_stack_instance",
            {"StackInstance": {}},
            {**whom, "StackInstanceAccount": OTHER, "StackInstanceRegion": REGION},
        )
        sets.overrides(NAME, THERE)
        stub.add_response("list_stack_set_operations", {"Summaries": []}, whom)
        sets.last_operation(NAME)
        stub.add_response(
            "describe_stack_set_operation",
            {"StackSetOperation": {"Status": "FAILED"}},
            {**whom, "OperationId": ID},
        )
        stub.add_response(
            "list_stack_set_operation_results", {"Summaries": []}, {**whom, "OperationId": ID}
        )
        sets.operation(NAME, ID)
        # It came by a unit that the targets no longer name.
        stub.add_response(
            "list_stack_instances",
            {"Summaries": [{**instance, "OrganizationalUnitId": "ou-ab12-old00000"}]},
            whom,
        )
        stub.add_response(
            "delete_stack_instances",
            done,
            {
                **started,
                "DeploymentTargets": {**targets, "OrganizationalUnitIds": ["ou-ab12-old00000"]},
                "Regions": [REGION],
                "RetainStacks": False,
            },
        )
        sets.delete_instances(NAME, (THERE,), ID, retain=False)
        stub.add_response("delete_stack_set", {}, whom)
        sets.delete(NAME)


def test_without_units_a_service_managed_stack_set_is_our_bug() -> None:
    with stubbed() as (client, _), pytest.raises(ValueError, match="needs organizational units"):
        StackSets(client, replace(SERVED, organizational_units=())).create_instances(
            NAME, (THERE,), ID
        )


def test_an_operation_that_came_twice_was_taken_the_first_time() -> None:
    with stubbed() as (client, stub):
        stub.add_client_error("create_stack_instances", "OperationIdAlreadyExistsException")

        StackSets(client, OWN_ACCOUNTS).create_instances(NAME, (HERE,), ID)


def test_an_operation_that_finds_itself_at_work_was_taken() -> None:
    with stubbed() as (client, stub):
        stub.add_client_error("detect_stack_set_drift", "OperationInProgressException")
        stub.add_response(
            "describe_stack_set_operation",
            {"StackSetOperation": {"Status": "RUNNING"}},
            {"StackSetName": NAME, "OperationId": ID},
        )

        StackSets(client, OWN_ACCOUNTS).detect_drift(NAME, ID)


def test_an_operation_of_somebody_elses_keeps_its_word() -> None:
    with stubbed() as (client, stub):
        stub.add_client_error("update_stack_set", "OperationInProgressException", "busy")
        stub.add_client_error("describe_stack_set_operation", "OperationNotFoundException")

        with pytest.raises(AwsError) as raised:
            StackSets(client, OWN_ACCOUNTS).update(DEFINITION, ID)

    assert (type(raised.value), raised.value.code, raised.value.reason, raised.value.call) == (
        AwsError,
        "OperationInProgressException",
        "busy",
        "UpdateStackSet",
    )


def test_a_definition_that_moved_on_keeps_its_word() -> None:
    with stubbed() as (client, stub):
        stub.add_client_error("update_stack_set", "StaleRequestException", "moved on")

        with pytest.raises(AwsError) as raised:
            StackSets(client, OWN_ACCOUNTS).update(DEFINITION, ID)

    assert (raised.value.code, raised.value.call) == ("StaleRequestException", "UpdateStackSet")


def results(*summaries: dict[str, str]) -> dict[str, Any]:
    return {"Summaries": [{"Account": OTHER, "Region": REGION, **one} for one in summaries]}


def test_what_failed_within_the_tolerance_of_an_operation_that_succeeded_is_told() -> None:
    with stubbed() as (client, stub):
        stub.add_response(
            "describe_stack_set_operation",
            {
                "StackSetOperation": {
                    "Status": "SUCCEEDED",
                    "CreationTimestamp": MOMENT,
                    "StatusDetails": {"FailedStackInstancesCount": 1},
                }
            },
        )
        stub.add_response(
            "list_stack_set_operation_results",
            {
                "Summaries": [
                    {"Account": ACCOUNT, "Region": REGION, "Status": "SUCCEEDED"},
                    {
                        "Account": OTHER,
                        "Region": REGION,
                        "Status": "FAILED",
                        "StatusReason": "No role.",
                    },
                ]
            },
        )

        found = StackSets(client, OWN_ACCOUNTS).operation(NAME, ID)

    assert found == Operation(
        id=ID, status="SUCCEEDED", started=MOMENT, results={THERE: "No role."}
    )


def test_of_an_operation_that_succeeded_everywhere_no_results_are_asked_for() -> None:
    with stubbed() as (client, stub):
        stub.add_response(
            "describe_stack_set_operation",
            {"StackSetOperation": {"Status": "SUCCEEDED", "StatusDetails": {}}},
        )

        found = StackSets(client, OWN_ACCOUNTS).operation(NAME, ID)

    assert found == Operation(id=ID, status="SUCCEEDED")


def test_the_reasons_of_a_failed_operation_come_from_all_pages() -> None:
    with stubbed() as (client, stub):
        stub.add_response(
            "describe_stack_set_operation",
            {"StackSetOperation": {"Status": "FAILED", "StatusReason": "Tolerance exceeded."}},
        )
        stub.add_response(
            "list_stack_set_operation_results",
            {**results({"Status": "FAILED", "StatusReason": "No role."}), "NextToken": "more"},
        )
        stub.add_response(
            "list_stack_set_operation_results",
            {"Summaries": [{"Account": ACCOUNT, "Region": REGION, "Status": "CANCELLED"}]},
        )

        found = StackSets(client, OWN_ACCOUNTS).operation(NAME, ID)

    assert found == Operation(
        id=ID,
        status="FAILED",
        reason="Tolerance exceeded.",
        results={THERE: "No role.", HERE: ""},
    )


def test_an_operation_that_cannot_be_read_yet_says_nothing_about_the_request() -> None:
    with stubbed() as (client, stub):
        stub.add_client_error("describe_stack_set_operation", "OperationNotFoundException")

        with pytest.raises(AwsBusyError):
            StackSets(client, OWN_ACCOUNTS).operation(NAME, ID)


def test_the_newest_operation_may_be_on_any_page() -> None:
    def summary(id_: str, minute: int) -> dict[str, Any]:
        return {
            "OperationId": id_,
            "Status": "SUCCEEDED",
            "CreationTimestamp": MOMENT.replace(minute=minute),
        }

    with stubbed() as (client, stub):
        stub.add_response(
            "list_stack_set_operations",
            {"Summaries": [summary("first", 1), summary("second", 2)], "NextToken": "more"},
        )
        stub.add_response("list_stack_set_operations", {"Summaries": [summary("third", 3)]})

        found = StackSets(client, OWN_ACCOUNTS).last_operation(NAME)

    assert found == Operation(
        id="third", status="SUCCEEDED", started=datetime(2026, 11, 24, 10, 3, tzinfo=UTC)
    )


def test_stacks_are_sorted_by_place() -> None:
    with stubbed() as (client, stub):
        stub.add_response(
            "list_stack_instances",
            {
                "Summaries": [
                    {
                        "Account": OTHER,
                        "Region": REGION,
                        "Status": "OUTDATED",
                        "StatusReason": "No role.",
                        "StackInstanceStatus": {"DetailedStatus": "FAILED"},
                    },
                    {
                        "Account": ACCOUNT,
                        "Region": REGION,
                        "Status": "CURRENT",
                        "StackId": "arn:stack",
                    },
                ]
            },
        )

        found = StackSets(client, OWN_ACCOUNTS).instances(NAME)

    assert found == (
        Instance(place=HERE, status="CURRENT", stack_id="arn:stack"),
        Instance(place=THERE, status="OUTDATED", detailed="FAILED", reason="No role."),
    )


def test_drift_is_that_of_the_newest_comparison_that_is_over() -> None:
    def compared(id_: str, minute: int, status: str, action: str) -> dict[str, Any]:
        at = MOMENT.replace(minute=minute)
        return {"OperationId": id_, "Action": action, "Status": status, "CreationTimestamp": at}

    with stubbed() as (client, stub):
        stub.add_response(
            "list_stack_set_operations",
            {
                "Summaries": [
                    compared("running", 9, "RUNNING", "DETECT_DRIFT"),
                    compared("update", 8, "SUCCEEDED", "UPDATE"),
                    compared("newest", 7, "SUCCEEDED", "DETECT_DRIFT"),
                    compared("older", 6, "SUCCEEDED", "DETECT_DRIFT"),
                ]
            },
        )
        stub.add_response(
            "list_stack_instances",
            {
                "Summaries": [
                    {
                        "Account": OTHER,
                        "Region": REGION,
                        "DriftStatus": "DRIFTED",
                        "LastDriftCheckTimestamp": MOMENT,
                    },
                    {"Account": ACCOUNT, "Region": REGION, "DriftStatus": "IN_SYNC"},
                ]
            },
        )
        asked = {
            "StackSetName": NAME,
            "StackInstanceAccount": OTHER,
            "StackInstanceRegion": REGION,
            "StackInstanceResourceDriftStatuses": ["MODIFIED", "DELETED"],
            "OperationId": "newest",
        }
        stub.add_response(
            "list_stack_instance_resource_drifts",
            {
                "Summaries": [
                    {
                        "StackId": "arn:stack",
                        "LogicalResourceId": "Media",
                        "PhysicalResourceId": "shop-media",
                        "ResourceType": "AWS::S3::Bucket",
                        "StackResourceDriftStatus": "DELETED",
                        "Timestamp": MOMENT,
                    }
                ],
                "NextToken": "more",
            },
            asked,
        )
        stub.add_response(
            "list_stack_instance_resource_drifts",
            {
                "Summaries": [
                    {
                        "StackId": "arn:stack",
                        "LogicalResourceId": "Database",
                        "PhysicalResourceId": "shop-catalog",
                        "ResourceType": "AWS::RDS::DBInstance",
                        "StackResourceDriftStatus": "MODIFIED",
                        "Timestamp": MOMENT,
                        "PropertyDifferences": [
                            {
                                "PropertyPath": path,
                                "ExpectedValue": expected,
                                "ActualValue": actual,
                                "DifferenceType": kind,
                            }
                            for path, expected, actual, kind in (
                                ("/Port", "5432", "5433", "NOT_EQUAL"),
                                ("/Iops", "null", "3000", "ADD"),
                                ("/MultiAZ", "true", "null", "REMOVE"),
                            )
                        ],
                    }
                ]
            },
            {**asked, "NextToken": "more"},
        )

        found = StackSets(client, OWN_ACCOUNTS).drift(NAME)

    assert found == (
        Drift(place=HERE, status="IN_SYNC"),
        Drift(
            place=THERE,
            status="DRIFTED",
            checked=MOMENT,
            resources=(
                DriftedResource(
                    logical_id="Database",
                    type="AWS::RDS::DBInstance",
                    physical_id="shop-catalog",
                    status="MODIFIED",
                    differences=(
                        "/Iops: nothing expected, 3000 found",
                        "/MultiAZ: true expected, nothing found",
                        "/Port: 5432 expected, 5433 found",
                    ),
                ),
                DriftedResource(
                    logical_id="Media",
                    type="AWS::S3::Bucket",
                    physical_id="shop-media",
                    status="DELETED",
                ),
            ),
        ),
    )


def test_without_a_comparison_nothing_is_known_of_drift() -> None:
    with stubbed() as (client, stub):
        stub.add_response("list_stack_set_operations", {"Summaries": []})
        stub.add_response(
            "list_stack_instances", {"Summaries": [{"Account": ACCOUNT, "Region": REGION}]}
        )

        found = StackSets(client, OWN_ACCOUNTS).drift(NAME)

    assert found == (Drift(place=HERE, status="NOT_CHECKED"),)


def test_a_stack_set_that_is_not_there_has_no_stacks_and_is_deleted_already() -> None:
    gone = "StackSetNotFoundException"
    with stubbed() as (client, stub):
        sets = StackSets(client, OWN_ACCOUNTS)
        stub.add_client_error("describe_stack_set", gone)
        stub.add_client_error("list_stack_instances", gone)
        stub.add_client_error("delete_stack_set", gone)

        assert sets.describe(NAME) is None
        assert sets.instances(NAME) == ()
        sets.delete(NAME)
