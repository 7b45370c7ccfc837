"""The handler of `AWS::CloudWatch::Alarm`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.identity import as_pairs, merged, physical_name, without_system
from compiler.sandbox.handlers.replies import JSON, ask, beneath, refuse

_ACTIONS = ("AlarmActions", "InsufficientDataActions", "OKActions")
_PASSED = (
    "ActionsEnabled",
    "AlarmDescription",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "MetricName",
    "Metrics",
    "Namespace",
    "Period",
    "Statistic",
    "Threshold",
    "ThresholdMetricId",
    "TreatMissingData",
    "Unit",
    *_ACTIONS,
)
_SHORT_PERIODS = (10, 20, 30)
_MINUTE = 60
_TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")


class AlarmHandler:
    """Alarms on one metric, or on an expression over several."""

    type_name = "AWS::CloudWatch::Alarm"
    supported = frozenset({*_PASSED, "AlarmName", "Tags"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create an alarm that is not there yet."""
        name = properties.get("AlarmName") or physical_name(scope)
        if _told(scope, name) is not None:
            # CloudWatch itself would overwrite the alarm that is there.
            refuse("AlreadyExists", f"Alarm {name} already exists")
        return self._put(scope, name, properties)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Replace the alarm under its name."""
        del old
        return self._put(scope, physical_id, new)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the alarm."""
        del properties
        if (told := _told(scope, physical_id)) is not None:
            ask(scope.client("cloudwatch"), "delete_alarms", AlarmNames=[physical_id])
            held = beneath("cloudwatch", scope.account, scope.region)
            held.tagger.delete_all_tags_for_resource(told["AlarmArn"])

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the alarm."""
        told = _told(scope, physical_id)
        if told is None:
            return None
        read = {key: _plain(told[key]) for key in _PASSED if _is_told(told.get(key))}
        tags = ask(
            scope.client("cloudwatch"), "list_tags_for_resource", ResourceARN=told["AlarmArn"]
        )["Tags"]
        return {"AlarmName": physical_id, **read, "Tags": without_system(tags)}

    def _put(self, scope: Scope, name: str, properties: Properties) -> Created:
        if complaint := next(_complaints(scope, properties), None):
            refuse("ValidationError", complaint)
        ask(
            scope.client("cloudwatch"),
            "put_metric_alarm",
            AlarmName=name,
            **{key: properties[key] for key in _PASSED if key in properties},
        )
        told = _told(scope, name)
        arn = told["AlarmArn"] if told else ""
        held = beneath("cloudwatch", scope.account, scope.region)
        # Beneath, since only CloudFormation may set `aws:` tags, and the call above sets none anew.
        held.tagger.delete_all_tags_for_resource(arn)
        held.tagger.tag_resource(arn, as_pairs(merged(scope, properties.get("Tags"))))
        return Created(physical_id=name, attributes={"Arn": arn})


def _complaints(scope: Scope, wanted: Properties) -> Iterator[str]:
    if ("MetricName" in wanted) == ("Metrics" in wanted):
        yield "Exactly one of MetricName and Metrics must be specified"
    if "MetricName" in wanted and ("Statistic" in wanted) == ("ExtendedStatistic" in wanted):
        yield "Exactly one of Statistic and ExtendedStatistic must be specified"
    for period in _periods(wanted):
        if period not in _SHORT_PERIODS and (period <= 0 or period % _MINUTE):
            yield f"Period must be 10, 20, 30 or a multiple of 60: {period}"
    treatment = wanted.get("TreatMissingData", "missing")
    if treatment not in _TREATMENTS:
        yield (
            f"Option {treatment} is not supported. Supported options for parameter "
            f"TreatMissingData are {', '.join(_TREATMENTS)}"
        )
    returned = [one for one in wanted.get("Metrics") or [] if _is_returned(one)]
    if "Metrics" in wanted and "ThresholdMetricId" not in wanted and len(returned) != 1:
        yield "Exactly one element of the metrics list should return data."
    for kind in _ACTIONS:
        for arn in wanted.get(kind) or []:
            region = str(arn).split(":")[3] if str(arn).count(":") > 2 else ""  # noqa: PLR2004 -- the place of the region in an ARN
            if region not in ("", scope.region):
                yield f"Invalid region {region} specified. Only {scope.region} is supported."


def _periods(wanted: Properties) -> Iterator[int]:
    if "Period" in wanted:
        yield int(wanted["Period"])
    for one in wanted.get("Metrics") or []:
        period = one.get("Period") or (one.get("MetricStat") or {}).get("Period")
        if period is not None:
            yield int(period)


def _is_returned(one: Mapping[str, Any]) -> bool:
    return str(one.get("ReturnData", True)).lower() == "true"


def _is_told(value: JSON) -> bool:
    return value is not None and value not in ("", [])


def _plain(value: JSON) -> JSON:
    """Return *value* without the members that moto leaves empty."""
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items() if _is_told(member)}
    return [_plain(member) for member in value] if isinstance(value, list) else value


def _told(scope: Scope, name: str) -> dict[str, Any] | None:
    answer = ask(scope.client("cloudwatch"), "describe_alarms", AlarmNames=[name])
    return answer["MetricAlarms"][0] if answer["MetricAlarms"] else None


HANDLERS: tuple[Handler, ...] = (AlarmHandler(),)
