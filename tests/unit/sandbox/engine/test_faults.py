"""A stack that is to fail does, and its way back is free."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.engine.names import set_of
from tests.unit.sandbox.engine.resources import parameter

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox
    from tests.unit.sandbox.engine.shelf import Deploy, Events


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("StackSet-shop-web-5ac0b0c5-0000-4000-8000-0000000000a1", "shop-web"),
        ("StackSet-shop", "StackSet-shop"),
        ("shop-web", "shop-web"),
    ],
)
def test_a_stack_of_a_stack_set_tells_which(name: str, expected: str) -> None:
    assert set_of(name) == expected


def test_a_stack_that_is_to_fail_is_rolled_back(box: Sandbox, deploy: Deploy) -> None:
    box.faults.ask("stack-fails", "app")

    assert deploy({"A": parameter("x")}) == "ROLLBACK_COMPLETE"


def test_an_update_that_is_to_fail_is_taken_back_and_tells_why(
    box: Sandbox, deploy: Deploy, events: Events
) -> None:
    first = deploy({"A": parameter("x")})
    box.faults.ask("stack-fails", "app")

    assert (first, deploy({"A": parameter("y")}, "update")) == (
        "CREATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
    )
    assert any("Asked to fail." in event for event in events())


def test_another_stack_does_not_fail(box: Sandbox, deploy: Deploy) -> None:
    box.faults.ask("stack-fails", "other")

    assert deploy({"A": parameter("x")}) == "CREATE_COMPLETE"
