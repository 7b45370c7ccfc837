from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused, Scope
from tests.unit.sandbox.handlers_alarms import ALARMS, ARN, expression, plain_alarm
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
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


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in("eu-central-1")


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
