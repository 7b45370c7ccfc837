"""
What CloudWatch has of the services' own metrics: a sample of each, every minute.

Samples are taken at whole minutes of the sandbox's clock. What nobody looked at for a while is
taken for what it is when somebody looks; every call looks, and what changes something is a call.
Source: RDS, S3 and Elastic Load Balancing user guides, "CloudWatch metrics", 2026-11: a
period is a minute; CloudWatch API Reference, GetMetricStatistics, 2026-11: a start is rounded down.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import CloudWatchBackend, Dimension, MetricDatum

from compiler.sandbox.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from compiler.sandbox.behaviour.course import Course
    from compiler.sandbox.engine.world import Place

MINUTE = timedelta(minutes=1)
_KEPT = timedelta(hours=3)
"""How far back samples go; CloudWatch keeps those of a minute for 15 days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """
    One metric of one thing.

    Attributes:
        namespace: For example `AWS/RDS`.
        name: For example `ReplicaLag`.
        dimensions: Names and values, sorted.
        unit: As CloudWatch spells it; two metrics are the same whatever their unit.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    unit: str = field(default="None", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """
    A metric's value at a moment.

    Attributes:
        at: A whole minute.
        value: In the metric's unit.
        told: moto's object of it.
    """

    at: datetime
    value: float
    told: MetricDatum


Reading = tuple["Place", Metric, "Callable[[datetime], float]"]
"""What a service tells: where, of what, and its value at a minute."""


def metric(namespace: str, name: str, unit: str, **dimensions: str) -> Metric:
    """Return a metric by its parts."""
    return Metric(
        namespace=namespace, name=name, unit=unit, dimensions=tuple(sorted(dimensions.items()))
    )


def take_samples(course: Course, readings: Callable[[], Iterable[Reading]]) -> bool:
    """
    Take the samples of every minute that has passed since the last ones.

    Returns:
        Whether a minute has passed.
    """
    now = course.now().astimezone(UTC).replace(second=0, microsecond=0)
    if course.sampled is None:
        course.sampled = now
        return False
    first = max(course.sampled + MINUTE, now - _KEPT)
    if first > now:
        return False
    course.sampled = now
    for place, what, value in readings():
        kept = course.samples.setdefault(place, {}).setdefault(what, [])
        at = first
        while at <= now:
            kept.append(_sample(what, at, value(at)))
            at += MINUTE
    for of_place in course.samples.values():
        for what, kept in list(of_place.items()):
            of_place[what] = [sample for sample in kept if sample.at > now - _KEPT]
            if not of_place[what]:
                del of_place[what]
    return True


def _sample(what: Metric, at: datetime, value: float) -> Sample:
    told = MetricDatum(
        namespace=what.namespace,
        name=what.name,
        value=value,
        dimensions=[{"Name": name, "Value": text} for name, text in what.dimensions],
        # moto compares without time zones.
        timestamp=at.replace(tzinfo=None),
        unit=what.unit,
    )
    return Sample(at=at, value=value, told=told)


def _comes_before(one: Dimension, other: Dimension) -> bool:
    return (one.name or "", one.value or "") < (other.name or "", other.value or "")


@contextmanager
def with_metrics(course: Course) -> Iterator[None]:
    """Let CloudWatch answer with the samples, beside what was put there by PutMetricData."""

    def all_of(by_moto: property) -> property:
        def aws_metric_data(self: CloudWatchBackend) -> list[Any]:
            place = (self.account_id, self.region_name)
            ours = list(course.samples.get(place, {}).values())
            return [*by_moto.__get__(self), *(one.told for kept in ours for one in list(kept))]

        return property(aws_metric_data)

    def from_the_minute(by_moto: Callable[..., Any]) -> Callable[..., Any]:
        def answer(self: CloudWatchBackend, *args: Any, **named: Any) -> Any:  # noqa: ANN401 -- moto's
            named["start_time"] = named["start_time"].replace(second=0, microsecond=0)
            return by_moto(self, *args, **named)

        return answer

    def statistics(by_moto: Callable[..., Any]) -> Callable[..., Any]:
        def answer(
            self: CloudWatchBackend,
            namespace: str,
            metric_name: str,
            start_time: datetime,
            *args: Any,  # noqa: ANN401 -- moto's
            **named: Any,  # noqa: ANN401 -- moto's
        ) -> Any:  # noqa: ANN401 -- moto's
            start = start_time.replace(second=0, microsecond=0)
            return by_moto(self, namespace, metric_name, start, *args, **named)

        return answer

    with ExitStack() as stack:
        for owner, name, wrap in (
            (CloudWatchBackend, "aws_metric_data", all_of),
            (CloudWatchBackend, "get_metric_data", from_the_minute),
            (CloudWatchBackend, "get_metric_statistics", statistics),
            # moto compares one's value with the other's name, and finds none of several.
            (Dimension, "__lt__", lambda _: _comes_before),
        ):
            stack.enter_context(wrapped(owner, name, wrap))
        yield
