"""
What load balancers, target groups, listeners and rules share.

moto counts at most ten tags where AWS takes fifty, and never forgets that a target group was once
behind a load balancer; both are put right here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.identity import Pair, as_pairs, merged, without_system
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse

if TYPE_CHECKING:
    from compiler.sandbox.handler import Properties, Scope

Action = Mapping[str, Any]
"""An action of a listener or of a rule, as a template spells it. Any: JSON."""


def put_tags(scope: Scope, arn: str, own: Iterable[Pair] | None) -> None:
    """Set the tags of *arn*: its own over the stack's."""
    held = beneath("elbv2", scope.account, scope.region)
    held.tagging_service.delete_all_tags_for_resource(arn)
    held.tagging_service.tag_resource(arn, as_pairs(merged(scope, own)))


def get_tags(scope: Scope, arn: str) -> list[dict[str, str]]:
    """Read the tags of *arn*."""
    answer = ask(scope.client("elbv2"), "describe_tags", ResourceArns=[arn])
    return without_system(answer["TagDescriptions"][0]["Tags"])


def relink(scope: Scope) -> None:
    """Let each target group say which load balancers send to it now."""
    held = beneath("elbv2", scope.account, scope.region)
    for group in held.target_groups.values():
        group.load_balancer_arns = sorted(
            balancer.arn
            for balancer in held.load_balancers.values()
            if group.arn in set(_targets(balancer))
        )


def _targets(balancer: Any) -> Iterable[str]:  # noqa: ANN401 -- moto's object
    for listener in balancer.listeners.values():
        for rule in listener.rules.values():
            for action in rule.actions:
                yield from target_groups_of(action.data)


def target_groups_of(action: Action) -> list[str]:
    """Return the ARNs that *action* forwards to."""
    weighted = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
    named = [action["TargetGroupArn"]] if action.get("TargetGroupArn") else []
    return named + [group["TargetGroupArn"] for group in weighted]


def refuse_targets(scope: Scope, actions: Iterable[Action]) -> None:
    """Refuse an action whose target group is not there, in the balancer's own region."""
    for action in actions:
        for arn in target_groups_of(action):
            answer = ask_or_none(
                scope.client("elbv2"),
                "describe_target_groups",
                "TargetGroupNotFound",
                TargetGroupArns=[arn],
            )
            if answer is None:
                refuse("TargetGroupNotFound", f"Target groups '{arn}' not found")


def plain_actions(told: Iterable[Action]) -> list[dict[str, Any]]:
    """Return actions as a template spells them, without what moto adds to a forward."""
    return [_plain_action(action) for action in told]


def _plain_action(told: Action) -> dict[str, Any]:
    action = {key: value for key, value in told.items() if value is not None}
    forward = action.get("ForwardConfig")
    if forward is None:
        return action
    plain: dict[str, Any] = {"TargetGroups": forward["TargetGroups"]}
    sticky = forward.get("TargetGroupStickinessConfig") or {}
    if sticky.get("Enabled"):
        plain["TargetGroupStickinessConfig"] = sticky
    return {**action, "ForwardConfig": plain}


def attributes(pairs: Iterable[Pair] | None) -> dict[str, str]:
    """Return attributes as a mapping; a template may give a value as a boolean or a number."""
    return {pair["Key"]: _text(pair["Value"]) for pair in pairs or ()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def attribute_changes(
    old: Properties, new: Properties, name: str, defaults: Mapping[str, str]
) -> list[dict[str, str]]:
    """
    Return the attributes to set when *new* follows *old*.

    Args:
        old: The properties so far; empty for a new resource.
        new: The properties wanted.
        name: The property that holds the attributes.
        defaults: What AWS puts back where an attribute left the template.
    """
    before, after = attributes(old.get(name)), attributes(new.get(name))
    gone = {key: defaults[key] for key in before if key not in after and key in defaults}
    return as_pairs(dict(sorted({**gone, **after}.items())))


def held_attributes(told: Iterable[Pair]) -> list[dict[str, str]]:
    """Return attributes sorted by key, as a template spells them."""
    return as_pairs(dict(sorted((pair["Key"], pair["Value"]) for pair in told)))
