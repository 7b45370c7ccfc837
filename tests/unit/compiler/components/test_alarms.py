"""Tests of alarms and of the topics that they go to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.components import alarms
from compiler.components.addresses import (
    database,
    key_arn,
    load_balancer,
    target_group,
    topic,
)
from compiler.phases import ORDER
from compiler.symbols import Address
from tests.unit.compiler.components.media import media, side
from tests.unit.compiler.components.places import built, symbol, tagged

if TYPE_CHECKING:
    from compiler.phases import PhaseName
    from compiler.symbols import Resource
    from spec.model import Spec
    from spec.names import Side


def found(of: Side, logical_id: str, spec: Spec | None = None) -> Resource:
    address = Address(stack=topic(of).stack, logical_id=logical_id)
    return built(spec or media(), alarms)[address]


def alarm(of: Side, name: str, **settings: Any) -> dict[str, Any]:  # noqa: ANN401 - properties
    """Return an alarm as it should be: to its side's topic both ways."""
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": f"streaming-staging-{name}",
            "AlarmActions": [symbol(topic(of))],
            "OKActions": [symbol(topic(of))],
            "Tags": tagged(),
            **settings,
        },
    }


def dimensions(**values: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - text or symbol
    return [{"Name": name, "Value": value} for name, value in values.items()]


DATABASE = {
    "Namespace": "AWS/RDS",
    "Dimensions": dimensions(DBInstanceIdentifier="streaming-staging-catalog"),
}
REPLICATION = {
    "Namespace": "AWS/S3",
    "Dimensions": dimensions(
        SourceBucket="streaming-staging-media-111122223333-us-east-1",
        DestinationBucket="streaming-staging-media-111122223333-eu-central-1",
        RuleId="media",
    ),
    "ComparisonOperator": "GreaterThanThreshold",
    "Period": 300,
    "EvaluationPeriods": 1,
    "TreatMissingData": "notBreaching",
}


def test_a_topic_is_encrypted_and_only_this_accounts_alarms_publish_to_it() -> None:
    assert found("target", "Topic").body.to_dict() == {
        "Type": "AWS::SNS::Topic",
        "Properties": {
            "TopicName": "streaming-staging-alarms",
            "KmsMasterKeyId": key_arn("target", "alarms").to_dict(),
            "Tags": tagged(),
        },
    }
    assert found("target", "TopicPolicy").body.to_dict() == {
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {
            "Topics": [symbol(topic("target"))],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "PublishAlarms",
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudwatch.amazonaws.com"},
                        "Action": "sns:Publish",
                        "Resource": symbol(topic("target")),
                        "Condition": {
                            "ArnLike": {
                                "aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:111122223333"
                                ":alarm:*"
                            },
                            "StringEquals": {"aws:SourceAccount": "111122223333"},
                        },
                    }
                ],
            },
        },
    }
    assert found("target", "Subscription").body.to_dict() == {
        "Type": "AWS::SNS::Subscription",
        "Properties": {
            "TopicArn": symbol(topic("target")),
            "Protocol": "email",
            "Endpoint": "ops@example.com",
        },
    }


def test_a_database_is_watched_for_cpu_and_storage_on_both_sides() -> None:
    assert found("source", "DatabaseCpuCatalog").body.to_dict() == alarm(
        "source",
        "catalog-database-cpu",
        AlarmDescription="The database catalog in us-east-1 is short of CPU.",
        MetricName="CPUUtilization",
        Statistic="Average",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=80,
        Period=300,
        EvaluationPeriods=3,
        TreatMissingData="missing",
        **DATABASE,
    )
    assert found("target", "DatabaseStorageCatalog").body.to_dict() == alarm(
        "target",
        "catalog-database-storage",
        AlarmDescription="The database catalog in eu-central-1 is short of storage.",
        MetricName="FreeStorageSpace",
        Statistic="Minimum",
        ComparisonOperator="LessThanThreshold",
        Threshold=10_737_418_240,
        Period=300,
        EvaluationPeriods=1,
        TreatMissingData="missing",
        **DATABASE,
    )


def test_a_replica_is_watched_for_lag_in_seconds_and_silence_counts_as_lag() -> None:
    lag = found("target", "ReplicaLagCatalog")

    assert lag.after == (database(media(), "target", "catalog"),)
    assert lag.body.to_dict() == alarm(
        "target",
        "catalog-replica-lag",
        AlarmDescription="The replica of catalog is too far behind its source.",
        MetricName="ReplicaLag",
        Statistic="Maximum",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=900,
        Period=60,
        EvaluationPeriods=5,
        TreatMissingData="breaching",
        **DATABASE,
    )


