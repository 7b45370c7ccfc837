"""Alarms say what the samples say, and what their template says of missing ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.sandbox.behaviour_ground import Behaving, behaving
from tests.unit.sandbox.handlers_databases import INSTANCES, primary, replica_of
from tests.unit.sandbox.handlers_ground import scope_in

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE, THERE = scope_in(), scope_in("eu-west-1")


@pytest.fixture(name="rds")
def _rds() -> Iterator[Behaving]:
    with behaving() as found:
        yield found


def alarm(name: str = "orders-copy", **changed: Any) -> None:  # noqa: ANN401 -- JSON
    """Watch the lag of a replica for three minutes."""
    asked = {
        "AlarmName": "watch",
        "Namespace": "AWS/RDS",
        "MetricName": "ReplicaLag",
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": name}],
        "Statistic": "Maximum",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 60,
        "Period": 60,
        "EvaluationPeriods": 3,
    }
    THERE.client("cloudwatch").put_metric_alarm(**{**asked, **changed})


def state() -> str:
    (found,) = THERE.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return str(found["StateValue"])


def test_an_alarm_goes_off_when_every_point_breaches_and_quiets_again(rds: Behaving) -> None:
    INSTANCES.create(THERE, replica_of(primary(HERE)))
    alarm()
    rds.faults.ask("lag", "orders-copy", 90)
    seen = []
    for _ in range(3):
        rds.wait()
        seen.append(state())
    rds.faults.end("lag", "orders-copy")
    rds.wait()

    assert (seen, state()) == (["OK", "OK", "ALARM"], "OK")


def test_some_points_are_enough_where_the_alarm_says_so(rds: Behaving) -> None:
    INSTANCES.create(THERE, replica_of(primary(HERE)))
    alarm(DatapointsToAlarm=1)
    rds.wait(2)
    rds.faults.ask("lag", "orders-copy", 90)
    rds.wait()

    assert state() == "ALARM"


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        ("missing", "INSUFFICIENT_DATA"),
        ("notBreaching", "OK"),
        ("breaching", "ALARM"),
        ("ignore", "OK"),
    ],
)
def test_silence_counts_as_the_alarm_says(rds: Behaving, treatment: str, expected: str) -> None:
    alarm("none", TreatMissingData=treatment)
    at_first = state()
    rds.wait(3)

    assert (at_first, state()) == ("OK", expected)


def test_a_change_of_an_alarm_leaves_its_state(rds: Behaving) -> None:
    alarm("none", TreatMissingData="breaching")
    rds.wait(3)
    state()

    alarm("none", TreatMissingData="breaching", Threshold=70)

    assert state() == "ALARM"


def test_an_alarm_on_another_metric_keeps_its_state(rds: Behaving) -> None:
    alarm(Namespace="Own", MetricName="Orders")
    rds.wait(9)

    assert state() == "OK"
