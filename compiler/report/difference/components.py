"""Which component of the spec a resource belongs to, in the user's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.prove.values import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.manifest import Action
    from compiler.prove.differing import Difference
    from spec.findings import Path

_COLLECTIONS: Mapping[str, str] = {
    "databases": "database",
    "buckets": "bucket",
    "services": "service",
}
"""Keys of the spec under which components have names, with the word for one of them."""

_STACKS: Mapping[str, str] = {
    "alarms": "alarms",
    "cdn": "cdn",
    "cdn-logs": "cdn",
    "dns": "public names",
    "keys": "keys",
    "load-balancer": "load balancer",
    "logs": "logs",
    "network": "network",
    "peering": "peering",
    "peering-routes": "peering",
    "phase": "phase",
    "private-dns": "private names",
}
"""Words for what belongs to no component that has a name, by stack."""

_ORDER = (
    "database",
    "bucket",
    "service",
    "access",
    "load balancer",
    "cdn",
    "public names",
    "private names",
    "alarms",
    "keys",
    "network",
    "peering",
    "logs",
    "phase",
)
"""In which components are told: what holds data first."""


def component_of(difference: Difference) -> str:
    """Return the component that a resource belongs to: `database catalog`, `load balancer`."""
    if difference.type == "AWS::EC2::SecurityGroupIngress":
        # Who may come in is told of what is come into.
        group = (difference.after or difference.before).get("GroupId")
        if isinstance(group, dict) and REFERENCE in group:
            opened = of_stack(group[REFERENCE][0])
            if opened:
                return opened
    if difference.type == "AWS::ElasticLoadBalancingV2::ListenerRule":
        return _named(difference.path) or "load balancer"
    return _named(difference.path) or _of_stack_name(difference.key.stack)


def component_of_action(action: Action) -> str:
    """Return the component that an action is about."""
    return _named(action.component) or {
        "peering dns": "peering",
        "invalidate cache": "cdn",
    }.get(action.kind, action.kind)


def rank(component: str) -> tuple[int, str]:
    """Return where a component comes among others."""
    known = (
        number
        for number, word in enumerate(_ORDER)
        if component == word or component.startswith(f"{word} ")
    )
    return next(known, len(_ORDER)), component


def of_stack(stack: str) -> str:
    """Return the component that a stack is one of, by its id; empty for one of several."""
    name = stack.rpartition("/")[2]
    for word in _COLLECTIONS.values():
        if name.startswith(f"{word}-"):
            return f"{word} {name.removeprefix(f'{word}-').removesuffix('-groups')}"
    return ""


def _named(path: Path) -> str:
    match path:
        case (str() as collection, str() as name, *_) if collection in _COLLECTIONS:
            return f"{_COLLECTIONS[collection]} {name}"
        case _:
            return ""


def _of_stack_name(stack: str) -> str:
    name = stack.rpartition("/")[2]
    return _STACKS.get(name) or of_stack(stack) or name
