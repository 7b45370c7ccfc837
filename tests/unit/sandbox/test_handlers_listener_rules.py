from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.sandbox.handlers_ground import (
    assert_read,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
    tags,
)
from tests.unit.sandbox.handlers_load_balancing import (
    GROUPS,
    HOSTS,
    NOT_FOUND,
    PATHS,
    RULES,
    forward,
    group,
    listening,
)
from tests.unit.sandbox.handlers_network import Network, network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Scope


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


@pytest.fixture
def net(scope: Scope) -> Network:
    return network(scope)


def test_a_rule_takes_every_property_and_changes_it(scope: Scope, net: Network) -> None:
    target = GROUPS.create(scope, group(net)).physical_id
    first = {
        "ListenerArn": listening(scope, net),
        "Priority": 10,
        "Conditions": [HOSTS, PATHS],
        "Actions": [NOT_FOUND],
        "Tags": pairs(("Owner", "me")),
    }
    assert set(first) == RULES.supported
    created = RULES.create(scope, first)
    assert created.attributes == {"RuleArn": created.physical_id, "IsDefault": "false"}
    assert_read(RULES, scope, created, {**first, "Tags": tags(("Owner", "me"))})
    RULES.delete(scope, created.physical_id, first)

    live(
        RULES,
        scope,
        first,
        {
            "Priority": (20, 20),
            "Conditions": ([PATHS], [PATHS]),
            "Actions": ([forward(target)], [forward(target)]),
            "Tags": (pairs(("New", "1")), tags(("New", "1"))),
        },
    )


@pytest.mark.parametrize(
    ("changed", "code", "part"),
    [
        ({"Priority": 10}, "PriorityInUse", "Priority '10' is currently in use"),
        ({"Priority": 50001}, "ValidationError", "between 1 and 50000"),
        ({"Actions": [forward("arn:none")]}, "TargetGroupNotFound", "arn:none"),
        (
            {"Conditions": [{"Field": "path-pattern", "Values": list("abcdef")}]},
            "ValidationError",
            "more than 5 condition values",
        ),
        ({"ListenerArn": "arn:none"}, "ListenerNotFound", "arn:none"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    scope: Scope, net: Network, changed: dict[str, Any], code: str, part: str
) -> None:
    first = {
        "ListenerArn": listening(scope, net),
        "Priority": "10",
        "Conditions": [PATHS],
        "Actions": [NOT_FOUND],
    }
    RULES.create(scope, first)

    assert_refused(code, part, RULES, scope, {**first, "Priority": 11, **changed})
