from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused, Scope
from compiler.sandbox.handlers.cloudwatch import AlarmHandler
from compiler.sandbox.handlers.sns import SubscriptionHandler, TopicHandler, TopicPolicyHandler
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    SYSTEM_TAGS,
    assert_read,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
    tags,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

TOPICS = TopicHandler()
POLICIES = TopicPolicyHandler()
SUBSCRIPTIONS = SubscriptionHandler()
ALARMS = AlarmHandler()
ARN = f"arn:aws:sns:eu-central-1:{ACCOUNT}:alarms"


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in("eu-central-1")


def key(scope: Scope) -> str:
    arn: str = scope.client("kms").create_key()["KeyMetadata"]["Arn"]
    return arn


def mail(*names: str) -> list[dict[str, str]]:
    return [{"Endpoint": f"{name}@example.com", "Protocol": "email"} for name in names]


# --------------------------------------------------------------------------------------- topics


def test_a_topic_takes_every_property_and_changes_it(scope: Scope) -> None:
    one, two = key(scope), key(scope)
    first = {
        "TopicName": "alarms",
        "DisplayName": "Alarms",
        "KmsMasterKeyId": one,
        "Subscription": mail("ops"),
        "Tags": pairs(("Owner", "me")),
    }
    assert set(first) == TOPICS.supported
    created = TOPICS.create(scope, first)
    assert created.attributes == {"TopicArn": ARN, "TopicName": "alarms"}
    assert TOPICS.read(scope, ARN) == {**first, "Tags": tags(("Owner", "me"))}
    TOPICS.delete(scope, ARN, first)

    live(
        TOPICS,
        scope,
        first,
        {
            "DisplayName": ("Other", "Other"),
            "KmsMasterKeyId": (two, two),
            "Subscription": (mail("dev", "ops"), mail("dev", "ops")),
            "Tags": (pairs(("New", "1")), tags(("New", "1"))),
        },
    )


def test_what_left_a_topic_is_gone(scope: Scope) -> None:
    before = {
        "TopicName": "alarms",
        "DisplayName": "Alarms",
        "KmsMasterKeyId": key(scope),
        "Subscription": mail("ops"),
    }
    TOPICS.create(scope, before)

    TOPICS.update(scope, ARN, before, {"TopicName": "alarms"})

    assert TOPICS.read(scope, ARN) == {"TopicName": "alarms", "Tags": tags()}


def test_a_topic_carries_the_tags_of_cloudformation(scope: Scope) -> None:
    TOPICS.create(scope, {"TopicName": "alarms"})

    told = scope.client("sns").list_tags_for_resource(ResourceArn=ARN)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in told}.items() >= SYSTEM_TAGS.items()


