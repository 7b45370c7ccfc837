"""What is asked of StackSets, word for word, and which stacks it tells of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.deploy.port import Instance, Place
from compiler.deploy.targets import Targets
from tests.unit.deploy.aws.stubbed import (
    ACCOUNT,
    DEFINITION,
    HERE,
    OTHER,
    REGION,
    TEMPLATE,
    THERE,
    stack_sets,
    stubbed,
)

NAME = "shop-media"
ID = "stackferry-create-1"
STACK_ID = f"arn:aws:cloudformation:{REGION}:{OTHER}:stack/shop-media/1"

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

        stack_sets(client).create_stack_set(DEFINITION, "token")


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

        stack_sets(client, targets).update_stack_set(
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

        stack_sets(client).create_instances(NAME, (HERE, THERE), ID)


def test_places_that_stack_sets_would_multiply_are_our_bug() -> None:
    places = (HERE, Place(account=OTHER, region="us-east-1"))

    with stubbed() as (client, _), pytest.raises(ValueError, match="not every account in every"):
        stack_sets(client).create_instances(NAME, places, ID)


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

        stack_sets(
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
        sets = stack_sets(client, SERVED)
        done = {"OperationId": ID}
        stub.add_response(
            "create_stack_set",
            {},
            {**define, "ManagedExecution": {"Active": True}, "ClientRequestToken": "token"},
        )
        sets.create_stack_set(plain, "token")
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
        sets.update_stack_set(plain, ID)
        stub.add_response(
            "import_stacks_to_stack_set",
            done,
            {
                **started,
                "StackIds": [STACK_ID],
                "OrganizationalUnitIds": ["ou-ab12-edge0000", "ou-ab12-prod0000"],
            },
        )
        sets.import_stack(NAME, THERE, STACK_ID, ID)
        stub.add_response("detect_stack_set_drift", done, started)
        sets.detect_drift(NAME, ID)
        stub.add_response("describe_stack_set", {"StackSet": {"StackSetName": NAME}}, whom)
        sets.stack_set(NAME)
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
        sets.delete_stack_set(NAME)


def test_without_units_a_service_managed_stack_set_is_our_bug() -> None:
    with stubbed() as (client, _), pytest.raises(ValueError, match="needs organizational units"):
        stack_sets(client, replace(SERVED, organizational_units=())).create_instances(
            NAME, (THERE,), ID
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

        found = stack_sets(client).instances(NAME)

    assert found == (
        Instance(place=HERE, status="CURRENT", stack_id="arn:stack"),
        Instance(place=THERE, status="OUTDATED", detailed="FAILED", reason="No role."),
    )


def test_a_stack_set_that_is_not_there_has_no_stacks_and_is_deleted_already() -> None:
    gone = "StackSetNotFoundException"
    with stubbed() as (client, stub):
        sets = stack_sets(client)
        stub.add_client_error("describe_stack_set", gone)
        stub.add_client_error("list_stack_instances", gone)
        stub.add_client_error("delete_stack_set", gone)

        assert sets.stack_set(NAME) is None
        assert sets.instances(NAME) == ()
        sets.delete_stack_set(NAME)
