"""Topics, who may publish to them, and alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.cloudwatch import AlarmHandler
from compiler.sandbox.handlers.sns import SubscriptionHandler, TopicHandler, TopicPolicyHandler
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
)

if TYPE_CHECKING:
    from compiler.sandbox.handler import Scope

TOPICS = TopicHandler()

POLICIES = TopicPolicyHandler()

SUBSCRIPTIONS = SubscriptionHandler()

ALARMS = AlarmHandler()

ARN = f"arn:aws:sns:eu-central-1:{ACCOUNT}:alarms"


def key(scope: Scope) -> str:
    arn: str = scope.client("kms").create_key()["KeyMetadata"]["Arn"]
    return arn


def mail(*names: str) -> list[dict[str, str]]:
    return [{"Endpoint": f"{name}@example.com", "Protocol": "email"} for name in names]


def admitting(service: str) -> dict[str, Any]:
    statement = {
        "Sid": "publish",
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sns:Publish",
        "Resource": ARN,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def plain_alarm(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    whole = {
        "AlarmName": "lag",
        "AlarmDescription": "the replica is behind",
        "Namespace": "AWS/RDS",
        "MetricName": "ReplicaLag",
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "catalog"}],
        "Statistic": "Maximum",
        "Period": 60,
        "EvaluationPeriods": 15,
        "DatapointsToAlarm": 10,
        "Threshold": 900.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "breaching",
        "ActionsEnabled": True,
        "AlarmActions": [ARN],
        "OKActions": [ARN],
        "InsufficientDataActions": [ARN],
        "Unit": "Seconds",
        **changed,
    }
    return {name: value for name, value in whole.items() if value is not None}


def expression(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    stat = {
        "Metric": {
            "Namespace": "AWS/S3",
            "MetricName": "OperationsFailedReplication",
            "Dimensions": [{"Name": "SourceBucket", "Value": "media"}],
        },
        "Period": 300,
        "Stat": "Sum",
    }
    metrics = [
        {"Id": "failed", "MetricStat": stat, "ReturnData": False},
        {"Id": "rate", "Expression": "FILL(failed, 0)", "Label": "failed", "ReturnData": True},
    ]
    return {
        "AlarmName": "replication",
        "Metrics": metrics,
        "EvaluationPeriods": 1,
        "Threshold": 0.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "ActionsEnabled": True,
        **changed,
    }
