"""The handler of `AWS::ElasticLoadBalancingV2::ListenerRule`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.load_balancing import (
    get_tags,
    plain_actions,
    put_tags,
    refuse_targets,
    relink,
)
from compiler.sandbox.handlers.replies import ask, ask_or_none, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PRIORITIES = range(1, 50_001)
_MOST_VALUES = 5
"""Condition values in one rule.

Source: "Quotas for your Application Load Balancers", read 2026-11-23.
"""


class ListenerRuleHandler:
    """Rules of listeners."""

    type_name = "AWS::ElasticLoadBalancingV2::ListenerRule"
    supported = frozenset({"Actions", "Conditions", "ListenerArn", "Priority", "Tags"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Add a rule to a listener."""
        listener = properties["ListenerArn"]
        _refuse(scope, listener, properties, None)
        made = ask(
            scope.client("elbv2"),
            "create_rule",
            ListenerArn=listener,
            Priority=properties["Priority"],
            Conditions=properties["Conditions"],
            Actions=properties["Actions"],
        )
        arn: str = made["Rules"][0]["RuleArn"]
        relink(scope)
        put_tags(scope, arn, properties.get("Tags"))
        return Created(physical_id=arn, attributes={"RuleArn": arn, "IsDefault": "false"})

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change a rule's conditions, actions and priority."""
        elb = scope.client("elbv2")
        _refuse(scope, new["ListenerArn"], new, physical_id)
        ask(
            elb,
            "modify_rule",
            RuleArn=physical_id,
            Conditions=new["Conditions"],
            Actions=new["Actions"],
        )
        if int(new["Priority"]) != int(old["Priority"]):
            ask(
                elb,
                "set_rule_priorities",
                RulePriorities=[{"RuleArn": physical_id, "Priority": new["Priority"]}],
            )
        relink(scope)
        put_tags(scope, physical_id, new.get("Tags"))
        return Created(
            physical_id=physical_id, attributes={"RuleArn": physical_id, "IsDefault": "false"}
        )

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Take the rule away."""
        del properties
        if _told(scope, physical_id) is not None:
            ask(scope.client("elbv2"), "delete_rule", RuleArn=physical_id)
            relink(scope)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the rule; the ARN of its listener, though write-only, is in its own."""
        told = _told(scope, physical_id)
        if told is None:
            return None
        return {
            "ListenerArn": physical_id.replace(":listener-rule/", ":listener/").rpartition("/")[0],
            "Priority": int(told["Priority"]),
            "Conditions": told["Conditions"],
            "Actions": plain_actions(told["Actions"]),
            "Tags": get_tags(scope, physical_id),
        }


def _refuse(scope: Scope, listener: str, properties: Properties, own: str | None) -> None:
    priority = int(properties["Priority"])
    if priority not in _PRIORITIES:
        refuse("ValidationError", f"Priority '{priority}' must be between 1 and 50000")
    if _values(properties["Conditions"]) > _MOST_VALUES:
        refuse(
            "ValidationError",
            f"The rule cannot have more than {_MOST_VALUES} condition values",
        )
    answer = ask_or_none(
        scope.client("elbv2"), "describe_rules", "ListenerNotFound", ListenerArn=listener
    )
    if answer is None:
        refuse("ListenerNotFound", f"One or more listeners not found: '{listener}'")
    taken = {rule["Priority"] for rule in answer["Rules"] if rule["RuleArn"] != own}
    if str(priority) in taken:
        refuse("PriorityInUse", f"Priority '{priority}' is currently in use")
    refuse_targets(scope, properties["Actions"])


def _values(conditions: Iterable[Mapping[str, Any]]) -> int:
    return sum(
        len(values)
        for condition in conditions
        for values in (
            condition.get("Values") or [],
            *(part.get("Values") or [] for part in condition.values() if isinstance(part, dict)),
        )
    )


def _told(scope: Scope, arn: str) -> dict[str, Any] | None:
    answer = ask_or_none(scope.client("elbv2"), "describe_rules", "RuleNotFound", RuleArns=[arn])
    return answer["Rules"][0] if answer and answer["Rules"] else None


HANDLERS: tuple[Handler, ...] = (ListenerRuleHandler(),)