@pytest.mark.parametrize(
    ("wanted", "code", "part"),
    [
        (
            {"KmsMasterKeyId": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/none"},
            "KMSNotFound",
            "does not exist",
        ),
        (
            {"KmsMasterKeyId": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/none"},
            "KMSNotFound",
            "in eu-central-1",
        ),
        ({"KmsMasterKeyId": "alias/none"}, "KMSNotFound", "alias/none"),
        ({"TopicName": "a b"}, "InvalidParameter", "Topic Name"),
        (
            {"Subscription": [{"Endpoint": "ops", "Protocol": "email"}]},
            "InvalidParameter",
            "Email address",
        ),
    ],
)
def test_a_topic_that_cannot_be_is_refused(
    scope: Scope, wanted: dict[str, Any], code: str, part: str
) -> None:
    assert_refused(code, part, TOPICS, scope, wanted)
    assert scope.client("sns").list_topics()["Topics"] == []


def test_a_topic_may_be_encrypted_by_the_key_of_aws(scope: Scope) -> None:
    given = {"TopicName": "alarms", "KmsMasterKeyId": "alias/aws/sns"}

    assert_read(TOPICS, scope, TOPICS.create(scope, given), given)


def test_a_topic_name_is_taken_once(scope: Scope) -> None:
    TOPICS.create(scope, {"TopicName": "alarms"})

    assert_refused("AlreadyExists", ARN, TOPICS, scope, {"TopicName": "alarms"})


# ------------------------------------------------------------------- policies and subscriptions


def admitting(service: str) -> dict[str, Any]:
    statement = {
        "Sid": "publish",
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sns:Publish",
        "Resource": ARN,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_a_topic_policy_takes_every_property_and_changes_it(scope: Scope) -> None:
    one = TOPICS.create(scope, {"TopicName": "alarms"}).physical_id
    two = TOPICS.create(scope, {"TopicName": "others"}).physical_id
    first = {"Topics": [one], "PolicyDocument": admitting("cloudwatch.amazonaws.com")}
    assert set(first) == POLICIES.supported
    other = admitting("events.amazonaws.com")

    live(
        POLICIES,
        scope,
        first,
        {"PolicyDocument": (other, other), "Topics": ([two, one], [two, one])},
    )


def test_a_topic_whose_policy_left_has_its_default_one_again(scope: Scope) -> None:
    arn = TOPICS.create(scope, {"TopicName": "alarms"}).physical_id
    sns = scope.client("sns")
    default = sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    given = {"Topics": [arn], "PolicyDocument": admitting("cloudwatch.amazonaws.com")}
    created = POLICIES.create(scope, given)
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"] != default

    POLICIES.delete(scope, created.physical_id, given)

    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"] == default


def test_a_policy_and_a_subscription_need_a_topic(scope: Scope) -> None:
    policy = {"Topics": [ARN], "PolicyDocument": admitting("cloudwatch.amazonaws.com")}

    assert_refused("NotFound", "Topic does not exist", POLICIES, scope, policy)
    assert_refused(
        "NotFound", "Topic does not exist", SUBSCRIPTIONS, scope, {"TopicArn": ARN, **mail("a")[0]}
    )


def test_a_subscription_takes_every_property_and_changes_it(scope: Scope) -> None:
    TOPICS.create(scope, {"TopicName": "alarms"})
    queue = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:alarms"
    first = {
        "TopicArn": ARN,
        "Protocol": "sqs",
        "Endpoint": queue,
        "RawMessageDelivery": True,
        "FilterPolicyScope": "MessageBody",
        "FilterPolicy": {"severity": ["high"]},
        "DeliveryPolicy": {"healthyRetryPolicy": {"numRetries": 3}},
        "RedrivePolicy": {"deadLetterTargetArn": f"{queue}-dead"},
    }
    assert set(first) == SUBSCRIPTIONS.supported
    created = SUBSCRIPTIONS.create(scope, first)
    assert created.attributes == {"Arn": created.physical_id}
    assert SUBSCRIPTIONS.read(scope, created.physical_id) == first
    SUBSCRIPTIONS.delete(scope, created.physical_id, first)
    changes: dict[str, Any] = {
        "FilterPolicyScope": "MessageAttributes",
        "FilterPolicy": {"severity": ["low"]},
        "DeliveryPolicy": {"healthyRetryPolicy": {"numRetries": 5}},
        "RedrivePolicy": {"deadLetterTargetArn": f"{queue}-other"},
    }

    live(
        SUBSCRIPTIONS,
        scope,
        first,
        {name: (value, value) for name, value in changes.items()},
        elsewhere=frozenset({"RawMessageDelivery"}),
    )


def test_what_left_a_subscription_is_gone(scope: Scope) -> None:
    TOPICS.create(scope, {"TopicName": "alarms"})
    plain = {"TopicArn": ARN, **mail("ops")[0]}
    before = {**plain, "FilterPolicy": {"severity": ["high"]}, "RawMessageDelivery": "true"}
    created = SUBSCRIPTIONS.create(scope, before)

    SUBSCRIPTIONS.update(scope, created.physical_id, before, plain)

    assert SUBSCRIPTIONS.read(scope, created.physical_id) == plain


# --------------------------------------------------------------------------------------- alarms


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


def test_an_alarm_on_a_metric_takes_every_property_and_changes_it(scope: Scope) -> None:
    first = plain_alarm(Tags=pairs(("Owner", "me")))
    created = ALARMS.create(scope, first)
    assert created.attributes == {"Arn": f"arn:aws:cloudwatch:eu-central-1:{ACCOUNT}:alarm:lag"}
    assert ALARMS.read(scope, "lag") == {**first, "Tags": tags(("Owner", "me"))}
    ALARMS.delete(scope, "lag", first)
    changes: dict[str, Any] = {
        "AlarmDescription": "other",
        "Namespace": "Custom",
        "MetricName": "Other",
        "Dimensions": [{"Name": "A", "Value": "b"}],
        "Statistic": "Average",
        "Period": 300,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "Threshold": 1.5,
        "ComparisonOperator": "LessThanThreshold",
        "TreatMissingData": "notBreaching",
        "ActionsEnabled": False,
        "AlarmActions": [f"{ARN}-other"],
        "OKActions": [f"{ARN}-other"],
        "InsufficientDataActions": [f"{ARN}-other"],
        "Unit": "Percent",
    }

    live(
        ALARMS,
        scope,
        first,
        {name: (value, value) for name, value in changes.items()}
        | {"Tags": (pairs(("New", "1")), tags(("New", "1")))},
        elsewhere=frozenset(
            {
                "EvaluateLowSampleCountPercentile",
                "ExtendedStatistic",
                "Metrics",
                "ThresholdMetricId",
            }
        ),
    )


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


def test_an_alarm_on_an_expression_reads_back_what_it_was_given(scope: Scope) -> None:
    first = expression()
    ALARMS.create(scope, first)
    assert ALARMS.read(scope, "replication") == {**first, "Tags": tags()}

    second = expression(Metrics=[{**first["Metrics"][0], "ReturnData": True}])
    ALARMS.update(scope, "replication", first, second)

    assert ALARMS.read(scope, "replication") == {**second, "Tags": tags()}


def test_an_alarm_may_look_at_a_percentile_or_a_band(scope: Scope) -> None:
    percentile = plain_alarm(
        Statistic=None, ExtendedStatistic="p99", EvaluateLowSampleCountPercentile="ignore"
    )
    band = expression(
        AlarmName="band",
        ThresholdMetricId="rate",
        ComparisonOperator="GreaterThanUpperThreshold",
    )
    del band["Threshold"]
    given = {*percentile, *band, "Tags"}
    assert given | set(plain_alarm()) == ALARMS.supported

    for wanted in (percentile, band):
        assert_read(ALARMS, scope, ALARMS.create(scope, wanted), wanted)


def test_an_alarm_turns_to_a_percentile_and_to_other_metrics(scope: Scope) -> None:
    steps = [
        plain_alarm(),
        plain_alarm(
            Statistic=None, ExtendedStatistic="p99", EvaluateLowSampleCountPercentile="evaluate"
        ),
        plain_alarm(
            Statistic=None, ExtendedStatistic="p90", EvaluateLowSampleCountPercentile="ignore"
        ),
        expression(AlarmName="lag"),
        expression(AlarmName="lag", ThresholdMetricId="rate"),
    ]
    ALARMS.create(scope, steps[0])

    for before, after in pairwise(steps):
        ALARMS.update(scope, "lag", before, after)
        assert ALARMS.read(scope, "lag") == {**after, "Tags": tags()}


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        (plain_alarm(MetricName=None), "Exactly one of MetricName and Metrics"),
        (plain_alarm(Statistic=None), "Exactly one of Statistic and ExtendedStatistic"),
        (plain_alarm(Period=45), "multiple of 60: 45"),
        (plain_alarm(TreatMissingData="good"), "Option good is not supported"),
        (
            plain_alarm(AlarmActions=[ARN.replace("eu-central-1", "us-east-1")]),
            "Invalid region us-east-1 specified. Only eu-central-1 is supported.",
        ),
        (
            expression(Metrics=[{**one, "ReturnData": True} for one in expression()["Metrics"]]),
            "Exactly one element of the metrics list should return data.",
        ),
    ],
)
def test_an_alarm_that_cannot_be_is_refused(
    scope: Scope, wanted: dict[str, Any], part: str
) -> None:
    assert_refused("ValidationError", part, ALARMS, scope, wanted)


def test_an_alarm_name_is_taken_once(scope: Scope) -> None:
    ALARMS.create(scope, plain_alarm())

    assert_refused("AlreadyExists", "lag", ALARMS, scope, plain_alarm())


def test_a_refused_update_of_an_alarm_changes_nothing(scope: Scope) -> None:
    created = ALARMS.create(scope, plain_alarm())

    with pytest.raises(Refused):
        ALARMS.update(scope, "lag", plain_alarm(), plain_alarm(Period=45))

    assert_read(ALARMS, scope, created, {"Period": 60})
