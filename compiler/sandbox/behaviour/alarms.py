"""
States of CloudWatch alarms on the metrics that the sandbox has samples of.

An alarm on one metric is evaluated once it has stood for as long as it looks back; until then it
keeps the state that moto gives it, `OK`. Points that are missing count as `TreatMissingData` says.
Alarms on expressions, and on other metrics, keep their state. Source: CloudWatch user guide,
"Configuring how CloudWatch alarms treat missing data" and "Evaluating an alarm", 2026-11.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, timedelta
from operator import ge, gt, le, lt
from statistics import fmean
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import Alarm, CloudWatchBackend, cloudwatch_backends

from compiler.sandbox.behaviour.course import places_of
from compiler.sandbox.behaviour.samples import Metric
from compiler.sandbox.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from compiler.sandbox.behaviour.course import Course
    from compiler.sandbox.behaviour.samples import Sample

_SAMPLED = frozenset({"AWS/ApplicationELB", "AWS/RDS", "AWS/S3"})
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": ge,
    "GreaterThanThreshold": gt,
    "LessThanOrEqualToThreshold": le,
    "LessThanThreshold": lt,
}
_STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Average": fmean,
    "Maximum": max,
    "Minimum": min,
    "SampleCount": lambda values: float(len(values)),
    "Sum": sum,
}


@contextmanager
def with_alarms(course: Course) -> Iterator[None]:
    """Remember since when each alarm stands, and let its state outlive a change of it."""

    def wrap(by_moto: Callable[..., Alarm]) -> Callable[..., Alarm]:
        def put(self: CloudWatchBackend, name: str, *args: Any, **named: Any) -> Alarm:  # noqa: ANN401 -- moto's
            before = self.alarms.get(name)
            made = by_moto(self, name, *args, **named)
            course.alarms[made.alarm_arn] = course.now()
            if before is not None:
                made.state_value = before.state_value
                made.state_reason = before.state_reason
            return made

        return put

    with wrapped(CloudWatchBackend, "put_metric_alarm", wrap):
        yield


def see_alarms(course: Course) -> None:
    """Evaluate every alarm that can be."""
    for place, backend in places_of(cloudwatch_backends):
        for alarm in list(backend.alarms.values()):
            if alarm.namespace in _SAMPLED and alarm.statistic in _STATISTICS:
                _evaluate(course, alarm, course.samples.get(place, {}).get(_watched(alarm), ()))


def _evaluate(course: Course, alarm: Alarm, samples: Sequence[Sample]) -> None:
    period = timedelta(seconds=int(alarm.period))
    looks_back = period * int(alarm.evaluation_periods)
    now = course.now().astimezone(UTC)
    if now - course.alarms.get(alarm.alarm_arn, now) < looks_back:
        return
    found = [sample for sample in samples if now - looks_back < sample.at]
    points = list(_points(alarm, found, now - looks_back, period))
    state, reason = _state(alarm, points)
    if state is not None and state != alarm.state_value:
        alarm.update_state(reason, "{}", state)


def _points(
    alarm: Alarm, found: Sequence[Sample], start: datetime, period: timedelta
) -> Iterator[bool | None]:
    """Yield for each period whether it breaches; `None` where there is nothing."""
    breaches = _COMPARED[alarm.comparison_operator]
    for number in range(int(alarm.evaluation_periods)):
        first = start + period * number
        values = [sample.value for sample in found if first < sample.at <= first + period]
        if values:
            yield breaches(_STATISTICS[alarm.statistic](values), float(alarm.threshold))
        else:
            yield None


def _state(alarm: Alarm, points: Sequence[bool | None]) -> tuple[str | None, str]:
    treatment = alarm.treat_missing_data or "missing"
    missing = points.count(None)
    if missing == len(points) and treatment in {"missing", "ignore"}:
        state = "INSUFFICIENT_DATA" if treatment == "missing" else None
        return state, f"Insufficient Data: {missing} datapoints were unknown."
    breaching = points.count(True) + (missing if treatment == "breaching" else 0)
    needed = int(alarm.datapoints_to_alarm or alarm.evaluation_periods)
    if treatment in {"missing", "ignore"}:
        # Points that are not there cannot breach, but neither do they keep the others from it.
        needed = min(needed, len(points) - missing)
    reason = (
        f"Threshold Crossed: {breaching} of {len(points)} datapoints were breaching the threshold "
        f"({alarm.threshold})."
    )
    return ("ALARM" if breaching >= needed else "OK"), reason


def _watched(alarm: Alarm) -> Metric:
    own = sorted((str(one.name), str(one.value)) for one in alarm.dimensions)
    return Metric(namespace=alarm.namespace, name=alarm.metric_name, dimensions=tuple(own))