def test_a_lag_below_zero_is_a_broken_replica_not_a_fast_one() -> None:
    assert found("target", "ReplicaBrokenCatalog").body.to_dict() == alarm(
        "target",
        "catalog-replica-broken",
        AlarmDescription="The replica of catalog does not replicate (lag -1, or no report).",
        MetricName="ReplicaLag",
        Statistic="Minimum",
        ComparisonOperator="LessThanThreshold",
        Threshold=0,
        Period=60,
        EvaluationPeriods=10,
        TreatMissingData="breaching",
        **DATABASE,
    )


def test_a_service_is_watched_for_unhealthy_hosts() -> None:
    assert found("target", "UnhealthyHostsWeb").body.to_dict() == alarm(
        "target",
        "web-unhealthy-hosts",
        AlarmDescription="Instances of web in eu-central-1 fail their health check.",
        Namespace="AWS/ApplicationELB",
        MetricName="UnHealthyHostCount",
        Dimensions=dimensions(
            LoadBalancer=symbol(load_balancer("target"), "LoadBalancerFullName"),
            TargetGroup=symbol(target_group("target", "web"), "TargetGroupFullName"),
        ),
        Statistic="Maximum",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=0,
        Period=60,
        EvaluationPeriods=5,
        TreatMissingData="notBreaching",
    )


def test_replication_is_watched_in_the_source_for_latency_and_failures() -> None:
    assert found("source", "ReplicationLatencyMedia").body.to_dict() == alarm(
        "source",
        "media-replication-latency",
        AlarmDescription="The replication of the bucket media is more than 15 minutes behind.",
        MetricName="ReplicationLatency",
        Statistic="Maximum",
        Threshold=900,
        **REPLICATION,
    )
    assert found("source", "ReplicationFailuresMedia").body.to_dict() == alarm(
        "source",
        "media-replication-failures",
        AlarmDescription="Objects of the bucket media failed to replicate.",
        MetricName="OperationsFailedReplication",
        Statistic="Sum",
        Threshold=0,
        **REPLICATION,
    )


def test_only_what_exists_on_a_side_is_watched_there() -> None:
    def watched(of: Side, spec: Spec) -> set[str]:
        return {
            address.logical_id
            for address, resource in built(spec, alarms).items()
            if address.stack.side == of and resource.part
        }

    assert watched("source", media()) == {
        *("DatabaseCpuCatalog", "DatabaseStorageCatalog", "UnhealthyHostsWeb"),
        *("ReplicationLatencyMedia", "ReplicationFailuresMedia"),
    }
    assert watched("target", media()) == {
        *("DatabaseCpuCatalog", "DatabaseStorageCatalog", "UnhealthyHostsWeb"),
        *("ReplicaLagCatalog", "ReplicaBrokenCatalog"),
    }
    assert watched("source", media(buckets={"media": {"replication": False}})) == {
        *("DatabaseCpuCatalog", "DatabaseStorageCatalog", "UnhealthyHostsWeb")
    }


def test_each_account_and_partition_has_its_own_publisher() -> None:
    spec = media(
        source=side("us-gov-east-1", "10.0.0.0/16"),
        target=side("us-gov-west-1", "10.1.0.0/16"),
        accounts={"source": "111122223333", "target": "444455556666"},
        databases={},
        cdn=None,
        dns=None,
    )

    policy = found("target", "TopicPolicy", spec).body.to_dict()["Properties"]["PolicyDocument"]
    assert policy["Statement"][0]["Condition"] == {
        "ArnLike": {
            "aws:SourceArn": "arn:aws-us-gov:cloudwatch:us-gov-west-1:444455556666:alarm:*"
        },
        "StringEquals": {"aws:SourceAccount": "444455556666"},
    }


def test_without_alarms_there_is_no_topic() -> None:
    assert built(media(alarms=None), alarms) == {}


def watched(phase: PhaseName) -> dict[str, list[str]]:
    """Return what there is of services and topics in the stacks of alarms, by side."""
    found: dict[str, list[str]] = {}
    for address in built(media(), alarms, phase=phase):
        if address.logical_id in {"Topic", "UnhealthyHostsWeb"}:
            found.setdefault(address.stack.side, []).append(address.logical_id)
    return found


def test_a_topic_can_be_confirmed_before_there_is_a_service_to_watch() -> None:
    both = ["Topic", "UnhealthyHostsWeb"]

    assert {phase: watched(phase) for phase in ORDER} == {
        **{phase: {"source": both, "target": both} for phase in ORDER},
        "prepare": {"source": both, "target": ["Topic"]},
        "retire": {"target": both},
    }
