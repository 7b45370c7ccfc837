"""What services made beside a stack, and keep when it is deleted."""

from __future__ import annotations

import json

from compiler.deploy.left_behind import cost_of, kept_by_aws, log_groups
from compiler.deploy.port import StackResource

TEMPLATE = json.dumps(
    {
        "Resources": {
            "Database": {
                "Type": "AWS::RDS::DBInstance",
                "Properties": {
                    "DeleteAutomatedBackups": False,
                    "EnableCloudwatchLogsExports": ["postgresql", "upgrade"],
                },
            },
            "Logs": {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {"LogGroupName": "/aws/rds/instance/orders/upgrade"},
            },
        }
    }
)
RESOURCES = (
    StackResource(logical_id="Database", type="AWS::RDS::DBInstance", physical_id="orders"),
    StackResource(logical_id="Logs", type="AWS::Logs::LogGroup", physical_id="x"),
)


def test_log_groups_and_backups_that_rds_keeps_are_named() -> None:
    made = log_groups({"a": TEMPLATE})

    assert made == {"/aws/rds/instance/orders/upgrade"}
    assert tuple(kept_by_aws(TEMPLATE, RESOURCES, made)) == (
        (
            "the log group /aws/rds/instance/orders/postgresql, which RDS made; it goes on "
            "costing storage of what it holds, until you delete it or it expires"
        ),
        (
            "the automated backups of orders, which RDS keeps for their retention period; they go "
            "on costing backup storage until then"
        ),
    )


def test_a_stack_without_a_database_leaves_nothing_of_a_services_own() -> None:
    assert tuple(kept_by_aws(TEMPLATE, RESOURCES[1:], frozenset())) == ()


def test_what_stays_is_told_with_what_it_goes_on_costing() -> None:
    assert cost_of("AWS::S3::Bucket") == "storage of what it holds, until you delete that"
    assert cost_of("AWS::Some::Thing") == "what it costs now, until you delete it"
