"""What has drifted, put together from the answers of StackSets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from compiler.deploy.answers import Drift, DriftedResource
from tests.unit.deploy.aws.stubbed import ACCOUNT, HERE, OTHER, REGION, THERE, stack_sets, stubbed

NAME = "shop-media"
MOMENT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


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

        found = stack_sets(client).drift(NAME)

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

        found = stack_sets(client).drift(NAME)

    assert found == (Drift(place=HERE, status="NOT_CHECKED"),)
