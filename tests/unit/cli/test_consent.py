"""What is shown with a plan before it is agreed to: what comes after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.cli.transitions import Consent
from tests.fakes.walker import Walker

if TYPE_CHECKING:
    from compiler.deploy.path.crossing import Leg
    from compiler.deploy.plan import Plan

AFTER = "After that, each with a plan and a question of its own:\n  Back from fence to warm\n"


@pytest.fixture
def walker() -> Walker:
    walker = Walker()
    walker.to("promote")
    walker.shown.clear()
    return walker


def forces_nothing(plan: Plan) -> None:
    del plan


def consent(legs: tuple[Leg, ...]) -> Consent:
    return Consent(
        lambda path: ".".join(map(str, path)),
        is_agreed=True,
        is_aside=False,
        acknowledged="",
        legs=legs,
        force=forces_nothing,
    )


def test_the_first_plan_tells_what_comes_after_it_and_the_others_do_not(
    walker: Walker, capsys: pytest.CaptureFixture[str]
) -> None:
    legs = tuple(one.leg for one in walker.back())
    asked = consent(legs)

    asked.show(walker.shown[0])
    first = capsys.readouterr().out
    asked.show(walker.shown[1])

    assert first.endswith(f"\n{AFTER}")
    assert "After that" not in capsys.readouterr().out


def test_where_the_first_transition_has_no_plan_the_next_one_does_not_tell_itself(
    walker: Walker, capsys: pytest.CaptureFixture[str]
) -> None:
    legs = tuple(one.leg for one in walker.back())

    consent(legs).show(walker.shown[1])

    assert "After that" not in capsys.readouterr().out
